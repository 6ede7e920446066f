"""HEAD and OPTIONS for every address, and all of ``Allow`` where a method is refused (RFC 9110, section 9.3)."""

from typing import Any

from fastapi import FastAPI
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def allowed(app: FastAPI, scope: Scope) -> str:
    """Return the methods that an address takes, for ``Allow``; empty where there is nothing at it."""
    found = [method for method in _METHODS if _takes(app, scope, method)]
    if not found:
        return ""
    return ", ".join([*(["GET", "HEAD"] if "GET" in found else []), *(m for m in found if m != "GET"), "OPTIONS"])


class Methods:
    """ASGI middleware: HEAD is GET without the content, OPTIONS tells the methods."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        method = scope.get("method")
        if method == "OPTIONS" and (allow := allowed(scope["app"], scope)):
            await Response(status_code=204, headers={"Allow": allow})(scope, receive, send)
        elif method == "HEAD":
            asked: Scope = {**scope, "method": "GET"}
            try:
                await self._app(asked, receive, _without_content(send))
            finally:
                _name_route(scope, asked.get("route"))
        else:
            await self._app(scope, receive, send)


def _without_content(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return sending


def _name_route(scope: Scope, route: object) -> None:
    """Let the door log which route a request met, though none handled it as it came."""
    if route is not None:
        scope["route"] = route


def _takes(app: FastAPI, scope: Scope, method: str) -> bool:
    asked: dict[str, Any] = {**scope, "method": method}
    for route in app.router.routes:
        match = route.matches(asked)[0]
        if match is Match.FULL and (method == "GET" or not isinstance(route, Mount)):
            _name_route(scope, _met(route, asked))
            return True
    return False


def _met(route: BaseRoute, asked: Scope) -> BaseRoute:
    """Return the route itself where a router was included as a whole."""
    inner = getattr(route, "original_router", None)
    within = (item for item in getattr(inner, "routes", ()) if item.matches(asked)[0] is Match.FULL)
    return next((_met(item, asked) for item in within), route)
