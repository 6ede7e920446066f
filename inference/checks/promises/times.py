"""Days, hours and periods that a stretch of folded text names, as marks that can be compared."""

import re
from collections.abc import Sequence
from functools import lru_cache

from inference.checks.promises.patterns import pattern
from inference.checks.promises.words import Token, tokens
from inference.text import fold

_NUMBERS = {
    "one": 1, "a": 1, "an": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "fourteen": 14, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40,
    "sixty": 60, "ninety": 90, "couple": 2, "few": 3, "half": 0.5, "واحد": 1, "واحدة": 1, "اثنان": 2,
    "اثنين": 2, "يومين": 2, "ثلاث": 3, "ثلاثة": 3,
    "أربع": 4, "أربعة": 4, "خمس": 5, "خمسة": 5, "ست": 6, "ستة": 6, "سبع": 7, "سبعة": 7, "ثماني": 8, "ثمانية": 8,
    "تسع": 9, "تسعة": 9, "عشر": 10, "عشرة": 10, "عشرين": 20, "عشرون": 20, "ثلاثين": 30, "ثلاثون": 30, "أربعين": 40,
    "أربعون": 40, "ستين": 60, "ستون": 60, "تسعين": 90, "بضع": 3, "بضعة": 3, "نصف": 0.5,
}  # fmt: skip
# In days.
_UNITS = {
    "minute": 1 / 1440, "hour": 1 / 24, "hr": 1 / 24, "day": 1, "week": 7, "fortnight": 14, "month": 31,
    "year": 366, "دقيقة": 1 / 1440,
    "دقائق": 1 / 1440, "ساعة": 1 / 24, "ساعات": 1 / 24, "يوم": 1, "يوما": 1, "أيام": 1, "أسبوع": 7,
    "أسبوعا": 7, "أسابيع": 7,
    "شهر": 31, "شهرا": 31, "أشهر": 31, "شهور": 31, "سنة": 366, "عام": 366, "سنوات": 366,
}  # fmt: skip
_DUALS = {
    "دقيقتين": 2 / 1440, "ساعتين": 2 / 24, "ساعتان": 2 / 24, "يومين": 2, "يومان": 2, "يومي": 2, "يوما عمل": 2,
    "أسبوعين": 14, "أسبوعان": 14, "شهرين": 62, "شهران": 62,
    "اليومان": 2, "اليومين": 2,
}  # fmt: skip
_DAYS = {
    "monday": "mon", "tuesday": "tue", "wednesday": "wed", "thursday": "thu", "friday": "fri", "saturday": "sat",
    "sunday": "sun", "الاثنين": "mon", "الإثنين": "mon", "الثلاثاء": "tue", "الأربعاء": "wed",
    "الخميس": "thu", "الجمعة": "fri",
    "السبت": "sat", "الأحد": "sun", "اثنين": "mon", "ثلاثاء": "tue", "أربعاء": "wed", "خميس": "thu",
    "جمعة": "fri", "سبت": "sat",
    "today": "today", "tonight": "today", "tomorrow": "tomorrow", "weekend": "weekend", "noon": "hour",
    "midday": "hour", "midnight": "hour", "lunchtime": "hour", "payday": "day", "eid": "day", "ramadan": "day",
    "غدا": "tomorrow", "غد": "tomorrow", "الغد": "tomorrow", "بكرة": "tomorrow", "بكره": "tomorrow",
    "باكر": "tomorrow", "الليلة": "today", "الليله": "today", "النهارده": "today", "العيد": "day",
    "غدوة": "tomorrow", "بعد غد": "tomorrow",
}  # fmt: skip
_WORD_NUMBERS = {fold(word).text: float(value) for word, value in _NUMBERS.items()}
_WORD_UNITS = {fold(word).text: float(value) for word, value in _UNITS.items()}
_WORD_DUALS = {fold(word).text: float(value) for word, value in _DUALS.items()}
_WORD_DAYS = {fold(word).text: value for word, value in _DAYS.items()}
_PREFIX = re.compile("^[وفبل]?(?:لل|ال)?")
_WORKING = {"working", "business", "work", fold("عمل").text}
_SPANS = re.compile(
    r"(?:end|close) of (?:the )?(?:day|week|month|business|year|working day)|(?:this|next|coming"
    r"|same) (?:\w+ )?(?:morning|afternoon|evening|week|month|day|weekend)"
    r"|first thing|\d{1,2}(?:[:.]\d{2})? ?(?:am|pm)(?!\w)|\d{1,2}:\d{2}"
    r"|(?<!\w)(?:هذا |هذه )?(?:اليوم|المساء|مساء|الصباح|صباح|الظهر|ظهر|العصر|العشاء) ?(?:اليوم|الغد|غد)?(?= |$"
    r"|[,.])|(?:نهايه|اخر|اول|بدايه|مطلع) (?:هذا |هذه )?(?:الاسبوع|الشهر|اليوم|الدوام|دوام)"
    r"|(?:هذا|الاسبوع|الشهر|اليوم) (?:الاسبوع|الشهر|القادم|المقبل|الجاي|نفسه|التالي)|الساعه"
)
# The working week is no time at which something happens.
_WEEK = re.compile(
    r"(?:sunday|monday)s? (?:to|through|till|until|-) (?:thursday|friday)s?|fridays? (?:and|or) saturdays?"
    r"|(?:من )?الاحد (?:الي|حتي) الخميس|الجمعه (?:والسبت|او السبت)|24/7|at any hour|any (?:time|day)|day (?:or"
    r"|and) night"
)
_PER_DAY = re.compile(r"(?<!\w)(?:في|كل|من) $|(?<!\w)يوم ?(?:ال)?$")
_BACK = 3


@lru_cache(maxsize=4_096)
def times(text: str) -> frozenset[str]:
    """Return marks of the times that folded text names: periods by their length in days, days and hours by name."""
    text = _WEEK.sub(" ", text)
    found = tokens(text)
    marks = set(_periods(found))
    marks |= {_WORD_DAYS[name] for item in found if (name := _bare(item.text, _WORD_DAYS)) is not None}
    for match in _SPANS.finditer(text):
        if not (match.group().strip() == "اليوم" and _PER_DAY.search(text[: match.start()])):
            marks.add("today" if match.group().strip() == "اليوم" else f"~{match.group().strip()}")
    if pattern("immediate", "en").search(text) or pattern("immediate", "ar").search(text):
        marks.add("now")
    return frozenset(marks)


def _periods(found: Sequence[Token]) -> set[str]:
    marks = set()
    for place, item in enumerate(found):
        dual = _bare(item.text, _WORD_DUALS)
        unit = _bare(item.text.removesuffix("s") if item.text.isascii() else item.text, _WORD_UNITS)
        if dual is not None:
            marks.add(f"{_WORD_DUALS[dual]:.4g}")
        elif unit is not None:
            near = [number for other in found[max(0, place - _BACK) : place] if (number := _number(other.text))]
            working = any(other.text in _WORKING for other in found[max(0, place - 1) : place + 2])
            wide = found[max(0, place - _BACK - 1) : place] if working else ()
            near = near or [number for other in wide if (number := _number(other.text))]
            # "within a day", «خلال يوم عمل»: a bare unit counts one only after a word that sets a limit.
            bare = bool({"خلال", "within", "غضون"} & {other.text for other in found[max(0, place - 2) : place]})
            marks |= {f"{number * _WORD_UNITS[unit]:.4g}" for number in (near or ([1.0] if bare else []))}
    return marks


def _number(text: str) -> float | None:
    if text[0].isdecimal():  # a footnote's "²" is a digit, and no number
        return float(text) if text.isdecimal() else None
    name = _bare(text, _WORD_NUMBERS)
    return None if name is None else _WORD_NUMBERS[name]


def _bare(text: str, among: dict[str, float] | dict[str, str]) -> str | None:
    """Return a word as it is listed, without the prefixes that it has here."""
    if text in among:
        return text
    if text[:1].isascii():
        return None
    bare = _PREFIX.sub("", text)
    if bare in among:
        return bare
    return text[1:] if text[1:] in among else None
