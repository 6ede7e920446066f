"""The page of commitments: what is overdue or open, and one form each to say what became of it."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from api.access.principal import Scope
from api.console.routes import Page, PageDep
from api.http.dependencies import CopilotDep, needs
from api.ledger import EventName, Listing, NewEvent
from models.errors import InputError, RifqError

router = APIRouter(include_in_schema=False, dependencies=[needs(Scope.DRAFT)])
_KNOWN_ERRORS = {"conflict": 409, "invalid_input": 422, "not_found": 404, "overloaded": 503}
_EVENTS = (EventName.KEPT, EventName.BROKEN, EventName.WITHDRAWN)


@router.get("/commitments")
async def page(page: PageDep, copilot: CopilotDep, state: Listing = Listing.OVERDUE) -> Response:
    """The first page of a listing, what is due first on top."""
    return await _show(page, copilot, state)


@router.post("/console/commitments/{id}/events")
async def tell(
    id: str,  # noqa: A002 - the path's name
    page: PageDep,
    copilot: CopilotDep,
    *,
    event: Annotated[str, Form()] = "",
    by: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    state: Annotated[Listing, Form()] = Listing.OVERDUE,
) -> Response:
    """Store what became of a commitment, and show the listing again."""
    try:
        await copilot.tell(id, _event(event, by, reason))
    except RifqError as error:
        return await _show(page, copilot, state, error)
    return RedirectResponse(f"/commitments?state={state.value}", status_code=303)


async def _show(page: Page, copilot: CopilotDep, state: Listing, error: RifqError | None = None) -> Response:
    found = await copilot.ledger.list(tenant=copilot.tenant, only=state, limit=100)
    code = error.code if error and error.code in _KNOWN_ERRORS else "other"
    return page.render(
        "commitments.html",
        _KNOWN_ERRORS.get(code, 500) if error else 200,
        items=found.items,
        more=found.next is not None,
        chosen=state,
        states=tuple(Listing),
        events=_EVENTS,
        error=code if error else None,
    )


def _event(name: str, by: str, reason: str) -> NewEvent:
    try:
        return NewEvent.model_validate({"event": name, "by": by.strip(), "reason": reason.strip() or None})
    except ValidationError as error:
        msg = "The form holds a value that does not fit."
        raise InputError(msg) from error
