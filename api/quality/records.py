"""Outcomes and the answers of ``/v1/quality``, as they are published."""

from datetime import UTC, date, datetime
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, model_validator

from evaluation.live import AgentReport, DraftSlice, DriftChart, SupportFigures
from inference.types import Identifier, Record

MAX_OUTCOMES = 200
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
_MOMENTS = ("opened_at", "first_response_at", "closed_at")
LONGEST_SECONDS = 365 * 86_400.0


class NewOutcome(Record):
    """What a helpdesk reports of a conversation; what is left out stays as it was reported before."""

    conversation: Identifier = Field(description="As the drafts' messages name it.")
    agent: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(
        default=None, description="The helpdesk's id of whoever answered for the most part."
    )
    opened_at: AwareDatetime | None = Field(default=None, description="When the customer first wrote.")
    first_response_at: AwareDatetime | None = Field(default=None, description="When a person first answered.")
    closed_at: AwareDatetime | None = None
    reopened: int | None = Field(default=None, ge=0, le=1_000, description="How often it was opened again.")
    satisfaction: float | None = Field(
        default=None, ge=0, le=1, description="From 0 to 1: of 1 to 5 stars (stars - 1) / 4; 0.7 or more is good."
    )
    handling_seconds: float | None = Field(
        default=None, gt=0, le=LONGEST_SECONDS, description="How long agents worked on it, as the helpdesk counts it."
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        for name in _MOMENTS:
            moment = getattr(self, name)
            if moment is not None and not _FIRST <= moment < _LAST:
                msg = f"{name} lies before {_FIRST:%Y} or after {_LAST:%Y}"
                raise ValueError(msg)
        if self.opened_at and self.first_response_at and self.first_response_at < self.opened_at:
            msg = "first_response_at lies before opened_at"
            raise ValueError(msg)
        if len(self.model_dump(exclude_none=True)) == 1:
            msg = "nothing is told of the conversation: give at least one field besides its id"
            raise ValueError(msg)
        return self


class Outcome(Record):
    """What is known of a conversation; null is what nobody told."""

    conversation: Identifier
    agent: str | None
    opened_at: datetime | None
    first_response_at: datetime | None
    closed_at: datetime | None
    reopened: int | None
    satisfaction: float | None
    handling_seconds: float | None
    told_at: datetime = Field(description="When it last changed.")


class Period(Record):
    """Whole days of the tenant's time zone, both among them."""

    begins: date
    ends: date
    timezone: str


class QualitySummary(Record):
    """What became of drafts and conversations in a period."""

    period: Period
    drafts: tuple[DraftSlice, ...] = Field(
        description="All drafts first, then parted by the column that was asked for."
    )
    support: SupportFigures
    cut: bool = Field(description="The period has more than 20,000 drafts: these are the figures of the latest.")


class AgentQualityReport(Record):
    """Agents' figures beside what their cases would lead one to expect; null where they are switched off."""

    period: Period
    enabled: bool = Field(description="Whether the operator has switched agents' figures on for this tenant.")
    report: AgentReport | None
    cut: bool


class DriftReport(Record):
    """The drift chart of a period."""

    period: Period
    chart: DriftChart
    cut: bool
