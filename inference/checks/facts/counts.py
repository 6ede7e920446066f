"""Whether a plain number that a reply names stands somewhere, or says nothing that could be wrong."""

import re

from inference.checks.facts.known import counted
from inference.checks.facts.page import Page, ending, worded
from inference.checks.facts.sums import is_computed
from inference.contradiction.figures import Figure
from inference.contradiction.numbers import Number
from inference.types import DifferenceKind

_THOSE = re.compile(r"(?<!\w)(?:the|those|these|both|all|either of the|of the) $")
"""Words that speak of so many as were named or are plain to see."""
_LEAD = 8
_ENDINGS = 4
_SMALL, _FEW = 10, 3


def stands_number(page: Page, number: Number) -> bool:
    """Tell whether a plain number stands somewhere, or says nothing that could be wrong."""
    value, small = number.value, not number.digits and number.value <= _SMALL
    if value < 1 or (small and (value <= 1 or _THOSE.search(page.text, max(0, number.start - _LEAD), number.start))):
        return True
    if any(_conflicts(page, stem, value) for stem in counted(page.text, number.end)[:1]):
        return False
    if _is_said(page, number) or is_computed(page, _as_figure(number)):
        return True
    if small:
        return _counts_itself(page, number) or (value <= _FEW and not _is_limit(page, number))
    if number.digits and _ends_known(page, page.text[number.start : number.end]):
        return True
    return worded("counting", "said").match(page.text, number.end + 1) is not None


def _as_figure(number: Number) -> Figure:
    return Figure(DifferenceKind.NUMBER, number.value, "", number.value, number.start, number.end)


def _is_said(page: Page, number: Number) -> bool:
    """Tell whether a number stands somewhere; a customer's "9 days" are no reason to speak of nine attempts."""
    value, small = number.value, not number.digits and _FEW < number.value <= _SMALL
    if any(value in item.written for item in page.known.ours):
        return True
    theirs = page.known.theirs
    return any(value in (item.plain if small else item.written) for item in theirs) or (
        small and not counted(page.text, number.end) and any(value in item.written for item in theirs)
    )


def _conflicts(page: Page, stem: str, value: float) -> bool:
    """Tell whether what the company says counts the same thing, but never so many, nor does the customer."""
    ours = {count for item in page.known.ours for name, count in item.counted if name == stem}
    return bool(ours) and value not in ours and not any(value in item.written for item in page.known.theirs)


def _is_limit(page: Page, number: Number) -> bool:
    """Tell whether a small number in words says how much there is or may be, and not how many steps follow."""
    before = page.text[max(0, number.start - 24) : number.start]
    return ending("counting", "limits", after=" ").search(before) is not None


def _counts_itself(page: Page, number: Number) -> bool:
    """Tell whether a small number in words counts what the reply itself goes on to name: "four steps"."""
    nouns = worded("counting", "nouns")
    before = page.text[max(0, number.start - 12) : number.start].split()
    return (
        number.definite
        or nouns.match(page.text, number.end + 1) is not None
        or (bool(before) and nouns.match(before[-1].removeprefix("ال")) is not None)
    )


def _ends_known(page: Page, digits: str) -> bool:
    """Tell whether digits are the last four of a longer number that is known, as of a card."""
    return len(digits) == _ENDINGS and any(run.endswith(digits) for item in page.known.all for run in item.runs)
