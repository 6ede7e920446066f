"""A run with the answers that its figures were made from: what the metrics read of each row, and a few examples."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from evaluation.data import Example
from evaluation.measures import Row
from evaluation.packed import packed, unpacked
from evaluation.result import Result, RunInfo
from evaluation.shown import Shown
from evaluation.suite import Metric, Task, Value
from inference.types import Record
from models.errors import ArtifactError

KEY = "row_key"
"""The column of a row's key."""
_KEY = 16


class TaskRows(Record):
    """The rows of one task, by column; ``task`` has its cuts chosen.

    Attributes:
        keys: What tells a row from the others and finds it again in another run: a digest of its text, which is not
            kept.
        examples: The few that are shown with their text, of our own sets.
    """

    task: Task
    keys: tuple[str, ...]
    columns: dict[str, tuple[Value | None, ...]]
    examples: tuple[Shown, ...] = ()

    def rows(self) -> list[Row]:
        """Return the rows as mappings of column to value."""
        names = tuple(self.columns)
        if not names:
            return [{} for _ in self.keys]
        return [dict(zip(names, values, strict=True)) for values in zip(*self.columns.values(), strict=True)]


class RunRecord(Record):
    """A suite's result, when and where it was made, and its rows."""

    result: Result
    run: RunInfo
    tasks: tuple[TaskRows, ...]

    @property
    def id(self) -> str:
        """Digest of result and rows: the same revisions and seed give the same one, whenever they are run."""
        # Without what is not said, so that a run keeps its name when a field is added later.
        sha = hashlib.sha256(self.result.model_dump_json(exclude_defaults=True).encode())
        for rows in self.tasks:
            sha.update(rows.model_dump_json(exclude_defaults=True).encode())
        return sha.hexdigest()[:12]


def row_keys(examples: Sequence[Example]) -> list[str]:
    """Return what finds each row again in another run: a digest of its set and text; equal ones are numbered."""
    seen, keys = Counter[str](), []
    for example in examples:
        digest = hashlib.sha256(f"{example.columns.get('set')}\0{example.text}".encode()).hexdigest()[:_KEY]
        seen[digest] += 1
        keys.append(_numbered(digest, seen[digest]))
    return keys


def task_rows(task: Task, rows: Sequence[Row], examples: tuple[Shown, ...] = ()) -> TaskRows:
    """Return a task's rows with the columns that its metrics, slices and units read.

    Args:
        task: as it was measured.
        rows: their columns, ``KEY`` among them; several of one key where each became a row a signal.
        examples: what is shown of them with its text.
    """
    names = sorted({name for row in rows for name in row} & _columns(task))
    seen, keys = Counter[str](), []
    for row in rows:
        seen[str(row[KEY])] += 1
        keys.append(_numbered(str(row[KEY]), seen[str(row[KEY])]))
    columns = {name: tuple(row.get(name) for row in rows) for name in names}
    return TaskRows(task=task, keys=tuple(keys), columns=columns, examples=examples)


def write_record(record: RunRecord, path: Path) -> None:
    """Write a run as one compressed file; the same run makes the same bytes."""
    path.write_bytes(packed(record.model_dump_json()))


def read_record(path: Path) -> RunRecord:
    """Read a run from the file that ``write_record`` made.

    Raises:
        ArtifactError: it is not there, or is no such file.
    """
    try:
        content = unpacked(path.read_bytes())
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ArtifactError(f"{path} holds no run: give the name of one that 'rifq eval runs' lists.") from error
    return parse_record(content)


def parse_record(content: str) -> RunRecord:
    """Return a run from its JSON.

    Raises:
        ArtifactError: it is no run, or one of another version of Rifq.
    """
    try:
        return RunRecord.model_validate_json(content)
    except ValidationError as error:
        raise ArtifactError("The run was stored by another version of Rifq: run its suite again.") from error


def _columns(task: Task) -> set[str]:
    read = {task.unit, *task.slices}
    for metric in task.metrics:
        read |= set(_read_by(metric))
    return {name for name in read if name is not None}


def _read_by(metric: Metric) -> Iterator[str | None]:
    yield from (metric.predicted, metric.truth, metric.answer, metric.than, metric.group)
    yield from metric.where
    yield from metric.slices if isinstance(metric.slices, tuple) else ()
    yield from map(str, metric.labels)  # a Brier score's labels are columns too


def _numbered(key: str, time: int) -> str:
    return key if time == 1 else f"{key}/{time}"
