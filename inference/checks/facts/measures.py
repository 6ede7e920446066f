"""Whether an amount, percentage, period or phone number stands somewhere, in its unit."""

import re
from functools import cache

from inference.checks.facts.page import Page, ending, worded
from inference.checks.facts.sums import is_computed
from inference.checks.grants import grants as grants_in
from inference.contradiction.figures import Figure, figures
from inference.text import fold_pattern
from inference.types import DifferenceKind

_DEFINITE = re.compile(
    r"(?<!\w)(?:the|those|these|that|all|both|another|first|last|full|هذه|تلك|كل) (?:full |last |first )?$"
)
_COMING = re.compile(r" (?:القادم|المقبل|التالي|الاتي)")
_GENERAL = re.compile(r"عام[اي]ن(?!\w)")
_DUAL_NOUN = re.compile(r"\w{2}[اي]ن $")
_IN = re.compile(r"(?<!\w)(?:in|في) $")
_STAY = re.compile(
    fold_pattern(
        r"(?<!\w)(?:(?:give|allow|spare) (?:me|us)|bear with (?:me|us)|hang on|hold on|wait|stay with me"
        r"|(?:just|only|i) need|(?:get|be|come|write) (?:right )?back(?: to you| with you| here)? in)"
        r"(?: (?:for|just|about|only|please|another|like))* $"
        r"|(?<!\w)[وف]?(?:(?:عط|أعط|اعط|أمهل|امهل|انتظر|استن|تحمل|اصبر|خل)\w*|(?:أحتاج|محتاج|أبغى|أبي|بدي|عايز)"
        r"|(?:س?أرد|س?أرجع|س?أعود|برد|برجع|هرد|هرجع|برجعلك|بردلك)"
        r"(?: (?:لك|لكم|عليك|عليكم|إليك|إليكم))? (?:بعد|خلال|في))"
        r"(?: (?:بس|علي|معي|معاي|معايا|لي|منك|فقط|من وقتك|لو سمحت))* $"
    )
)
_MOMENT = 0.26
"""Hours: a quarter of one."""
_NEAR = 48
_PHONE_DIGITS = 7
"""Fewest digits of a number without its country's code."""


def stands(page: Page, figure: Figure) -> bool:
    """Tell whether a measured figure stands somewhere: its value in its unit, or its number where no unit was said."""
    if figure.kind is DifferenceKind.PHONE:
        return _stands_phone(page, figure)
    key = (figure.kind, float(figure.value), figure.unit)
    if any(key in item.measures for item in page.known.ours):
        return True
    written = float(figure.written)
    if figure.kind is DifferenceKind.PERIOD and (
        _describes(page.text, figure)
        or _refers(page, figure)
        or _is_one(page.text, figure)
        or _waited(page.text, figure)
    ):
        return True
    if _said(page, key, written) and not _claimed(page, figure):
        return True
    # "5 to 7 working days, or 10 to 14 in Egypt": the unit is said once.
    bare = figure.kind is not DifferenceKind.PERCENTAGE and any(written in item.bare for item in page.known.ours)
    if bare and not _has_other_unit(page, key):
        return True
    return figure.kind is DifferenceKind.AMOUNT and (_granted(page, figure) or is_computed(page, figure))


def _stands_phone(page: Page, figure: Figure) -> bool:
    """Tell whether the company gives a number to call; a customer's own is only quoted."""
    start, end = page.sentence(figure.start)
    quoted = worded("ours", "quoted").search(page.text, start, end) is not None
    runs = (run for item in (page.known.all if quoted else page.known.ours) for run in item.runs)
    return any(_same_phone(str(figure.value), run) for run in runs)


def _same_phone(one: str, other: str) -> bool:
    """Tell whether two numbers are one, with or without the country's code."""
    short, long = sorted((one.lstrip("0"), other.lstrip("0")), key=len)
    return short == long or (len(short) >= _PHONE_DIGITS and long.endswith(short))


def _said(page: Page, key: tuple[DifferenceKind, float, str], written: float) -> bool:
    """Tell whether the conversation holds a figure, or its number without a unit that ours has with another."""
    if any(key in item.measures for item in page.known.theirs):
        return True
    return not _has_other_unit(page, key) and any(written in item.plain for item in page.known.theirs)


def _has_other_unit(page: Page, key: tuple[DifferenceKind, float, str]) -> bool:
    """Tell whether the company says the same number in another currency."""
    return any(key[:2] == other[:2] for item in page.known.ours for other in item.measures)


def _describes(text: str, figure: Figure) -> bool:
    """Tell whether «عامان» is "general", of two: it follows a dual («جوابان عامان»)."""
    return _GENERAL.match(text, figure.start) is not None and _DUAL_NOUN.search(text, 0, figure.start) is not None


def _refers(page: Page, figure: Figure) -> bool:
    """Tell whether a period speaks of one that was named: "those five days" of five working days."""
    before = page.text[max(0, figure.start - 24) : figure.start]
    article = page.text.startswith(("ال", "وال", "فال", "لل"), figure.start)
    if article and not _COMING.match(page.text, figure.end):
        return True
    return bool(_DEFINITE.search(before)) and any(float(figure.written) in item.periods for item in page.known.all)


def _is_one(text: str, figure: Figure) -> bool:
    """Tell whether a period is the "one day" in which several things happened."""
    return (
        figure.written == 1
        and not text[figure.start].isdigit()
        and _IN.search(text, max(0, figure.start - 4), figure.start) is not None
    )


def _waited(text: str, figure: Figure) -> bool:
    """Tell whether the customer is asked to stay for some minutes: "give me two minutes", «أرد عليك بعد دقيقتين»."""
    short = figure.unit == "hour" and float(figure.value) <= _MOMENT
    return short and _STAY.search(text, max(0, figure.start - _NEAR), figure.start) is not None


def _claimed(page: Page, figure: Figure) -> bool:
    """Tell whether a customer's figure is said as one of ours: "your compensation is 500"."""
    start, end = page.sentence(figure.start)
    before = page.text[start : figure.start]
    said = ending("ours", "before", after=" ?(?:[a-z]{3} )?").search(before) or ending("ours", "limits").search(before)
    return said is not None and worded("ours", "quoted").search(page.text[start:end]) is None


def _granted(page: Page, figure: Figure) -> bool:
    """Tell whether an amount is one that somebody may grant, said as a grant: the authority check judges it."""
    start, end = page.sentence(figure.start)
    given_away = any(start <= item.start < end for item in grants_in(page.text))
    if not given_away and not worded("grants").search(page.text, start, end):
        return False
    grants = (grant.most for grant in page.given.policy.authority)
    return any(
        float(figure.value) <= most and _currency(code) == figure.unit
        for grant in grants
        for code, most in grant.items()
    )


@cache
def _currency(code: str) -> str:
    read = figures(f"1 {code.lower()}")
    return read[0].unit if read else code
