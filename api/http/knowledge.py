"""``/v1/knowledge``: what the knowledge base needs its owners to look after."""

from typing import Annotated

from fastapi import APIRouter, Body, Query

from api.access.principal import Scope
from api.http import examples
from api.http.bodies import ContradictionList, DismissalBody
from api.http.dependencies import CopilotDep, needs
from api.http.strict import StrictRoute
from api.shapes import KnowledgeStatus

router = APIRouter(
    prefix="/v1/knowledge", route_class=StrictRoute, tags=["knowledge"], dependencies=[needs(Scope.KNOWLEDGE)]
)


@router.get("/status", summary="Sum up the state of the knowledge")
async def status(copilot: CopilotDep) -> KnowledgeStatus:
    """How many resolutions are verified, due soon, expired, unverified, sent back or retired, in all and by owner."""
    return await copilot.knowledge_status()


@router.get("/contradictions", summary="List resolutions that seem to contradict each other")
async def contradictions(copilot: CopilotDep, limit: Annotated[int, Query(ge=1, le=1_000)] = 100) -> ContradictionList:
    """Pairs that speak of one thing but differ in figures or rules, each with both quotes, for a person to judge."""
    found = await copilot.contradictions()
    return ContradictionList(items=found[:limit], total=len(found))


@router.post("/contradictions/dismiss", status_code=204, summary="Dismiss a contradiction")
async def dismiss(
    body: Annotated[DismissalBody, Body(openapi_examples=examples.DISMISSAL)], copilot: CopilotDep
) -> None:
    """Take a pair off the list until the text of either changes."""
    await copilot.dismiss(body.first, body.second, by=body.by)
