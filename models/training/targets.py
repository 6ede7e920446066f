"""Labels as arrays: what each row teaches each head."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.outputs import DIALECTS, SIGNAL_NAMES, TARGETS, TECHNICAL_LEVELS
from models.sets.emotion import EMOTIONS
from models.sets.rows import CALM, NEGATIVE, NEUTRAL, Row

if TYPE_CHECKING:
    from torch import Tensor

BINARY_SOURCES = ("arabic_company_reviews", "narabizi/arabic")
"""Sets without neutral rows: they compare positive with negative only, and say nothing of neutral."""

INTENSITY_OF = (0.08, 0.4, 0.65, 0.9)
"""Weak intensity of the four levels, about where SemEval-2018's four ordinal classes lie on its scale."""

_DIALECT_OF = {
    "egypt": "egyptian",
    "levant": "levantine",
    "magreb": "maghrebi",
    "pal": "levantine",
    "moroccan": "maghrebi",
    "algerian": "maghrebi",
    "tunisian": "maghrebi",
} | {name: name for name in DIALECTS}
_SOURCE_DIALECT = {"brighter/arq": "maghrebi", "brighter/ary": "maghrebi", "narabizi/arabic": "maghrebi"}


@dataclass(frozen=True)
class Targets:
    """Labels of n rows; NaN or -1 where a row has none.

    Attributes:
        sentiment: 0 negative, 1 neutral, 2 positive [n].
        anger: 1 present, 0 absent [n].
        intensity: In [0, 1] [n].
        level: 0 calm to 3 furious [n].
        target: Index in ``TARGETS`` [n].
        signals: 1 or 0 for each of ``SIGNAL_NAMES`` [n, 13].
        dialect: Index in ``DIALECTS`` [n].
        technical: Index in ``TECHNICAL_LEVELS`` [n].
        emotions: 1 or 0 for each of E-c's other emotions [n, 10].
        source: Number of the source [n].
        binary: The source has no neutral rows [n].
        weight: Weight in the loss [n].
        group: Number shared by wordings of one problem in one variety; -1 for none [n].
    """

    sentiment: NDArray[np.int64]
    anger: NDArray[np.float32]
    intensity: NDArray[np.float32]
    level: NDArray[np.int64]
    target: NDArray[np.int64]
    signals: NDArray[np.float32]
    dialect: NDArray[np.int64]
    technical: NDArray[np.int64]
    emotions: NDArray[np.float32]
    source: NDArray[np.int64]
    binary: NDArray[np.bool_]
    weight: NDArray[np.float32]
    group: NDArray[np.int64]

    def take(self, rows: Sequence[int]) -> "dict[str, Tensor]":
        """Return the labels of some rows as tensors by name."""
        import torch  # noqa: PLC0415 - an extra

        return {field.name: torch.from_numpy(getattr(self, field.name)[list(rows)]) for field in fields(self)}


def targets_of(rows: Sequence[Row], sources: Sequence[str], weights: dict[str, float]) -> Targets:
    """Collect the labels of rows.

    Args:
        rows: Any rows.
        sources: Every training source in a fixed order; an unknown one counts as the first.
        weights: Weight in the loss by source; 1 where it is not named.
    """
    number = {name: index for index, name in enumerate(sources)}
    groups = {name: index for index, name in enumerate(sorted({row.group for row in rows if row.group}))}
    return Targets(
        sentiment=np.array([_sentiment(row) for row in rows], np.int64),
        anger=np.array([np.nan if row.anger is None else row.anger for row in rows], np.float32),
        intensity=np.array([_intensity(row) for row in rows], np.float32),
        level=np.array([-1 if row.level is None else row.level for row in rows], np.int64),
        target=np.array([-1 if row.target is None else TARGETS.index(row.target) for row in rows], np.int64),
        signals=_flags([row.signals for row in rows], SIGNAL_NAMES),
        dialect=np.array([dialect_of(row) for row in rows], np.int64),
        technical=np.array(
            [-1 if row.technical is None else TECHNICAL_LEVELS.index(row.technical) for row in rows], np.int64
        ),
        emotions=_flags([row.emotions for row in rows], EMOTIONS),
        source=np.array([number.get(row.source, 0) for row in rows], np.int64),
        binary=np.array([row.source in BINARY_SOURCES for row in rows]),
        weight=np.array([weights.get(row.source, 1.0) for row in rows], np.float32),
        group=np.array([groups[row.group] if row.group else -1 for row in rows], np.int64),
    )


def dialect_of(row: Row) -> int:
    """Return the index in ``DIALECTS`` of the variety that a row's set names, or -1."""
    name = _SOURCE_DIALECT.get(row.source) or _DIALECT_OF.get(row.variety or "") or _DIALECT_OF.get(row.region or "")
    return -1 if name is None or row.language == "en" else DIALECTS.index(name)


def _flags(sets: Sequence[frozenset[str] | None], names: Sequence[str]) -> NDArray[np.float32]:
    unknown = [np.nan] * len(names)
    rows = [unknown if own is None else [float(name in own) for name in names] for own in sets]
    return np.array(rows, np.float32).reshape(len(sets), len(names))


def _sentiment(row: Row) -> int:
    # A calm question of an intent set has no sentiment label: neutral is what an agent would call it.
    if row.sentiment is not None:
        return row.sentiment
    if row.level is None:
        return -1
    return NEUTRAL if row.level == CALM else NEGATIVE


def _intensity(row: Row) -> float:
    # Levels give a weak intensity, so that this head too has seen the product's own domain.
    if row.intensity is not None:
        return row.intensity
    return float("nan") if row.level is None else INTENSITY_OF[row.level]
