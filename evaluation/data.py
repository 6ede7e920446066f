"""Named data sets as rows of columns: the text, the true labels (``true_...``), and what slices are cut by."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from evaluation.checks.rows import SETS as WRITTEN
from evaluation.checks.rows import read_rows, row_files
from evaluation.suite import Data, Value
from inference.language import detect, marker_dialect
from models.errors import ConfigurationError, NotFoundError
from models.outputs import DIALECTS
from models.registry import digest as file_digest
from models.sets.catalogue import SETS, load_set
from models.sets.folder import sets_folder
from models.sets.own import NOT_ANSWERED, OWN_DATA
from models.sets.rows import LEVELS, SENTIMENTS, Row, Split, read_table

Columns = Mapping[str, Value | None]
BETWEEN = "|"
"""Stands between intents that are equally right."""
HELD_OUT_SOURCE = "sample"
"""What those cases name as their set."""
HELD_OUT = "sample_held_out"
"""The set of the cases that an index with ``hold_out`` leaves out; it needs no files."""


@dataclass(frozen=True)
class Example:
    """One test row: a text, and its columns; None where the set does not say."""

    text: str
    columns: Columns


@dataclass(frozen=True)
class Loaded:
    """The rows that a task runs on.

    Attributes:
        examples: the rows, described.
        available: how many rows the set's part has.
        sha256: a digest of the texts and labels of all of them, before any was left out.
        files: the SHA-256 of each file they were read from, by name, where the set is one of our own.
    """

    examples: tuple[Example, ...]
    available: int
    sha256: str
    files: Mapping[str, str] = field(default_factory=dict)


def load_data(
    data: Data,
    *,
    seed: int,
    split: Split = "test",
    limit: int | None = None,
    folder: Path | None = None,
    held_out: Sequence[Example] = (),
) -> Loaded:
    """Load the rows of a set, keep those that ``where`` names, draw the sample, and describe its rows.

    Args:
        data: what to load.
        seed: of the draw: a smaller sample of the same rows is a part of the larger.
        split: the part of the set where ``data`` names none; published figures are of ``test`` only.
        limit: most rows, where that is less than the suite's own sample.
        folder: the folder of all sets; by default ``sets_folder()``.
        held_out: the rows of the set ``sample_held_out``.

    Raises:
        NotFoundError: there is no set of this name.
        ConfigurationError: the set's files are absent, or no row passes ``where``.
    """
    part = data.split or split
    rows, digest = (tuple(held_out), _digest(held_out)) if data.set == HELD_OUT else _load(data.set, part, folder)
    kept = [row for row in rows if matches(row.columns, data.where)]
    if not kept:
        msg = f"No row of the set '{data.set}' passes the suite's filter: check its 'where'."
        raise ConfigurationError(msg)
    size = min(data.sample or len(kept), limit or len(kept))
    if size < len(kept):
        order = np.random.default_rng(seed).permutation(len(kept))
        kept = [kept[place] for place in sorted(order[:size])]
    described = tuple(_described(row, data.columns) for row in kept)
    return Loaded(described, len(rows), digest, _own_files(data.set, part))


def is_right(row: Example, intent: str | None) -> bool:
    """Tell whether an intent is the row's true one, or one of them where several are equally right."""
    return intent is not None and intent in str(row.columns.get("true_intent")).split(BETWEEN)


def is_near(row: Example, intent: str | None) -> bool:
    """Tell whether an intent touches the row's matter, as far as its set says, without being its answer."""
    return intent is not None and intent in str(row.columns.get("near_intent")).split(BETWEEN)


def matches(columns: Columns, where: Mapping[str, Iterable[Value]]) -> bool:
    """Tell whether each named column holds one of its values."""
    return all(any(columns.get(name) == value for value in values) for name, values in where.items())


def _described(row: Example, added: Columns) -> Example:
    """Add what a text shows by itself, the labels where the set gives them, and the suite's own columns."""
    found = detect(row.text)
    words = len(row.text.split())
    seen: dict[str, Value | None] = {
        "language": found.language,
        "script": found.script.value,
        "dialect": dialect.value if (dialect := marker_dialect(row.text)) else None,
        # Two or three words can name a thing without saying what is wrong with it.
        "clear": words >= 4,
        "length": "1-5 words" if words <= 5 else "6-15 words" if words <= 15 else "16+ words",
    }
    return Example(row.text, {**seen, **row.columns, **added})


@lru_cache(maxsize=4)
def _load(name: str, split: Split, folder: Path | None) -> tuple[tuple[Example, ...], str]:
    """Return the rows of a set's part with their labels, and their digest."""
    if name in WRITTEN:
        written = tuple(Example(text, columns) for text, columns in read_rows(name, split))
        return written, _digest(written)
    if name not in {info.name for info in SETS}:
        known = sorted((*WRITTEN, *(info.name for info in SETS)))
        msg = f"There is no data set '{name}': choose one of {', '.join(known)}."
        raise NotFoundError(msg, field="set")
    absent = f"The data set '{name}' is not there: name the folder that holds the sets with --sets or RIFQ_SETS."
    try:
        every = load_set(name, folder)
        intent = _intent_names(folder) if name == "arbanking77" else intent_name
    except FileNotFoundError as error:
        raise ConfigurationError(absent) from error
    if not every:
        raise ConfigurationError(absent)
    rows = [row for row in every if row.split == split]
    if not rows:
        msg = f"The data set '{name}' has no part '{split}': ask another."
        raise ConfigurationError(msg)
    examples = tuple(Example(row.text, {"set": row.source, **_labels(row, intent)}) for row in rows)
    return examples, _digest(examples)


def _labels(row: Row, intent: Callable[[str], str]) -> dict[str, Value | None]:
    level, span = row.level, row.span
    labels: dict[str, Value | None] = {
        "language": "ar" if row.language == "arabizi" else row.language,
        "writing": row.language,
        "variety": row.variety,
        "true_dialect": row.variety if row.language == "ar" and row.variety in DIALECTS else None,
        "true_sentiment": None if row.sentiment is None else SENTIMENTS[row.sentiment],
        "true_anger": None if row.anger is None else bool(row.anger),
        "true_intensity": row.intensity,
        "true_level": None if level is None else LEVELS[level],
        "true_rank": level,
        "true_target": row.target,
        "true_technical": row.technical,
        "true_signals": None if row.signals is None else " ".join(sorted(row.signals)),
        "true_intent": None if row.intent is None else intent(row.intent),
        "near_intent": row.near,
        "told": row.told,
        "in_scope": None if row.intent is None else row.intent != NOT_ANSWERED,
        "span_start": span[0] if span else None,
        "span_end": span[1] if span else None,
        "problem": row.problem,
        "group": row.group,
        "block": row.block,
        "block_present": row.positive,
        "region": row.region,
    }
    return {name: value for name, value in labels.items() if value is not None}


def _own_files(name: str, split: Split) -> dict[str, str]:
    """Digest the files of a set that the repository keeps: those of the part, or all where parts share them."""
    found = row_files(name, split) if name in WRITTEN else sorted((OWN_DATA / name).glob("*.jsonl.bz2"))
    chosen = [path for path in found if split in path.name] or found
    return {path.name: file_digest(path) for path in chosen}


def _intent_names(folder: Path | None) -> Callable[[str], str]:
    """Return what turns an Arabic label into the name that Banking77 gives the intent."""
    path = (folder or sets_folder()) / "arbanking77" / "Banking77_intents.csv"
    names = {_tidy(row["label_ar"]): intent_name(row["label_en"]) for row in read_table(path)}

    def english(label: str) -> str:
        return names[_tidy(label)]

    return english


def intent_name(label: str) -> str:
    """Return an intent's name as the sample helpdesk's files spell it: ``Refund not showing up?`` is one of them."""
    return "_".join(label.lower().replace("?", " ").replace("_", " ").split())


def _tidy(label: str) -> str:
    return " ".join(label.replace("؟", " ").split())


def _digest(rows: Sequence[Example]) -> str:
    sha = hashlib.sha256()
    for row in rows:
        labels = {name: value for name, value in row.columns.items() if name.startswith("true_")}
        sha.update(json.dumps([row.text, labels], ensure_ascii=True, sort_keys=True).encode())
    return sha.hexdigest()
