"""Signing in and out, one's own account, and the pages that say what one may not do."""

from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Depends, FastAPI, Form, Request, Response
from fastapi.responses import RedirectResponse

from api.access import oidc
from api.access.cookies import SESSION, SIGN_IN
from api.access.gate import AccessGate
from api.access.opening import Access
from api.access.sessions import Session
from api.console.routes import Page, PageDep
from api.http.dependencies import PrincipalDep
from api.http.problems import rifq_problem
from models.errors import (
    ForbiddenError,
    NotFoundError,
    OverloadedError,
    RateLimitedError,
    RifqError,
    UnauthenticatedError,
)

router = APIRouter(include_in_schema=False)
_STATUS: dict[str, int] = {
    "unauthenticated": 401,
    "forbidden": 403,
    "invalid_input": 422,
    "rate_limited": 429,
    "overloaded": 503,
}


def _access(request: Request) -> Access:
    access: Access = request.app.state.access
    return access


AccessDep = Annotated[Access, Depends(_access)]


@router.get("/signin")
async def ask(request: Request, page: PageDep, access: AccessDep, next: str = "/") -> Response:  # noqa: A002 - the address's name
    """The form; who is signed in already is sent on."""
    gate = access.gate
    if not isinstance(gate, AccessGate) or await gate.session(request) is not None:
        return RedirectResponse(safe(next), status_code=303)
    return await _form(page, access, next_=safe(next))


@router.post("/signin")
async def sign_in(
    request: Request,
    page: PageDep,
    access: AccessDep,
    *,
    email: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    team: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002 - as above
) -> Response:
    """Open a session, always a new one, and go where one wanted to."""
    try:
        token = await access.signing.by_password(request, email, password, team=team)
    except RifqError as error:
        return await _form(page, access, next_=safe(next), error=error, email=email[:320], team=team[:63])
    response = RedirectResponse(safe(next), status_code=303)
    _keep(response, access, token)
    access.signing.mark(request, response, email, team=team)
    return response


@router.get("/signin/oidc")
async def leave(request: Request, page: PageDep, access: AccessDep, next: str = "/") -> Response:  # noqa: A002 - as above
    """Send the browser to the provider."""
    try:
        await access.limits.check_address(request)
        address, pending = await _provider(access).begin(request, safe(next))
    except RifqError as error:
        return await _form(page, access, next_=safe(next), error=error)
    response = RedirectResponse(address, status_code=303)
    access.cookies.set(response, SIGN_IN, oidc.pack(pending), seconds=oidc.SECONDS)
    return response


@router.get(oidc.CALLBACK)
async def come_back(request: Request, page: PageDep, access: AccessDep) -> Response:
    """Open a session for whom the provider vouches for."""
    try:
        await access.limits.check_address(request)
        provider, pending = _provider(access), oidc.unpack(access.cookies.read(request, SIGN_IN))
        request_id = request.state.request_id
        person = await provider.finish(request, pending, request_id=request_id)
        old = access.cookies.read(request, SESSION)
        token = await access.sessions.open(person, tenant=provider.tenant, old=old, request_id=request_id)
    except RifqError as error:
        if isinstance(error, UnauthenticatedError):
            error = await _counted(request, access, error)
        response = await _form(page, access, next_="/", error=error, provider=True)
    else:
        response = RedirectResponse(safe(pending.next), status_code=303)
        _keep(response, access, token)
    access.cookies.clear(response, SIGN_IN)
    return response


@router.post("/signout")
async def sign_out(request: Request, access: AccessDep, everywhere: Annotated[str, Form()] = "") -> Response:
    """End this browser's session, or all of the person's."""
    gate = access.gate
    session = await gate.session(request) if isinstance(gate, AccessGate) else None
    if session is not None:
        await access.sessions.sign_out(session, everywhere=bool(everywhere), request_id=request.state.request_id)
    response = RedirectResponse("/signin", status_code=303)
    access.cookies.clear(response, SESSION)
    return response


@router.get("/account")
async def account(request: Request, page: PageDep, access: AccessDep, principal: PrincipalDep) -> Response:  # noqa: ARG001 - admits
    """One's own account: password and sessions."""
    session: Session | None = getattr(request.state, "session", None)
    if session is None:
        return RedirectResponse("/", status_code=303)
    return await _account(page, access, session, saved="saved" in request.query_params)


@router.post("/account/password")
async def change_password(
    request: Request,
    page: PageDep,
    access: AccessDep,
    principal: PrincipalDep,
    *,
    old: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
) -> Response:
    """Change one's own password; every other browser is signed out."""
    session: Session | None = getattr(request.state, "session", None)
    if session is None:
        return RedirectResponse("/", status_code=303)
    try:
        await access.limits.sign_in(access.keyed_hash.of("password", f"{principal.tenant}/{session.person}"))
        token = await access.sessions.change_password(session, old, new, request_id=request.state.request_id)
    except RifqError as error:
        return await _account(page, access, session, error=error)
    response = RedirectResponse("/account?saved=1", status_code=303)
    _keep(response, access, token)
    return response


def install_refusals(app: FastAPI) -> None:
    """Answer pages that nobody may see as pages: with the sign-in, or with what is missing."""

    async def refuse(request: Request, error: Exception) -> Response:
        assert isinstance(error, RifqError)  # noqa: S101 - registered for its kinds only
        if request.url.path.startswith(("/v1/", "/sidebar/")):  # a frame in a helpdesk signs in by itself
            return rifq_problem(error, request_id=request.state.request_id)
        page, session = Page(request), getattr(request.state, "session", None)
        if isinstance(error, UnauthenticatedError):
            return _to_sign_in(request, page)
        if isinstance(error, ForbiddenError) and session is not None and session.temporary:
            return RedirectResponse("/account", status_code=303)
        response = page.render(
            "refusal.html" if page.partial else "refused.html", _STATUS[error.code], error=error.code
        )
        if isinstance(error, RateLimitedError):
            response.headers["Retry-After"] = str(error.retry_after)
        return response

    for kind in (UnauthenticatedError, ForbiddenError, RateLimitedError):
        app.add_exception_handler(kind, refuse)


def safe(next_: str) -> str:
    """Return an address of ours to go on to; the front page for what could lead elsewhere."""
    try:
        parts = urlsplit(next_)
    except ValueError:
        return "/"
    fits = len(next_) <= 2_000 and next_.isprintable() and "\\" not in next_ and not next_.startswith(("//", "/sign"))
    return next_ if fits and next_.startswith("/") and not parts.scheme and not parts.netloc else "/"


def _to_sign_in(request: Request, page: Page) -> Response:
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    # A form cannot be sent again after the sign-in; its page can be shown.
    next_ = safe(wanted) if request.method in {"GET", "HEAD"} and not page.partial else "/"
    where = "/signin" if next_ == "/" else f"/signin?{urlencode({'next': next_})}"
    if page.partial:
        return Response(status_code=401, headers={"HX-Redirect": where, "WWW-Authenticate": "Bearer"})
    response = RedirectResponse(where, status_code=303)
    access: Access = request.app.state.access
    if access.cookies.read(request, SESSION) is not None:
        access.cookies.clear(response, SESSION)
    return response


async def _form(
    page: Page,
    access: Access,
    *,
    next_: str,
    error: RifqError | None = None,
    email: str = "",
    team: str = "",
    provider: bool = False,
) -> Response:
    code = "" if error is None else error.code if error.code in _STATUS else "other"
    response = page.render(
        "signin.html",
        200 if error is None else _STATUS.get(error.code, 503),
        next=next_,
        error="provider" if code and provider else code,
        email=email,
        team=team,
        teams=len(await access.tenants.list()) > 1,
        oidc=access.oidc is not None,
    )
    if isinstance(error, RateLimitedError | OverloadedError):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


async def _account(
    page: Page, access: Access, session: Session, *, saved: bool = False, error: RifqError | None = None
) -> Response:
    code = "" if error is None else error.code if error.code in _STATUS else "other"
    status = 200 if error is None else _STATUS.get(error.code, 500)
    count = await access.sessions.count(session)
    return page.render("account.html", status, session=session, count=count, saved=saved, error=code)


async def _counted(request: Request, access: Access, error: RifqError) -> RifqError:
    """Count a failed attempt; return the error to show, which is another one where there were too many."""
    try:
        await access.limits.attempt(request)
    except RateLimitedError as limited:
        return limited
    return error


def _provider(access: Access) -> oidc.OpenIdConnect:
    if access.oidc is None:
        msg = "There is no sign-in provider: set RIFQ_OIDC_ISSUER."
        raise NotFoundError(msg)
    return access.oidc


def _keep(response: Response, access: Access, token: str) -> None:
    access.cookies.set(response, SESSION, token, seconds=int(access.sessions.lifetime.total_seconds()))
