"""What the service answers about reviews and quality; tables of figures stay as JSON: see ``docs/openapi.json``."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from api.client.shapes import Answer
from inference.types import Channel, Turn


class ReviewAnswer(Answer):
    """What a reader says of an item: levels and faults by criterion, or which of two replies is better."""

    scores: dict[str, int | None] = Field(default_factory=dict)
    failures: dict[str, str] = Field(default_factory=dict)
    notes: dict[str, str] = Field(default_factory=dict)
    choice: str | None = None
    reasons: tuple[str, ...] = ()
    comment: str = ""


class RoundSummary(Answer):
    """A round in a list."""

    id: str
    name: str
    kind: str
    target: str | None
    rubric: str
    rubric_revision: str
    made_by: str
    made_at: datetime
    closed_at: datetime | None
    items: int
    wanted: int
    submitted: int
    unfinished: int
    erased: int


class Round(RoundSummary):
    """A round with its own rubric, how its items were drawn, and how far everybody is."""

    rubric_text: dict[str, Any]
    seed: int
    readers: int
    second_share: float
    reviewers: tuple[str, ...]
    differs_by: int
    sample: dict[str, Any]
    mine: dict[str, Any]
    progress: tuple[dict[str, Any], ...]


class ShownReply(Answer):
    """A reply to be read; ``place`` is ``first`` or ``second``."""

    place: str
    text: str
    direction: str


class Appeal(Answer):
    """An agent's appeal against the scores of a reply; ``state`` is ``open``, ``upheld`` or ``rejected``."""

    id: str
    item: str
    state: str
    by: str
    at: datetime
    reason: str
    decided_by: str | None
    decided_at: datetime | None
    decision: str | None


class Card(Answer):
    """What somebody, or a machine, said of an item."""

    id: str
    part: str
    scorer: str
    name: str | None
    at: datetime
    reply: str
    answer: ReviewAnswer
    chosen: str | None = None
    total: dict[str, Any] | None = None
    reason: str | None = None


class Revealed(Answer):
    """What stands behind an item, once one may know it."""

    replies: tuple[dict[str, Any], ...]
    cards: tuple[Card, ...]
    final: Card | None
    appeal: Appeal | None


class Sheet(Answer):
    """An item as one reader sees it; ``revealed`` is None while they may still read it."""

    item: str
    round: str
    number: int
    kind: str
    channel: Channel
    language: str
    policy_revision: str
    message: str
    history: tuple[Turn, ...]
    facts: tuple[dict[str, Any], ...]
    sources: tuple[dict[str, Any], ...]
    replies: tuple[ShownReply, ...]
    answer: ReviewAnswer
    saved_at: datetime | None
    submitted_at: datetime | None
    held_until: datetime | None
    revealed: Revealed | None


class NextItem(Answer):
    """The next item, or in ``state`` why there is none."""

    state: str
    sheet: Sheet | None = None


class SavedAnswer(Answer):
    """Until when an unfinished answer holds its place."""

    item: str
    saved_at: datetime
    held_until: datetime


class Dispute(Answer):
    """An item on which readers differ."""

    sheet: Sheet
    differs: tuple[str, ...]
    settled: bool


class RoundAgreement(Answer):
    """How far a round's readers agree, and the checks with them."""

    round: str
    items: int
    raters: dict[str, str | None]
    means: dict[str, dict[str, Any]]
    questions: tuple[dict[str, Any], ...]


class RoundExport(Answer):
    """Everything that was said in a round, without the customers' words."""

    round: RoundSummary
    rubric: dict[str, Any]
    sample: dict[str, Any]
    items: tuple[dict[str, Any], ...]


class OwnReply(Answer):
    """A reply of one's own with its scores."""

    item: str
    round: str
    at: datetime
    channel: Channel
    language: str
    policy_revision: str
    rubric_text: dict[str, Any]
    message: str
    reply: str
    cards: tuple[Card, ...]
    final: Card | None
    appeal: Appeal | None


class AgentIdentity(Answer):
    """Which agent of a helpdesk somebody of the team is."""

    connection: str
    agent: str
    actor: str
    names: tuple[str, ...] = ()


class AgentList(Answer):
    """All agents of whom it is known who they are."""

    items: tuple[AgentIdentity, ...]


class ScoresReport(Answer):
    """What became of scores that were imported: all lines, or none where one is at fault."""

    stored: int
    changed: int
    known: int
    faults: tuple[dict[str, Any], ...] = ()
    more: int = 0


class ImportedScore(Answer):
    """A score that was given elsewhere."""

    rubric: str
    external_id: str
    conversation: str | None
    customer_id: str | None
    agent: str | None
    reviewer: str | None
    at: datetime | None
    scores: dict[str, float | str]
    comment: str | None
    imported_at: datetime


class Outcome(Answer):
    """What is known of a conversation's course; None is what nobody told."""

    conversation: str
    agent: str | None
    opened_at: datetime | None
    first_response_at: datetime | None
    closed_at: datetime | None
    reopened: int | None
    satisfaction: float | None
    handling_seconds: float | None
    told_at: datetime


class KnownOutcomes(Answer):
    """Outcomes in the order in which they were told."""

    items: tuple[Outcome, ...]


class Period(Answer):
    """Days, both counted, in the tenant's time zone."""

    begins: date
    ends: date
    timezone: str


class QualitySummary(Answer):
    """What became of drafts and conversations: each figure with n and its interval."""

    period: Period
    drafts: tuple[dict[str, Any], ...]
    support: dict[str, Any]
    cut: bool


class AgentQualityReport(Answer):
    """Agents' figures beside what their cases would lead one to expect; ``report`` is None where it is off."""

    period: Period
    enabled: bool
    report: dict[str, Any] | None
    cut: bool


class DriftReport(Answer):
    """What drifts."""

    period: Period
    chart: dict[str, Any]
    cut: bool
