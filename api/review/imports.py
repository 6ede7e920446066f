"""Quality scores from elsewhere: read from CSV, kept under their own rubric's name, never converted."""

import asyncio
import csv
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite

from sqlalchemy import select, tuple_

from api.access.audit import record
from api.access.principal import Principal
from api.clock import Now
from api.review.audit import ReviewAction
from api.review.outcomes import ImportedPage, ImportedScore, ImportFault, ImportMapping, ImportReport
from api.review.paging import foreign_place
from api.review.tables import ReviewImportRow
from inference.text import fold
from models.errors import InputError
from retrieval.clean import clean_text, text_fault
from retrieval.store import Database

MAX_PAGE = 200
MAX_ROWS = 20_000
MAX_FAULTS = 100
_DELIMITERS = ",;\t"
_LONGEST = dict.fromkeys(("external_id", "conversation", "customer_id", "agent", "reviewer"), 200) | {"comment": 5_000}
_LONGEST_VALUE = 200
_LONGEST_NAME, _MOST_NAMES = 60, 30
"""Of the headings that a fault tells: a file without any begins with what people wrote."""
_SEPARATOR = "\x1f"


@dataclass(frozen=True)
class _Line:
    """One score of a file."""

    number: int
    external_id: str
    values: dict[str, str | None]
    at: datetime | None
    scores: dict[str, float | str]

    @property
    def digest(self) -> str:
        """Tells whether anything has changed."""
        told = [self.values, self.at.isoformat() if self.at else None, self.scores]
        return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class _FaultError(ValueError):
    """What is wrong with a line, and in which column."""

    def __init__(self, column: str | None, message: str) -> None:
        super().__init__(message)
        self.column = column


class Imports:
    """Reads files of scores and lists what they brought.

    Args:
        database: where they are.
        now: the clock.
    """

    def __init__(self, database: Database, now: Now) -> None:
        self.database = database
        self._now = now

    async def add(self, text: str, mapping: ImportMapping, *, by: Principal) -> ImportReport:
        """Store a file's scores: all of them, or none where a line is at fault. The same file again changes nothing.

        Args:
            text: CSV with a line of headings; separated by commas, semicolons or tabs.
            mapping: which column is what.
            by: who imports.

        Raises:
            InputError: a column is not there, or the file is too long.
        """
        lines, faults = await asyncio.to_thread(_read, text, mapping)
        if faults:
            return ImportReport(faults=tuple(faults[:MAX_FAULTS]), more=max(0, len(faults) - MAX_FAULTS))
        counts = {"stored": 0, "changed": 0, "known": 0}
        async with self.database.writing(by.tenant) as session:
            for line in lines:
                row = await session.get(ReviewImportRow, (by.tenant, mapping.rubric, line.external_id))
                if row is not None and row.digest == line.digest:
                    counts["known"] += 1
                    continue
                counts["stored" if row is None else "changed"] += 1
                row = row or ReviewImportRow(tenant=by.tenant, rubric=mapping.rubric, external_id=line.external_id)
                for name, value in line.values.items():
                    setattr(row, name, value)
                row.at, row.scores, row.digest = line.at, line.scores, line.digest
                row.imported_by, row.imported_at = by.actor, self._now()
                session.add(row)
            if counts["stored"] or counts["changed"]:
                await record(session, by, ReviewAction.IMPORTED, mapping.rubric, details=counts, now=self._now)
        return ImportReport(**counts)

    async def list(
        self, *, by: Principal, rubric: str | None = None, after: str | None = None, limit: int = 50
    ) -> ImportedPage:
        """Return imported scores by rubric and id, from behind the place ``after``."""
        size, row = max(1, min(limit, MAX_PAGE)), ReviewImportRow
        query = select(row).where(row.tenant == by.tenant)
        if rubric is not None:
            query = query.where(row.rubric == rubric)
        if after is not None:
            named, separator, id_ = after.partition(_SEPARATOR)
            if not separator:
                raise foreign_place()
            query = query.where(tuple_(row.rubric, row.external_id) > tuple_(named, id_))
        async with self.database.reading() as session:
            rows = (await session.scalars(query.order_by(row.rubric, row.external_id).limit(size + 1))).all()
        items = tuple(
            ImportedScore.model_validate({name: getattr(item, name) for name in ImportedScore.model_fields})
            for item in rows[:size]
        )
        last = f"{items[-1].rubric}{_SEPARATOR}{items[-1].external_id}" if len(rows) > size else None
        return ImportedPage(items=items, next=last)


def _read(text: str, mapping: ImportMapping) -> tuple[list[_Line], list[ImportFault]]:
    stream = io.StringIO(text.removeprefix("\ufeff"), newline="")
    first = stream.readline()
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        header = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
    except csv.Error as error:
        raise InputError(f"Line 1 cannot be read as CSV ({error}): check its quotes.", field="csv") from error
    _require_columns(header, mapping)
    lines, faults, seen = list[_Line](), list[ImportFault](), dict[str, int]()
    for number, cells in _rows(stream, delimiter):
        if len(lines) + len(faults) >= MAX_ROWS:
            raise InputError(f"The file has more than {MAX_ROWS:,} scores: send it in parts.", field="csv")
        try:
            line = _line(number, header, cells, mapping)
            if line.external_id in seen:
                raise _FaultError(mapping.external_id, f"The id stands in line {seen[line.external_id]} already.")
            seen[line.external_id] = number
            lines.append(line)
        except _FaultError as fault:
            faults.append(ImportFault(line=number, column=fault.column, message=str(fault)))
    return lines, faults


def _rows(stream: io.StringIO, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line on which each row starts, counted from 1, and its cells; rows without any text are left out."""
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    while True:
        start = reader.line_num + 2
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InputError(f"Line {start} cannot be read as CSV ({error}): check its quotes.", field="csv") from error
        if any(cell.strip() for cell in cells):
            yield start, cells


def _line(number: int, header: list[str], cells: list[str], mapping: ImportMapping) -> _Line:
    if len(cells) > len(header):
        raise _FaultError(None, f"The row has {len(cells)} cells but the first line {len(header)}: quote the text.")
    found = dict(zip(header, cells, strict=False))

    def text(column: str | None, longest: int) -> str | None:
        value = found.get(column or "", "")
        if text_fault(value) is not None:
            raise _FaultError(column, "The cell holds a NUL character or broken Unicode: remove it.")
        value = clean_text(value).strip()
        if len(value) > longest:
            raise _FaultError(column, f"The cell is longer than {longest:,} characters: shorten it.")
        return value or None

    names = ("conversation", "customer_id", "agent", "reviewer", "comment")
    values = {name: text(getattr(mapping, name), _LONGEST[name]) for name in names}
    external_id = text(mapping.external_id, _LONGEST["external_id"])
    if external_id is None:
        raise _FaultError(mapping.external_id, "The id is empty: each score needs one.")
    given = {name: text(column, _LONGEST_VALUE) for name, column in mapping.scores.items()}
    scores = {name: _number(value) for name, value in given.items() if value is not None}
    if not scores:
        raise _FaultError(None, "The row has no score at all.")
    return _Line(number, external_id, values, _moment(mapping.at, text(mapping.at, 60)), scores)


def _number(value: str) -> float | str:
    """Return a number where the cell is one, in either digits; else the word as it stands."""
    try:
        number = float(fold(value).text.replace("٫", ".").replace(",", "."))
    except ValueError:
        return value
    return number if isfinite(number) else value


def _moment(column: str | None, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(value)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _FaultError(column, "Write the moment as 2026-01-31 or 2026-01-31T10:15:00+03:00.") from error


def _require_columns(header: list[str], mapping: ImportMapping) -> None:
    wanted = [*(getattr(mapping, name) for name in _LONGEST), mapping.at, *mapping.scores.values()]
    for column in filter(None, wanted):
        if header.count(column) != 1:
            told = "not there" if column not in header else "there more than once"
            msg = f"The column '{column}' is {told}: the first line has {_listed(header) or 'no names'}."
            raise InputError(msg, field="columns")


def _listed(header: list[str]) -> str:
    """Return the headings as far as a message may tell them."""
    names = [name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…" for name in header[:_MOST_NAMES]]
    more = f" and {len(header) - _MOST_NAMES} more" if len(header) > _MOST_NAMES else ""
    return ", ".join(names) + more
