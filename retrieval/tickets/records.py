"""The JSON records of an export: one a line, or a whole document; a bad line never stops the rest."""

import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from models.errors import InputError
from retrieval.rows import RowError, RowFault

MAX_LINE = 64 * 1024 * 1024
"""Longest line of NDJSON in bytes; a longer one is skipped and reported."""
MAX_DOCUMENT = 1024 * 1024 * 1024
"""Largest document that is one JSON value, in bytes: it has to be read whole."""

Expand = Callable[[Any], Iterator[Any]]
"""Yields the tickets of one JSON value."""


class Records:
    """Reads one JSON file; iterate once. ``unit`` says what the numbers count: ``line`` or ``record``."""

    def __init__(self, path: Path, expand: Expand) -> None:
        self._path = path
        self._expand = expand
        self.unit = "line"

    def __iter__(self) -> Iterator[tuple[int, dict[str, Any]] | RowError]:
        """Yield numbered tickets and errors in the order of the file.

        Raises:
            InputError: the file is absent, unreadable or UTF-16, or is one JSON document that is broken or too large.
        """
        try:
            with self._path.open("rb") as file:
                if self._by_lines(file):
                    yield from self._lines(file)
                else:
                    self.unit = "record"
                    yield from self._document(file)
        except OSError as error:
            msg = f"The file {self._path} cannot be read ({error.strerror}): check its name and rights."
            raise InputError(msg, field="path") from error

    def _by_lines(self, file: BinaryIO) -> bool:
        """Whether one of the first two lines is an object: a document in several lines begins with half of one."""
        start = file.read(2)
        if start in {b"\xff\xfe", b"\xfe\xff"}:
            msg = f"The file {self._path.name} is UTF-16: save it as UTF-8 and import it again."
            raise InputError(msg, field="path")
        file.seek(0)
        first = list(islice(_filled(file), 2))
        file.seek(0)
        return any(isinstance(_try(line), dict) for line in first)

    def _lines(self, file: BinaryIO) -> Iterator[tuple[int, dict[str, Any]] | RowError]:
        number = 0
        while raw := file.readline(MAX_LINE):
            number += 1
            try:
                if len(raw) == MAX_LINE and not raw.endswith(b"\n"):
                    while (rest := file.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                        pass
                    raise RowFault(None, "too_long", f"The line is longer than {MAX_LINE:,} bytes: split it.")
                if raw.strip():
                    yield from self._tickets(_parse(raw), number)
            except RowFault as fault:
                yield fault.at(number)

    def _tickets(self, value: Any, line: int | None) -> Iterator[tuple[int, dict[str, Any]] | RowError]:  # noqa: ANN401
        for place, item in enumerate(self._expand(value), start=1):
            number = place if line is None else line
            if isinstance(item, dict):
                yield number, item
            else:
                yield RowError(line=number, field=None, code="not_an_object", message="A ticket must be a JSON object.")

    def _document(self, file: BinaryIO) -> Iterator[tuple[int, dict[str, Any]] | RowError]:
        raw = file.read(MAX_DOCUMENT + 1)
        if len(raw) > MAX_DOCUMENT:
            msg = f"{self._path.name} is one JSON document of more than {MAX_DOCUMENT:,} bytes: export NDJSON instead."
            raise InputError(msg, field="path")
        try:
            value = _parse(raw)
            yield from self._tickets(value, None)
        except RowFault as fault:
            msg = f"{self._path.name} is neither NDJSON nor a JSON document: {fault.message}"
            raise InputError(msg, field="path") from fault


def _filled(file: BinaryIO) -> Iterator[bytes]:
    while line := file.readline(MAX_LINE):
        if line.strip(b"\xef\xbb\xbf \t\r\n"):
            yield line


def _try(raw: bytes) -> Any:  # noqa: ANN401 - JSON holds anything
    try:
        return _parse(raw)
    except RowFault:
        return None


def _parse(raw: bytes) -> Any:  # noqa: ANN401 - JSON holds anything
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise RowFault(None, "invalid_utf8", "It is not valid UTF-8 text: save the file as UTF-8.") from error
    except json.JSONDecodeError as error:
        # The decoder's own message names a position, never the text.
        message = f"It is no whole JSON ({error.msg}, column {error.colno}): export it again."
        raise RowFault(None, "invalid_json", message) from error
    except (ValueError, RecursionError) as error:
        raise RowFault(None, "invalid_json", "It is too deeply nested or holds too large a number.") from error
