"""Promises of ours, in an earlier turn of the conversation, whose time has passed."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from inference.calendar import WorkCalendar
from inference.checks.facts import promised
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
    """What we said we would do, and the day by which it was due."""

    promise: str
    due: date


def overdue(message: Message, calendar: WorkCalendar | None = None) -> tuple[Overdue, ...]:
    """Return the promises of agents' earlier turns whose stated period had passed when the message came in.

    Whether they were kept nobody here knows: it is for the agent to look up. Needs the times of turns and message.

    Args:
        message: with ``received_at`` and turns with ``at``; without them nothing is found.
        calendar: counts working days; without one a week of them is taken for seven days.
    """
    if message.received_at is None:
        return ()
    now, found = _aware(message.received_at), []
    for turn in message.history:
        if turn.author is Author.AGENT and turn.at is not None:
            folded = fold(own_text(turn.text, message.channel).text)
            for start, end in promised(folded.text):
                found_dues = (_due(_aware(turn.at), item, calendar) for item in _periods(folded.text[start:end]))
                dues = [due for due in found_dues if due is not None]
                if dues and max(dues) < now:
                    promise = folded.span(start, end).text.strip(" .")
                    found.append(Overdue(promise, max(dues).astimezone(now.tzinfo).date()))
    return tuple(found)


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
