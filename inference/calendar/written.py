"""Dates and hours as customers read them, Arabic and English."""

from datetime import date, datetime, time
from typing import Literal

from inference.calendar.hijri import hijri_date

MonthNames = Literal["gulf", "levant", "maghreb"]
"""Which Arabic names the Gregorian months have: يناير (Gulf, Egypt, Sudan, Libya, Yemen), كانون الثاني (Levant, Iraq),
جانفي (Tunisia, Algeria); Morocco and Mauritania, which write يناير with names of their own for some, have none here."""

_MONTHS: dict[MonthNames, tuple[str, ...]] = {
    "gulf": (
        "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر",
    ),
    "levant": (
        "كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني",
        "كانون الأول",
    ),
    "maghreb": (
        "جانفي", "فيفري", "مارس", "أفريل", "ماي", "جوان", "جويلية", "أوت", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر",
    ),
}  # fmt: skip
_ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAYS = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")
_ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_AFTERNOON, _EVENING = 15, 17
"""Hours from which Arabic says عصرًا and مساءً; before them, from noon on, ظهرًا."""


def written(day: date, language: str, *, hijri: bool = False, months: MonthNames = "gulf") -> str:
    """Write a day with its weekday: «الخميس 12 نوفمبر 2026», "Thursday 12 November 2026"; ASCII digits.

    Args:
        day: A date; of a datetime, its own date.
        language: ``ar``, or anything else for English.
        hijri: Whether the Hijri date stands beside it: «الخميس 2 جمادى الآخرة 1448 هـ (12 نوفمبر 2026)».
        months: Names of the Gregorian months in Arabic.

    Raises:
        InputError: a Hijri date is wanted for a day outside its tables.
    """
    moon = hijri_date(date(day.year, day.month, day.day)) if hijri else None
    if language == "ar":
        name = _DAYS[day.weekday()]
        gregorian = f"{day.day} {_MONTHS[months][day.month - 1]} {day.year}"
        return f"{name} {moon.day} {moon.names[0]} {moon.year} هـ ({gregorian})" if moon else f"{name} {gregorian}"
    gregorian = f"{_ENGLISH_DAYS[day.weekday()]} {day.day} {_ENGLISH_MONTHS[day.month - 1]} {day.year}"
    return f"{gregorian} ({moon.day} {moon.names[1]} {moon.year} AH)" if moon else gregorian


def written_hour(at: datetime | time, language: str) -> str:
    """Write a clock time in words and ASCII digits: «5:00 مساءً», "5:00 pm"; seconds are dropped."""
    clock = f"{at.hour % 12 or 12}:{at.minute:02d}"
    if language != "ar":
        return f"{clock} {'am' if at.hour < 12 else 'pm'}"
    if at.hour < 12:
        return f"{clock} {'صباحًا' if at.hour else 'ليلًا'}"
    return f"{clock} {'ظهرًا' if at.hour < _AFTERNOON else 'عصرًا' if at.hour < _EVENING else 'مساءً'}"
