"""``/v1/quality`` and ``/v1/outcomes``: what became of drafts and conversations, agents beside their cases, drift."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query
from pydantic import Field

from api.access.principal import Scope
from api.http import examples
from api.http.cursors import CursorParameter, LimitParameter, make_cursor, read_cursor
from api.http.dependencies import FIGURES, CopilotDep, SettingsDep, needs
from api.http.keyed import KeyedRoute
from api.quality.outcomes import OutcomePage, OutcomeStore
from api.quality.records import (
    MAX_OUTCOMES,
    AgentQualityReport,
    DriftReport,
    NewOutcome,
    Outcome,
    QualitySummary,
)
from api.quality.service import QualityService
from evaluation.live import By
from inference.types import Record

router = APIRouter(prefix="/v1/quality", route_class=KeyedRoute, tags=["quality"])
outcomes_router = APIRouter(
    prefix="/v1/outcomes", route_class=KeyedRoute, tags=["outcomes"], dependencies=[needs(Scope.REVIEW)]
)

FromParameter = Annotated[date | None, Query(alias="from", description="First day, in the tenant's time zone.")]
ToParameter = Annotated[date | None, Query(alias="to", description="Last day.")]


class ToldOutcomes(Record):
    """Outcomes of conversations."""

    outcomes: tuple[NewOutcome, ...] = Field(min_length=1, max_length=MAX_OUTCOMES)


class KnownOutcomes(Record):
    """What is known of the conversations now, in the order in which they were told."""

    items: tuple[Outcome, ...]


def _service(copilot: CopilotDep) -> QualityService:
    calendar = copilot.policy.calendar
    return QualityService(copilot.database, calendar=calendar, tenant=copilot.tenant, now=copilot.ledger.now)


def _store(copilot: CopilotDep) -> OutcomeStore:
    return OutcomeStore(copilot.database, now=copilot.ledger.now)


ServiceDep = Annotated[QualityService, Depends(_service)]
StoreDep = Annotated[OutcomeStore, Depends(_store)]


@router.get("", summary="Count what became of drafts", dependencies=[needs(Scope.REVIEW), FIGURES])
async def summary(
    service: ServiceDep,
    *,
    from_: FromParameter = None,
    to: ToParameter = None,
    by: Annotated[By | None, Query(description="What drafts are parted by.")] = None,
) -> QualitySummary:
    """What agents did with drafts, what they changed, how conversations went: each with n and a 95% interval.

    The last 30 days if no days are given. Figures of fewer than 30 rows say so and have no number.
    """
    return await service.summary(from_, to, by=by)


@router.get("/agents", summary="Compare agents with their own cases", dependencies=[needs(Scope.ADMIN), FIGURES])
async def agents(
    service: ServiceDep,
    copilot: CopilotDep,
    settings: SettingsDep,
    *,
    from_: FromParameter = None,
    to: ToParameter = None,
) -> AgentQualityReport:
    """Each agent's figures beside what other agents would be expected to reach with the same kind of cases, by name.

    No ranking, and no way to sort by one. Off unless the operator names the tenant in ``RIFQ_QUALITY_AGENTS``.
    """
    enabled = copilot.tenant in settings.quality_agents
    return await service.agents(from_, to, enabled=enabled, unnamed=settings.quality_unnamed)


@router.get("/drift", summary="Watch what drifts", dependencies=[needs(Scope.REVIEW), FIGURES])
async def drift(service: ServiceDep, *, from_: FromParameter = None, to: ToParameter = None) -> DriftReport:
    """Changes of what arrives and of what becomes of drafts, with the false-alarm rate that the chart keeps to.

    180 days up to yesterday if no days are given; the rate holds for a chart whose first day stays where it is.
    """
    return await service.drift(from_, to)


@outcomes_router.post("", summary="Tell outcomes of conversations")
async def tell(
    told: Annotated[ToldOutcomes, Body(openapi_examples=examples.OUTCOMES)], copilot: CopilotDep, store: StoreDep
) -> KnownOutcomes:
    """Satisfaction, reopenings and times, as a helpdesk reports them; what is told again changes nothing.

    Agents' figures are made of them, so it takes ``review``: those who are measured do not write what measures them.
    """
    return KnownOutcomes(items=await store.tell(told.outcomes, tenant=copilot.tenant))


@outcomes_router.get("", summary="List outcomes of conversations")
async def list_(
    copilot: CopilotDep, store: StoreDep, *, cursor: CursorParameter = None, limit: LimitParameter = 50
) -> OutcomePage:
    """What is known of conversations, what was told last first."""
    page = await store.list(tenant=copilot.tenant, after=read_cursor(cursor), limit=limit)
    return page.model_copy(update={"next": make_cursor(page.next)})
