"""The messages that are answered: a fixed draw from our own corpus and from public sets, banking first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.sets.catalogue import load_set
from models.sets.rows import LEVELS, Row, Split

_OWN = "support_messages"


@dataclass(frozen=True)
class Portion:
    """A part of the draw: which rows of which set, and how many."""

    name: str
    set: str
    splits: tuple[Split, ...]
    count: int
    keep: Callable[[Row], bool] = lambda _: True


@dataclass(frozen=True)
class Asked:
    """A message with what its set says of it; ``level`` is None where the set knows none."""

    text: str
    source: str
    language: str
    variety: str
    level: str | None


def _is_banking(row: Row) -> bool:
    return str(row.problem).startswith("banking-")


PORTIONS = (
    Portion("our own, banking", _OWN, ("train", "dev"), 330, _is_banking),
    Portion("our own, other trades", _OWN, ("train", "dev"), 120, lambda row: not _is_banking(row)),
    Portion("ArBanking77, standard and Palestinian", "arbanking77", ("dev",), 220),
    Portion("ArBanking77, Saudi", "arbanking77", ("test",), 100, lambda row: row.variety == "saudi"),
    Portion("Banking77, English", "banking77_en", ("dev",), 150),
    Portion("company reviews, other trades", "arabic_company_reviews", ("dev",), 40),
    Portion(
        "complaints on Twitter, other trades", "complaints", ("test",), 40, lambda row: "random" not in str(row.variety)
    ),
)


def draw(*, seed: int, limit: int | None = None, folder: Path | None = None) -> list[Asked]:
    """Draw the messages of every portion, at most ``limit`` of each.

    Raises:
        ConfigurationError: the public sets are not there.
    """
    asked: list[Asked] = []
    for portion in PORTIONS:
        rows = [row for row in load_set(portion.set, folder) if row.split in portion.splits and portion.keep(row)]
        order = np.random.default_rng(seed).permutation(len(rows))[: min(portion.count, limit or portion.count)]
        asked += [_asked(rows[place], portion.name) for place in sorted(order.tolist())]
    return asked


def of_intent(name: str, intent: str, count: int, *, seed: int, folder: Path | None = None) -> list[str]:
    """Draw different questions of one intent from every part of a set: they only lend drafts their variety."""
    rows = [row.text for row in load_set(name, folder) if row.intent == intent]
    texts = list(dict.fromkeys(rows))
    order: Sequence[int] = np.random.default_rng(seed).permutation(len(texts))[:count].tolist()
    return [texts[place] for place in sorted(order)]


def _asked(row: Row, source: str) -> Asked:
    return Asked(
        text=row.text,
        source=source,
        language="en" if row.language == "en" else "ar",
        variety="arabizi" if row.language == "arabizi" else row.variety or row.language,
        level=None if row.level is None or row.source != _OWN else LEVELS[row.level],
    )
