"""Hijri dates, by the Umm al-Qura tables of ``hijridate`` (1343 to 1500 AH, 1924 to 2077)."""

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, Any, NamedTuple

from hijridate import Gregorian
from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from models.errors import InputError

_MONTH_DAY = re.compile(r"(\d{1,2})-(\d{1,2})")


class MonthDay(NamedTuple):
    """A day that every year has: month and day, each from 1."""

    month: int
    day: int


class HijriDate(NamedTuple):
    """A day of the Hijri calendar: year AH, month from 1 (Muharram), day from 1."""

    year: int
    month: int
    day: int

    @property
    def names(self) -> tuple[str, str]:
        """The month's name in Arabic and in English."""
        return _ARABIC[self.month - 1], _ENGLISH[self.month - 1]


_ARABIC = (
    "محرم", "صفر", "ربيع الأول", "ربيع الآخر", "جمادى الأولى", "جمادى الآخرة", "رجب", "شعبان", "رمضان", "شوال",
    "ذو القعدة", "ذو الحجة",
)  # fmt: skip
_ENGLISH = (
    "Muharram", "Safar", "Rabi al-Awwal", "Rabi al-Thani", "Jumada al-Ula", "Jumada al-Akhirah", "Rajab", "Shaban",
    "Ramadan", "Shawwal", "Dhu al-Qadah", "Dhu al-Hijjah",
)  # fmt: skip


def _parse(value: Any) -> Any:  # noqa: ANN401 - whatever a policy file holds there
    match = _MONTH_DAY.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        if isinstance(value, tuple | list) and len(value) == 2:
            return MonthDay(*value)
        raise ValueError('write a month and a day as "MM-DD", for example "10-01"')
    return MonthDay(int(match[1]), int(match[2]))


MonthDayField = Annotated[
    MonthDay,
    BeforeValidator(_parse),
    PlainSerializer(lambda value: f"{value.month:02d}-{value.day:02d}", return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,2}-\d{1,2}$"}),
]
"""A month and a day, written "MM-DD" in a policy file."""


@lru_cache(maxsize=4096)
def hijri_date(day: date, offset: int = 0) -> HijriDate:
    """Return the Hijri date of a civil day (the day that began at the sunset before it).

    Args:
        day: A Gregorian date.
        offset: Days by which the local calendar runs ahead of Umm al-Qura (-1: the new moon was seen a day later).

    Raises:
        InputError: the day lies outside the tables.
    """
    try:
        moved = day + timedelta(days=offset)
        found = Gregorian(moved.year, moved.month, moved.day).to_hijri()
    except OverflowError as error:
        message = f"{day.isoformat()} has no Hijri date in the tables: give a day from 1924-08-03 to 2077-11-14."
        raise InputError(message, field="day") from error
    return HijriDate(*found.datetuple())


def find_hijri(day: date, offset: int = 0) -> HijriDate | None:
    """Return the Hijri date of a civil day, None for one outside the tables."""
    try:
        return hijri_date(day, offset)
    except InputError:
        return None
