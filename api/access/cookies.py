"""Our cookies: opaque, unreadable to scripts, and out of the reach of neighbouring hosts where HTTPS is used."""

from starlette.requests import Request
from starlette.responses import Response

SESSION = "rifq_session"
BROWSER = "rifq_browser"
"""Tells a browser that signed in before from all others; admits nobody."""
FRAME = "__Host-rifq_frame"
"""The session of a page inside a helpdesk's frame; it opens what lies under ``FRAMED``, and nothing else does."""
FRAMED = "/sidebar/"
SIGN_IN = "rifq_oidc"
"""What a sign-in by OpenID Connect must come back with."""


class Cookies:
    """Writes and reads cookies.

    Args:
        secure: send them over HTTPS only, with the prefix ``__Host-``: browsers then refuse such a cookie from any
            other host, so that none can be slipped in from a neighbouring one.
    """

    def __init__(self, *, secure: bool) -> None:
        self._secure = secure

    def read(self, request: Request, name: str) -> str | None:
        """Return a cookie's value, None where it is absent or of a length that none of ours has."""
        value = request.cookies.get(self.named(name))
        return value if value and len(value) <= 1_024 else None

    def set(self, response: Response, name: str, value: str, *, seconds: int) -> None:
        """Let the browser keep a cookie."""
        response.set_cookie(
            self.named(name), value, max_age=seconds, path="/", secure=self._secure, httponly=True, samesite="lax"
        )

    def clear(self, response: Response, name: str) -> None:
        """Let the browser forget a cookie."""
        response.delete_cookie(self.named(name), path="/", secure=self._secure, httponly=True, samesite="lax")

    def named(self, name: str) -> str:
        """Return the name under which the browser keeps a cookie."""
        return f"__Host-{name}" if self._secure else name
