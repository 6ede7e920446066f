"""When a promise falls due, and promises of ours in the conversation whose time has passed."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from inference.calendar import WorkCalendar
from inference.checks.promises import promised
from inference.contradiction.figures import Figure, figures
from inference.text import fold
from inference.thread import own_text
from inference.types import Author, DifferenceKind, Message
from models.errors import InputError

_HOURS = {"working day": 34, "month": 744}
_LONGEST_HOURS = 400 * 24
_WEEK, _WORKING_WEEK, _MONTH = 7, 5, 31


@dataclass(frozen=True)
class Overdue:
    """What we said we would do, the day by which it was due, and who was to do it, where that is known."""

    promise: str
    due: date
    owner: str | None = None

    @property
    def when(self) -> str:
        """The day, with the owner in brackets."""
        return f"{self.due} ({self.owner})" if self.owner else str(self.due)


def due_of(text: str, start: datetime, calendar: WorkCalendar | None = None) -> datetime | None:
    """Return when the longest period that a promise names ends; None where it names none that a promise means.

    Args:
        text: the promise, Arabic or English.
        start: when it was made; without a zone it is taken for UTC.
        calendar: counts working days; without one a week of them is taken for seven days.
    """
    dues = (_due(_aware(start), item, calendar) for item in _periods(fold(text).text))
    return max((due for due in dues if due is not None), default=None)


def overdue(message: Message, calendar: WorkCalendar | None = None) -> tuple[Overdue, ...]:
    """Return the promises that the ledger has as owed, then those of agents' earlier turns that it does not know.

    Of the latter, those whose stated period had passed when the message came in: whether they were kept nobody here
    knows, it is for the agent to look up.

    Args:
        message: with ``received_at`` and turns with ``at``; without them nothing is found in the turns.
        calendar: counts working days; without one a week of them is taken for seven days.
    """
    zone = calendar.zone if calendar else UTC
    owed = (item for item in message.commitments if item.owed)
    known = [Overdue(item.text.strip(" ."), item.due.astimezone(zone).date(), item.owner) for item in owed]
    return (*known, *_said(message, calendar))


def _said(message: Message, calendar: WorkCalendar | None) -> tuple[Overdue, ...]:
    if message.received_at is None:
        return ()
    now, found = _aware(message.received_at), []
    kept = [fold(item.text).text.strip(" .") for item in message.commitments]
    for turn in message.history:
        if turn.author is Author.AGENT and turn.at is not None:
            folded = fold(own_text(turn.text, message.channel).text)
            for start, end in promised(folded.text):
                promise = folded.span(start, end).text.strip(" .")
                due = due_of(promise, turn.at, calendar)
                if due is not None and due < now and not any(_same(fold(promise).text, item) for item in kept):
                    found.append(Overdue(promise, due.astimezone(now.tzinfo).date()))
    return tuple(found)


def _same(said: str, kept: str) -> bool:
    """Tell whether words of a turn are what the ledger keeps: it may hold a sentence, or only the promising part."""
    return said in kept or kept in said


def _periods(text: str) -> Iterator[Figure]:
    return (figure for figure in figures(text) if figure.kind is DifferenceKind.PERIOD)


def _due(start: datetime, period: Figure, calendar: WorkCalendar | None) -> datetime | None:
    """Return when a period ends; None for one that no promise means, or that no calendar holds."""
    value = float(period.value)
    if value * _HOURS.get(period.unit, 1) > _LONGEST_HOURS:
        return None
    try:
        return _end(start, period, value, calendar)
    except (OverflowError, InputError):
        return None


def _end(start: datetime, period: Figure, value: float, calendar: WorkCalendar | None) -> datetime:
    match period.unit:
        case "working day":
            if calendar is not None:
                return calendar.due(start, days=math.ceil(value))
            return start + timedelta(days=math.ceil(value * _WEEK / _WORKING_WEEK))
        case "month":
            return start + timedelta(days=value * _MONTH)
        case _:
            return start + timedelta(hours=value)


def _aware(at: datetime) -> datetime:
    """Take a time without a zone for UTC."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)
