"""Rounds as they are asked for and published, and who of the team an agent is."""

from datetime import UTC, datetime
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, model_validator

from api.review.terms import Actor, RoundKind, Target
from evaluation.sampling import SampleReport
from evaluation.scorecard import Level, Rubric
from inference.types import MAX_TEXT, Channel, Identifier, LanguageCode, Record, Turn

_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
_LONGEST_RUBRIC = 80


class NewReply(Record):
    """A reply that comes with the round; ``writer`` names who or what wrote it, and is not shown to reviewers."""

    text: str = Field(min_length=1, max_length=MAX_TEXT)
    writer: str = Field(default="", max_length=100)


class NewText(Record):
    """A message with one reply to score, or two to choose between."""

    message: str = Field(min_length=1, max_length=MAX_TEXT)
    replies: tuple[NewReply, ...] = Field(min_length=1, max_length=2)
    language: LanguageCode = Field(default="und", description="The replies' language; detected if left out.")
    channel: Channel = Channel.CHAT
    history: tuple[Turn, ...] = Field(default=(), max_length=200)
    sources: tuple[Annotated[str, Field(min_length=1, max_length=5_000)], ...] = Field(default=(), max_length=20)
    conversation: Identifier | None = Field(default=None, description="So that an erasure finds it.")
    customer_id: Identifier | None = Field(default=None, description="So that an erasure finds it.")


_TARGETS = {
    RoundKind.SCORE: {Target.DRAFT, Target.SENT, Target.BOTH, Target.TEXTS},
    RoundKind.CHOOSE: {Target.PAIR, Target.TEXTS},
}


class NewRound(Record):
    """A round to make. What it reads is drawn from a period: every case that can do harm, and a share of the rest."""

    name: str = Field(min_length=1, max_length=200)
    kind: RoundKind = RoundKind.SCORE
    target: Target = Target.DRAFT
    rubric: Rubric | None = Field(default=None, description="A rubric of your own; the shipped one if null.")
    seed: int = Field(default=1, ge=0, le=2**31 - 1, description="Of the draw, the order and the sides.")
    readers: int = Field(default=1, ge=1, le=9, description="People who read each item.")
    second_share: float = Field(default=0.0, ge=0, le=1, description="Share of the items that gets one reviewer more.")
    reviewers: tuple[Actor, ...] = Field(default=(), max_length=100, description="Empty: whoever may review.")
    differs_by: Level = Field(default=2, description="Levels between two reviewers from which on somebody decides.")
    since: AwareDatetime | None = Field(default=None, description="Made, or sent, at or after this moment.")
    until: AwareDatetime | None = Field(default=None, description="Before this moment.")
    limit: int = Field(default=100, ge=1, le=2_000, description="Most messages.")
    share: float = Field(default=0.1, ge=0, le=1, description="Of what holds no risk.")
    again: bool = Field(default=False, description="Take what an earlier round has read, too.")
    texts: tuple[NewText, ...] = Field(default=(), max_length=2_000)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.target not in _TARGETS[self.kind]:
            names = ", ".join(sorted(_TARGETS[self.kind]))
            raise ValueError(f"target: a round that asks to {self.kind} reads one of {names}")
        if (self.target is Target.TEXTS) != bool(self.texts):
            raise ValueError("texts: they come with the target 'texts', which needs them")
        sides = 1 if self.kind is RoundKind.SCORE else 2
        if any(len(text.replies) != sides for text in self.texts):
            raise ValueError(f"texts: a round that asks to {self.kind} needs {sides} of replies in each")
        if len(set(self.reviewers)) < len(self.reviewers):
            raise ValueError("reviewers: somebody is named twice")
        for name in ("since", "until"):
            moment: datetime | None = getattr(self, name)
            if moment is not None and not _FIRST <= moment < _LAST:
                raise ValueError(f"{name}: it lies before {_FIRST:%Y} or after {_LAST:%Y}")
        if self.since is not None and self.until is not None and self.until <= self.since:
            raise ValueError("until: it does not lie after since")
        if self.rubric is not None and len(self.rubric.id) > _LONGEST_RUBRIC:
            raise ValueError(f"rubric: name and version are longer than {_LONGEST_RUBRIC} characters")
        if self.reviewers and len(self.reviewers) < self.readers + (self.second_share > 0):
            raise ValueError("reviewers: each item needs more people than are named")
        return self


class ReaderProgress(Record):
    """How far a reviewer is; ``share`` is what falls to each where the round names its reviewers."""

    reviewer: str
    name: str | None = None
    submitted: int = 0
    unfinished: int = 0
    share: int | None = None


class RoundSummary(Record):
    """A round in a list.

    Attributes:
        wanted: Readings that its items want; ``submitted`` counts those that there are.
        target: What is read; null for those who may still read in it, since it says who or what wrote the replies.
        erased: Items whose texts an erasure took: nobody is given them any more.
    """

    id: str
    name: str
    kind: RoundKind
    target: Target | None
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
    """A round with its own rubric, its reviewers, and how its items were drawn."""

    rubric_text: Rubric
    seed: int
    readers: int
    second_share: float
    reviewers: tuple[str, ...]
    differs_by: int
    sample: SampleReport
    mine: ReaderProgress
    progress: tuple[ReaderProgress, ...]


class RoundPage(Record):
    """One page of rounds, the newest first."""

    items: tuple[RoundSummary, ...]
    next: str | None


class AgentIdentity(Record):
    """Who of the team an agent of a helpdesk is.

    Attributes:
        agent: The helpdesk's id of the agent, as sent replies name it.
        actor: Who they are here.
        names: As they sign replies: taken out of what reviewers see.
    """

    connection: str = Field(min_length=1, max_length=64)
    agent: Identifier
    actor: Actor
    names: tuple[Annotated[str, Field(min_length=2, max_length=100)], ...] = Field(default=(), max_length=20)


class AgentList(Record):
    """All agents that are known."""

    items: tuple[AgentIdentity, ...]
