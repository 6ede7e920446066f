"""What live quality is computed from: drafts and conversations as figures, without a word that anybody wrote."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from inference.types import ChangeKind, FeedbackReason, SignalName, Status, Verdict

GOOD, BAD = 0.7, 0.3
"""Satisfaction in [0, 1] from which on it is good, and up to which it is bad: of five stars four, and two."""


class Rating(StrEnum):
    """How satisfied a customer was."""

    GOOD = "good"
    OK = "ok"
    BAD = "bad"


def rating_of(satisfaction: float) -> Rating:
    """Return what a satisfaction in [0, 1] is called: of 1 to 5 stars, 4 and 5 are good, 1 and 2 bad."""
    return Rating.GOOD if satisfaction >= GOOD else Rating.BAD if satisfaction <= BAD else Rating.OK


@dataclass(frozen=True, slots=True)
class Case:
    """What was known of a message when it arrived, as its analysis and the search said.

    Attributes:
        length: words of the message.
        turns: earlier turns of the conversation.
        intensity: of anger, in [0, 1].
        sentiment: in [-1, 1].
        relevance: of what the search found, in [0, 1].
        owed: an earlier promise is overdue.
    """

    language: str
    dialect: str | None
    script: str
    channel: str
    anger: str
    intensity: float
    sentiment: float
    technical: str
    trajectory: str
    signals: frozenset[SignalName]
    length: int
    turns: int
    relevance: float
    answerable: bool
    urgent: bool
    uncertain: bool
    owed: bool


@dataclass(frozen=True, slots=True)
class DraftRecord:
    """One draft and what became of it.

    Attributes:
        id: the draft's.
        conversation: as the helpdesk names it; the draft's own id where it has none.
        made_at: when the draft was stored.
        received_at: when the message arrived, where the helpdesk said so.
        sent_at: when the first reply beside it was sent.
        verdict: what counts of what was said or inferred; None where nothing is known.
        inferred: the verdict was read off the reply, nobody gave it.
        tokens: share of the words that were edited, in [0, 1]; None without a text that was sent.
        characters: the same of characters.
        blocked: what was sent has a finding that must not go out; None where nothing is known to have been sent.
        resolution: the id of the first resolution that it rests on.
        writer: the language model that worded it; ``composer`` without one.
    """

    id: str
    conversation: str
    made_at: datetime
    received_at: datetime | None
    sent_at: datetime | None
    status: Status
    case: Case
    verdict: Verdict | None
    inferred: bool
    reasons: tuple[FeedbackReason, ...]
    changes: frozenset[ChangeKind]
    tokens: float | None
    characters: float | None
    blocked: bool | None
    resolution: str | None
    writer: str
    model: str
    policy: str
    index: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation with its outcome, as far as it is known.

    Attributes:
        agent: the helpdesk's id of whoever answered; None where it is not told.
        case: what was known when its first message arrived; None where no draft was made for it.
        reopened: how often it was opened again; None where nothing is told.
        satisfaction: in [0, 1].
        handling_seconds: how long agents worked on it, as the helpdesk counts it.
        changed: its first draft that has a verdict was edited, rejected or not used.
    """

    id: str
    agent: str | None
    opened_at: datetime
    first_response_at: datetime | None
    case: Case | None
    reopened: int | None
    satisfaction: float | None
    handling_seconds: float | None
    changed: bool | None
