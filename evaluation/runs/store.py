"""Where runs are kept: one SQLite file."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from evaluation.packed import packed, unpacked
from evaluation.runs.record import RunRecord, parse_record, read_record
from inference.types import Record
from models.errors import NotFoundError, StorageError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    suite TEXT NOT NULL,
    started_at TEXT NOT NULL,
    model TEXT NOT NULL,
    code TEXT NOT NULL,
    content BLOB NOT NULL
)
"""
_COMPLETE = ".gz"


class RunLine(Record):
    """One run in the list."""

    id: str
    suite: str
    started_at: str
    model: str
    code: str


class RunStore:
    """Keeps runs in a SQLite file, made with its folder when first written.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, record: RunRecord) -> None:
        """Keep a run; one with the same result is the same run and is kept once.

        Raises:
            StorageError: the file cannot be written.
        """
        result = record.result
        values = (
            record.id,
            result.suite,
            record.run.started_at,
            ", ".join(result.revisions.models),
            result.revisions.code,
            packed(record.model_dump_json()),
        )
        with self._open() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO runs (id, suite, started_at, model, code, content) VALUES (?, ?, ?, ?, ?, ?)",
                values,
            )

    def lines(self, suite: str | None = None) -> list[RunLine]:
        """Return the runs, of one suite or of all, the newest first."""
        if not self.path.exists():
            return []
        query = (
            "SELECT id, suite, started_at, model, code FROM runs WHERE ?1 IS NULL OR suite = ?1 ORDER BY number DESC"
        )
        with self._open() as connection:
            rows = connection.execute(query, (suite,)).fetchall()
        return [RunLine(**dict(zip(RunLine.model_fields, row, strict=True))) for row in rows]

    def get(self, name: str) -> RunRecord:
        """Return a run by its id (or the beginning of it), by ``latest:SUITE``, or by the file that it was saved to.

        Raises:
            NotFoundError: there is no such run, or several begin so.
            ArtifactError: the file holds no run, or one of another version of Rifq.
        """
        if name.endswith(_COMPLETE):
            return read_record(Path(name))
        lines = self.lines(name.removeprefix("latest:")) if name.startswith("latest:") else self._named(name)
        if not lines:
            msg = f"There is no run '{name}': 'rifq eval runs' lists them, 'rifq eval run SUITE' makes one."
            raise NotFoundError(msg, field="run")
        with self._open() as connection:
            (content,) = connection.execute("SELECT content FROM runs WHERE id = ?", (lines[0].id,)).fetchone()
        return parse_record(unpacked(content))

    def _named(self, name: str) -> list[RunLine]:
        found = [line for line in self.lines() if name and line.id.startswith(name)]
        if len(found) > 1:
            msg = f"Several runs begin with '{name}': {', '.join(line.id for line in found)}."
            raise NotFoundError(msg, field="run")
        return found

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path)) as connection, connection:
                connection.execute(_SCHEMA)
                yield connection
        except (OSError, sqlite3.Error) as error:
            msg = f"The runs in {self.path} cannot be read or written ({error}): choose another file with --runs."
            raise StorageError(msg) from error
