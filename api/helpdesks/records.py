"""What the helpdesks' pipeline publishes about itself: no words of customers or agents."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from inference.types import Record


class ConnectionStatus(Record):
    """How a connection is doing.

    Attributes:
        last_delivery: when something last arrived.
        lag_seconds: for how long the oldest delivery or conversation that is due has waited; 0 where none does.
        unread: deliveries that are stored and not yet read.
        waiting: notes that are on their way.
        left: notes that were left so far.
        failed: dead letters.
        paused_until: until when the helpdesk is left alone, because it asked for it or failed too often.
        error: what it last answered, where it is failing now.
    """

    id: str
    vendor: str
    hook: str
    last_delivery: datetime | None
    lag_seconds: float
    unread: int
    waiting: int
    left: int
    failed: int
    paused_until: datetime | None
    error: str | None


class ConnectionList(Record):
    """The tenant's connections."""

    items: tuple[ConnectionStatus, ...]


class DeadLetter(Record):
    """A delivery that could not be read, or a note that could not be left; ``error`` says why."""

    id: str
    kind: Literal["delivery", "note"]
    connection: str
    conversation: str | None
    at: datetime
    attempts: int
    error: str


class DeadLetterPage(Record):
    """One page, the oldest first; pass ``next`` as ``cursor`` for the following one, null at the end."""

    items: tuple[DeadLetter, ...]
    next: str | None


class Accepted(Record):
    """A delivery was stored; ``duplicate`` where it had been stored before."""

    status: Literal["accepted"] = "accepted"
    duplicate: bool = False


class FetchedNote(Record):
    """A note of a connection that fetches: for agents only, never for the customer."""

    sequence: int = Field(description="Grows from 1 without a gap: pass the last one as ``after``.")
    left_at: datetime
    note: dict[str, Any]


class NotePage(Record):
    """The notes behind ``after``, in the order in which they were left."""

    items: tuple[FetchedNote, ...]
