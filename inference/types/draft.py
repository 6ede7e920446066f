"""The tone plan, the draft, its checks, and an agent's verdict on it."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from inference.types.analysis import AngerLevel, TechnicalLevel
from inference.types.base import Identifier, LanguageCode, Record, Span
from inference.types.commitment import Commitment
from inference.types.knowledge import FollowUp, Source


class StepName(StrEnum):
    """The steps of a de-escalating reply, in the order in which they may appear."""

    GREET = "greet"
    LISTEN = "listen"
    EMPATHISE = "empathise"
    APOLOGISE = "apologise"
    EXPLAIN = "explain"
    SOLVE = "solve"
    FOLLOW_UP = "follow_up"
    ASK = "ask"
    CLOSE = "close"


class Status(StrEnum):
    """What the agent can do with a draft."""

    READY = "ready"
    NEEDS_INFORMATION = "needs_information"
    NO_SAFE_DRAFT = "no_safe_draft"


class Reason(StrEnum):
    """Why there is no safe draft, or why information is needed; empty for a ready draft."""

    EMPTY = "empty"
    TOO_VAGUE = "too_vague"
    OUT_OF_SCOPE = "out_of_scope"
    UNSURE = "unsure"  # something may answer it, nothing surely: the agent chooses, or writes
    UNSUPPORTED_LANGUAGE = "unsupported_language"
    UNRELIABLE_SOURCE = "unreliable_source"
    NO_SOURCE_IN_LANGUAGE = "no_source_in_language"
    SELF_HARM = "self_harm"
    LEGAL = "legal"
    REGULATOR = "regulator"
    PUBLIC_THREAT = "public_threat"
    COMPLAINT = "complaint"
    FAILED_CHECKS = "failed_checks"


class Grievance(StrEnum):
    """What weighs on a customer besides the problem itself: said before, said again, waited for."""

    PROMISE = "promise"
    REPEAT = "repeat"
    WAIT = "wait"


class Wish(StrEnum):
    """How an agent wants a draft made again."""

    SHORTER = "shorter"
    WARMER = "warmer"
    SIMPLER = "simpler"


class TonePlan(Record):
    """How to answer: the ordered steps with what shaped them; derived from Analysis, channel and policy.

    A step may be planned twice: a second question has its own explanation and steps.
    """

    steps: tuple[StepName, ...]
    language: LanguageCode
    level: AngerLevel
    manner: str = Field(default="", description="The policy's manner of answering that was chosen.")
    wish: Wish | None = None
    technical: TechnicalLevel = TechnicalLevel.LAYMAN
    formality: Literal["formal", "friendly"] = "friendly"
    max_characters: int
    numbered: bool = Field(description="Whether steps are numbered lines (else one flowing paragraph).")
    explanation: Literal["short", "full", "comparison"] = "full"
    terms: int = Field(default=0, description="Most technical terms that are explained.")
    named_problem: bool = Field(default=True, description="Whether a reply that restates nothing names the problem.")
    apology: Literal["none", "regret", "own"] = "none"
    named: tuple[Grievance, ...] = Field(default=(), description="What the reply says it has understood besides.")
    owned: Grievance | None = Field(default=None, description="What the regret is about, where it is one of these.")
    condolence: bool = Field(default=False, description="Whether the reply begins with condolences.")
    forbidden: tuple[str, ...] = Field(default=(), description="Names of the policy's forbidden-phrase lists in force.")


class DraftStep(Record):
    """One step of a draft: its text and the ids of the sources that it rests on."""

    name: StepName
    text: str
    sources: tuple[str, ...] = ()


class Severity(StrEnum):
    """What a finding does: a blocking one keeps a draft from being ready."""

    BLOCK = "block"
    WARN = "warn"


class Edit(Record):
    """A change that mends a fault: ``text[start:end]``, in code points, becomes ``replacement``."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    replacement: str


class Finding(Record):
    """A fault that a check found, with the span of the draft's text that shows it and, where one is safe, a repair."""

    check: str
    code: str
    severity: Severity
    message: str
    span: Span | None = None
    suggestion: Edit | None = None


class Alternative(Record):
    """Another rendering of the same answer, offered to the agent."""

    name: Literal["short", "full", "comparison"]
    text: str


_OTHERS_ANSWER = frozenset(
    {Reason.LEGAL, Reason.REGULATOR, Reason.PUBLIC_THREAT, Reason.COMPLAINT, Reason.UNSUPPORTED_LANGUAGE}
)


class Offer(Record):
    """A resolution that the agent may choose to answer from."""

    id: Identifier
    problem: str


class Draft(Record):
    """A proposed reply, never sent by machine. ``text`` is empty when ``status`` is ``no_safe_draft``."""

    status: Status
    text: str
    language: LanguageCode
    direction: Literal["rtl", "ltr"]
    reason: Reason | None = None
    steps: tuple[DraftStep, ...] = ()
    plan: TonePlan | None = None
    sources: tuple[Source, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    notes: tuple[str, ...] = Field(default=(), description="Notes to the agent: what is missing, stale, conflicting.")
    route: str | None = Field(default=None, description="Who takes over instead of a draft, by the policy.")
    writer: str | None = Field(default=None, description="The language model that wrote the text; null: composed.")
    chosen: Identifier | None = Field(default=None, description="The resolution that the agent chose to answer from.")
    offered: tuple[Offer, ...] = Field(
        default=(), description="Other resolutions that the agent may choose to answer from, the nearest first."
    )
    findings: tuple[Finding, ...] = ()
    model: str
    model_revision: str
    index_generation: str
    policy_revision: str

    @property
    def awaits_choice(self) -> bool:
        """Whether an agent who knows the answer only has to choose it: nothing is ready, and nobody else takes over."""
        return self.may_choose and self.status is not Status.READY and self.reason is not Reason.SELF_HARM

    @property
    def may_choose(self) -> bool:
        """Whether an agent may choose what to answer from; what others must answer is not theirs.

        That nobody is in danger, they find out by reading.
        """
        return self.reason not in _OTHERS_ANSWER


class Verdict(StrEnum):
    """What the agent did with a draft; unused: they answered in words of their own."""

    ACCEPTED = "accepted"
    EDITED = "edited"
    REJECTED = "rejected"
    UNUSED = "unused"


class FeedbackReason(StrEnum):
    """Why a draft was edited or rejected."""

    INCORRECT_INFORMATION = "incorrect_information"
    OUTDATED_INFORMATION = "outdated_information"
    WRONG_LANGUAGE = "wrong_language"
    WRONG_TONE = "wrong_tone"
    UNCLEAR = "unclear"
    TOO_LONG = "too_long"
    MISSING_STEP = "missing_step"
    UNSUPPORTED_PROMISE = "unsupported_promise"
    CONFIDENTIAL_CONTENT = "confidential_content"
    OTHER = "other"


class Feedback(Record):
    """A verdict on a draft, given by an agent or inferred from what was sent; an edited one carries the sent text."""

    verdict: Verdict
    final_text: str | None = Field(default=None, max_length=20_000)
    reasons: tuple[FeedbackReason, ...] = ()
    comment: str | None = Field(default=None, max_length=2_000)
    inferred: bool = Field(
        default=False, description="Read off the reply that was sent; never overrules what a person said."
    )
    agent: str | None = Field(default=None, max_length=200, description="The helpdesk's id of whoever sent the reply.")
