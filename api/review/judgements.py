"""What readers are shown and say, what is revealed behind it, verdicts and appeals."""

from datetime import datetime
from typing import Literal, Self

from pydantic import Field, model_validator

from api.review.terms import AppealState, Direction, NextState, Note, Origin, Part, Place, RoundKind, Why
from evaluation.scorecard import Level, Rubric, Scorer, Total
from evaluation.scorecard.rubric import ItemId
from inference.types import Channel, LanguageCode, Record, SourceKind, Turn


class Answer(Record):
    """What a reviewer says of an item.

    Attributes:
        scores: By criterion; null where it does not apply or cannot be told. To submit, each criterion needs one.
        failures: The auto-fail items that the reply has, with what shows it.
        notes: By criterion, why.
        choice: Which reply is better, as they stood before this reviewer.
        reasons: Criteria that the choice rests on.
    """

    scores: dict[ItemId, Level | None] = Field(default_factory=dict, max_length=40)
    failures: dict[ItemId, Note] = Field(default_factory=dict, max_length=40)
    notes: dict[ItemId, Note] = Field(default_factory=dict, max_length=40)
    choice: Place | Literal["equal"] | None = None
    reasons: tuple[ItemId, ...] = Field(default=(), max_length=40)
    comment: str = Field(default="", max_length=5_000)


class ShownSource(Record):
    """What the reply could rest on."""

    number: int
    kind: SourceKind
    quote: str


class ShownFact(Record):
    """What the calling system knew of the customer's case."""

    name: str
    value: str


class ShownReply(Record):
    """A reply as it stands before a reviewer: nothing says who or what wrote it."""

    place: Place
    text: str
    direction: Direction


class RevealedReply(Record):
    """What a reply is, for those who have submitted; ``status`` is the draft's."""

    place: Place
    origin: Origin
    writer: str | None = None
    agent: str | None = None
    status: str | None = None


class Card(Record):
    """A card as it was given.

    Attributes:
        scorer: What kind of scorer; cards of different kinds are never averaged.
        name: A reviewer's name, or the machine's revision; null for agents, who are not told who scored.
        reply: The place of the reply that the card is about.
        chosen: Of a choice, what was found better: where it comes from, or its writer; or ``equal``.
        reason: Why an adjudicator decided so.
    """

    id: str
    part: Part
    scorer: Scorer
    name: str | None
    at: datetime
    reply: Place = "first"
    answer: Answer
    chosen: str | None = None
    total: Total | None = None
    reason: str | None = None


class Appeal(Record):
    """An agent's appeal, and what was decided; the scores that it was about stay as they are."""

    id: str
    item: str
    state: AppealState
    by: str
    at: datetime
    reason: str
    decided_by: str | None
    decided_at: datetime | None
    decision: str | None


class Revealed(Record):
    """What stands behind an item, for those who no longer read it; ``final`` is the adjudicator's or the appeal's."""

    replies: tuple[RevealedReply, ...]
    cards: tuple[Card, ...]
    final: Card | None
    appeal: Appeal | None


class Sheet(Record):
    """An item as a reviewer has it.

    Attributes:
        number: From 1, in the round's order.
        policy_revision: Of the policy in force on the day of the reply.
        answer: What was saved so far, empty at first.
        held_until: Until when nobody else is given this place.
        revealed: Null until this reviewer has submitted.
    """

    item: str
    round: str
    number: int
    kind: RoundKind
    channel: Channel
    language: LanguageCode
    policy_revision: str
    message: str
    message_direction: Direction
    history: tuple[Turn, ...]
    facts: tuple[ShownFact, ...]
    sources: tuple[ShownSource, ...]
    replies: tuple[ShownReply, ...]
    answer: Answer
    saved_at: datetime | None
    submitted_at: datetime | None
    held_until: datetime | None
    revealed: Revealed | None


class SheetPage(Record):
    """One page of items, in the round's order."""

    items: tuple[Sheet, ...]
    next: str | None


class Next(Record):
    """What to read next.

    ``all_read``: nothing is left for you. ``share_done``: your share is read, ask with ``more`` to go on. ``waiting``:
    others hold what is left. ``closed``: the round is.
    """

    state: NextState
    sheet: Sheet | None = None


class Saved(Record):
    """An unfinished answer was stored."""

    item: str
    saved_at: datetime
    held_until: datetime


class Dispute(Record):
    """An item whose reviewers differ; ``differs`` names on what: ``criterion:ID``, ``auto_fail:ID`` or ``choice``."""

    sheet: Sheet
    differs: tuple[str, ...]
    settled: bool


class DisputePage(Record):
    """One page of items that somebody has to decide."""

    items: tuple[Dispute, ...]
    next: str | None


class NewVerdict(Record):
    """The adjudicator's own card, and why."""

    answer: Answer
    reason: Why


class NewAppeal(Record):
    """Why the scores are not right."""

    reason: Why


class NewDecision(Record):
    """What is decided of an appeal, and why; one that is upheld brings the card that now counts."""

    upheld: bool
    reason: Why
    answer: Answer | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.upheld != (self.answer is not None):
            raise ValueError("answer: an appeal that is upheld brings the card that now counts, a rejected one none")
        return self


class AppealPage(Record):
    """One page of appeals, the oldest first."""

    items: tuple[Appeal, ...]
    next: str | None


class OwnReply(Record):
    """A reply of the agent who asks, with its scores from a closed round; who gave them is not told."""

    item: str
    round: str
    at: datetime
    channel: Channel
    language: LanguageCode
    policy_revision: str
    rubric_text: Rubric
    message: str
    reply: str
    cards: tuple[Card, ...]
    final: Card | None
    appeal: Appeal | None


class OwnReplyPage(Record):
    """One page of one's own replies, the latest first."""

    items: tuple[OwnReply, ...]
    next: str | None
