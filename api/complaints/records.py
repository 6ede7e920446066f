"""What the register of complaints publishes, and what it is told."""

from enum import StrEnum
from typing import Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from api.complaints.country import DutyKind, Name, RuleSource
from inference.types import Identifier, LanguageCode, Record


class ComplaintState(StrEnum):
    """Where a complaint stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    INVESTIGATING = "investigating"
    RESPONDED = "responded"
    REFERRED = "referred"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"

    @property
    def ended(self) -> bool:
        """Whether nothing more is due, ever."""
        return self in {ComplaintState.WITHDRAWN, ComplaintState.CLOSED}


class ComplaintEventName(StrEnum):
    """What happened to a complaint; the first event raises it."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    INVESTIGATING = "investigating"
    PROGRESS = "progress"
    PAUSED = "paused"
    RESUMED = "resumed"
    EXTENDED = "extended"
    RESPONDED = "responded"
    REFERRED = "referred"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    HELD = "held"
    RELEASED = "released"
    NOTED = "noted"


class ComplaintSource(StrEnum):
    """Who saw that something is a complaint."""

    PERSON = "person"
    ANALYSIS = "analysis"
    HELPDESK = "helpdesk"


class NewComplaint(Record):
    """A complaint to register. Country, sector and kind are the policy's and the sector's first ones if left out."""

    source: Literal[ComplaintSource.PERSON, ComplaintSource.HELPDESK] = ComplaintSource.PERSON
    conversation: Identifier | None = Field(default=None, description="The helpdesk's id of the conversation.")
    customer_id: Identifier | None = Field(default=None, description="The helpdesk's id of the customer.")
    draft_id: Identifier | None = Field(default=None, description="A draft of ours that answers it.")
    received_at: AwareDatetime | None = Field(default=None, description="When it reached you; now if left out.")
    country: Name | None = Field(default=None, max_length=2, description="ISO 3166 code, in lower case.")
    sector: Name | None = None
    kind: Name | None = Field(default=None, description="A kind that the sector tells apart, such as payments.")
    language: LanguageCode = Field(default="ar", description="The customer's.")
    summary: str | None = Field(default=None, min_length=1, max_length=2_000, description="What it is about.")


_NEEDS_NOTE = {
    ComplaintEventName.PAUSED,
    ComplaintEventName.EXTENDED,
    ComplaintEventName.REFERRED,
    ComplaintEventName.WITHDRAWN,
    ComplaintEventName.HELD,
    ComplaintEventName.NOTED,
}


class NewComplaintEvent(Record):
    """What happened to a complaint; with the ``delivery`` of an earlier event it changes nothing."""

    event: ComplaintEventName
    note: str | None = Field(default=None, min_length=1, max_length=2_000, description="Why, for those who read it.")
    text: str | None = Field(default=None, min_length=1, max_length=20_000, description="The final response as sent.")
    language: LanguageCode | None = Field(default=None, description="Of the final response; the complaint's if null.")
    delivery: Identifier | None = Field(default=None, description="The caller's id of this event.")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.event is ComplaintEventName.RAISED:
            msg = "a complaint is raised by registering it"
            raise ValueError(msg)
        if self.event in _NEEDS_NOTE and self.note is None:
            msg = f"say why in note: '{self.event.value}' needs one"
            raise ValueError(msg)
        if (self.event is ComplaintEventName.RESPONDED) != (self.text is not None):
            msg = "text is the final response: it goes with 'responded', which needs it"
            raise ValueError(msg)
        return self


class ComplaintEvent(Record):
    """One event as it was stored."""

    event: ComplaintEventName
    at: AwareDatetime
    by: str
    note: str | None = None
    text: str | None = None
    delivery: str | None = None


class Complaint(Record):
    """One complaint as it stands.

    Attributes:
        reference: Its number for the customer; it says nothing about them.
        ground: Why it is one: ``person``, ``tag``, ``explicit``, or the signal in the message.
        due: When the next thing is due, null where nothing is; ``due_duty`` names it.
        overdue: It was due before now.
        paused_at: Since when the clock stands still, where a rule allows it.
        held: Somebody keeps its data from erasure until it is released.
    """

    id: str
    reference: str
    conversation: str | None
    customer_id: str | None
    draft_id: str | None
    source: ComplaintSource
    ground: str
    raised_by: str
    country: str
    sector: str
    kind: str
    language: LanguageCode
    summary: str | None
    state: ComplaintState
    received_at: AwareDatetime
    created_at: AwareDatetime
    paused_at: AwareDatetime | None
    closed_at: AwareDatetime | None
    held: bool
    due: AwareDatetime | None
    due_duty: str | None
    overdue: bool


class RuleShown(Record):
    """The rule behind a duty or a wording, as its country file has it."""

    source: RuleSource
    confidence: Literal["high", "medium", "low"]
    verify_with_counsel: Literal[True]
    remark: str | None


class ComplaintDuty(Record):
    """Something due; ``rule`` is null where the country file no longer has it.

    Attributes:
        stops: Its clock may stand still while the customer owes an answer.
        extendable: A holding response gives it more time, once.
    """

    name: str
    kind: DutyKind
    due: AwareDatetime
    met_at: AwareDatetime | None
    overdue: bool
    stops: bool
    extendable: bool
    rule: RuleShown | None


class ComplaintText(Record):
    """A text by language, filled; locked ones must stand unchanged in a final response."""

    name: str
    text: dict[LanguageCode, str]
    rule: RuleShown | None


class ComplaintHistory(Complaint):
    """A complaint with its clock, its events, and the texts that go with it."""

    duties: tuple[ComplaintDuty, ...]
    events: tuple[ComplaintEvent, ...]
    acknowledgement: ComplaintText
    locked: tuple[ComplaintText, ...]


class ComplaintNotice(Record):
    """Word that a duty was found overdue: one for each, ever. ``sequence`` grows from 1, without a gap."""

    sequence: int
    noticed_at: AwareDatetime
    id: str
    reference: str
    duty: str
    kind: DutyKind
    due: AwareDatetime


class ComplaintListing(StrEnum):
    """What a listing is narrowed to: a state, what has not ended, or what was due before now."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    INVESTIGATING = "investigating"
    RESPONDED = "responded"
    REFERRED = "referred"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    RUNNING = "running"
    OVERDUE = "overdue"


class DutyCounts(Record):
    """How many duties of a kind were met in time or late, and how many are still to be met or overdue."""

    in_time: int = 0
    late: int = 0
    open: int = 0
    overdue: int = 0


class ComplaintFigures(Record):
    """A tenant's complaints counted: by state, by ground, and how their duties were met."""

    all: int
    overdue: int
    states: dict[ComplaintState, int]
    grounds: dict[str, int]
    duties: dict[DutyKind, DutyCounts]
