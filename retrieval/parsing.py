"""Reading import files: CSV and NDJSON, line by line, in bounded memory; a bad line never stops the rest."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from models.errors import InputError
from retrieval.clean import text_fault
from retrieval.rows import COLUMNS, RowError, RowFault

MAX_LINE = 2_000_000
"""Longest physical line in code points; what lies beyond is skipped and the line reported."""
_JSON_SUFFIXES = {".ndjson", ".jsonl", ".json"}
_CSV_SUFFIXES = {".csv", ".tsv", ".txt"}
_DELIMITERS = ",;\t"


@dataclass(frozen=True)
class Row:
    """The columns of one row and the line on which it starts, counted from 1."""

    line: int
    values: dict[str, Any]


@dataclass
class Reader:
    """Reads one file; iterate ``rows()`` once. ``unknown`` fills with columns that are not read.

    Bytes that are no UTF-8 pass as lone surrogates, to be reported with the field that holds them.
    """

    path: Path
    unknown: set[str] = field(default_factory=set)
    _line: int = 0
    _overlong: int = 0

    def rows(self) -> Iterator[Row | RowError]:
        """Yield rows and errors in the order of the file.

        Raises:
            InputError: the file is absent or unreadable, UTF-16, or a CSV without the two necessary columns.
        """
        try:
            with self.path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
                _refuse_utf16(self.path)
                if self._is_json(file):
                    yield from self._json_rows(file)
                else:
                    yield from self._csv_rows(file)
        except OSError as error:
            msg = f"The file {self.path} cannot be read ({error.strerror}): check its name and rights."
            raise InputError(msg, field="path") from error

    def _is_json(self, file: TextIO) -> bool:
        suffix = self.path.suffix.lower()
        if suffix in _JSON_SUFFIXES | _CSV_SUFFIXES:
            return suffix in _JSON_SUFFIXES
        start = file.read(4096).lstrip()
        file.seek(0)
        return start.startswith("{")

    def _lines(self, file: TextIO) -> Iterator[str]:
        while line := file.readline(MAX_LINE):
            self._line += 1
            if len(line) == MAX_LINE and not line.endswith("\n"):
                self._overlong = self._line
                while (rest := file.readline(MAX_LINE)) and not rest.endswith("\n"):
                    pass
            # A byte order mark is taken off by the codec at offset 0 only after a seek; be certain.
            yield line.removeprefix("\ufeff") if self._line == 1 else line

    def _json_rows(self, file: TextIO) -> Iterator[Row | RowError]:
        for line in self._lines(file):
            if not line.strip():
                continue
            try:
                values = self._parse_json(line)
            except RowFault as fault:
                yield fault.at(self._line)
            else:
                self.unknown.update(set(values) - set(COLUMNS))
                yield Row(self._line, values)

    def _parse_json(self, line: str) -> dict[str, Any]:
        if self._overlong == self._line:
            raise _too_long()
        if text_fault(line) is not None:
            raise RowFault(None, "invalid_utf8", "The line is not valid UTF-8 text: save the file as UTF-8.")
        try:
            values = json.loads(line)
        except (ValueError, RecursionError) as error:
            hint = error.msg if isinstance(error, json.JSONDecodeError) else "too deeply nested or too large a number"
            message = f"The line is no JSON object ({hint}): write one object on each line."
            raise RowFault(None, "invalid_json", message) from error
        if not isinstance(values, dict):
            message = 'The line must be an object such as {"problem": "...", "answer": "..."}.'
            raise RowFault(None, "not_an_object", message)
        return values

    def _csv_rows(self, file: TextIO) -> Iterator[Row | RowError]:
        lines = self._lines(file)
        header_line = next(lines, "")
        delimiter = max(_DELIMITERS, key=header_line.count)
        header = [name.strip().lower() for name in next(csv.reader([header_line], delimiter=delimiter), [])]
        self._check_header(header)
        reader = csv.reader(lines, delimiter=delimiter)
        while True:
            start = self._line + 1
            try:
                cells = next(reader)
                if any(cell.strip() for cell in cells):
                    yield Row(start, self._csv_values(header, cells, start))
            except StopIteration:
                return
            except csv.Error as error:
                message = f"The line cannot be read as CSV ({error}): check its quotes and shorten huge fields."
                yield RowFault(None, "invalid_csv", message).at(start)
            except RowFault as fault:
                yield fault.at(start)

    def _csv_values(self, header: list[str], cells: list[str], start: int) -> dict[str, Any]:
        if self._overlong >= start:
            raise _too_long()
        if len(cells) > len(header):
            message = f"The row has {len(cells)} fields but the header {len(header)}: put text with commas in quotes."
            raise RowFault(None, "too_many_fields", message)
        return dict(zip(header, cells, strict=False))

    def _check_header(self, header: list[str]) -> None:
        if not header or not any(header):
            return
        missing = [name for name in ("problem", "answer") if name not in header]
        if missing:
            msg = (
                f"The first line must name the columns; missing: {', '.join(missing)}. "
                f"Known columns: {', '.join(COLUMNS)}."
            )
            raise InputError(msg, field=missing[0])
        doubled = sorted({name for name in header if header.count(name) > 1 and name in COLUMNS})
        if doubled:
            msg = f"The first line names '{doubled[0]}' more than once: rename or remove one."
            raise InputError(msg, field=doubled[0])
        self.unknown.update(name for name in header if name and name not in COLUMNS)


def _too_long() -> RowFault:
    return RowFault(None, "too_long", f"The line is longer than {MAX_LINE:,} characters: split it.")


def _refuse_utf16(path: Path) -> None:
    with path.open("rb") as file:
        if file.read(2) in {b"\xff\xfe", b"\xfe\xff"}:
            msg = f"The file {path.name} is UTF-16: save it as UTF-8 (in Excel: CSV UTF-8) and import it again."
            raise InputError(msg, field="path")
