"""``/v1/complaints``: formal complaints, what is due for each by which rule, and what happened."""

from typing import Annotated

from fastapi import APIRouter, Body, Query
from pydantic import AwareDatetime

from api.access.principal import Scope
from api.complaints import (
    Complaint,
    ComplaintFigures,
    ComplaintHistory,
    ComplaintListing,
    ComplaintNotice,
    NewComplaint,
    NewComplaintEvent,
)
from api.drafts import storable
from api.http import examples
from api.http.cursors import CursorParameter, LimitParameter, make_cursor, read_cursor, read_number
from api.http.dependencies import CopilotDep, PrincipalDep, needs
from api.http.keyed import KeyedRoute
from inference.types import Identifier, Record

router = APIRouter(
    prefix="/v1/complaints", route_class=KeyedRoute, tags=["complaints"], dependencies=[needs(Scope.DRAFT)]
)


class ComplaintPage(Record):
    """One page of a listing; pass ``next`` as ``cursor`` for the following one, null at the end."""

    items: tuple[Complaint, ...]
    next: str | None


class ComplaintNoticePage(Record):
    """One page of notices; pass ``next`` as ``cursor`` for the following one, null where there are no more yet."""

    items: tuple[ComplaintNotice, ...]
    next: str | None


@router.get("", summary="List complaints")
async def list_(
    copilot: CopilotDep,
    *,
    cursor: CursorParameter = None,
    limit: LimitParameter = 50,
    state: Annotated[ComplaintListing | None, Query(description="A state, ``running`` or ``overdue``.")] = None,
    conversation: Annotated[Identifier | None, Query(description="The helpdesk's id of a conversation.")] = None,
    due_before: Annotated[AwareDatetime | None, Query(description="With something due before this moment.")] = None,
) -> ComplaintPage:
    """Complaints in the order of what is due next; all filters are met at once."""
    page = await copilot.complaints.list(
        tenant=copilot.tenant,
        only=state,
        conversation=conversation,
        due_before=due_before,
        after=read_cursor(cursor),
        limit=limit,
    )
    return ComplaintPage(items=page.items, next=make_cursor(page.next))


@router.post("", status_code=201, summary="Raise a complaint")
async def create(
    new: Annotated[NewComplaint, Body(openapi_examples=examples.COMPLAINT)],
    copilot: CopilotDep,
    principal: PrincipalDep,
) -> ComplaintHistory:
    """Register a complaint under the next reference number; its clock begins when it was received.

    Messages that threaten with a regulator or a court, or that the customer calls a formal complaint, raise one by
    themselves. ``source: helpdesk`` is for rules of the helpdesk, such as a tag: said again of a conversation whose
    complaint has not ended, it returns that one.
    """
    return await copilot.complaints.raise_(
        storable(new), by=principal.actor, policy=copilot.policy, tenant=copilot.tenant
    )


@router.get("/figures", summary="Count complaints and their duties")
async def figures(copilot: CopilotDep) -> ComplaintFigures:
    """How many stand where and why they were raised, and how many duties were met in time, late, or are overdue."""
    return await copilot.complaints.figures(tenant=copilot.tenant)


@router.get("/notices", summary="Read which duties were found overdue")
async def notices(
    copilot: CopilotDep,
    *,
    after: Annotated[int, Query(ge=0, le=2**53, description="The last ``sequence`` that you have dealt with.")] = 0,
    cursor: CursorParameter = None,
    limit: LimitParameter = 50,
) -> ComplaintNoticePage:
    """One notice for each duty that was found overdue, in the order in which they were found."""
    start = read_number(cursor, after)
    found = await copilot.complaints.notices(tenant=copilot.tenant, after=start, limit=limit)
    last = str(found[-1].sequence) if len(found) == limit else None
    return ComplaintNoticePage(items=found, next=make_cursor(last))


@router.get("/{id}", summary="Read a complaint, its clock and its texts")
async def read(id: str, copilot: CopilotDep) -> ComplaintHistory:  # noqa: A002 - the path's name
    """One complaint with its duties and the rules behind them, its events, and the texts that go with it.

    Every rule is to be verified with counsel; ``confidence`` says how sure we are of it, ``source`` where it stands.
    """
    return await copilot.complaints.get(id, policy=copilot.policy, tenant=copilot.tenant)


@router.post("/{id}/events", summary="Say what happened to a complaint", dependencies=[needs(Scope.REVIEW)])
async def tell(
    id: str,  # noqa: A002 - the path's name
    told: Annotated[NewComplaintEvent, Body(openapi_examples=examples.COMPLAINT_EVENT)],
    copilot: CopilotDep,
    principal: PrincipalDep,
) -> ComplaintHistory:
    """Acknowledged, being investigated, responded to, referred, withdrawn, closed; held from erasure or released.

    What the state does not allow is refused (409). A final response without the locked paragraphs is refused (422,
    ``missing_wording``). The same ``delivery`` once more changes nothing.
    """
    return await copilot.complaints.tell(
        id, storable(told), by=principal.actor, policy=copilot.policy, tenant=copilot.tenant
    )
