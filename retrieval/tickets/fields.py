"""Values of untrusted JSON records, by type."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from retrieval.clean import clean_text
from retrieval.rows import RowFault

LONGEST_TEXT = 30_000
"""Most characters of one turn that are read; a solving answer is never that long."""
MOST_TURNS = 2_000
"""Most turns of one ticket that are read."""

_BROKEN = re.compile("[\0\ud800-\udfff]")

Values = Mapping[str, Any]


def text(values: Values, *names: str) -> str:
    """Return the first of the fields that is text with words in it, fit for storage; empty where none is."""
    for name in names:
        value = values.get(name)
        if isinstance(value, str) and value.strip():
            return tidy(value)
    return ""


def tidy(value: str) -> str:
    """Drop what cannot be stored from a text, and cut it to its limit."""
    return clean_text(_BROKEN.sub("", value[:LONGEST_TEXT]))


def identifier(values: Values, *names: str) -> str:
    """Return the first id among the fields, as text.

    Raises:
        RowFault: none of them is a number or text.
    """
    for name in names:
        value = values.get(name)
        if isinstance(value, int | str) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()
    message = f"The record has no '{names[0]}': export whole tickets, with their ids."
    raise RowFault(names[0], "missing", message)


def objects(values: Values, name: str) -> list[dict[str, Any]]:
    """Return a field's list of objects; an absent field is an empty list.

    Raises:
        RowFault: the field is something else.
    """
    value = values.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise RowFault(name, "wrong_type", f"'{name}' must be a list of objects, as the helpdesk exports it.")
    return value[:MOST_TURNS]


def mapping(values: Values, name: str) -> dict[str, Any]:
    """Return a field's object; empty where it is none."""
    value = values.get(name)
    return value if isinstance(value, dict) else {}


def labels(values: Values, name: str) -> tuple[str, ...]:
    """Return a field's list of short texts; what is no text is left out."""
    value = values.get(name)
    return tuple(tidy(item) for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def moment(value: Any) -> datetime | None:  # noqa: ANN401 - JSON holds anything
    """Read an ISO 8601 text or seconds since 1970; None where it is neither."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        if isinstance(value, str):
            read = datetime.fromisoformat(value)
            return read if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def share(value: Any, lowest: float, highest: float) -> float | None:  # noqa: ANN401 - JSON holds anything
    """Place a rating between its scale's ends, in [0, 1]; None where it is no number on the scale."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not lowest <= value <= highest:
        return None
    return (value - lowest) / (highest - lowest)
