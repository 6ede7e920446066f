"""A reply with the safe repairs made that its findings suggest."""

from collections.abc import Iterable

from inference.types import Edit, Finding

_BLANKS = " \t\u00a0"


def repaired(text: str, findings: Iterable[Finding]) -> str:
    """Return the text with every suggested edit made; of edits that overlap only the one that begins first.

    Args:
        text: What was checked.
        findings: What was found in just this text.

    Where a line ends with something dropped, the blanks before it go too.
    """
    edits = sorted({_key(finding.suggestion) for finding in findings if finding.suggestion is not None})
    parts, at = [], 0
    for start, end, replacement in edits:
        if start >= at:
            parts.append(text[at:start])
            if not replacement and (end == len(text) or text[end] == "\n"):
                _end_line(parts)
            parts.append(replacement)
            at = end
    return "".join([*parts, text[at:]])


def _end_line(parts: list[str]) -> None:
    """Take the blanks from the end of what was put together so far."""
    while parts and not (stripped := parts[-1].rstrip(_BLANKS)):
        parts.pop()
    if parts:
        parts[-1] = stripped


def _key(edit: Edit) -> tuple[int, int, str]:
    return edit.start, edit.end, edit.replacement
