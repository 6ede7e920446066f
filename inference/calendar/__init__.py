"""A tenant's working hours and days, deadlines by them, and dates as customers read them."""

from inference.calendar.hijri import MonthDay, hijri_date
from inference.calendar.hours import Holiday, OpeningHours, Weekday
from inference.calendar.work import WorkCalendar
from inference.calendar.written import MonthNames, written, written_hour

__all__ = [
    "Holiday",
    "MonthDay",
    "MonthNames",
    "OpeningHours",
    "Weekday",
    "WorkCalendar",
    "hijri_date",
    "written",
    "written_hour",
]
