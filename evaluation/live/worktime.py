"""How long a team's door was open between two moments."""

from datetime import UTC, datetime, timedelta

from inference.calendar import WorkCalendar

_LONGEST = timedelta(days=62)
"""Open time is counted so far: nobody looks at the minutes of an answer after two months."""


def open_seconds(calendar: WorkCalendar, start: datetime, end: datetime) -> float:
    """Return the seconds of opening hours between two aware moments; 0 where ``end`` is not later.

    Args:
        calendar: the tenant's.
        start: when a message arrived.
        end: when it was answered; what lies more than 62 days behind ``start`` is not counted.
    """
    first, last = start.astimezone(UTC), min(end, start + _LONGEST).astimezone(UTC)
    total, covered = timedelta(), first
    # Hours of the day before may still run.
    day = first.astimezone(calendar.zone).date() - timedelta(days=1)
    while day <= last.astimezone(calendar.zone).date():
        spans = [tuple(at.astimezone(UTC) for at in hours.on(day, calendar.zone)) for hours in calendar.hours_on(day)]
        for opens, closes in sorted(spans):
            begin, finish = max(opens, covered), min(closes, last)
            if finish > begin:
                total, covered = total + (finish - begin), finish
        day += timedelta(days=1)
    return total.total_seconds()
