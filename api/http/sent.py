"""``/v1/sent``: what agents sent from the helpdesk, beside their drafts, and what the checks found in it."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from api.access.principal import Scope
from api.http.cursors import CursorParameter, LimitParameter, make_cursor, read_cursor
from api.http.dependencies import CopilotDep, needs
from api.http.strict import StrictRoute
from api.sent import SentFilter, SentReply
from inference.types import Record, Verdict

router = APIRouter(prefix="/v1/sent", route_class=StrictRoute, tags=["sent"], dependencies=[needs(Scope.REVIEW)])


class SentReplyPage(Record):
    """One page of a listing; pass ``next`` as ``cursor`` for the following one, null at the end."""

    items: tuple[SentReply, ...]
    next: str | None


@router.get("", summary="List sent replies")
async def list_(
    copilot: CopilotDep,
    *,
    cursor: CursorParameter = None,
    limit: LimitParameter = 50,
    blocked: Annotated[bool | None, Query(description="Only those with a finding that must not go out.")] = None,
    verdict: Annotated[Verdict | None, Query(description="What became of the draft that was there.")] = None,
    since: Annotated[AwareDatetime | None, Query(description="Sent at or after this moment.")] = None,
) -> SentReplyPage:
    """Replies that agents sent, the latest first; all filters are met at once."""
    only = SentFilter(blocked=blocked, verdict=verdict, since=_moment(since))
    page = await copilot.sent.list(tenant=copilot.tenant, only=only, after=read_cursor(cursor), limit=limit)
    return SentReplyPage(items=page.items, next=make_cursor(page.next))


@router.get("/{id}", summary="Read a sent reply")
async def read(id: str, copilot: CopilotDep) -> SentReply:  # noqa: A002 - the path's name
    """One reply, what was changed in the draft, and what the checks found after it was sent."""
    return await copilot.sent.get(id, tenant=copilot.tenant)


def _moment(given: datetime | None) -> datetime | None:
    """Return a moment that every database can store as UTC: at the calendar's ends an offset would leave it."""
    return None if given is None else given.replace(year=min(max(given.year, 2), 9_998))
