"""The sidebar's addresses. The page knows its connection; which conversation is open, the helpdesk's page tells it.

No address holds anything of a customer's, nor the conversation: both travel in bodies. The page itself is open and
holds no data; every part of it needs whoever is signed in in this frame, for the connection's own tenant.
"""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, FastAPI, Form, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles
from pydantic import ValidationError

from api.access.gate import AccessGate
from api.access.principal import Scope
from api.checking import ReplyBody, check_stored
from api.console.forms import UNFIT, feedback_of
from api.http.dependencies import CopilotDep, PrincipalDep, needs
from api.offering import find_offers
from api.sidebar.frame import Place, keep_signed_in, origin_of, sign_out
from api.sidebar.page import SidebarPage
from inference.matching import plain
from inference.types import Wish
from models.errors import InputError, NotFoundError, RifqError

if TYPE_CHECKING:
    from api.access.opening import Access

EDITING = timedelta(seconds=60)
"""How long a word that somebody is editing holds; the page repeats it three times as often."""
_STATIC = Path(__file__).parent / "static"
_ERRORS = {"unauthenticated": 401, "rate_limited": 429, "overloaded": 503}
router = APIRouter(prefix="/sidebar/{connection}", include_in_schema=False)
parts = APIRouter(prefix="/sidebar/{connection}", include_in_schema=False, dependencies=[needs(Scope.DRAFT)])
Conversation = Annotated[str, Form(min_length=1, max_length=200)]


def install_sidebar(app: FastAPI) -> None:
    """Add the sidebar to the application."""
    app.mount("/sidebar/-/static", StaticFiles(directory=_STATIC), name="sidebar")  # no connection's id begins so
    app.include_router(router)
    app.include_router(parts)


def _place(connection: str, request: Request) -> Place:
    place: Place | None = request.app.state.helpdesks.connection(connection)
    if place is None or origin_of(place) is None:
        msg = "There is no sidebar here: check the connection's id, and that it has a url or a sidebar_origin."
        raise NotFoundError(msg, field="connection")
    return place


PlaceDep = Annotated[Place, Depends(_place)]


def _page(request: Request, place: PlaceDep) -> SidebarPage:
    return SidebarPage(request, place)


def _own_page(page: Annotated[SidebarPage, Depends(_page)], principal: PrincipalDep) -> SidebarPage:
    """Return the page of the caller's own tenant; another's connection is none."""
    if page.place.tenant != principal.tenant:
        msg = "There is no sidebar here for this account: sign in with one of the connection's team."
        raise NotFoundError(msg, field="connection")
    return page


PageDep = Annotated[SidebarPage, Depends(_page)]
OwnPageDep = Annotated[SidebarPage, Depends(_own_page)]


@router.get("")
async def shell(request: Request, page: PageDep) -> Response:
    """The page without data, or the form to sign in."""
    gate = request.app.state.gate
    if isinstance(gate, AccessGate) and await gate.session(request) is None:
        return page.render("signin_frame.html", error=None, email="")
    return page.render("sidebar.html")


@router.post("/signin")
async def sign_in(
    request: Request,
    page: PageDep,
    *,
    email: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> Response:
    """Open a session of this frame's own; it opens the sidebar and nothing else."""
    access: Access = request.app.state.access
    try:
        token = await access.signing.by_password(request, email, password, team=page.place.tenant)
    except RifqError as error:
        code = error.code if error.code in _ERRORS else "other"
        return page.render("signin_frame.html", _ERRORS.get(code, 422), error=code, email=email[:320])
    response = _back(page)
    keep_signed_in(response, token, seconds=int(access.sessions.lifetime.total_seconds()))
    return response


@router.post("/signout")
async def end(request: Request, page: PageDep) -> Response:
    """End this frame's session."""
    access: Access = request.app.state.access
    session = await access.gate.session(request) if isinstance(access.gate, AccessGate) else None
    if session is not None:
        await access.sessions.sign_out(session, everywhere=False, request_id=request.state.request_id)
    response = _back(page)
    sign_out(response)
    return response


@parts.post("/draft")
async def draft(request: Request, page: OwnPageDep, copilot: CopilotDep, conversation: Conversation) -> Response:
    """The conversation's current draft."""
    desks = request.app.state.helpdesks
    current = await desks.current(page.place.id, conversation, tenant=copilot.tenant)
    stored = None if current is None else await copilot.drafts.find(current.draft_id, tenant=copilot.tenant)
    return page.render("current.html", stored=stored)


@parts.post("/drafts/{id}/check")
async def check(
    id: str,  # noqa: A002 - the path's name
    page: OwnPageDep,
    copilot: CopilotDep,
    text: Annotated[str, Form()] = "",
) -> Response:
    """Judge the text in the composer, or in the sidebar's own field; nothing is kept."""
    stored = await copilot.drafts.get(id, tenant=copilot.tenant)
    written = plain(text.replace("\r\n", "\n"))
    try:
        body = ReplyBody(reply=written, notes_language=page.language)
    except ValidationError as error:
        raise InputError(UNFIT, field="text") from error
    return page.render("checked.html", checked=await check_stored(copilot, stored, body), edited=written)


@parts.post("/drafts/{id}/feedback")
async def feedback(
    id: str,  # noqa: A002 - the path's name
    page: OwnPageDep,
    copilot: CopilotDep,
    *,
    verdict: Annotated[str, Form()] = "",
    final_text: Annotated[str, Form()] = "",
    comment: Annotated[str, Form()] = "",
    reasons: Annotated[tuple[str, ...], Form()] = (),
) -> Response:
    """Keep the agent's verdict, and show the draft with it."""
    given = feedback_of(verdict, final_text, comment, reasons)
    await copilot.give_feedback(id, given)
    return page.render("current.html", stored=await copilot.drafts.get(id, tenant=copilot.tenant))


@parts.post("/drafts/{id}/again")
async def again(
    id: str,  # noqa: A002 - the path's name
    page: OwnPageDep,
    copilot: CopilotDep,
    wish: Annotated[Wish | None, Form()] = None,
    source: Annotated[str, Form()] = "",
) -> Response:
    """Draft the reply again, as the agent wants it."""
    stored = await copilot.propose_again(id, wish=wish, source=source or None, agent_language=page.language)
    return page.render("current.html", stored=stored)


@parts.post("/drafts/{id}/offers")
async def offers(
    id: str,  # noqa: A002 - the path's name
    page: OwnPageDep,
    copilot: CopilotDep,
    sought: Annotated[str, Form()] = "",
) -> Response:
    """Find what to answer from by the agent's own words; nothing is kept."""
    stored = await copilot.drafts.get(id, tenant=copilot.tenant)
    return page.render("current.html", stored=stored, sought=sought, found=await find_offers(copilot, stored, sought))


@parts.post("/editing", status_code=204)
async def editing(request: Request, page: OwnPageDep, copilot: CopilotDep, conversation: Conversation) -> Response:
    """Say that somebody is editing the conversation's draft: no newer one takes its place meanwhile."""
    until = copilot.ledger.now() + EDITING
    await request.app.state.helpdesks.editing(page.place.id, conversation, tenant=copilot.tenant, until=until)
    return Response(status_code=204)


def _back(page: SidebarPage) -> Response:
    return RedirectResponse(f"/sidebar/{page.place.id}?lang={page.language}", status_code=303)
