"""What the ledger publishes, and what it is told."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from inference.types import CommitmentKind, CommitmentState, Identifier, Record

ITSELF = "rifq"
"""Who an event is by that the ledger writes without being told."""


class EventName(StrEnum):
    """What happened to a commitment; the first event makes it, the second one is final."""

    MADE = "made"
    KEPT = "kept"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"


_FIRST = datetime(2000, 1, 1, tzinfo=UTC)


class NewEvent(Record):
    """What an agent, or the helpdesk, says became of a commitment; told again in the same words, it changes nothing."""

    event: Literal[EventName.KEPT, EventName.BROKEN, EventName.WITHDRAWN]
    by: str = Field(min_length=1, max_length=200, description="Who says so: an agent, or the helpdesk's name.")
    reason: str | None = Field(default=None, min_length=1, max_length=500, description="Needed to withdraw.")
    at: AwareDatetime | None = Field(default=None, description="When it was kept, where that was not just now.")
    delivery: Identifier | None = Field(default=None, description="The caller's id of this event.")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.event is EventName.WITHDRAWN and self.reason is None:
            msg = "say why it is withdrawn: give a reason"
            raise ValueError(msg)
        if self.at is not None and self.at < _FIRST:
            msg = f"at lies before {_FIRST:%Y}, before anything was promised"
            raise ValueError(msg)
        if self.event is not EventName.KEPT and self.at is not None:
            msg = "only a commitment that was kept has an at"
            raise ValueError(msg)
        if self.by.strip() == ITSELF:
            msg = f"'{ITSELF}' is the ledger itself: name an agent or the helpdesk in by"
            raise ValueError(msg)
        return self


class CommitmentEvent(Record):
    """One event as it was stored; ``at`` is when the ledger heard of it, ``kept_at`` when it is said to have happened.

    ``replaced_by`` is the commitment of a newer reply that takes this one's place.
    """

    event: EventName
    at: datetime
    by: str
    reason: str | None = None
    kept_at: datetime | None = None
    delivery: str | None = None
    replaced_by: str | None = None


class StoredCommitment(Record):
    """One commitment as it stands.

    Attributes:
        draft_id: The draft that the reply was compared with; null where there was none.
        sent_id: The sent reply, where there was no draft.
        made_at: When the reply was accepted, which starts its time.
        due: When it is due.
        assumed: The reply named no time: ``due`` is ours, and no customer was told it.
        lapses_at: When it counts as broken, unless somebody has said by then that it was kept.
        overdue: It is open, and was due before now.
    """

    id: str
    draft_id: str | None
    sent_id: str | None = None
    conversation: str | None
    kind: CommitmentKind
    text: str
    owner: str | None
    source: str | None
    made_at: datetime
    due: datetime
    assumed: bool
    lapses_at: datetime
    state: CommitmentState
    overdue: bool


class CommitmentHistory(StoredCommitment):
    """A commitment with its events, in the order in which the ledger heard of them."""

    events: tuple[CommitmentEvent, ...]


class Notice(StoredCommitment):
    """Word that a commitment was found overdue: one for each, ever. ``sequence`` grows from 1, without a gap."""

    sequence: int
    noticed_at: datetime


class Listing(StrEnum):
    """What a listing is narrowed to: a state, or what is open and was due before now."""

    OPEN = "open"
    OVERDUE = "overdue"
    KEPT = "kept"
    LATE = "late"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"


class Counts(Record):
    """How many commitments stand where; ``overdue`` are among the open ones."""

    open: int = 0
    overdue: int = 0
    kept: int = 0
    late: int = 0
    broken: int = 0
    withdrawn: int = 0


class LedgerFigures(Record):
    """What became of a tenant's commitments, in all and by kind; a kind that has none is left out."""

    all: Counts
    kinds: dict[CommitmentKind, Counts]

    @classmethod
    def of(cls, kinds: Mapping[CommitmentKind, Counts]) -> "LedgerFigures":
        """Sum up counts by kind."""
        total = {name: sum(getattr(item, name) for item in kinds.values()) for name in Counts.model_fields}
        return cls(all=Counts(**total), kinds={kind: kinds[kind] for kind in CommitmentKind if kind in kinds})
