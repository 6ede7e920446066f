"""``/v1/commitments``: what sent replies promised, what is overdue, and what became of it."""

from typing import Annotated

from fastapi import APIRouter, Body, Query

from api.access.principal import Scope
from api.http import examples
from api.http.cursors import CursorParameter, LimitParameter, make_cursor, read_cursor, read_number
from api.http.dependencies import CopilotDep, needs
from api.http.keyed import KeyedRoute
from api.ledger import CommitmentHistory, LedgerFigures, Listing, NewEvent, Notice, StoredCommitment
from inference.types import Identifier, Record

router = APIRouter(
    prefix="/v1/commitments", route_class=KeyedRoute, tags=["commitments"], dependencies=[needs(Scope.DRAFT)]
)


class CommitmentPage(Record):
    """One page of a listing; pass ``next`` as ``cursor`` for the following one, null at the end."""

    items: tuple[StoredCommitment, ...]
    next: str | None


class NoticePage(Record):
    """One page of notices; pass ``next`` as ``cursor`` for the following one, null where there are no more yet."""

    items: tuple[Notice, ...]
    next: str | None


@router.get("", summary="List commitments")
async def list_(
    copilot: CopilotDep,
    *,
    cursor: CursorParameter = None,
    limit: LimitParameter = 50,
    state: Annotated[Listing | None, Query(description="``open`` holds what is ``overdue`` too.")] = None,
    conversation: Annotated[Identifier | None, Query(description="The helpdesk's id of a conversation.")] = None,
) -> CommitmentPage:
    """Commitments in the order of their due times; all filters are met at once."""
    page = await copilot.ledger.list(
        tenant=copilot.tenant, only=state, conversation=conversation, after=read_cursor(cursor), limit=limit
    )
    return CommitmentPage(items=page.items, next=make_cursor(page.next))


@router.get("/figures", summary="Count what became of commitments")
async def figures(copilot: CopilotDep) -> LedgerFigures:
    """How many were kept, late, broken and withdrawn, and how many are open or overdue: in all, and by kind."""
    return await copilot.ledger.figures(tenant=copilot.tenant)


@router.get("/notices", summary="Read what was found overdue")
async def notices(
    copilot: CopilotDep,
    *,
    after: Annotated[int, Query(ge=0, le=2**53, description="The last ``sequence`` that you have dealt with.")] = 0,
    cursor: CursorParameter = None,
    limit: LimitParameter = 50,
) -> NoticePage:
    """One notice for each commitment that was found overdue, in the order in which they were found.

    ``after`` begins where you left off some day; ``cursor`` goes on with a listing, and comes before it.
    """
    start = read_number(cursor, after)
    found = await copilot.ledger.notices(tenant=copilot.tenant, after=start, limit=limit)
    return NoticePage(items=found, next=make_cursor(str(found[-1].sequence)) if len(found) == limit else None)


@router.get("/{id}", summary="Read a commitment and its events")
async def read(id: str, copilot: CopilotDep) -> CommitmentHistory:  # noqa: A002 - the path's name
    """One commitment with everything that happened to it."""
    return await copilot.ledger.get(id, tenant=copilot.tenant)


@router.post("/{id}/events", summary="Say what became of a commitment")
async def tell(
    id: str,  # noqa: A002 - the path's name
    told: Annotated[NewEvent, Body(openapi_examples=examples.COMMITMENT_EVENT)],
    copilot: CopilotDep,
) -> CommitmentHistory:
    """Kept, broken or withdrawn, as an agent or the helpdesk says; kept after it was due, it is late.

    The first event is final: another one is refused (409) with the state in it. The same event delivered once more
    changes nothing, and is answered as the first one was.
    """
    return await copilot.tell(id, told)
