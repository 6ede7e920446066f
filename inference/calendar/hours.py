"""The parts of a working calendar: hours of a day, weekdays, holidays."""

import datetime as dt
import re
from enum import StrEnum
from typing import Any, Self

from pydantic import Field, model_validator

from inference.calendar.hijri import MonthDayField, find_hijri
from inference.types import Record

_HOURS = re.compile(r"(\d{1,2}):(\d{2}) ?[-–] ?(\d{1,2}):(\d{2})")
_DAY = 24 * 60
_LONGEST_HOLIDAY = 60


class Weekday(StrEnum):
    """Days of the week, in the order of ``date.weekday()``."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @classmethod
    def of(cls, day: dt.date) -> "Weekday":
        """Return the weekday of a date."""
        return tuple(cls)[day.weekday()]


class OpeningHours(Record):
    """From when to when a day is open, in minutes after its midnight; written "09:00-17:00" in a policy file.

    Hours that close at or before they open run on into the next day ("20:00-02:00"); "00:00-24:00" is a whole day.
    """

    opens: int = Field(ge=0, lt=_DAY)
    closes: int = Field(gt=0, le=2 * _DAY)

    @model_validator(mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:  # noqa: ANN401 - whatever a policy file holds there
        if not isinstance(value, str):
            return value
        match = _HOURS.fullmatch(value.strip())
        minutes = [int(part) for part in match.groups()] if match else []
        if not match or max(minutes[1], minutes[3]) > 59 or max(minutes[0], minutes[2]) > 24:
            raise ValueError(f'"{value}" is no pair of times: write hours as "09:00-17:00"')
        opens, closes = minutes[0] * 60 + minutes[1], minutes[2] * 60 + minutes[3]
        return {"opens": opens, "closes": closes if closes > opens else closes + _DAY}

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.opens < self.closes <= self.opens + _DAY:
            raise ValueError("hours close after they open, and within a day")
        return self

    def on(self, day: dt.date, zone: dt.tzinfo) -> tuple[dt.datetime, dt.datetime]:
        """Return when they begin and end on a day, both aware; the clock on the wall decides, whatever its changes."""
        return _at(day, self.opens, zone), _at(day, self.closes, zone)


def _at(day: dt.date, minutes: int, zone: dt.tzinfo) -> dt.datetime:
    later, minute = divmod(minutes, _DAY)
    return dt.datetime.combine(day + dt.timedelta(days=later), dt.time(*divmod(minute, 60)), zone)


class Holiday(Record):
    """Days off: once, every year, or every Hijri year.

    Attributes:
        name: For whoever reads the policy.
        date: The first day, once.
        until: The last day, with ``date``.
        yearly: The first day, as "MM-DD", every Gregorian year.
        hijri: The first day, as Hijri "MM-DD", every Hijri year ("10-01": Eid al-Fitr, "12-09": the day of Arafa).
        days: How many days from the first one on.
    """

    name: str = Field(default="", max_length=100)
    date: dt.date | None = None
    until: dt.date | None = None
    yearly: MonthDayField | None = None
    hijri: MonthDayField | None = None
    days: int = Field(default=1, ge=1, le=_LONGEST_HOLIDAY)

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if sum(part is not None for part in (self.date, self.yearly, self.hijri)) != 1:
            raise ValueError("a holiday has exactly one of date, yearly and hijri")
        if self.until is not None and (self.date is None or self.until < self.date or self.days > 1):
            raise ValueError("until goes with date, is not before it, and needs no days")
        # 2000 was a leap year: 29 February is a day, 30 February is none.
        if self.yearly is not None:
            dt.date(2000, *self.yearly)
        if self.hijri is not None and not (1 <= self.hijri.month <= 12 and 1 <= self.hijri.day <= 30):
            raise ValueError("a Hijri day is a month from 1 to 12 and a day from 1 to 30")
        return self

    def covers(self, day: dt.date, hijri_offset: int) -> bool:
        """Tell whether a day is off; ``hijri_offset`` is that of ``hijri_date``."""
        if self.until is not None and self.date is not None:
            return self.date <= day <= self.until
        return any(self._begins(day - dt.timedelta(days=back), hijri_offset) for back in range(self.days))

    def _begins(self, day: dt.date, hijri_offset: int) -> bool:
        if self.hijri is not None:
            found = find_hijri(day, hijri_offset)
            return found is not None and found[1:] == self.hijri
        return day == self.date if self.date is not None else (day.month, day.day) == self.yearly
