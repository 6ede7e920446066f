"""``/v1/knowledge``: what the knowledge base needs its owners to look after."""

import json
from typing import Annotated

from fastapi import APIRouter, Body, Query

from api.access.principal import Scope
from api.http import examples
from api.http.bodies import ContradictionList, DismissalBody
from api.http.cursors import CursorParameter, foreign_cursor, make_cursor, read_cursor
from api.http.dependencies import CopilotDep, needs
from api.http.keyed import KeyedRoute
from api.idempotency import taken_over
from api.shapes import KnowledgeStatus
from inference.types import Contradiction
from models.errors import NotFoundError

router = APIRouter(
    prefix="/v1/knowledge", route_class=KeyedRoute, tags=["knowledge"], dependencies=[needs(Scope.KNOWLEDGE)]
)


@router.get("/status", summary="Sum up the state of the knowledge")
async def status(copilot: CopilotDep) -> KnowledgeStatus:
    """How many resolutions are verified, due soon, expired, unverified, sent back or retired, in all and by owner."""
    return await copilot.knowledge_status()


@router.get("/contradictions", summary="List resolutions that seem to contradict each other")
async def contradictions(
    copilot: CopilotDep,
    *,
    cursor: CursorParameter = None,
    limit: Annotated[int, Query(ge=1, le=1_000, description="Most items of the page.")] = 100,
) -> ContradictionList:
    """Pairs that speak of one thing but differ in figures or rules, each with both quotes, for a person to judge."""
    found = await copilot.contradictions()
    last = read_cursor(cursor)
    rest = found if last is None else [pair for pair in found if _place(pair) > _read_place(last)]
    items = tuple(rest[:limit])
    following = make_cursor(json.dumps(_place(items[-1]))) if len(rest) > limit else None
    return ContradictionList(items=items, next=following, total=len(found))


@router.post("/contradictions/dismiss", status_code=204, summary="Dismiss a contradiction")
async def dismiss(
    body: Annotated[DismissalBody, Body(openapi_examples=examples.DISMISSAL)], copilot: CopilotDep
) -> None:
    """Take a pair off the list until the text of either changes."""
    try:
        await copilot.dismiss(body.first, body.second, by=body.by)
    except NotFoundError:
        if not taken_over():  # dismissed already by this request, whose answer was lost
            raise


def _place(pair: Contradiction) -> tuple[float, str, str]:
    """Return what contradictions are ordered by."""
    return -pair.closeness, pair.first, pair.second


def _read_place(text: str) -> tuple[float, str, str]:
    try:
        closeness, first, second = json.loads(text)
        return float(closeness), str(first), str(second)
    except (ValueError, TypeError, RecursionError) as error:
        raise foreign_cursor() from error
