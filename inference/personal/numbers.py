"""Numbers as people type them: groups of digits with marks between, and what stretches of them can be.

Every window of neighbouring groups that holds 7 to 19 digits is offered to the recognisers; dates, times, amounts and
quantities are set aside first. The window is bounded, so the work grows with the text's length and no faster.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from inference.personal.data import load
from inference.text import Folded, fold_pattern

FEWEST, MOST = 7, 19
_GROUPS_AHEAD = 8
"""Groups in a window; a number typed digit by digit is more, where it stands alone."""
_GROUP = re.compile(r"[0-9]+")
_JOINER = re.compile(r"[ \t\u00a0]{0,2}(?:[-–—−./\\_()]|\) ?[-.]?|\(0\))?[ \t\u00a0]{0,2}\(?")
_TAKEN = re.compile(
    r"(?<![0-9])(?:"
    r"[0-9]{1,2}([/.\-])[0-9]{1,2}\1(?:1[34]|19|20)[0-9]{2}|(?:1[34]|19|20)[0-9]{2}([/.\-])[0-9]{1,2}\2[0-9]{1,2}"
    r"|[0-9]{1,2}/[0-9]{1,2}/[0-9]{2}"
    r"|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
    r"|[0-9]{1,3}(?:[,٬][0-9]{3})+(?:[.٫][0-9]+)?|[0-9]{1,7}[٫,][0-9]{1,4}"
    r")(?![0-9]|[/\-.:][0-9])"
)


_MARKS = frozenset("-–—−./\\_")
# Letters and digits go on: a serial number or a hash.
_SERIAL = re.compile(r"[a-z]{1,3}(?![a-z])|[a-z]+[0-9]")
_NOT_DIGIT = re.compile("[^0-9]+")


class Window(NamedTuple):
    """Neighbouring groups of digits: ``digits`` of ``folded[start:end]``.

    Attributes:
        prefix: ``+`` or empty.
        groups: how many groups.
        whole: whether nothing else that could belong to the number stands beside it.
    """

    start: int
    end: int
    digits: str
    prefix: str
    groups: int
    whole: bool


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = load("words")
    after = f"{words['currency_after']}|{words['unit_after']}"
    return (
        re.compile(rf" ?(?:{fold_pattern(after)})(?![^\W\d_])"),
        re.compile(rf"(?<![^\W\d_])(?:{words['currency_before']}) ?$"),
    )


def windows(folded: Folded) -> Iterator[Window]:
    """Yield the windows of a text, the longest of each start first."""
    text = folded.text
    taken = set_aside(text)
    chain: list[tuple[int, int]] = []
    for match in _GROUP.finditer(text):
        if chain and not _JOINER.fullmatch(text, chain[-1][1], match.start()):
            yield from _of_chain(text, chain)
            chain = []
        if match.start() in taken or is_counted(text, *match.span()):
            yield from _of_chain(text, chain)
            chain = []
            continue
        chain.append(match.span())
    yield from _of_chain(text, chain)


def set_aside(text: str) -> set[int]:
    """Return the places of dates, times and amounts with separators."""
    return {at for match in _TAKEN.finditer(text) for at in range(*match.span())}


def _of_chain(text: str, chain: list[tuple[int, int]]) -> Iterator[Window]:
    final = len(chain) - 1
    if final >= _GROUPS_AHEAD and sum(end - start for start, end in chain) <= MOST:
        yield from _window(text, chain, 0, final)
    for first in range(len(chain)):
        size, fitting = 0, []
        for last in range(first, min(len(chain), first + _GROUPS_AHEAD)):
            size += chain[last][1] - chain[last][0]
            if size > MOST:
                break
            if size >= FEWEST:
                fitting.append(last)
        for last in reversed(fitting):
            yield from _window(text, chain, first, last)


def _window(text: str, chain: list[tuple[int, int]], first: int, last: int) -> Iterator[Window]:
    start, end = chain[first][0], chain[last][1]
    inside = text[start:end]
    if last > first and len(_MARKS.intersection(inside)) > 1:
        return
    left = text[start - 1] if start else " "
    if left in "#@" or (left.isascii() and left.isalpha()) or _SERIAL.match(text, end):
        return
    prefix = "+" if text[max(0, start - 2) : start].strip("( ").endswith("+") else ""
    if not prefix and text[end : end + 1] == "+" and not text[end + 1 : end + 2].isalnum():
        prefix, end = "+", end + 1
    elif prefix:
        start = text.rindex("+", 0, start)
        start -= text[start - 1 : start] == "(" and ")" in inside
    elif left == "(" and ")" in inside:
        start -= 1
    digits = inside if last == first else _NOT_DIGIT.sub("", inside)
    whole = first == 0 and last == len(chain) - 1
    yield Window(start, end, digits, prefix, last - first + 1, whole)


def is_counted(text: str, start: int, end: int) -> bool:
    """Whether a group is an amount or a quantity, by the word on either side."""
    after, before = _patterns()
    return after.match(text, end) is not None or before.search(text[max(0, start - 8) : start]) is not None
