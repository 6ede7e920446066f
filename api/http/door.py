"""The outermost middleware: who may ask, how much, and what is written down about it (never what was said).

Checks the Host header (against DNS rebinding) and the Origin of writing requests (against cross-site posts), bounds
the body while it streams in, adds request id, phase times and security headers, logs one line, and turns whatever was
not expected into a plain 500 problem.
"""

import logging
import re
import time
import traceback
import uuid
from collections.abc import Collection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import ProblemError, problem_response
from api.settings import is_loopback
from api.timing import timed

if TYPE_CHECKING:
    from api.access.limits import Allowance

_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}
_logger = structlog.stdlib.get_logger("rifq.http")


class Door:
    """ASGI middleware around the whole application.

    Args:
        app: the application.
        max_body: largest request body in bytes.
        hosts: names that the Host header may carry beside the loopback ones; None allows any.
    """

    def __init__(self, app: ASGIApp, *, max_body: int, hosts: Collection[str] | None) -> None:
        self._app = app
        self._max_body = max_body
        self._hosts = None if hosts is None else {host.lower() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with timed() as phases:
            visit = _Visit(scope, receive, send, phases, self._max_body)
            refusal = self._refusal(scope["method"], visit)
            if refusal is not None:
                await refusal(scope, receive, visit.send)
            else:
                await visit.run(self._app)
            visit.log()

    def _refusal(self, method: str, visit: "_Visit") -> Response | None:
        headers = visit.headers
        host = _host_name(headers.get("host", ""))
        if self._hosts is not None and not (is_loopback(host) or host in self._hosts):
            detail = "This service does not answer to this Host name: add it to RIFQ_ALLOWED_HOSTS if it is yours."
            return problem_response(421, "wrong_host", detail, request_id=visit.request_id)
        if method not in _SAFE_METHODS and _cross_site(headers):
            detail = "A page of another site may not write here: send the request from this service's own pages."
            return problem_response(403, "cross_site", detail, request_id=visit.request_id)
        declared = headers.get("content-length", "0")
        if declared.isascii() and declared.isdigit() and len(declared) < 20 and int(declared) <= self._max_body:
            return None
        return visit.too_large()


class _Visit:
    """One request on its way through the door."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, phases: dict[str, float], max_body: int) -> None:
        self.headers = Headers(scope=scope)
        given = self.headers.get("x-request-id", "")
        self.request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = self.request_id
        self._scope = scope
        self._receive = receive
        self._send = send
        self._phases = phases
        self._max_body = max_body
        self._seen = 0
        self._status = 0
        self._start = time.perf_counter()

    async def run(self, app: ASGIApp) -> None:
        """Call the application; answer for it where it fails before it has answered."""
        try:
            await app(self._scope, self.receive, self.send)
        except Exception as error:  # noqa: BLE001 - the last stand: no traceback leaves the house
            _log_failure(error, self.request_id)
            if not self._status:
                await self._unexpected()(self._scope, self._receive, self.send)

    async def receive(self) -> Message:
        """Hand the body on while it stays within the limit."""
        message = await self._receive()
        self._seen += len(message.get("body", b""))
        if self._seen > self._max_body:
            raise ProblemError(413, "too_large", self._limit())
        return message

    async def send(self, message: Message) -> None:
        """Add our headers to the response."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = self.request_id
            headers["Server-Timing"] = self._timing()
            allowance: Allowance | None = self._scope["state"].get("rate")
            headers.update({} if allowance is None else allowance.headers())
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "no-store")
        await self._send(message)

    def too_large(self) -> Response:
        """Return the response to a body over the limit."""
        return problem_response(413, "too_large", self._limit(), request_id=self.request_id)

    def log(self) -> None:
        """Write one line: the route's template, never its values, and no text."""
        route = getattr(self._scope.get("route"), "path", "(none)")
        # Probes come every few seconds and say nothing unless they fail.
        quiet = self._status == 200 and route in {"/livez", "/readyz"}
        _logger.log(
            logging.DEBUG if quiet else logging.INFO,
            "request",
            request_id=self.request_id,
            method=self._scope["method"],
            route=route,
            status=self._status,
            ms=round(1000 * (time.perf_counter() - self._start), 1),
            phases={name: round(1000 * seconds, 1) for name, seconds in self._phases.items()},
        )

    def _limit(self) -> str:
        return f"The request is larger than {self._max_body} bytes: send less, or in several requests."

    def _timing(self) -> str:
        total = time.perf_counter() - self._start
        return ", ".join(f"{name};dur={1000 * value:.1f}" for name, value in [*self._phases.items(), ("total", total)])

    def _unexpected(self) -> Response:
        detail = "Something went wrong on our side; nothing was lost that had been acknowledged. Try again."
        return problem_response(500, "internal", detail, request_id=self.request_id)


def _host_name(header: str) -> str:
    try:
        return (urlsplit(f"//{header}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _cross_site(headers: Headers) -> bool:
    """Tell whether a browser says that another site's page made this request; other clients say nothing."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = headers.get("origin")
    if origin is None:
        return False
    try:
        return urlsplit(origin).netloc != headers.get("host")
    except ValueError:  # "http://[": no browser sends that
        return True


def _log_failure(error: Exception, request_id: str) -> None:
    """Log where an unexpected error arose; its message could quote a customer, so it stays out."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    where = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in frames]
    _logger.error("unexpected_error", request_id=request_id, error=type(error).__name__, where=where)
