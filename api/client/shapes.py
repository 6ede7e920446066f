"""What the service answers with, where the domain types alone do not say it.

Unknown fields are let through: a newer service may say more than this client knows.
"""

from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from inference.types import (
    Analysis,
    AngerLevel,
    Channel,
    Commitment,
    CommitmentKind,
    CommitmentState,
    Draft,
    Feedback,
    Finding,
    Freshness,
    Message,
    Reason,
    Resolution,
    Status,
    Verdict,
)

Item = TypeVar("Item")


class Answer(BaseModel):
    """Root of the answers: immutable, and open to fields that are new."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class FieldError(Answer):
    """What is wrong with one field of a request."""

    field: str
    code: str
    message: str


class Problem(Answer):
    """RFC 9457 problem details, with the service's stable ``code``."""

    status: int
    code: str = "http_error"
    detail: str = ""
    title: str = ""
    request_id: str = ""
    errors: tuple[FieldError, ...] = ()


class Page(Answer, Generic[Item]):
    """One page of a listing; ``next`` is the cursor of the following one, None at the end."""

    items: tuple[Item, ...]
    next: str | None


class BatchItem(Answer, Generic[Item]):
    """What became of one item of a batch: ``result``, or ``problem`` from status 400 on."""

    status: int
    result: Item | None = None
    problem: Problem | None = None


class BatchAnswer(Answer, Generic[Item]):
    """The answers to a batch, in its order."""

    items: tuple[BatchItem[Item], ...]
    failed: int


class OneAnalysis(Answer):
    """The analysis of one message."""

    analysis: Analysis


class ManyAnalyses(Answer):
    """The analyses of several messages, in their order."""

    analyses: tuple[Analysis, ...]


class SearchHit(Answer):
    """One resolution that was found."""

    id: str
    resolution: Resolution
    score: float
    freshness: Freshness


class SearchAnswer(Answer):
    """The best hits first; ``answerable`` says whether to rely on them."""

    hits: tuple[SearchHit, ...]
    relevance: float
    answerable: bool
    generation: str


class GivenFeedback(Feedback):
    """Feedback as it was stored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    at: datetime


class ListedFeedback(GivenFeedback):
    """Feedback in a list."""

    draft_id: str


class StoredDraft(Answer):
    """A draft as it was stored, with what it was made from."""

    id: str
    created_at: datetime
    message: Message
    analysis: Analysis
    found: dict[str, Any]
    draft: Draft
    urgent: bool
    feedback: tuple[GivenFeedback, ...] = ()


class DraftSummary(Answer):
    """A draft in a list."""

    id: str
    created_at: datetime
    status: Status
    reason: Reason | None = None
    language: str
    channel: Channel
    conversation: str | None
    urgent: bool
    anger: AngerLevel
    excerpt: str
    verdict: Verdict | None


class CheckedReply(Answer):
    """What the checks found in a reply."""

    blocked: bool
    findings: tuple[Finding, ...]
    repaired: str
    commitments: tuple[Commitment, ...]
    language: str
    policy_revision: str


class Tagged(Answer, Generic[Item]):
    """Something read with its entity tag, to be changed under the condition that it is still so."""

    value: Item
    etag: str


class ImportReport(Answer):
    """What became of resolutions that were sent together."""

    kept: int
    added: int
    replaced: int
    unchanged: int
    unverified: int
    retired: int
    rejected: int
    errors: tuple[dict[str, Any], ...] = ()
    warnings: tuple[str, ...] = ()


class StoredCommitment(Answer):
    """Something that a sent reply committed the company to."""

    id: str
    draft_id: str | None
    sent_id: str | None = None
    conversation: str | None
    kind: CommitmentKind
    text: str
    owner: str | None
    made_at: datetime
    due: datetime
    state: CommitmentState
    overdue: bool


class CommitmentHistory(StoredCommitment):
    """A commitment with everything that happened to it."""

    events: tuple[dict[str, Any], ...]


class Versions(Answer):
    """What answers."""

    service: str
    api: str
    model: str
    model_revision: str
    policy_revision: str
    index_generation: str


class PolicySummary(Answer):
    """What of the policy in force a calling system needs to know."""

    revision: str
    languages: tuple[str, ...]
    default_language: str
    channels: tuple[Channel, ...]


class StreamEvent(Answer):
    """One event of a streamed draft: ``analysis``, ``delta``, ``draft`` or ``problem``, with its data."""

    event: str
    data: dict[str, Any]

    @property
    def draft(self) -> StoredDraft | None:
        """The stored draft, where this is the last event of a success."""
        return StoredDraft.model_validate(self.data) if self.event == "draft" else None
