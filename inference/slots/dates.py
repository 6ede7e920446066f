"""Dates that customers name, resolved only where their words and the day of the message tell."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from hijridate import Hijri

from inference.slots.data import spelt, words
from inference.slots.page import Candidate, Page
from inference.slots.types import SlotName

_EDGE = r"(?<![\w./:-])"
_END = r"(?![\w/:]|[.-]\d)"
_BACK, _AHEAD = timedelta(days=92), timedelta(days=31)
"""How far from today a day without a year surely is this one, and not that of another year."""


@cache
def _months(kind: str) -> tuple[tuple[int, re.Pattern[str]], ...]:
    return tuple((month, re.compile(f"(?:{spelt(kind, month)})")) for month in words()[kind])


def _names(kind: str) -> str:
    return "|".join(spelt(kind, number) for number in words()[kind])


@cache
def _written() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    gregorian, hijri = _names("months"), _names("hijri_months")
    year = r"(?:,? (?:سنه |عام )?(?P<year>(?:1[34]|19|20)\d{2})(?: ?(?:ه|م|h|ah)(?!\w))?)?"
    return (
        re.compile(
            rf"{_EDGE}(?:(?P<iso>\d{{4}}([-/.])\d{{1,2}}\2\d{{1,2}})|(?P<plain>\d{{1,2}}([-/.])\d{{1,2}}\4(?:\d{{4}}|\d{{2}})))"
            rf"{_END}"
        ),
        re.compile(
            rf"{_EDGE}(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?:شهر )?"
            rf"(?:(?P<month>{gregorian})|(?P<moon>{hijri}))"
            rf"|(?P<first>{gregorian}) (?P<second>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:%]|[.,]\d)){year}(?!\w)"
        ),
        re.compile(rf"(?<!\w)(?:{spelt('dated')})(?: في)? ?:? ?(?P<plain>\d{{1,2}}/\d{{1,2}}){_END}"),
    )


def dates(page: Page) -> Iterator[Candidate]:
    """Yield the dates of a page: written ones, days before today, weekdays."""
    numbers, named, short = _written()
    for match in numbers.finditer(page.text):
        found = _numeric(match["iso"] or match["plain"], iso=match["iso"] is not None)
        if found is not None:
            yield Candidate(SlotName.DATE, *match.span(), found)
    for match in named.finditer(page.text):
        found = _of_names(match, page.today)
        if found is not None:
            yield Candidate(SlotName.DATE, *match.span(), found)
    for match in short.finditer(page.text):
        yield Candidate(SlotName.DATE, *match.span("plain"), "")
    yield from _days(page)
    yield from _weekdays(page)


def _numeric(text: str, *, iso: bool) -> str | None:
    """Return a date in digits as ISO 8601; empty where day and month can be exchanged, None where it is no date."""
    parts = [int(part) for part in re.split(r"[-/.]", text)]
    if iso:
        return _iso(*parts)
    first, second, year = parts
    year += 2000 if year < 100 else 0
    if first == second:
        return _iso(year, second, first)
    if max(first, second) <= 12:
        return "" if min(first, second) else None
    return _iso(year, second, first) if first > 12 else _iso(year, first, second)


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        if 1300 < year < 1600:
            return Hijri(year, month, day).to_gregorian().isoformat()
        return date(year, month, day).isoformat()
    except (ValueError, OverflowError):
        return None


def _of_names(match: re.Match[str], today: date | None) -> str | None:
    kind, name = ("hijri_months", match["moon"]) if match["moon"] else ("months", match["month"] or match["first"])
    month = next(number for number, pattern in _months(kind) if pattern.fullmatch(name))
    day = int(match["day"] or match["second"])
    if not 1 <= day <= (30 if match["moon"] else 31):
        return None
    if match["year"]:
        return _iso(int(match["year"]), month, day)
    return _nearest(month, day, today) if today is not None and not match["moon"] else ""


def _nearest(month: int, day: int, today: date) -> str:
    """Return the day of that name near today; empty where there is none."""
    for year in (today.year, today.year - 1, today.year + 1):
        found = _iso(year, month, day)
        if found and -_BACK <= date.fromisoformat(found) - today <= _AHEAD:
            return found
    return ""


@cache
def _day_patterns() -> tuple[tuple[int, re.Pattern[str]], ...]:
    # The longer names first: "the day before yesterday" holds "yesterday".
    return tuple((back, re.compile(rf"(?<!\w)[وف]?(?P<all>{spelt('days', back)})(?!\w)")) for back in (2, 1))


def _days(page: Page) -> Iterator[Candidate]:
    for back, pattern in _day_patterns():
        for match in pattern.finditer(page.text):
            yield _dated(_earlier(page.today, back), *match.span("all"))


def _earlier(day: date | None, back: int) -> date | None:
    # Nothing comes before the year 1.
    return day - timedelta(days=back) if day is not None and day.toordinal() > back else None


def _dated(day: date | None, start: int, end: int) -> Candidate:
    """Return a date that only the day of the message gives sense to: without it a reply cannot repeat it."""
    return Candidate(SlotName.DATE, start, end, day.isoformat() if day else "", said=day is not None)


@cache
def _weekday_pattern() -> re.Pattern[str]:
    names = "|".join(f"(?P<d{number}>{spelt('weekdays', number)})" for number in words()["weekdays"])
    past, coming = spelt("past"), spelt("coming")
    return re.compile(
        r"(?<!\w)(?:(?P<cue>since last|since|last|next|this coming|on|و?من|منذ|mn|men) )?"
        r"(?P<day>يوم |نهار |nhar |yom )?"
        rf"(?P<all>(?:{names})(?: (?:(?P<past>{past})|(?P<coming>{coming})))?)(?!\w)"
        r"(?! ?(?:الي|لل|ل?حد|to|till|until|through|-|–) ?\w)"
    )


def _weekdays(page: Page) -> Iterator[Candidate]:
    for match in _weekday_pattern().finditer(page.text):
        cue = (match["cue"] or "").removeprefix("و")
        since = cue in {"since", "since last", "من", "منذ", "mn", "men"}
        if not (cue or match["day"] or match["past"] or match["coming"]) or _habit(page, match.start()):
            continue
        if cue == "on" and "?" in page.sentence(match.start()):
            continue
        number = next(number for number in range(7) if match[f"d{number}"])
        past = match["past"] is not None or cue == "last" or since
        start = match.start("cue") if cue in {"last", "next"} else match.start("all")
        yield _dated(_last(number, page.today) if past and not match["coming"] else None, start, match.end("all"))


def _habit(page: Page, at: int) -> bool:
    return re.search(r"(?<!\w)(?:every|each|كل|any) (?:\w+ )?$", page.before(at, 16)) is not None


def _last(weekday: int, today: date | None) -> date | None:
    """Return the last such weekday before today; None for yesterday's, which few people call that."""
    if today is None:
        return None
    back = (today.weekday() - weekday) % 7 or 7
    return today - timedelta(days=back) if back > 1 else None
