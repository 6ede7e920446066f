"""``/v1/reviews``: what agents see of their own replies' scores, and appeals.

One's own replies and making an appeal need ``draft``; reading and deciding appeals need ``review``.
"""

from typing import Annotated

from fastapi import APIRouter, Body, Query

from api.access.principal import Scope
from api.drafts import storable
from api.http import review_examples as examples
from api.http.cursors import CursorParameter, LimitParameter, make_cursor, read_cursor
from api.http.dependencies import CopilotDep, PrincipalDep, needs
from api.http.keyed import KeyedRoute
from api.review import Appeal, AppealPage, AppealState, NewAppeal, NewDecision, OwnReplyPage

_AGENT, _REVIEWER = needs(Scope.DRAFT), needs(Scope.REVIEW)
router = APIRouter(prefix="/v1/reviews", route_class=KeyedRoute, tags=["reviews"])


@router.get("/own", summary="List the scores of one's own replies", dependencies=[_AGENT])
async def list_own(
    copilot: CopilotDep, principal: PrincipalDep, *, cursor: CursorParameter = None, limit: LimitParameter = 50
) -> OwnReplyPage:
    """Of closed rounds, the latest reply first; who gave the scores is not told."""
    page = await copilot.reviews.appeals.own(by=principal, after=read_cursor(cursor), limit=limit)
    return page.model_copy(update={"next": make_cursor(page.next)})


@router.post(
    "/items/{id}/appeals",
    status_code=201,
    summary="Appeal against the scores of one's reply",
    dependencies=[_AGENT],
)
async def make_appeal(
    id: str,  # noqa: A002 - the path's name
    new: Annotated[NewAppeal, Body(openapi_examples=examples.APPEAL)],
    copilot: CopilotDep,
    principal: PrincipalDep,
) -> Appeal:
    """Once a reply, with a reason."""
    return await copilot.reviews.appeals.make(id, storable(new), by=principal)


@router.get("/appeals", summary="List appeals", dependencies=[_REVIEWER])
async def list_appeals(
    copilot: CopilotDep,
    principal: PrincipalDep,
    *,
    cursor: CursorParameter = None,
    limit: LimitParameter = 50,
    state: Annotated[AppealState | None, Query()] = None,
) -> AppealPage:
    """Appeals, the oldest first."""
    page = await copilot.reviews.appeals.list(by=principal, state=state, after=read_cursor(cursor), limit=limit)
    return page.model_copy(update={"next": make_cursor(page.next)})


@router.post("/appeals/{id}/decision", summary="Decide an appeal", dependencies=[_REVIEWER])
async def decide_appeal(
    id: str,  # noqa: A002 - as above
    decision: Annotated[NewDecision, Body(openapi_examples=examples.DECISION)],
    copilot: CopilotDep,
    principal: PrincipalDep,
) -> Appeal:
    """By somebody who neither wrote the reply nor scored it; the scores that it was about stay as they are."""
    return await copilot.reviews.appeals.decide(id, storable(decision), by=principal)
