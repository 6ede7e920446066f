"""When a tenant works, and when a promise made now falls due."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Annotated, NamedTuple, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from inference.calendar.hijri import find_hijri
from inference.calendar.hours import Holiday, OpeningHours, Weekday
from inference.types import Record
from models.errors import ConfigurationError, InputError

_RAMADAN = 9
_HORIZON = 400
"""Days without an opening after which a calendar is taken to have none."""
_LONGEST_HOURS = 10_000
_LONGEST_DAYS = 1_000


def _zone_name(value: str) -> str:
    try:
        ZoneInfo(value)
    # Python raises its own kinds for a name that is a path or no text.
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f'"{value}" is no IANA time zone: write one such as "Asia/Riyadh"') from error
    return value


class Opening(NamedTuple):
    """A stretch of open time in UTC, and the local day that it belongs to: the one on which it opened."""

    day: date
    start: datetime
    end: datetime


class WorkCalendar(Record):
    """A tenant's working time, as the policy's ``calendar`` section holds it.

    Attributes:
        timezone: IANA name; all hours and days are local to it.
        weekend: Weekdays without work.
        hours: Opening hours of a working day; a break leaves two ("09:00-13:00", "16:00-20:00").
        weekday_hours: Other hours for some weekdays.
        ramadan_hours: Hours in Ramadan, for every working day; none: as always.
        holidays: Days off.
        hijri_offset: Days by which the local Hijri calendar runs ahead of Umm al-Qura (-1: Ramadan begins a day later).
    """

    timezone: Annotated[str, AfterValidator(_zone_name)]
    weekend: tuple[Weekday, ...] = Field(default=(Weekday.FRIDAY, Weekday.SATURDAY), max_length=6)
    hours: tuple[OpeningHours, ...] = Field(min_length=1, max_length=6)
    weekday_hours: dict[Weekday, Annotated[tuple[OpeningHours, ...], Field(min_length=1, max_length=6)]] = Field(
        default_factory=dict
    )
    ramadan_hours: tuple[OpeningHours, ...] | None = Field(default=None, min_length=1, max_length=6)
    holidays: tuple[Holiday, ...] = Field(default=(), max_length=200)
    hijri_offset: int = Field(default=0, ge=-2, le=2)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if off := sorted(set(self.weekend) & set(self.weekday_hours)):
            raise ValueError(f"weekday_hours: {', '.join(off)} is in the weekend; take it out of one of the two")
        return self

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.timezone)

    def is_working_day(self, day: date) -> bool:
        """Tell whether a local day is neither weekend nor holiday."""
        return Weekday.of(day) not in self.weekend and not any(
            holiday.covers(day, self.hijri_offset) for holiday in self.holidays
        )

    def _is_ramadan(self, day: date) -> bool:
        found = find_hijri(day, self.hijri_offset)
        return found is not None and found.month == _RAMADAN

    def hours_on(self, day: date) -> tuple[OpeningHours, ...]:
        """Return the opening hours that begin on a local day; empty for a day off."""
        if not self.is_working_day(day):
            return ()
        if self.ramadan_hours is not None and self._is_ramadan(day):
            return self.ramadan_hours
        return self.weekday_hours.get(Weekday.of(day), self.hours)

    def is_open(self, at: datetime) -> bool:
        """Tell whether a moment lies in opening hours; the closing minute itself does not.

        Raises:
            InputError: ``at`` has no time zone.
        """
        return next(self._openings(_utc(at, "at"))).start <= at

    def next_opening(self, at: datetime) -> datetime:
        """Return ``at`` itself when it is open, else when it opens next; local time.

        Raises:
            InputError: ``at`` has no time zone.
            ConfigurationError: it does not open within ``_HORIZON`` days.
        """
        start = _utc(at, "at")
        return max(start, next(self._openings(start)).start).astimezone(self.zone)

    def due(self, start: datetime, *, hours: float | None = None, days: int | None = None) -> datetime:
        """Return when a promise falls due, in local time: open, or the moment of closing.

        Args:
            start: When the promise is made; aware.
            hours: Opening hours from ``start`` on.
            days: Working days: the close of the day that many working days after the one on which ``start`` falls. What
                is promised after closing or on a day off counts from the next working day.

        Raises:
            InputError: ``start`` has no time zone, or not exactly one of ``hours`` and ``days`` is given and sensible.
            ConfigurationError: it does not open within ``_HORIZON`` days.
        """
        moment = _utc(start, "start")
        if (hours is None) == (days is None):
            raise InputError("Give either hours or days.", field="hours")
        if hours is not None:
            if not 0 < hours <= _LONGEST_HOURS:
                raise InputError(f"Give hours above 0, at most {_LONGEST_HOURS}.", field="hours")
            return self._after(moment, timedelta(hours=hours)).astimezone(self.zone)
        if days is None or not 0 <= days <= _LONGEST_DAYS:
            raise InputError(f"Give days from 0 to {_LONGEST_DAYS}.", field="days")
        return self._close(moment, days).astimezone(self.zone)

    def _after(self, moment: datetime, left: timedelta) -> datetime:
        for opening in self._openings(moment):
            begin = max(moment, opening.start)
            if left <= opening.end - begin:
                return begin + left
            left -= opening.end - begin
        raise AssertionError  # pragma: no cover - the openings never end

    def _close(self, moment: datetime, days: int) -> datetime:
        openings = self._openings(moment)
        current = next(openings)
        passed = 0
        for opening in openings:
            if opening.day != current.day:
                if passed == days:
                    break
                passed += 1
            current = opening
        return current.end

    def _openings(self, moment: datetime) -> Iterator[Opening]:
        """Yield what is open from ``moment`` on (the first may have begun before it), in order, none overlapping."""
        # Hours of the day before may still run, and cut those of the day after.
        day = moment.astimezone(self.zone).date() - timedelta(days=2)
        covered, idle = datetime.min.replace(tzinfo=UTC), 0
        while idle < _HORIZON:
            idle += 1
            for start, end in sorted(_bounds(hours, day, self.zone) for hours in self.hours_on(day)):
                begin, covered = max(start, covered), max(end, covered)
                if end > max(begin, moment):
                    idle = 0
                    yield Opening(day, begin, end)
            day += timedelta(days=1)
        raise ConfigurationError(
            f"The calendar has no opening in {_HORIZON} days: shorten its holidays.", field="calendar"
        )


def _bounds(hours: OpeningHours, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    start, end = hours.on(day, zone)
    return start.astimezone(UTC), end.astimezone(UTC)


def _utc(at: datetime, field: str) -> datetime:
    if at.tzinfo is None:
        raise InputError("Give a date and time with its time zone.", field=field)
    return at.astimezone(UTC)
