"""Whether a day or hour that a reply names stands somewhere."""

import re

from inference.calendar import Weekday
from inference.checks.facts.days import Day, in_range
from inference.checks.facts.known import read
from inference.checks.facts.page import Page, ending, worded
from inference.text import fold

_DUE = re.compile(r"[^:]*(?:due|callback|deadline|reply|promis|eta|by)", re.IGNORECASE)
_NEXT = re.compile(r"(?<!\w)(?:next|this coming) $")
_COMING = re.compile(r" (?:القادم|المقبل)(?!\w)")
_LEAD = 16
"""Characters before a day that may say which one of its name is meant."""


def stands_day(page: Page, day: Day) -> bool:
    """Tell whether a day or hour stands somewhere, is owned by somebody who will act, or follows from known ones."""
    owned, due = _is_owned(page, day), _due(page)
    if owned and due and not day.relative:
        return not due.isdisjoint(day.keys)
    if owned or _is_known(page, day):
        return True
    if day.relative and not _is_deadline(page, day):
        return True
    return _in_calendar(page, day) or _counts_on(page, day)


def _is_known(page: Page, day: Day) -> bool:
    """Tell whether a day is named somewhere; that Sunday is a working day backs nothing that will be on Sunday."""
    if any(key in item.days for item in page.known.theirs for key in day.keys):
        return True
    if _NEXT.search(page.text, max(0, day.start - _LEAD), day.start) or _COMING.match(page.text, day.end):
        return False
    weekday = day.keys[0].startswith("weekday ") and not in_range(page.text, day) and _is_deadline(page, day)
    keys = {f"set {key}" for key in day.keys} if weekday else set(day.keys)
    return any(not keys.isdisjoint(item.days) for item in page.known.ours)


def _is_deadline(page: Page, day: Day) -> bool:
    start, end = page.sentence(day.start)
    before = page.text[start : day.start]
    if page.text[end - 1] == "?":
        return False
    if worded("days", "denied").search(page.text, start, end):
        return False
    if ending("days", "deadline").search(before):
        return True
    clause = re.split(r"[,;:]", before)[-1] + page.text[day.start : end]
    return worded("days", "future").search(clause) is not None and worded("days", "not_ours").search(clause) is None


def _is_owned(page: Page, day: Day) -> bool:
    """Tell whether the sentence names who will act, so that the day is a promise with an owner."""
    start, end = page.sentence(day.start)
    sentence = page.text[start:end]
    if not worded("owner", "acts").search(sentence):
        return False
    named = worded("owner", "team").search(sentence) or worded("owner", "pronoun").search(sentence)
    owners = [fact.value.split(",")[0].split("،")[0] for fact in page.given.message.facts if "owner" in fact.name]
    return bool(named) or any(fold(owner).text in sentence for owner in owners)


def _due(page: Page) -> frozenset[str]:
    """Return the keys of the days and hours by which somebody will act, where the facts say so."""
    facts = (f"{fact.name}: {fact.value}" for fact in page.given.message.facts)
    return frozenset().union(*(read(fact).days for fact in facts if _DUE.match(fact)))


def _in_calendar(page: Page, day: Day) -> bool:
    """Tell whether a weekday is named as the policy's calendar has it: a day off, or an end of the working week."""
    calendar = page.given.policy.calendar
    if calendar is None or not day.keys[0].startswith("weekday "):
        return False
    number = int(day.keys[0][8:])
    weekend = {list(Weekday).index(item) for item in calendar.weekend}
    start, end = page.sentence(day.start)
    if number in weekend:
        return worded("working_week", "days_off").search(page.text, start, end) is not None
    named = {int(item.keys[0][8:]) for item in page.days_in(start, end) if item.keys[0][0] == "w"}
    ends = {item for item in range(7) if item not in weekend and {(item + 1) % 7, (item - 1) % 7} & weekend}
    return number in ends and named - weekend == ends


def _counts_on(page: Page, day: Day) -> bool:
    """Tell whether a weekday is where a known working period ends that begins on a known day of the sentence."""
    calendar = page.given.policy.calendar
    if calendar is None or not day.keys[0].startswith("weekday "):
        return False
    start, end = page.sentence(day.start)
    named = {item.keys[0] for item in page.days_in(start, end)}
    begins = {int(key[8:]) for key in named if key.startswith("weekday ") and key in page.known_days}
    spans = {float(item.value) for item in page.figures_in(*page.around(day.start)) if item.unit == "working day"}
    spans = spans or {value for item in page.known.ours for _, value, unit in item.measures if unit == "working day"}
    spans = spans or {1.0}
    weekend = {list(Weekday).index(day) for day in calendar.weekend}
    return any(_after(begin, int(span), weekend) == int(day.keys[0][8:]) for begin in begins for span in spans)


def _after(weekday: int, working_days: int, weekend: set[int]) -> int:
    for _ in range(working_days):
        weekday = (weekday + 1) % 7
        while weekday in weekend:
            weekday = (weekday + 1) % 7
    return weekday
