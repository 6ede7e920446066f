"""Promises of ours in the conversation whose time has passed."""

from dataclasses import dataclass
from datetime import UTC, date

from inference.calendar import WorkCalendar
from inference.checks.promises import promised
from inference.due import aware, due_of
from inference.text import fold
from inference.thread import own_text
from inference.types import Author, Message


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
    now, found = aware(message.received_at), []
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
