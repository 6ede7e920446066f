"""The safest repair: a sentence that says nothing else goes."""

import re

from inference.checks.base import CheckInput
from inference.types import Edit

_LONGEST = 20
"""Words of a sentence that may go without asking what else it said."""
_MARK = re.compile(r"(?:^|(?<=\n))[ \t]*((?:[-•*–]|\d{1,2}[.)])[ \t]+)$")
_MARKED = 12
"""Characters before a sentence within which the mark of a list stands."""
_TELLING = re.compile(r"\d|[«“\"]|(?<!\w)(?:tap|open|choose|because)(?!\w)")


def dropped(given: CheckInput, start: int, end: int) -> Edit | None:
    """Return the edit that drops a sentence, given as its range of the folded text.

    None where it is all that the reply says, or long, or holds a figure or a menu: then an agent must reword it.
    """
    text = given.folded.text
    sentence = text[start:end]
    if not text[:start].strip() + text[end:].strip():
        return None
    if len(sentence.split()) > _LONGEST or _TELLING.search(sentence):
        return None
    span = given.folded.span(start, end)
    first = span.start + len(span.text) - len(span.text.lstrip())
    mark = _MARK.search(given.text, max(0, first - _MARKED), first)
    first = mark.start(1) if mark else first
    stop = span.end
    # A place in a sentence may leave out the sentence's own mark, and the one of a list before it.
    while stop < len(given.text) and given.text[stop] in ".!؟?":
        stop += 1
    while stop < len(given.text) and given.text[stop] in " \u00a0":
        stop += 1
    at_line = first == 0 or given.text[first - 1] == "\n"
    while at_line and stop < len(given.text) and given.text[stop] == "\n":
        stop += 1
    return Edit(start=first, end=stop, replacement="")
