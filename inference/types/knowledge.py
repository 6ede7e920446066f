"""Resolutions (how a problem was solved) and what a search returns of them."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from pydantic import Field
from pydantic.config import JsonDict

from inference.types.base import Identifier, LanguageCode, Probability, Record, Score

DUE_WINDOW = timedelta(days=14)
"""A verified resolution is 'due' when its review date is at most this far ahead."""


class Freshness(StrEnum):
    """How far a resolution can be relied on today: its state, from draft (unverified) to retired."""

    VERIFIED = "verified"
    DUE = "due"
    EXPIRED = "expired"
    UNVERIFIED = "unverified"
    SENT_BACK = "sent_back"
    RETIRED = "retired"

    @property
    def reliable(self) -> bool:
        """Whether a draft may rest on it alone."""
        return self in {Freshness.VERIFIED, Freshness.DUE}


class FollowUp(Record):
    """A question that the customer is likely to ask next, answered."""

    question: str = Field(min_length=1, max_length=500)
    answer: str = Field(min_length=1, max_length=2_000)


class Outcome(Record):
    """What became of the tickets that this resolution answered."""

    solved: int = Field(default=0, ge=0)
    reopened: int = Field(default=0, ge=0)
    satisfaction: Probability | None = None


class SentBack(Record):
    """Agents kept rejecting drafts that rest on a resolution: it must be verified anew."""

    since: date
    reason: str = Field(max_length=500)


class Retirement(Record):
    """A resolution is no longer used: no search finds it."""

    by: str = Field(min_length=1, max_length=200)
    at: date
    reason: str = Field(min_length=1, max_length=500)


class Life(NamedTuple):
    """What decides how far a resolution can be relied on: when it was verified, when it is due, what befell it."""

    verified_at: date | None
    review_by: date | None
    sent_back: bool
    retired: bool

    def freshness(self, today: date) -> Freshness:
        """Tell how far the resolution can be relied on at ``today``."""
        if self.retired:
            return Freshness.RETIRED
        if self.sent_back:
            return Freshness.SENT_BACK
        if self.verified_at is None or self.verified_at > today:
            return Freshness.UNVERIFIED
        if self.review_by is None:
            return Freshness.VERIFIED
        if self.review_by < today:
            return Freshness.EXPIRED
        return Freshness.DUE if self.review_by - today <= DUE_WINDOW else Freshness.VERIFIED


_READ_ONLY: JsonDict = {"readOnly": True}


class Resolution(Record):
    """How a problem is solved, in one language; ``problem`` and ``answer`` alone suffice.

    ``restatement`` completes "I understand ..." (Arabic «فهمنا ...», starting with «أن»); ``empathy`` says in one
    sentence why the problem matters to a person; ``short`` is the answer in one line; ``if_unsolved`` says when and
    how to come back. ``cases`` are masked words of customers whose problem this solved: the best search keys.
    ``sent_back`` and ``retired`` change by what happens to the resolution, never by writing it.
    """

    id: Identifier
    tenant: Identifier = "default"
    problem: str = Field(min_length=1, max_length=1_000)
    answer: str = Field(min_length=1, max_length=10_000, description="The plain explanation.")
    cases: tuple[str, ...] = Field(default=(), max_length=200)
    steps: tuple[str, ...] = Field(default=(), max_length=30)
    restatement: str | None = Field(default=None, max_length=500)
    empathy: str | None = Field(default=None, max_length=500)
    short: str | None = Field(default=None, max_length=500)
    if_unsolved: str | None = Field(default=None, max_length=1_000)
    follow_ups: tuple[FollowUp, ...] = Field(default=(), max_length=20)
    language: LanguageCode
    tags: tuple[str, ...] = Field(default=(), max_length=50)
    product: str | None = Field(default=None, max_length=100)
    owner: str | None = Field(default=None, max_length=200)
    verified_by: str | None = Field(default=None, max_length=200)
    verified_at: date | None = None
    review_by: date | None = None
    outcome: Outcome | None = None
    provenance: str | None = Field(default=None, max_length=500, description="Where the resolution came from.")
    sent_back: SentBack | None = Field(default=None, json_schema_extra=_READ_ONLY)
    retired: Retirement | None = Field(default=None, json_schema_extra=_READ_ONLY)

    @property
    def quote(self) -> str:
        """The text that a draft cites when it rests on this resolution."""
        parts = (self.problem, self.restatement, self.empathy, self.short, self.answer, *self.steps, self.if_unsolved)
        return "\n".join(part for part in parts if part)

    @property
    def life(self) -> Life:
        """What decides how far the resolution can be relied on."""
        verified = self.verified_at if self.verified_by is not None else None
        return Life(verified, self.review_by, self.sent_back is not None, self.retired is not None)

    def freshness(self, today: date) -> Freshness:
        """Tell how far the resolution can be relied on at ``today``."""
        return self.life.freshness(today)


class DifferenceKind(StrEnum):
    """What two resolutions say differently."""

    AMOUNT = "amount"
    CURRENCY = "currency"
    PERCENTAGE = "percentage"
    PERIOD = "period"
    DATE = "date"
    TIME = "time"
    PHONE = "phone"
    NUMBER = "number"
    POLICY = "policy"
    GLOSSARY = "glossary"


class Difference(Record):
    """One thing that two resolutions say differently, in the words of each."""

    kind: DifferenceKind
    first: str
    second: str


class Contradiction(Record):
    """Two resolutions that seem to contradict each other, ``first`` before ``second`` in the order of ids.

    A candidate, for a person to judge: correct one of the two, retire it, or dismiss the pair.
    """

    first: Identifier
    second: Identifier
    closeness: Score = Field(description="How near their problems and answers lie, as a cosine.")
    differences: tuple[Difference, ...]
    first_owner: str | None = None
    second_owner: str | None = None


Contradictions = Callable[[str], Sequence[Contradiction]]
"""Returns the contradictions that a resolution, given by id, takes part in."""


class MatchKind(StrEnum):
    """Which text of a resolution the message came nearest to."""

    PROBLEM = "problem"
    CASE = "case"
    ANSWER = "answer"


class Match(Record):
    """Why a resolution was found: the text of it that the message came nearest to, and the words they share."""

    kind: MatchKind
    text: str
    words: tuple[str, ...] = Field(default=(), description="Words of the message that the resolution has too.")


class Hit(Record):
    """One resolution found: its fused ``score``, the ``parts`` of it, and why it was found."""

    resolution: Resolution
    score: Score
    parts: dict[str, Score] = Field(default_factory=dict)
    match: Match
    freshness: Freshness


class SearchResult(Record):
    """Hits, best first, with the calibrated probability that the best one answers the message."""

    hits: tuple[Hit, ...]
    relevance: Probability
    answerable: bool
    also: tuple[Hit, ...] = Field(default=(), description="What answers a second question of the same message.")
    generation: str = Field(description="The index generation that answered.")


class SourceKind(StrEnum):
    """What a draft can cite."""

    RESOLUTION = "resolution"
    FACT = "fact"
    POLICY = "policy"
    GLOSSARY = "glossary"


class Source(Record):
    """A resolution, fact or policy line as a draft cites it, with the text that was used and why it was found."""

    id: str
    kind: SourceKind
    quote: str
    score: Score | None = None
    parts: dict[str, Score] = Field(default_factory=dict)
    match: Match | None = None
    freshness: Freshness | None = None
    outcome: Outcome | None = None
    contradictions: tuple[str, ...] = ()
