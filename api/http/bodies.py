"""What requests and responses look like, where the domain types alone do not say it."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from api.drafts import StoredDraft
from api.idempotency import new_id
from inference.types import (
    Analysis,
    Contradiction,
    Hit,
    Identifier,
    LanguageCode,
    Message,
    Probability,
    Record,
    Resolution,
    Wish,
)

MAX_MESSAGES = 64
"""Most messages in one batch."""
DETECT = "und"


def _in_utc(given: datetime) -> datetime:
    try:
        return given.replace(tzinfo=UTC) if given.tzinfo is None else given.astimezone(UTC)
    except OverflowError as error:  # the first and last hours of the calendar
        msg = "the moment is not in the calendar"
        raise ValueError(msg) from error


Moment = Annotated[datetime, AfterValidator(_in_utc)]
"""A moment in a query: UTC where it names no offset."""


class MessageBatch(Record):
    """Several messages at once."""

    messages: tuple[Message, ...] = Field(min_length=1, max_length=MAX_MESSAGES)


def _shape(value: Any) -> str:  # noqa: ANN401 - raw JSON, or a record
    batch = isinstance(value, MessageBatch) or (isinstance(value, dict) and "messages" in value)
    return "many" if batch else "one"


AnalyzeBody = Annotated[Annotated[Message, Tag("one")] | Annotated[MessageBatch, Tag("many")], Discriminator(_shape)]
"""One message, or ``{"messages": [...]}``."""


class OneAnalysis(Record):
    """The analysis of one message."""

    analysis: Analysis


class ManyAnalyses(Record):
    """The analyses of a batch, in its order."""

    analyses: tuple[Analysis, ...]


class SearchBody(Message):
    """A message to find resolutions for; ``product``, ``tags`` and ``languages`` filter, ``language`` is preferred."""

    k: int = Field(default=10, ge=1, le=100)
    tags: tuple[Annotated[str, Field(max_length=100)], ...] = Field(default=(), max_length=50)
    languages: tuple[LanguageCode, ...] = Field(default=(), max_length=20)

    def message(self) -> Message:
        """Return the message alone."""
        return Message.model_validate({name: getattr(self, name) for name in Message.model_fields})


class PublishedHit(Hit):
    """A hit with its resolution's id up front."""

    id: Identifier


class SearchAnswer(Record):
    """The best hits first; ``answerable`` says whether the best one is likely to solve the problem."""

    hits: tuple[PublishedHit, ...]
    relevance: Probability
    answerable: bool
    generation: str


class DraftAnswer(StoredDraft):
    """A stored draft with the ids that explain it."""


class AgainBody(Record):
    """How a stored draft is wanted again: in other words, in another language, or from a resolution of one's choice."""

    wish: Wish | None = None
    language: LanguageCode | None = Field(default=None, description="To answer in; as before if left out.")
    source: Identifier | None = Field(
        default=None,
        description="Id of the resolution to answer from: one of `draft.offered`, or any other.",
    )


class NewResolution(Resolution):
    """A resolution to store: problem and answer suffice; the id is made up and the language detected if left out."""

    id: Identifier = Field(default_factory=new_id)
    language: LanguageCode = Field(default=DETECT, description="Detected from problem and answer if left out.")


class ResolutionPage(Record):
    """One page of a listing; pass ``next`` as ``cursor`` for the following one, null at the end."""

    items: tuple[Resolution, ...]
    next: str | None


class VerificationBody(Record):
    """Who checked a resolution, and when it is due again (one of the two)."""

    by: str = Field(min_length=1, max_length=200)
    review_by: date | None = None
    review_in_days: int | None = Field(default=None, ge=0, le=3_650)

    @model_validator(mode="after")
    def _one_date(self) -> Self:
        if (self.review_by is None) == (self.review_in_days is None):
            msg = "give one of review_by and review_in_days"
            raise ValueError(msg)
        return self


class RetirementBody(Record):
    """Who takes a resolution out of use, and why."""

    by: str = Field(min_length=1, max_length=200)
    reason: str = Field(min_length=1, max_length=500)


class ContradictionList(Record):
    """A page of pairs that seem to contradict each other, the closest first, and how many there are in all.

    Pass ``next`` as ``cursor`` for the following page, null at the end.
    """

    items: tuple[Contradiction, ...]
    next: str | None
    total: int


class DismissalBody(Record):
    """A pair that does not contradict itself, and who says so."""

    first: Identifier
    second: Identifier
    by: str = Field(min_length=1, max_length=200)


class Alive(Record):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Ready(Record):
    """The model, the index and the database answer; these are their revisions."""

    status: Literal["ready"] = "ready"
    model: str
    model_revision: str
    index_generation: str
    policy_revision: str
    resolutions: int
