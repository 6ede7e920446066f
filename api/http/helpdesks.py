"""``/v1/helpdesks``: how the connections are doing, dead letters, and notes for whoever fetches them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request

from api.access.principal import Scope
from api.helpdesks.records import ConnectionList, DeadLetterPage, NotePage
from api.helpdesks.service import Helpdesks
from api.http.cursors import make_cursor, read_cursor
from api.http.dependencies import PrincipalDep, needs
from api.http.strict import StrictRoute

router = APIRouter(prefix="/v1/helpdesks", route_class=StrictRoute, tags=["helpdesks"])


def _helpdesks(request: Request) -> Helpdesks:
    helpdesks: Helpdesks = request.app.state.helpdesks
    return helpdesks


HelpdesksDep = Annotated[Helpdesks, Depends(_helpdesks)]


@router.get("", summary="Read how the connections are doing", dependencies=[needs(Scope.ADMIN)])
async def status(principal: PrincipalDep, helpdesks: HelpdesksDep) -> ConnectionList:
    """Each connection with its last delivery, what waits, what was left, what failed, and whether it is paused."""
    own = helpdesks.own(tenant=principal.tenant)
    return ConnectionList(items=await helpdesks.overview.status(own, tenant=principal.tenant))


@router.get("/dead", summary="List dead letters", dependencies=[needs(Scope.ADMIN)])
async def dead(
    principal: PrincipalDep,
    helpdesks: HelpdesksDep,
    *,
    cursor: Annotated[str | None, Query(max_length=2_000, description="``next`` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DeadLetterPage:
    """Deliveries that could not be read and notes that could not be left, the oldest first, without their words."""
    page = await helpdesks.overview.dead(tenant=principal.tenant, after=read_cursor(cursor), limit=limit)
    return page.model_copy(update={"next": make_cursor(page.next)})


@router.post("/dead/{id}/replay", status_code=204, summary="Try a dead letter again", dependencies=[needs(Scope.ADMIN)])
async def replay(
    id: Annotated[str, Path(max_length=200)],  # noqa: A002 - the path's name
    principal: PrincipalDep,
    helpdesks: HelpdesksDep,
) -> None:
    """It is read or left as if it had just arrived; a note that lies in the helpdesk already is not left twice."""
    await helpdesks.overview.replay(id, tenant=principal.tenant)
    helpdesks.wake()


@router.get("/{connection}/notes", summary="Fetch notes", dependencies=[needs(Scope.DRAFT)])
async def notes(
    connection: Annotated[str, Path(max_length=100)],
    principal: PrincipalDep,
    helpdesks: HelpdesksDep,
    *,
    after: Annotated[int, Query(ge=0, le=2**53, description="The last ``sequence`` that you have dealt with.")] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> NotePage:
    """What was left for agents, in order, for systems without an address; ``current`` tells which count."""
    return await helpdesks.notes(connection, tenant=principal.tenant, after=after, limit=limit)
