"""The line interface: one JSON object a line in, one a line out, in the same order, in batches of bounded size."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO

from pydantic import ValidationError

from api.untrusted import BrokenTextError, check_text, read_json
from inference.types import Message
from models.errors import RifqError
from retrieval.clean import text_fault

BATCH = 64
"""Lines that are answered together."""
MAX_LINE = 1_000_000
"""Longest line in bytes; a longer one is skipped, never held in memory."""
MAX_ID = 200
Id = str | int
_CODES = {"string_too_long": "too_long", "extra_forbidden": "unknown_field"}


@dataclass(frozen=True)
class Line:
    """One input line: its message, or what is wrong with it. ``id`` is None where none could be read."""

    id: Id | None
    message: Message | None = None
    code: str = ""
    fault: str = ""

    def error(self) -> dict[str, Any]:
        """Return the output line of a bad input line."""
        return {"id": self.id, "error": {"code": self.code, "message": self.fault}}


def read_batches(stream: BinaryIO, shape: type[Message] = Message) -> Iterator[list[Line]]:
    """Read lines in batches, each a message, or what ``shape`` adds to one; blank lines are skipped."""
    lines = (parse(raw, shape) for raw in _raw_lines(stream) if raw is None or raw.strip())
    while batch := list(islice(lines, BATCH)):
        yield batch


def parse(raw: bytes | None, shape: type[Message] = Message) -> Line:
    """Parse one line (None: it was too long)."""
    if raw is None:
        return Line(None, code="line_too_long", fault=f"The line is longer than {MAX_LINE} bytes: shorten it.")
    try:
        value = read_json(raw)
    except ValueError as error:
        return Line(None, code="invalid_json", fault=f"The line cannot be read as JSON: {error}.")
    if not isinstance(value, dict):
        return Line(None, code="not_an_object", fault='A line must be an object like {"id": "1", "text": "..."}.')
    return _line(value, shape)


def write(record: dict[str, Any]) -> None:
    """Write one line to standard output."""
    sys.stdout.write(json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n")


def failure(line: Line, error: RifqError) -> dict[str, Any]:
    """Return the output line of a message that could not be answered."""
    return {"id": line.id, "error": {"code": error.code, "message": error.message}}


def _raw_lines(stream: BinaryIO) -> Iterator[bytes | None]:
    while raw := stream.readline(MAX_LINE + 1):
        if len(raw) <= MAX_LINE or raw.endswith(b"\n"):
            yield raw
            continue
        while (rest := stream.readline(MAX_LINE)) and not rest.endswith(b"\n"):
            pass
        yield None


def _line(value: dict[str, Any], shape: type[Message]) -> Line:
    id_ = value.pop("id", None)
    fault = _id_fault(id_)
    if fault is not None:
        return Line(None, code="invalid_id", fault=fault)
    if "text" not in value:
        return Line(id_, code="missing_text", fault="The field 'text' is missing: give the customer's message.")
    try:
        check_text(value)
        return Line(id_, message=shape.model_validate(value))
    except BrokenTextError as error:
        return Line(id_, code=error.code, fault=error.message)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        code = _CODES.get(first["type"], "invalid_field")
        return Line(id_, code=code, fault=f"The field '{field}' is not valid: {first['msg']}.")


def _id_fault(id_: object) -> str | None:
    if id_ is None:
        return "The field 'id' is missing: give each line an id, so that its answer can be told from the others."
    if isinstance(id_, bool) or not isinstance(id_, str | int):
        return f"The field 'id' must be a text of 1 to {MAX_ID} characters or a whole number."
    text = str(id_)
    if not 1 <= len(text) <= MAX_ID:
        return f"The field 'id' must have 1 to {MAX_ID} characters."
    if text_fault(text) is not None:
        return "The field 'id' holds a NUL character or half of a surrogate pair: remove it."
    return None
