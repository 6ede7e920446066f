"""Figures of a text, Arabic or English, in one form: amounts, percentages, periods, dates, hours, numbers to call.

Works on folded text (``inference.text.fold``), so both digit systems and all spellings of one word look alike.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from inference.contradiction.numbers import Number, numbers
from inference.text import fold_pattern
from inference.types import DifferenceKind

# Units: (pattern in natural spelling, name, factor). The first that fits wins.
_PERIODS = (
    (r"(?:more |full )?(?:working|business)[ -]days?|(?:يوم|أيام|يومي)\w? عمل", "working day", 1.0),
    (r"seconds?|secs?|ثانية|ثوان[يى]?", "hour", 1 / 3600),
    (r"minutes?|mins?|دقيقة|دقائق", "hour", 1 / 60),
    (r"hours?|hrs?|ساعة|ساعات", "hour", 1.0),
    (r"days?|يوما?|أيام", "hour", 24.0),
    (r"weeks?|أسبوعا?|أسابيع", "hour", 168.0),
    (r"months?|شهرا?|أشهر|شهور", "month", 1.0),
    (r"years?|سنة|سنوات|سنين|عاما?|أعوام", "month", 12.0),
)
_CURRENCIES = (
    (r"(?:saudi |qatari |omani )?riyals?|sar|sr|ريال\w{0,2}|ر\. ?س", "riyal"),
    (r"(?:uae |emirati |moroccan )?dirhams?|aed|dhs?|درهما?|درهم(?:ين|ان)|دراهم|د\. ?إ", "dirham"),
    (r"(?:kuwaiti |bahraini |jordanian )?dinars?|jod|kwd|bhd|دينارا?|دينار(?:ين|ان)|دنانير", "dinar"),
    (r"(?:egyptian |british )?pounds?|egp|l\.?e|gbp|£|جنيه\w{0,2}|ج\. ?م|sterling", "pound"),
    (r"(?:us )?dollars?|usd|us\$|\$|دولار\w{0,2}", "dollar"),
    (r"euros?|eur|€|يورو", "euro"),
    (r"(?:turkish )?liras?|ليرة|ليرات", "lira"),
)
_PERCENT = r"%|٪|percent|per cent|(?:في |ب)(?:ال)?(?:مئة|مائة|مية)"
# A dual says "two" and its unit in one word; a bare unit after "within" says "one".
_DUALS = (
    (r"يوم(?:ي|ا)ن? عمل", "working day", 2.0),
    (r"ثانيت(?:ين|ان)", "hour", 2 / 3600),
    (r"دقيقت(?:ين|ان)", "hour", 2 / 60),
    (r"ساعت(?:ين|ان)", "hour", 2.0),
    (r"يوم(?:ين|ان)", "hour", 48.0),
    (r"أسبوع(?:ين|ان)", "hour", 336.0),
    (r"شهر(?:ين|ان)", "month", 2.0),
    (r"سنت(?:ين|ان)|عام(?:ين|ان)", "month", 24.0),
)
_MONEY_DUALS = (
    (r"ريال(?:ين|ان)", "riyal", 2.0),
    (r"درهم(?:ين|ان)", "dirham", 2.0),
    (r"دينار(?:ين|ان)", "dinar", 2.0),
    (r"جنيه(?:ين|ان)", "pound", 2.0),
    (r"دولار(?:ين|ان)", "dollar", 2.0),
)
_SINGULARS = (
    (r"يوم عمل|(?:an? |one )(?:working|business) day", "working day", 1.0),
    (r"(?:a )?fortnight", "hour", 336.0),
    (r"half an hour|half hour|نص?ف? ساعة", "hour", 0.5),
    (r"(?:a )?quarter of an hour|ربع ساعة", "hour", 0.25),
    (r"(?:an? |one )?hour and a half|ساعة ونص(?:فا?)?", "hour", 1.5),
    (r"half a day|نصف يوم", "hour", 12.0),
    (r"(?:an? |one )?day and a half|يوم ونص(?:فا?)?", "hour", 36.0),
    (r"(?:an? |one )?week and a half|أسبوع ونص(?:فا?)?", "hour", 252.0),
    (r"(?:an? |one )?month and a half|شهر ونص(?:فا?)?", "month", 1.5),
)
_WITHIN = (
    r"(?:within|after|takes?|lasts|خلال|بعد|لمدة|في غضون|[يت]ستغرق(?: ذلك| الأمر| هذا)?)"
    r" (?:(?:about|around|up to|over|nearly|almost|more than|less than|نحو|حوالي|قرابة|أكثر من|أقل من|مدة) )?"
    r"(?:an? |one )?"
)
_BARE = (
    (r"minute|دقيقة", "hour", 1 / 60),
    (r"hour|ساعة", "hour", 1.0),
    (r"day(?! a)|يوم(?! عمل)", "hour", 24.0),
    (r"week|أسبوع", "hour", 168.0),
    (r"month|شهر", "month", 1.0),
    (r"year|سنة|عام", "month", 12.0),
)
_MONTHS = (
    "january|jan|يناير", "february|feb|فبراير", "march|mar|مارس", "april|apr|أبريل|ابريل", "may|مايو", "june|jun|يونيو",
    "july|jul|يوليو", "august|aug|أغسطس", "september|sept|sep|سبتمبر", "october|oct|أكتوبر", "november|nov|نوفمبر",
    "december|dec|ديسمبر",
)  # fmt: skip


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(fold_pattern(pattern))


_ANY_MONTH = "|".join(_MONTHS)
_MONTH = tuple(_compile(names) for names in _MONTHS)
_DATE = _compile(
    rf"(?<!\w)(?:(\d{{4}})-(\d{{1,2}})-(\d{{1,2}})|(\d{{1,2}})/(\d{{1,2}})/(\d{{4}})"
    rf"|(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({_ANY_MONTH})|({_ANY_MONTH})\.? (\d{{1,2}})(?:st|nd|rd|th)?)(?!\w)"
)
_CLOCK = _compile(
    r"(?:(?<!\w)|(?<=\bو))(\d{1,2})(?::(\d{2}))? ?(am|pm|a\.m\.|p\.m\.|صباحا|مساء|ظهرا|عصرا|ليلا|فجرا|ص|م)(?!\w)"
    r"|(?:(?<!\w)|(?<=\bو))(\d{1,2}):(\d{2})(?!\w)"
)
_PHONE = _compile(
    r"(?<![\w.,])\+?\d[\d -]{5,}\d(?![\w.,]\d)"
    r"|(?:call|dial|phone|اتصل\w*|هاتف\w*)[^.\d]{0,30}?(?<![\d+])(\d{3,6})(?![ .,-]?\d)(?!\w)"
)


def _any(patterns: tuple[tuple[str, str, float], ...]) -> str:
    """Join patterns as groups, so that ``lastindex`` tells which one fitted."""
    return "|".join(f"({pattern})" for pattern, _, _ in patterns)


_DUAL = _compile(rf"(?<!\w)[وفلبك]?(?:ال)?(?:{_any(_DUALS)})(?!\w)")
# Of what a text must hold one for an expression to find anything in it: most hold none.
_SINGLE_HINTS = (
    "يوم عمل",
    "working day",
    "business day",
    "fortnight",
    "half",
    "quarter of",
    "نصف",
    "نص ",
    "ربع",
    "ونص",
)
_ALONE_HINTS = ("within ", "after ", "take", "lasts ", "خلال ", "بعد ", "لمده ", "غضون ", "ستغرق")
_DUAL_ENDINGS = (
    "تين", "تان", "يومي", "يوما", "عين", "عان", "هرين", "هران", "امين", "امان", "الين", "الان", "همين", "همان", "نارين",
    "ناران", "يهين", "يهان", "ولارين", "ولاران",
)  # fmt: skip
_DUAL_MONEY = _compile(rf"(?<!\w)[وفلبك]?(?:ال)?(?:{_any(_MONEY_DUALS)})(?!\w)")
_SINGLE = _compile(rf"(?<!\w)(?<!\d )(?:{_any(_SINGULARS)})(?!\w)")
_ALONE = _compile(rf"(?<!\w)(?:{_WITHIN})(?:{_any(_BARE)})(?!\w)(?! \d)")
_PERIOD = tuple((_compile(rf"[ -]?(?:{pattern})(?!\w)"), unit, factor) for pattern, unit, factor in _PERIODS)
_MONEY = tuple((_compile(rf" ?(?:{pattern})(?!\w)"), name) for pattern, name in _CURRENCIES)
_MONEY_BEFORE = tuple((_compile(rf"(?<!\w)(?:{pattern}) ?$"), name) for pattern, name in _CURRENCIES)
_COUNTED = re.compile(r" ?(?:[^\W\d_]+ )??([^\W\d_]{3,})")
_SHARE = _compile(rf"(?: (?:of )?a)? ?(?:{_PERCENT})")
_RANGE = _compile(r" ?(?:to|-|–|and|or|إلى|و|أو|حتى)[ -]?و?")


_Unit = tuple[DifferenceKind, str, float]


@dataclass(frozen=True)
class Figure:
    """A figure at a range of the text.

    Attributes:
        kind: what it measures; a number whose unit is not named, or not known, is a plain number.
        value: in ``unit``, so that a day equals 24 hours.
        unit: "hour", "working day", "month", a currency, or the word that a plain number counts.
        written: the number as it was written.
    """

    kind: DifferenceKind
    value: float | str
    unit: str
    written: float | str
    start: int
    end: int


def figures(text: str, found_numbers: Iterable[Number] | None = None) -> list[Figure]:
    """Read the figures of folded text, in their order; ``found_numbers`` are its numbers, if they are known."""
    found: list[Figure] = []
    taken = bytearray(len(text))
    read = {item.start: item for item in (numbers(text) if found_numbers is None else found_numbers)}
    for figure in (
        *_dates(text), *_clocks(text), *_phones(text), *_duals(text, read), *_singles(text), *_numbers(text, read),
    ):  # fmt: skip
        if not any(taken[figure.start : figure.end]):
            taken[figure.start : figure.end] = b"\1" * (figure.end - figure.start)
            found.append(figure)
    return sorted(found, key=lambda item: item.start)


def extent(text: str, figure: Figure) -> tuple[int, int]:
    """Return the range of a figure with its unit, which may stand on either side of it."""
    start, end = figure.start, figure.end
    for pattern in (*(period for period, _, _ in _PERIOD), *(money for money, _ in _MONEY), _SHARE):
        if (unit := pattern.match(text, figure.end)) is not None:
            return start, unit.end()
    for money, _ in _MONEY_BEFORE:
        if (unit := money.search(text, max(0, start - 10), start)) is not None:
            return unit.start(), end
    return start, end


def _dates(text: str) -> Iterator[Figure]:
    for match in _DATE.finditer(text):
        year, month, day, day_2, month_2, year_2, day_3, name_3, name_4, day_4 = match.groups()
        name = name_3 or name_4
        number = (
            next(n for n, names in enumerate(_MONTH, 1) if names.fullmatch(name)) if name else int(month or month_2)
        )
        value = f"{year or year_2 or ''}-{number}-{int(day or day_2 or day_3 or day_4)}"
        yield Figure(DifferenceKind.DATE, value, "", value, *match.span())


def _clocks(text: str) -> Iterator[Figure]:
    for match in _CLOCK.finditer(text):
        hour, minute = int(match[1] or match[4]), int(match[2] or match[5] or 0)
        late = (match[3] or "")[:1] in {"p", "م", "ظ", "ع"}
        value = float((hour % 12 + 12 * late if match[3] else hour) * 60 + minute)
        yield Figure(DifferenceKind.TIME, value, "", value, *match.span())


def _phones(text: str) -> Iterator[Figure]:
    for match in _PHONE.finditer(text):
        group = 1 if match[1] else 0
        value = re.sub(r"\D", "", match[group])
        yield Figure(DifferenceKind.PHONE, value, "", value, *match.span(group))


def _duals(text: str, last: Mapping[int, Number]) -> Iterator[Figure]:
    if not any(ending in text for ending in _DUAL_ENDINGS):
        return
    for match in _DUAL.finditer(text):
        _, unit, value = _DUALS[(match.lastindex or 1) - 1]
        # "two to four working days": the last number of a range names the unit of both.
        following = _further(text, match.end(), last)
        working = following is not None and _PERIOD[0][0].match(text, following.end) is not None
        shown = (2.0, "working day") if working and value == 48.0 else (round(value, 6), unit)
        yield Figure(DifferenceKind.PERIOD, *shown, 2.0, *match.span())
    for match in _DUAL_MONEY.finditer(text):
        _, currency, value = _MONEY_DUALS[(match.lastindex or 1) - 1]
        yield Figure(DifferenceKind.AMOUNT, value, currency, value, *match.span())


def _singles(text: str) -> Iterator[Figure]:
    for match in _SINGLE.finditer(text) if any(hint in text for hint in _SINGLE_HINTS) else ():
        _, unit, value = _SINGULARS[(match.lastindex or 1) - 1]
        yield Figure(DifferenceKind.PERIOD, value, unit, value if value < 1 else 1.0, *match.span())
    for match in _ALONE.finditer(text) if any(hint in text for hint in _ALONE_HINTS) else ():
        _, unit, value = _BARE[(match.lastindex or 1) - 1]
        yield Figure(DifferenceKind.PERIOD, value, unit, 1.0, *match.span(match.lastindex or 0))


def _numbers(text: str, found: Mapping[int, Number]) -> Iterator[Figure]:
    units: dict[int, _Unit] = {}
    # From the last one on: the first number of a range counts what the last one does.
    for number in reversed(list(found.values())):
        units[number.start] = _unit(text, number, _further(text, number.end, found), units)
    for number in found.values():
        kind, unit, factor = units[number.start]
        # "one", "two" stand for things that were named before as often as they count.
        if kind is not DifferenceKind.NUMBER or number.digits or number.value > 10:
            written = number.value
            yield Figure(kind, round(written * factor, 6), unit, written, number.start, number.end)


def _further(text: str, end: int, found: Mapping[int, Number]) -> Number | None:
    """Return the number that ends a range, if one begins before ``end``."""
    link = _RANGE.match(text, end)
    return next((found[at] for at in (link.end(), link.end() - 1) if at in found), None) if link else None


def _unit(text: str, number: Number, further: Number | None, units: Mapping[int, _Unit]) -> _Unit:
    """Return what a number counts; ``further`` is the number that ends its range."""
    start, end = number.start, number.end
    for period, unit, factor in _PERIOD:
        if period.match(text, end):
            return DifferenceKind.PERIOD, unit, factor
    for after, before in zip(_MONEY, _MONEY_BEFORE, strict=True):
        if after[0].match(text, end) or before[0].search(text, max(0, start - 10), start):
            return DifferenceKind.AMOUNT, after[1], 1.0
    if _SHARE.match(text, end):
        return DifferenceKind.PERCENTAGE, "", 1.0
    if further is not None and further.start in units:
        return units[further.start]
    counted = _COUNTED.match(text, end)
    return DifferenceKind.NUMBER, counted[1] if counted else "", 1.0
