"""When a commitment is due, and when it counts as broken because nobody has said that it was kept."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from inference.calendar import WorkCalendar
from inference.due import due_of
from inference.policy import LedgerRules
from inference.types import Commitment
from models.errors import ConfigurationError, InputError

_HOURS_IN_A_WORKING_HOUR = 168 / 40
"""Where no calendar says otherwise, a week of 168 hours has 40 working hours."""


@dataclass(frozen=True)
class Terms:
    """The times of one commitment, in UTC; ``assumed`` where its words name no time."""

    due: datetime
    assumed: bool
    lapses_at: datetime


def terms_of(commitment: Commitment, made_at: datetime, calendar: WorkCalendar | None, rules: LedgerRules) -> Terms:
    """Return the times of a commitment that is made at ``made_at``, counted by ``calendar`` where there is one."""
    due = commitment.due or due_of(commitment.text, made_at, calendar)
    end = (due or working_time(made_at, rules.undated_hours, calendar)).astimezone(UTC)
    return Terms(due=end, assumed=due is None, lapses_at=working_time(end, rules.broken_after_hours, calendar))


def working_time(start: datetime, hours: float, calendar: WorkCalendar | None) -> datetime:
    """Return when so many working hours from ``start`` on have passed, in UTC."""
    if calendar is not None:
        try:
            return calendar.due(start, hours=hours).astimezone(UTC)
        except (ConfigurationError, InputError, OverflowError):
            pass  # a calendar that never opens must not keep a verdict from being stored
    return (start + timedelta(hours=hours * _HOURS_IN_A_WORKING_HOUR)).astimezone(UTC)
