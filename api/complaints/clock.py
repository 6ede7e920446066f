"""When something is due for a complaint: in calendar or working days, by every calendar that may count."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from api.complaints.country import Unit
from inference.calendar import WorkCalendar

_LAST = time(23, 59)
_LONGEST = 1_000


def due_after(received: datetime, within: int, unit: Unit, calendars: Sequence[WorkCalendar]) -> datetime:
    """Return when a time of so many days from receipt ends, in UTC.

    A working day is the tenant's and the regulator's at once only by chance: a company that closes longer than the law
    allows for must not gain by it, nor one that works on holidays be told a later day than it keeps. So the earliest
    of the calendars' answers counts.

    Args:
        received: aware.
        within: so many days after the day of receipt. Whatever the hour, and on a day off too, the next working day is
            the first one: some regulators allow a later count, none an earlier.
        unit: calendar days end at midnight, working days when they close.
        calendars: at least one: the country's, and the tenant's where there is one.

    Raises:
        ConfigurationError: a calendar never opens.
    """
    if unit is Unit.WORKING_DAYS:
        return min(_close(calendar, received, within) for calendar in calendars)
    ends = []
    for calendar in calendars:
        day = received.astimezone(calendar.zone).date() + timedelta(days=within)
        ends.append(datetime.combine(day, _LAST, calendar.zone))
    return min(ends).astimezone(UTC)


def due_resumed(
    due: datetime, paused: datetime, resumed: datetime, unit: Unit, calendars: Sequence[WorkCalendar]
) -> datetime:
    """Return when something is due after a pause: as much later as the clock stood still, in UTC.

    Args:
        due: when it was due before; not earlier than ``paused``.
        paused: when the clock was stopped.
        resumed: when it went on.
        unit: working days that were left at the pause are counted anew from ``resumed``.
        calendars: as for ``due_after``.
    """
    if unit is Unit.CALENDAR_DAYS:
        return due + (resumed - paused)
    return min(_close(calendar, resumed, _left(paused, due, calendar)) for calendar in calendars)


def _close(calendar: WorkCalendar, start: datetime, days: int) -> datetime:
    """Return when the working day closes that comes so many after the day of ``start``."""
    rolled = calendar.next_opening(start).date() > start.astimezone(calendar.zone).date()
    return calendar.due(start, days=max(0, days - rolled)).astimezone(UTC)


def _left(start: datetime, due: datetime, calendar: WorkCalendar) -> int:
    """Count the working days after the day of ``start``, up to that of ``due``."""
    first, last = start.astimezone(calendar.zone).date(), due.astimezone(calendar.zone).date()
    days = range(1, min((last - first).days, _LONGEST) + 1)
    return sum(calendar.is_working_day(first + timedelta(days=ahead)) for ahead in days)
