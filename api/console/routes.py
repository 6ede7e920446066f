"""The console's addresses. A form works as it is; with htmx the same addresses answer with the changed part only."""

from datetime import UTC, tzinfo
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import ValidationError

from api.access.principal import Principal, Scope
from api.checking import ReplyBody, check_stored
from api.console import view
from api.console.forms import UNFIT, feedback_of
from api.console.strings import Language, choose_language, samples, say
from api.drafts import StoredDraft
from api.http.dependencies import CopilotDep, needs
from api.offering import find_offers
from inference.types import MAX_TEXT, AngerLevel, Channel, FeedbackReason, Message, Wish
from models.errors import ConfigurationError, InputError, RifqError

COOKIE = "rifq_lang"
_STATIC = Path(__file__).parent / "static"
_KNOWN_ERRORS = {"invalid_input", "not_found", "conflict", "overloaded"}
_STATUS = {"invalid_input": 422, "not_found": 404, "conflict": 409, "overloaded": 503, "missing_text": 422}
SECTIONS = (
    ("/", "draft", "drafting"),
    ("/commitments", "draft", "ledger"),
    ("/complaints", "draft", "complaints"),
    ("/sent", "review", "sent"),
    ("/review", "draft", "review"),
)
"""The console's pages that link to one another: address, scope, name."""
router = APIRouter(include_in_schema=False, dependencies=[needs(Scope.DRAFT)])
_templates = Environment(
    loader=PackageLoader("api.console"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals |= {
    "runs": view.runs,
    "course": view.course,
    "numbered_sources": view.numbered_sources,
    "direction": view.direction,
    "lean": view.lean,
    "channels": tuple(Channel),
    "levels": tuple(AngerLevel),
    "reasons": tuple(FeedbackReason),
    "wishes": tuple(Wish),
    "max_text": MAX_TEXT,
    "samples": samples,
    "sections": SECTIONS,
}


class _Assets(StaticFiles):
    """Static files that a browser may keep for an hour."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401 - the base class's signature
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=3600"
        return response


def install_console(app: FastAPI) -> None:
    """Add the page and its static files to the application."""
    app.include_router(router)
    app.mount("/static", _Assets(directory=_STATIC), name="static")


class Page:
    """One request for the page: its language, and whether htmx asks for a part of it."""

    def __init__(self, request: Request, lang: str | None = None) -> None:
        self._state = request.state
        self._tenants = request.app.state.tenants
        self._path = request.url.path
        self.partial = request.headers.get("hx-request") == "true"
        remembered = request.cookies.get(COOKIE)
        self.language: Language = choose_language(lang, remembered, request.headers.get("accept-language", ""))
        self.remember = lang is not None and lang == self.language

    def render(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401 - template values
        """Render a template in the page's language."""
        html = _templates.get_template(template).render(
            t=lambda key: say(self.language, key),
            ui=self.language,
            ui_dir=view.direction(self.language),
            may=self.may,
            moment=partial(view.moment, zone=self._zone()),
            path=self._path,
            signed=getattr(self._state, "session", None),
            **values,
        )
        response = HTMLResponse(html, status, headers={"Vary": "HX-Request, Accept-Language, Cookie"})
        if self.remember:
            response.set_cookie(COOKIE, self.language, max_age=31_536_000, httponly=True, samesite="lax")
        return response

    def may(self, scope: str) -> bool:
        """Tell whether who asks has a scope: links that they may not follow are not shown."""
        principal: Principal | None = getattr(self._state, "principal", None)
        return principal is not None and Scope(scope) in principal.scopes

    def _zone(self) -> tzinfo:
        """Return the time zone of the tenant's calendar; UTC where it has none, or nobody is signed in."""
        principal: Principal | None = getattr(self._state, "principal", None)
        try:
            calendar = self._tenants.policies.of(principal.tenant).calendar if principal is not None else None
        except ConfigurationError:  # told by whatever needs the policy
            return UTC
        return UTC if calendar is None else calendar.zone

    def failed(self, error: RifqError, code: str = "") -> HTMLResponse:
        """Render an error in the page's language."""
        code = code or (error.code if error.code in _KNOWN_ERRORS else "other")
        return self.whole(None, error=code, status=_STATUS.get(code, 500))

    def whole(self, stored: StoredDraft | None, *, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401 - template values
        """Render the whole page, or the part that htmx swaps in."""
        shown = {"stored": stored, "error": None, "form": _form(stored), "saved": None, "checked": None, "edited": None}
        shown |= {"sought": None, "found": None}
        shown |= values
        return self.render("result.html" if self.partial else "page.html", status, **shown)


PageDep = Annotated[Page, Depends(Page)]


@router.get("/")
async def page(page: PageDep, copilot: CopilotDep, draft: str | None = None, sample: str | None = None) -> Response:
    """The page: empty, with a stored draft, or with a sample message in its form."""
    if draft is not None:
        try:
            return page.whole(await copilot.drafts.get(draft, tenant=copilot.tenant))
        except RifqError as error:
            return page.failed(error)
    chosen = next((item for item in samples() if item["key"] == sample), None)
    return page.whole(None, form=_form(None) | (chosen or {}))


@router.post("/console/drafts")
async def create(
    page: PageDep,
    copilot: CopilotDep,
    text: Annotated[str, Form()] = "",
    channel: Annotated[str, Form()] = "chat",
    customer: Annotated[str, Form()] = "",
) -> Response:
    """Draft a reply to the pasted message."""
    try:
        message = _message(text, channel, customer)
        stored = await copilot.propose(message, agent_language=page.language)
    except RifqError as error:
        return page.failed(error)
    return _made(page, stored)


@router.post("/console/drafts/{id}/again")
async def again(
    id: str,  # noqa: A002 - the path's name
    page: PageDep,
    copilot: CopilotDep,
    *,
    wish: Annotated[str, Form()] = "",
    language: Annotated[str, Form()] = "",
    source: Annotated[str, Form()] = "",
) -> Response:
    """Draft the reply again, as the agent wants it."""
    try:
        stored = await copilot.propose_again(
            id,
            wish=_wish(wish),
            language=language or None,
            source=source or None,
            agent_language=page.language,
        )
    except RifqError as error:
        return page.failed(error)
    return _made(page, stored)


@router.post("/console/drafts/{id}/offers")
async def offers(
    id: str,  # noqa: A002 - the path's name
    page: PageDep,
    copilot: CopilotDep,
    *,
    sought: Annotated[str, Form()] = "",
) -> Response:
    """Find what to answer from by the agent's own words; nothing is kept."""
    try:
        stored = await copilot.drafts.get(id, tenant=copilot.tenant)
        found = await find_offers(copilot, stored, sought)
    except RifqError as error:
        return page.failed(error)
    return page.whole(stored, sought=sought, found=found)


@router.post("/console/drafts/{id}/feedback")
async def feedback(
    id: str,  # noqa: A002 - the path's name
    page: PageDep,
    copilot: CopilotDep,
    *,
    verdict: Annotated[str, Form()] = "",
    final_text: Annotated[str, Form()] = "",
    comment: Annotated[str, Form()] = "",
    reasons: Annotated[tuple[str, ...], Form()] = (),
) -> Response:
    """Keep the agent's verdict."""
    try:
        given = feedback_of(verdict, final_text, comment, reasons)
        await copilot.give_feedback(id, given)
        stored = await copilot.drafts.get(id, tenant=copilot.tenant)
    except RifqError as error:
        return page.failed(error, "missing_text" if error.field == "final_text" else "")
    if not page.partial:
        return RedirectResponse(f"/?draft={id}#verdict", status_code=303)
    return page.render("verdict.html", stored=stored, saved=given.verdict, checked=None, edited=None)


@router.post("/console/drafts/{id}/check")
async def check(
    id: str,  # noqa: A002 - the path's name
    page: PageDep,
    copilot: CopilotDep,
    *,
    final_text: Annotated[str, Form()] = "",
) -> Response:
    """Judge the agent's own text while it is being written; nothing is kept."""
    try:
        text = final_text.replace("\r\n", "\n")
        stored = await copilot.drafts.get(id, tenant=copilot.tenant)
        checked = await check_stored(copilot, stored, _reply(text, page.language))
    except RifqError as error:
        return page.failed(error, "missing_text" if error.field == "final_text" else "")
    if page.partial:
        return page.render("checked.html", checked=checked, edited=text)
    return page.whole(stored, checked=checked, edited=text)


def _reply(text: str, language: Language) -> ReplyBody:
    try:
        return ReplyBody(reply=text, notes_language=language)
    except ValidationError as error:
        msg = "Write the reply that is to be checked."
        raise InputError(msg, field="final_text") from error


def _made(page: Page, stored: StoredDraft) -> Response:
    """Show a draft that was just made, at its own address."""
    if not page.partial:
        return RedirectResponse(f"/?draft={stored.id}", status_code=303)
    response = page.whole(stored)
    response.headers["HX-Push-Url"] = f"/?draft={stored.id}"
    return response


def _wish(name: str) -> Wish | None:
    if name and name not in set(Wish):
        raise InputError(UNFIT)
    return Wish(name) if name else None


def _message(text: str, channel: str, customer: str) -> Message:
    try:
        # Browsers send line ends as CR LF, and count them as one character in maxlength.
        unified = text.replace("\r\n", "\n")
        return Message.model_validate(
            {"text": unified, "channel": channel, "customer": {"name": customer.strip() or None}}
        )
    except ValidationError as error:
        raise InputError(UNFIT) from error


def _form(stored: StoredDraft | None) -> dict[str, Any]:
    if stored is None:
        return {"text": "", "channel": "chat", "customer": ""}
    message = stored.message
    return {"text": message.text, "channel": message.channel, "customer": message.customer.name}
