"""What may be stored: text without bidi controls, NUL or broken Unicode, within the limits of ``Resolution``."""

import re
from typing import Any

from pydantic import ValidationError

from inference.types import Resolution
from models.errors import InputError

MAX_CASE = 2_000
"""Longest case in code points; a customer's message is cut down to its problem before it becomes a case."""
MOST_CASES = 200
"""Cases that a resolution holds."""
MAX_STEP = 1_000
"""Longest step in code points."""
MAX_TAG = 100
"""Longest tag in code points."""

# Unicode's Bidi_Control property: ALM, LRM, RLM, the embeddings and overrides, the isolates.
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Control characters that mean nothing in prose; tab and line feed stay, NUL is a fault of its own.
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ITEM_LIMITS = {"cases": MAX_CASE, "steps": MAX_STEP, "tags": MAX_TAG}


def text_fault(text: str) -> str | None:
    """Return what makes a text unfit for storage (``nul``, ``invalid_utf8``, ``lone_surrogate``), or None.

    Bytes that were no UTF-8 arrive as U+DC80 to U+DCFF, where a file was read with ``surrogateescape``.
    """
    if "\0" in text:
        return "nul"
    broken = _SURROGATE.search(text)
    if broken is None:
        return None
    return "invalid_utf8" if "\udc80" <= broken.group() <= "\udcff" else "lone_surrogate"


def clean_text(text: str) -> str:
    """Drop bidi controls and stray control characters, unify line ends, trim; everything else stays as written."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", _BIDI.sub("", unified)).strip()


def clean(resolution: Resolution) -> Resolution:
    """Return the resolution as it may be stored.

    Raises:
        InputError: a field holds NUL, is empty after cleaning, or an item of a list is too long; names the field.
    """
    values = {name: _clean_value(name, value) for name, value in resolution.model_dump().items()}
    if values["id"] != resolution.id:
        msg = "The id holds invisible control characters or outer blanks: remove them."
        raise InputError(msg, field="id")
    return make_resolution(values)


def make_resolution(values: dict[str, Any]) -> Resolution:
    """Build a resolution from clean values.

    Raises:
        InputError: the first field at fault, in one sentence.
    """
    for name, limit in _ITEM_LIMITS.items():
        if any(len(item) > limit for item in values.get(name, ())):
            msg = f"An item of '{name}' is longer than {limit} characters: shorten or split it."
            raise InputError(msg, field=name)
    try:
        return Resolution.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        msg = f"The field '{field}' is not valid: {first['msg']}."
        raise InputError(msg, field=field) from error


def _clean_value(name: str, value: Any) -> Any:  # noqa: ANN401 - walks a dump of mixed values
    if isinstance(value, str):
        if text_fault(value) is not None:
            msg = f"The field '{name}' holds a NUL character or broken Unicode: remove it."
            raise InputError(msg, field=name)
        cleaned = clean_text(value)
        return cleaned or None if name not in {"id", "tenant", "problem", "answer", "question"} else cleaned
    if isinstance(value, dict):
        return {key: _clean_value(key, item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        cleaned_items = (_clean_value(name, item) for item in value)
        return tuple(item for item in cleaned_items if item is not None)
    return value
