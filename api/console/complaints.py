"""The pages of complaints: what is due next, and each with its clock, its texts and a form to say what happened."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from api.access.principal import Scope
from api.complaints import ComplaintEventName, ComplaintHistory, ComplaintListing, NewComplaintEvent
from api.complaints.steps import STEPS
from api.console.routes import Page, PageDep
from api.drafts import storable
from api.http.dependencies import CopilotDep, PrincipalDep, needs
from models.errors import InputError, RifqError

router = APIRouter(include_in_schema=False, dependencies=[needs(Scope.DRAFT)])
_KNOWN_ERRORS = {"conflict": 409, "invalid_input": 422, "missing_wording": 422, "not_found": 404, "overloaded": 503}


@router.get("/complaints")
async def page(page: PageDep, copilot: CopilotDep, state: ComplaintListing = ComplaintListing.RUNNING) -> Response:
    """The first page of a listing, what is due first on top."""
    found = await copilot.complaints.list(tenant=copilot.tenant, only=state, limit=100)
    return page.render(
        "complaints.html",
        items=found.items,
        more=found.next is not None,
        chosen=state,
        states=tuple(ComplaintListing),
        shown=None,
        events=(),
        error=None,
    )


@router.get("/complaints/{id}")
async def one(id: str, page: PageDep, copilot: CopilotDep) -> Response:  # noqa: A002 - the path's name
    """One complaint with its clock, its texts and its events."""
    return await _show(page, copilot, id)


@router.post("/console/complaints/{id}/events", dependencies=[needs(Scope.REVIEW)])
async def tell(
    id: str,  # noqa: A002 - the path's name
    page: PageDep,
    copilot: CopilotDep,
    principal: PrincipalDep,
    *,
    event: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
    text: Annotated[str, Form()] = "",
) -> Response:
    """Store what happened to a complaint, and show it again."""
    try:
        told = storable(_event(event, note, text))
        await copilot.complaints.tell(id, told, by=principal.actor, policy=copilot.policy, tenant=copilot.tenant)
    except RifqError as error:
        return await _show(page, copilot, id, error)
    return RedirectResponse(f"/complaints/{id}", status_code=303)


async def _show(page: Page, copilot: CopilotDep, id_: str, error: RifqError | None = None) -> Response:
    code = None if error is None else error.code if error.code in _KNOWN_ERRORS else "other"
    try:
        shown = await copilot.complaints.get(id_, policy=copilot.policy, tenant=copilot.tenant)
    except RifqError as failed:
        code, shown = failed.code if failed.code in _KNOWN_ERRORS else "other", None
    status = 200 if code is None else _KNOWN_ERRORS.get(code, 500)
    return page.render(
        "complaints.html",
        status,
        items=(),
        more=False,
        chosen=None,
        states=tuple(ComplaintListing),
        shown=shown,
        events=() if shown is None else tuple(_following(shown)),
        error=code,
    )


def _following(shown: ComplaintHistory) -> Iterator[ComplaintEventName]:
    """Yield the events that may follow: the state allows them, and so do the rules and where the clock stands."""
    running = [duty for duty in shown.duties if duty.met_at is None]
    fits = {
        ComplaintEventName.PAUSED: shown.paused_at is None and any(duty.stops for duty in running),
        ComplaintEventName.RESUMED: shown.paused_at is not None,
        ComplaintEventName.EXTENDED: any(duty.extendable for duty in running),
        ComplaintEventName.HELD: not shown.held,
        ComplaintEventName.RELEASED: shown.held,
    }
    for event, step in STEPS.items():
        if shown.state in step.allowed and fits.get(event, True):
            yield event


def _event(name: str, note: str, text: str) -> NewComplaintEvent:
    final = text.replace("\r\n", "\n").strip() or None
    values = {"event": name, "note": note.replace("\r\n", "\n").strip() or None}
    try:
        responded = name == ComplaintEventName.RESPONDED
        return NewComplaintEvent.model_validate(values | ({"text": final} if responded else {}))
    except ValidationError as error:
        msg = "The form holds a value that does not fit."
        raise InputError(msg) from error
