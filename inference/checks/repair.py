"""A reply with the safe repairs made that its findings suggest."""

from collections.abc import Iterable

from inference.types import Edit, Finding


def repaired(text: str, findings: Iterable[Finding]) -> str:
    """Return the text with every suggested edit made; of edits that overlap only the one that begins first.

    Args:
        text: What was checked.
        findings: What was found in just this text.
    """
    edits = sorted({_key(finding.suggestion) for finding in findings if finding.suggestion is not None})
    parts, at = [], 0
    for start, end, replacement in edits:
        if start >= at:
            parts += [text[at:start], replacement]
            at = end
    return "".join([*parts, text[at:]])


def _key(edit: Edit) -> tuple[int, int, str]:
    return edit.start, edit.end, edit.replacement
