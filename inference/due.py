"""When a promise falls due: by the periods, days and hours that its words name."""

import math
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from inference.calendar import WorkCalendar
from inference.contradiction.figures import Figure, figures
from inference.text import fold, fold_pattern
from inference.types import DifferenceKind
from models.errors import InputError

_HOURS = {"working day": 34, "month": 744}
_LONGEST_HOURS = 400 * 24
_WEEK, _WORKING_WEEK, _MONTH = 7, 5, 31
_LAST = time(23, 59)
_NOON, _HALF_DAY = 12, 12
_LATE_HOURS = range(1, 8)
"""Hours that a promise without "am" or "pm" means in the afternoon."""


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{fold_pattern(pattern)})(?!\w)")


_WEEKDAYS = tuple(
    _compile(names)
    for names in (
        "mondays?|[وبل]?(?:ال)?[إا]ثنين", "tuesdays?|[وبل]?(?:ال)?ثلاثاء", "wednesdays?|[وبل]?(?:ال)?أربعاء",
        "thursdays?|[وبل]?(?:ال)?خميس", "fridays?|[وبل]?(?:ال)?جمعة", "saturdays?|[وبل]?(?:ال)?سبت",
        "sundays?|[وبل]?ال[أا]حد",
    )
)  # fmt: skip
_TODAY = _compile(
    "today|tonight|this (?:morning|afternoon|evening)"
    "|(?:the )?(?:end|close) of (?:the |this )?(?:day|business|working day)"
    "|(?:هذا |نهاية )?اليوم|نهاية الدوام|الليلة|(?:هذا )?المساء|النهارده"
)
# Words that hold no due day: those from which a period counts, the days of the working week, a day that has been.
_ASIDE = _compile(
    r"(?:from|of|starting) (?:today|now)(?:, \w+day)?"
    r"|(?:[اب]?ابتداء |بدءا |اعتبارا )?من (?:اليوم|الآن|تاريخه|تاريخ اليوم)"
    r"|(?:from )?(?:sunday|monday)s? (?:to|through|till|until|-|–) (?:thursday|friday)s?"
    r"|(?:من )?(?:الأحد|الإثنين) (?:إلى|حتى) (?:الخميس|الجمعة)"
)
_SINCE = re.compile(fold_pattern(r"(?<!\w)(?:from|since|dated|of|منذ|بتاريخ|[وا]?المؤرخ\w*(?: في)?) (?:the )?$"))
_LIMIT = re.compile(fold_pattern(r"(?<!\w)(?:within|in the next|over the next|خلال|غضون)(?:\W+\w+){0,3}\W*$"))
_YEAR = re.compile(fold_pattern(r",? (?:سنة |عام )?(20\d{2})(?!\w)"))
_REACH = 40
"""Characters before a period within which "within" stands."""
_TOMORROW = _compile("tomorrow|غدا|[ال]*غد|بكرة|بكره|بكرا|باكر|غدوة")
_AFTER_TOMORROW = _compile("(?:the )?day after tomorrow|بعد غد|بعد بكرة|بعد بكره")
_WEEK_END = _compile(
    "(?:the )?end of (?:the |this )?week|(?:this|the) week|نهاية (?:هذا )?الأسبوع|هذا الأسبوع|the weekend"
)
_NEXT_WEEK = _compile("next week|(?:نهاية )?الأسبوع (?:القادم|المقبل|الجاي|التالي)")
_MONTH_END = _compile("(?:the )?end of (?:the |this )?month|نهاية (?:هذا )?الشهر|آخر الشهر")
_BEFORE = re.compile(fold_pattern(r"(?:before|ahead of|قبل)(?: يوم)? $"))
_END = re.compile(fold_pattern("(?:the )?(?:end|close)|نهاية|آخر"))
_NIGHT = _compile("tonight|(?:this |in the )?evening|الليلة|مساء|المساء|بالليل")
_MIDDAY = _compile("noon|midday|الظهر|ظهرا?(?! \\w*غد\\w* ب)|منتصف النهار")
_EVENING = _compile("pm|evening|tonight|afternoon|مساء|عصرا?|العصر|المساء|بعد الظهر|الليلة|المغرب|العشاء|بالليل")
_MORNING = _compile("am|morning|صباحا?|الصباح|الصبح|الفجر|ضحى")
_ORDINALS = (
    "الواحدة|الأولى",
    "الثانية",
    "الثالثة",
    "الرابعة",
    "الخامسة",
    "السادسة",
    "السابعة",
    "الثامنة",
    "التاسعة",
    "العاشرة",
    "الحادية عشرة",
    "الثانية عشرة",
)
_HOUR_WORDS = tuple((hour, _compile(f"[وبل]?(?:{names})(?! عشر)")) for hour, names in enumerate(_ORDINALS, 1))
_HOUR_NUMBER = re.compile(
    fold_pattern(
        r"(?:الساعة|الساعه) (\d{1,2})(?::(\d{2}))?(?!\d)|(?<!\w)(?:at|by"
        r"|before) (\d{1,2})(?::(\d{2}))?(?= ?(?:o'clock|on|tomorrow|today|tonight|this|in the|$|,|\.))"
        r"|(?<!\w)(?:قبل|على|ع|عند) (\d{1,2})(?::(\d{2}))?"
        r"(?= (?:ال)?(?:عصرا?|مساء|مغرب|عشاء|صباحا?|صبح|ظهرا?|ليلة|ليل))"
    )
)


def due_of(text: str, start: datetime, calendar: WorkCalendar | None = None) -> datetime | None:
    """Return when a promise falls due: when the period within which it is to be kept ends, else on the day it names.

    A day and an hour that have passed when the promise is made stand for the end of that day; without a day, the
    longest period counts.

    Args:
        text: the promise, Arabic or English.
        start: when it was made; without a zone it is taken for UTC.
        calendar: counts working days, and tells when a day closes; without one a week of working days is taken for
            seven days, and a day ends at 23:59 of the zone of ``start``.

    Returns:
        The time, or None where the words name none that a promise means.
    """
    folded, made = _ASIDE.sub(" ", fold(text).text), aware(start)
    local = made.astimezone(calendar.zone) if calendar else made
    periods = [item for item in figures(folded) if item.kind is DifferenceKind.PERIOD]
    limits = [item for item in periods if _is_limit(folded, item)]
    due = _longest(made, limits, calendar) or _named(folded, local, calendar)
    return due or _longest(made, periods, calendar)


def _is_limit(text: str, period: Figure) -> bool:
    """Tell whether a promise is to be kept within a period; «خلال يوم الأحد» names a day."""
    if any(pattern.match(text, period.end + 1) for pattern in _WEEKDAYS):
        return False
    return _LIMIT.search(text, max(0, period.start - _REACH), period.start) is not None


def _longest(start: datetime, periods: list[Figure], calendar: WorkCalendar | None) -> datetime | None:
    dues = (_due(start, item, calendar) for item in periods)
    return max((due for due in dues if due is not None), default=None)


def aware(at: datetime) -> datetime:
    """Take a time without a zone for UTC."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _named(text: str, start: datetime, calendar: WorkCalendar | None) -> datetime | None:
    """Return the time on a day that folded text names: the last of those that it names."""
    try:
        days = list(_days(text, start, calendar))
    except (OverflowError, ValueError):
        return None
    hour = _hour(text)
    if not days:
        if hour is None:
            return None
        today = datetime.combine(start.date(), hour, start.tzinfo)
        return today if today > start else today + timedelta(days=1)
    day, place = max(days)
    if hour is None and _BEFORE.search(text[:place]) and not _END.match(text, place):
        hour = time(0)
    if hour is None and _NIGHT.search(text):
        hour = _LAST
    found = _close(day, start, calendar) if hour is None else datetime.combine(day, hour, start.tzinfo)
    return found if found > start else datetime.combine(day, _LAST, start.tzinfo)


def _days(text: str, start: datetime, calendar: WorkCalendar | None) -> Iterator[tuple[date, int]]:  # noqa: C901 - a list of ways to name a day
    """Yield the days that folded text names, each with its place."""
    today = start.date()
    later = _AFTER_TOMORROW.search(text)
    if later:
        yield today + timedelta(days=2), later.start()
    elif found := _TOMORROW.search(text):
        yield today + timedelta(days=1), found.start()
    if found := _TODAY.search(text):
        yield today, found.start()
    for number, pattern in enumerate(_WEEKDAYS):
        if found := pattern.search(text):
            yield today + timedelta(days=(number - today.weekday() - 1) % _WEEK + 1), found.start()
    if found := _NEXT_WEEK.search(text):
        yield _last_day(today + timedelta(days=_WEEK), calendar), found.start()
    elif found := _WEEK_END.search(text):
        yield _last_day(today, calendar), found.start()
    if found := _MONTH_END.search(text):
        month = today.replace(day=28) + timedelta(days=4)
        yield month - timedelta(days=month.day), found.start()
    for figure in figures(text) if re.search(r"\d", text) else ():
        if figure.kind is DifferenceKind.DATE and not _SINCE.search(text, 0, figure.start):
            day = _date(text, figure, today)
            if day >= today:
                yield day, figure.start


def _date(text: str, figure: Figure, today: date) -> date:
    year, month, day = (int(part or 0) for part in str(figure.value).split("-"))
    written = _YEAR.match(text, figure.end)
    if year or written:
        return date(int(written[1]) if written else year, month, day)
    found = date(today.year, month, day)
    return found if found >= today else date(today.year + 1, month, day)


def _last_day(day: date, calendar: WorkCalendar | None) -> date:
    """Return the last working day of the week that a day is in, from that day on."""
    working = calendar.is_working_day if calendar else lambda item: item.weekday() < _WORKING_WEEK
    last = day
    for ahead in range(1, _WEEK):
        following = day + timedelta(days=ahead)
        if working(following):
            last = following
        elif working(last):
            break
    return last


def _close(day: date, start: datetime, calendar: WorkCalendar | None) -> datetime:
    hours = calendar.hours_on(day) if calendar else ()
    if calendar is None or not hours:
        return datetime.combine(day, _LAST, start.tzinfo)
    return hours[-1].on(day, calendar.zone)[1]


def _hour(text: str) -> time | None:
    """Return the hour of the day that folded text names."""
    for figure in figures(text) if re.search(r"\d", text) else ():
        if figure.kind is DifferenceKind.TIME and isinstance(figure.value, float):
            hour, minute = divmod(int(figure.value), 60)
            return _clock(hour, minute, text, sure=bool(re.search(r"(?:am|pm|صباحا|مساء|ظهرا)(?!\w)", text)))
    number = _HOUR_NUMBER.search(text)
    if number:
        at, past = number[1] or number[3] or number[5], number[2] or number[4] or number[6]
        return _clock(int(at), int(past or 0), text)
    spoken = re.search(r"الساعه|مساء|عصرا|صباحا|ظهرا|العصر|الظهر", text)
    for hour, pattern in _HOUR_WORDS if spoken else ():
        if pattern.search(text):
            return _clock(hour, 0, text)
    return time(_NOON) if _MIDDAY.search(text) else None


def _clock(hour: int, minute: int, text: str, *, sure: bool = False) -> time | None:
    if not sure and hour < _HALF_DAY and not _MORNING.search(text) and (_EVENING.search(text) or hour in _LATE_HOURS):
        hour += _HALF_DAY
    return time(hour % 24, minute) if minute < 60 and hour <= 24 else None


def _due(start: datetime, period: Figure, calendar: WorkCalendar | None) -> datetime | None:
    """Return when a period ends; None for one that no promise means, or that no calendar holds."""
    value = float(period.value)
    if value * _HOURS.get(period.unit, 1) > _LONGEST_HOURS:
        return None
    try:
        return _end(start, period, value, calendar)
    except (OverflowError, InputError):
        return None


def _end(start: datetime, period: Figure, value: float, calendar: WorkCalendar | None) -> datetime:
    match period.unit:
        case "working day":
            if calendar is not None:
                return calendar.due(start, days=math.ceil(value))
            return start + timedelta(days=math.ceil(value * _WEEK / _WORKING_WEEK))
        case "month":
            return start + timedelta(days=value * _MONTH)
        case _:
            return start + timedelta(hours=value)
