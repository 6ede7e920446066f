"""Import of resolutions from CSV and NDJSON files, with a row-by-row error report."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path

from pydantic import Field

from inference.language import detect as detect_language
from inference.types import Record, Resolution
from retrieval.parsing import Reader, Row
from retrieval.rows import Detect, RowError, RowFault, make_row
from retrieval.store.resolutions import Kept, ResolutionStore

BATCH = 500
"""Rows per transaction: a batch is written whole or not at all."""
MAX_ERRORS = 10_000
"""Errors listed in a report; further ones are counted only."""
_NAMED = 10


class ImportReport(Record):
    """What became of a file's rows. ``kept`` = added + replaced + unchanged; ``rejected`` rows have an error each."""

    kept: int = 0
    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    unverified: int = Field(default=0, description="Rows of this file that still have to be verified.")
    retired: int = Field(default=0, description="Rows among the unchanged that were left alone, being retired here.")
    rejected: int = 0
    errors: tuple[RowError, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every row was kept."""
        return self.rejected == 0


async def import_file(
    path: Path,
    store: ResolutionStore,
    *,
    tenant: str = "default",
    today: date,
    detect: Detect | None = None,
    progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Read a file into the store: good rows are kept, bad ones reported, each batch in one transaction.

    Importing a file again changes nothing. An id that stands twice in one file with different content is an error
    of the second row, because silently dropping either would lose knowledge; a row repeated word for word counts as
    unchanged.

    Args:
        path: a CSV (``,``, ``;`` or tab) or NDJSON file in UTF-8, with or without byte order mark.
        store: where the resolutions go.
        tenant: who owns them.
        today: the day at which dates are judged.
        detect: names the language of rows that name none; Rifq's own detector if None.
        progress: called with the number of rows read so far, after each batch.

    Raises:
        InputError: the file as a whole cannot be read.
        StorageError: the database could not be written; whole batches before that are kept.
    """
    run = _Import(Reader(path), tenant, today, detect or _detect)
    rows = run.resolutions()
    while batch := await asyncio.to_thread(lambda: list(islice(rows, BATCH))):
        run.count(await store.put_many(batch, tenant=tenant))
        run.unverified += await _unverified(store, batch, tenant, today)
        if progress is not None:
            progress(run.read)
    return run.report()


class _Import:
    """The running totals of one import."""

    def __init__(self, reader: Reader, tenant: str, today: date, detect: Detect) -> None:
        self.reader = reader
        self.tenant = tenant
        self.today = today
        self.detect = detect
        self.read = self.added = self.replaced = self.unchanged = self.unverified = self.rejected = 0
        self.retired: list[str] = []
        self.errors: list[RowError] = []
        self._seen: dict[str, tuple[int, int]] = {}

    def resolutions(self) -> Iterator[Resolution]:
        """Yield the good rows; note the bad ones."""
        for row in self.reader.rows():
            self.read += 1
            if isinstance(row, RowError):
                self._reject(row)
                continue
            try:
                resolution = make_row(row.values, tenant=self.tenant, today=self.today, detect=self.detect)
                if self._is_new(resolution, row):
                    yield resolution
            except RowFault as fault:
                self._reject(fault.at(row.line))

    def count(self, kept: Kept) -> None:
        """Add what became of one batch."""
        self.added += kept.added
        self.replaced += kept.replaced
        self.unchanged += kept.unchanged
        self.retired += kept.retired

    def report(self) -> ImportReport:
        """Sum up."""
        warnings = []
        if self.reader.unknown:
            listed = sorted(self.reader.unknown)[:20]
            names = ", ".join(name if name.isprintable() else ascii(name) for name in listed)
            warnings.append(f"These columns are not read: {names}.")
        if self.rejected > len(self.errors):
            warnings.append(f"Only the first {len(self.errors)} errors are listed.")
        if self.retired:
            named = ", ".join(self.retired[:_NAMED]) + (" ..." if len(self.retired) > _NAMED else "")
            warnings.append(
                f"{len(self.retired)} rows were left as they are, because they are retired here: {named}. "
                "To use one again, run  rifq knowledge restore ID  and import the file once more."
            )
        return ImportReport(
            kept=self.added + self.replaced + self.unchanged,
            added=self.added,
            replaced=self.replaced,
            unchanged=self.unchanged,
            unverified=self.unverified,
            retired=len(self.retired),
            rejected=self.rejected,
            errors=tuple(self.errors),
            warnings=tuple(warnings),
        )

    def _is_new(self, resolution: Resolution, row: Row) -> bool:
        # Within one process a hash of the content is enough to tell a repeated row from a conflicting one.
        content = hash(resolution.model_dump_json())
        line, known = self._seen.setdefault(resolution.id, (row.line, content))
        if line == row.line:
            return True
        if known != content:
            message = f"The id '{resolution.id}' stands already on line {line} with other content: give it its own id."
            raise RowFault("id", "duplicate_id", message)
        self.unchanged += 1
        return False

    def _reject(self, error: RowError) -> None:
        self.rejected += 1
        if len(self.errors) < MAX_ERRORS:
            self.errors.append(error)


async def _unverified(store: ResolutionStore, batch: list[Resolution], tenant: str, today: date) -> int:
    # What is stored decides: a row without verification may have kept one, a verified one may be sent back.
    return await store.count_unverified([item.id for item in batch], tenant=tenant, on=today)


def _detect(text: str) -> str:
    return detect_language(text).language
