"""Figures of a text, Arabic or English, in one form: amounts, percentages, periods, dates, hours, numbers to call.

Works on folded text (``inference.text.fold``), so both digit systems and all spellings of one word look alike.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from inference.text import fold_pattern
from inference.types import DifferenceKind

_DIGITS = r"\d+(?:[.,٫٬]\d+)*"
_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "واحد": 1, "واحدة": 1, "اثنان": 2, "اثنين": 2, "ثلاث": 3, "ثلاثة": 3, "أربع": 4, "أربعة": 4, "خمس": 5, "خمسة": 5,
    "ست": 6, "ستة": 6, "سبع": 7, "سبعة": 7, "ثماني": 8, "ثمان": 8, "ثمانية": 8, "تسع": 9, "تسعة": 9, "عشر": 10,
    "عشرة": 10,
}  # fmt: skip
# Eleven to nineteen: a unit before "ten".
_TEENS = {"إحدى": 1, "أحد": 1, "اثنا": 2, "اثني": 2, "اثنتا": 2, "اثنتي": 2}
_WORD_VALUES = {fold_pattern(word): value for word, value in _WORDS.items()}
_TEEN_VALUES = _WORD_VALUES | {fold_pattern(word): value for word, value in _TEENS.items()}

# Units: (pattern in natural spelling, name, factor). The first that fits wins.
_PERIODS = (
    (r"(?:working|business)[ -]days?|(?:يوم|أيام|يومي)\w? عمل", "working day", 1.0),
    (r"minutes?|mins?|دقيقة|دقائق", "hour", 1 / 60),
    (r"hours?|hrs?|ساعة|ساعات", "hour", 1.0),
    (r"days?|يوما?|أيام", "hour", 24.0),
    (r"weeks?|أسبوعا?|أسابيع", "hour", 168.0),
    (r"months?|شهرا?|أشهر|شهور", "month", 1.0),
    (r"years?|سنة|سنوات|سنين|عاما?|أعوام", "month", 12.0),
)
_CURRENCIES = (
    (r"riyals?|sar|sr|ريال\w{0,2}", "riyal"),
    (r"dirhams?|aed|dhs?|درهما?|دراهم", "dirham"),
    (r"dinars?|jod|kwd|bhd|دينارا?|دنانير", "dinar"),
    (r"pounds?|egp|le|gbp|£|جنيه\w{0,2}", "pound"),
    (r"dollars?|usd|\$|دولار\w{0,2}", "dollar"),
    (r"euros?|eur|€|يورو", "euro"),
)
_PERCENT = r"%|٪|percent|per cent|في المئة|في المائة|بالمئة|بالمائة"
# A dual says "two" and its unit in one word; a bare unit after "within" says "one".
_DUALS = (
    (r"يوم(?:ي|ا)ن? عمل|يومان عمل", "working day", 2.0),
    (r"دقيقت(?:ين|ان)", "hour", 2 / 60),
    (r"ساعت(?:ين|ان)", "hour", 2.0),
    (r"يوم(?:ين|ان)", "hour", 48.0),
    (r"أسبوع(?:ين|ان)", "hour", 336.0),
    (r"شهر(?:ين|ان)", "month", 2.0),
    (r"سنت(?:ين|ان)|عام(?:ين|ان)", "month", 24.0),
)
_SINGULARS = (
    (r"يوم عمل|(?:an? |one )(?:working|business) day", "working day", 1.0),
    (r"(?:within|خلال|بعد|after) (?:an? |one )?(?:hour|ساعة)(?! \d)", "hour", 1.0),
    (r"(?:within|خلال|بعد|after) (?:an? |one )?(?:day|يوم)(?! عمل| \d)", "hour", 24.0),
    (r"(?:within|خلال|بعد|after) (?:an? |one )?(?:week|أسبوع)(?! \d)", "hour", 168.0),
    (r"(?:within|خلال|بعد|after) (?:an? |one )?(?:month|شهر)(?! \d)", "month", 1.0),
    (r"(?:within|خلال|بعد|after) (?:an? |one )?(?:year|سنة|عام)(?! \d)", "month", 12.0),
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
    rf"|(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({_ANY_MONTH})|({_ANY_MONTH}) (\d{{1,2}}))(?!\w)"
)
_CLOCK = _compile(
    r"(?<!\w)(\d{1,2})(?::(\d{2}))? ?(am|pm|a\.m\.|p\.m\.|صباحا|مساء|ظهرا|ص|م)(?!\w)"
    r"|(?<!\w)(\d{1,2}):(\d{2})(?!\w)"
)
_PHONE = _compile(
    r"(?<![\w.,])\+?\d[\d -]{5,}\d(?![\w.,]\d)"
    r"|(?:call|dial|phone|اتصل\w*|هاتف\w*)[^.\d]{0,30}?(?<![\d+])(\d{3,6})(?![ .,-]?\d)(?!\w)"
)
_NUMBER = _compile(
    rf"(?<![\da-z_.,/:-]){_DIGITS}"
    rf"|(?<!\w)[وبفلك]?(?:(?:{'|'.join(_TEEN_VALUES)}) عشرة?|(?:{'|'.join(_WORD_VALUES)})(?!\w| عشرة?(?!\w)))(?!\w)"
)
_DUAL = tuple((_compile(rf"(?<!\w)[ولبك]?(?:{pattern})(?!\w)"), unit, value) for pattern, unit, value in _DUALS)
_SINGLE = tuple((_compile(rf"(?<!\w)(?<!\d )(?:{pattern})(?!\w)"), unit, value) for pattern, unit, value in _SINGULARS)
_PERIOD = tuple((_compile(rf"[ -]?(?:{pattern})(?!\w)"), unit, factor) for pattern, unit, factor in _PERIODS)
_MONEY = tuple((_compile(rf" ?(?:{pattern})(?!\w)"), name) for pattern, name in _CURRENCIES)
_MONEY_BEFORE = tuple((_compile(rf"(?<!\w)(?:{pattern}) ?$"), name) for pattern, name in _CURRENCIES)
_COUNTED = re.compile(r" ?(?:[^\W\d_]+ )??([^\W\d_]{3,})")
_SHARE = _compile(rf" ?(?:{_PERCENT})")
_RANGE = _compile(rf" ?(?:to|-|–|and|or|إلى|و|أو|حتى)[ -]?و?(?:{_NUMBER.pattern})")


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


def figures(text: str) -> list[Figure]:
    """Read the figures of folded text, in their order."""
    found: list[Figure] = []
    taken = [False] * len(text)
    for figure in (*_dates(text), *_clocks(text), *_phones(text), *_duals(text), *_singles(text), *_numbers(text)):
        if not any(taken[figure.start : figure.end]):
            taken[figure.start : figure.end] = [True] * (figure.end - figure.start)
            found.append(figure)
    return sorted(found, key=lambda item: item.start)


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
        late = (match[3] or "")[:1] in {"p", "م"}
        value = float((hour % 12 + 12 * late if match[3] else hour) * 60 + minute)
        yield Figure(DifferenceKind.TIME, value, "", value, *match.span())


def _phones(text: str) -> Iterator[Figure]:
    for match in _PHONE.finditer(text):
        group = 1 if match[1] else 0
        value = re.sub(r"\D", "", match[group])
        yield Figure(DifferenceKind.PHONE, value, "", value, *match.span(group))


def _duals(text: str) -> Iterator[Figure]:
    for pattern, unit, value in _DUAL:
        for match in pattern.finditer(text):
            # "two to four working days": the last number of a range names the unit of both.
            following = _RANGE.match(text, match.end())
            working = following is not None and _PERIOD[0][0].match(text, following.end()) is not None
            shown = (2.0, "working day") if working and value == 48.0 else (value, unit)
            yield Figure(DifferenceKind.PERIOD, *shown, 2.0, *match.span())


def _singles(text: str) -> Iterator[Figure]:
    for pattern, unit, value in _SINGLE:
        for match in pattern.finditer(text):
            yield Figure(DifferenceKind.PERIOD, value, unit, 1.0, *match.span())


def _numbers(text: str) -> Iterator[Figure]:
    for match in _NUMBER.finditer(text):
        written = _value(match.group())
        kind, unit, factor = _unit(text, *match.span())
        # "one", "two" stand for things that were named before as often as they count.
        if kind is not DifferenceKind.NUMBER or match.group()[0].isdigit() or written > 10:
            yield Figure(kind, round(written * factor, 6), unit, written, *match.span())


def _unit(text: str, start: int, end: int) -> tuple[DifferenceKind, str, float]:
    """Return what a number counts; the first number of a range counts what the last one does."""
    for period, unit, factor in _PERIOD:
        if period.match(text, end):
            return DifferenceKind.PERIOD, unit, factor
    for after, before in zip(_MONEY, _MONEY_BEFORE, strict=True):
        if after[0].match(text, end) or before[0].search(text, max(0, start - 10), start):
            return DifferenceKind.AMOUNT, after[1], 1.0
    if _SHARE.match(text, end):
        return DifferenceKind.PERCENTAGE, "", 1.0
    further = _RANGE.match(text, end)
    if further is not None:
        return _unit(text, further.end(), further.end())
    counted = _COUNTED.match(text, end)
    return DifferenceKind.NUMBER, counted[1] if counted else "", 1.0


def _value(text: str) -> float:
    if not text[0].isdigit():
        unit, _, ten = text.partition(" ")
        value = _TEEN_VALUES.get(unit) or _TEEN_VALUES[unit[1:]]
        return float(value + (10 if ten else 0))
    plain = re.sub(r"[,٬](?=\d{3}(?!\d))", "", text).replace("٫", ".").replace("٬", "").replace(",", ".")
    return float(plain) if plain.count(".") < 2 else float(re.sub(r"\D", "", plain))
