"""Takes a subject's values out of texts that stay."""

from collections.abc import Callable, Mapping
from typing import Any

from api.privacy.matching import Matcher
from api.privacy.texts import strings

BLOT = "█"
"""Stands for each character, so that offsets into the text stay true."""
PLACEHOLDER = "[erased_1]"
"""Stands for a value in knowledge, in the form that masked words have there."""


def blotted(text: str, matcher: Matcher) -> str:
    """Return a text with each character of the subject's values blotted out; its length stays."""
    return _replaced(text, matcher, lambda start, end: BLOT * (end - start))


def placeheld(text: str, matcher: Matcher) -> str:
    """Return a text with a placeholder for each of the subject's values."""
    return _replaced(text, matcher, lambda _start, _end: PLACEHOLDER)


def mask_row(row: Mapping[str, Any], matcher: Matcher) -> dict[str, Any]:
    """Return the columns of a row that change, with the values blotted out.

    Spans of evidence (``start``, ``end``, ``text``) that cut through a value are taken from the blotted text anew.
    """
    changed = dict[str, str]()
    for value in row.values():
        for text in strings(value):
            if text not in changed and (masked := blotted(text, matcher)) != text:
                changed[text] = masked
    if not changed:
        return {}
    masked_row = {name: _walk(value, changed) for name, value in row.items()}
    return {name: value for name, value in masked_row.items() if value != row[name]}


def _replaced(text: str, matcher: Matcher, stand_in: Callable[[int, int], str]) -> str:
    parts, last = list[str](), 0
    for start, end in matcher.spans(text):
        parts += [text[last:start], stand_in(start, end)]
        last = end
    return "".join([*parts, text[last:]]) if parts else text


def _walk(value: Any, changed: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        return changed.get(value, value)
    if isinstance(value, list):
        return [_walk(item, changed) for item in value]
    if not isinstance(value, dict):
        return value
    found = {key: _walk(item, changed) for key, item in value.items()}
    start, end, text = (value.get(name) for name in ("start", "end", "text"))
    if isinstance(start, int) and isinstance(end, int) and isinstance(text, str) and text:
        for old, new in changed.items():
            if old[start:end] == text:
                found["text"] = new[start:end]
    return found
