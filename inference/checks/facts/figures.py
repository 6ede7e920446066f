"""Figures: each must stand in a source, a fact, the policy or the conversation, with the same value and unit."""

import re
from collections.abc import Iterable, Iterator

from inference.checks.base import CheckInput
from inference.checks.facts.counts import stands_number
from inference.checks.facts.dates import stands_day
from inference.checks.facts.days import Day, days
from inference.checks.facts.known import known
from inference.checks.facts.measures import stands
from inference.checks.facts.page import Page
from inference.checks.facts.repair import replacement
from inference.contradiction.figures import extent, figures
from inference.contradiction.numbers import numbers
from inference.text import fold_pattern
from inference.types import DifferenceKind, Finding

_CODES = {
    DifferenceKind.AMOUNT: "unsupported_amount",
    DifferenceKind.PERCENTAGE: "unsupported_percentage",
    DifferenceKind.PERIOD: "unsupported_period",
    DifferenceKind.PHONE: "unsupported_phone",
}
# Numbers that claim nothing: of a list, of a message's parts, "24/7" and its like.
_LIST_MARK = re.compile(r"(?m)^[ \t]*[(]?\d{1,2}[.)\-–:](?=[ \t])")
_MARK_WITHIN = re.compile(r"(?<=[\n ])\(?[1-9]\)(?= )|(?<!\w)[1-9]/[1-9](?=[ .]*$)|(?<!\w)24/7(?!\w)")
_IDIOM = re.compile(
    fold_pattern(
        r"24 hours a day|(?:7|seven) days a week|365 days a year|24 ساعة (?:يوميا|في اليوم)"
        r"|(?:7|سبعة) أيام في الأسبوع|(?:last|آخر) (?:4|four|أربعة) (?:digits|numbers|أرقام|خانات)"
        r"|nine (?:times )?out of ten|تسعة أعشار|(?:step|option|stage|خطوة|الخطوة|الخيار|المرحلة) \d{1,2}(?!\d)"
    )
)
_IDIOM_HINTS = tuple(
    map(
        fold_pattern,
        (
            "24 ",
            "days a ",
            "أيام في",
            "last ",
            "آخر ",
            "out of",
            "أعشار",
            "step ",
            "option ",
            "stage ",
            "المرحلة ",
            "خطوة ",
            "الخيار ",
        ),
    )
)
_SHORT_CODE = re.compile(r"(?<!\w)[*#][\d*#]{2,}#")
_LINK = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]{1,64}@[\w-]+\.[\w.-]+")
_TO_TEXT = re.compile(
    fold_pattern(
        r"(?:text|sms|dial|ring|call|أرسلوا|ارسلوا|اتصلوا|راسلوا)[^.\n]{0,40} (?:to|on|at|إلى|على|بالرقم|الرقم) $"
    )
)
_LEAD = 64
"""Characters before a number within which "text" or "dial" stands."""
_YEAR = re.compile(r",? ?(?:سنه |عام )?(?:1[34]|19|20)\d{2}(?: ?(?:ه|م|ah|h))?(?!\w)")


def check_figures(given: CheckInput) -> Iterator[Finding]:
    """Find numbers, amounts, percentages, periods, days, hours and phone numbers that nothing backs."""
    text = given.folded.text
    counts = list(numbers(text))
    found = figures(text, counts)
    named = tuple(days(text, found))
    page = Page(given, known(given), tuple(found), tuple(sorted(named, key=lambda day: day.start)))
    taken = bytearray(len(text))
    _mark(taken, (*_no_claims(text), *(_with_year(text, day) for day in named)))
    for day in named:
        if not stands_day(page, day):
            yield given.finding("unsupported_date", at=(day.start, day.end))
    for match in _SHORT_CODE.finditer(text) if "#" in text else ():
        _mark(taken, (match.span(),))
        if not any(match.group() in item.text for item in page.known.ours):
            yield given.finding("unsupported_phone", at=match.span())
    reach = 0
    for figure in sorted(found, key=lambda item: item.start):
        code = _CODES.get(figure.kind)
        within, reach = figure.start < reach, max(reach, figure.end)
        if code is not None and not within and not taken[figure.start] and not stands(page, figure):
            yield given.finding(code, at=extent(text, figure), suggestion=replacement(given, figure))
    _mark(taken, ((item.start, item.end) for item in found if item.kind is not DifferenceKind.NUMBER))
    for number in counts:
        if not taken[number.start] and not stands_number(page, number):
            phone = number.digits and _TO_TEXT.search(text, max(0, number.start - _LEAD), number.start)
            code = "unsupported_phone" if phone else "unsupported_number"
            yield given.finding(code, at=(number.start, number.end))


def _no_claims(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges of numbers that say nothing, and of addresses, which another check reads."""
    yield from (match.span() for match in _LIST_MARK.finditer(text))
    if ") " in text or "/" in text:
        yield from (match.span() for match in _MARK_WITHIN.finditer(text))
    if any(hint in text for hint in _IDIOM_HINTS):
        yield from (match.span() for match in _IDIOM.finditer(text))
    if "@" in text or "://" in text or "www." in text:
        yield from (match.span() for match in _LINK.finditer(text))


def _mark(taken: bytearray, ranges: Iterable[tuple[int, int]]) -> None:
    for start, end in ranges:
        taken[start:end] = b"\1" * (end - start)


def _with_year(text: str, day: Day) -> tuple[int, int]:
    year = _YEAR.match(text, day.end)
    return day.start, year.end() if year else day.end
