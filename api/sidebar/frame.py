"""Who may hold the sidebar in a frame, and how a page in a foreign frame stays signed in."""

from typing import Protocol
from urllib.parse import urlsplit

from starlette.responses import Response

from api.access.cookies import FRAME

ZENDESK_SDK = "https://static.zdassets.com"
"""Where Zendesk serves its app framework's client: its protocol is documented as this script's functions only."""


class Place(Protocol):
    """What is asked of a connection's settings."""

    @property
    def id(self) -> str:
        """Stands in the sidebar's address."""
        ...

    @property
    def tenant(self) -> str:
        """Whose drafts it shows."""
        ...

    @property
    def vendor(self) -> str:
        """The helpdesk's name."""
        ...

    @property
    def url(self) -> str | None:
        """Address of the helpdesk's API."""
        ...

    @property
    def sidebar_origin(self) -> str | None:
        """Agents' web address, where it is another one."""
        ...


def origin_of(place: Place) -> str | None:
    """Return the origin of the pages that may hold a connection's sidebar; None where none is known."""
    address = place.sidebar_origin or place.url
    if address is None:
        return None
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()


def frame_headers(place: Place) -> dict[str, str]:
    """Return the headers of a connection's sidebar: its helpdesk's pages may hold it, and nobody else's."""
    scripts = f"'self' {ZENDESK_SDK}" if place.vendor == "zendesk" else "'self'"
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
            f"form-action 'self'; base-uri 'none'; frame-ancestors {origin_of(place) or chr(39) + 'none' + chr(39)}"
        ),
        # Only what knows no frame-ancestors reads this one, and it cannot name an origin.
        "X-Frame-Options": "SAMEORIGIN",
        "Vary": "Accept-Language, Cookie",
    }


def keep_signed_in(response: Response, token: str, *, seconds: int) -> None:
    """Let the browser keep a session for this frame within this helpdesk: browsers block any other cookie here."""
    # Starlette writes the attribute Partitioned (CHIPS) only from Python 3.14 on.
    attributes = f"Max-Age={seconds}; Path=/; Secure; HttpOnly; SameSite=None; Partitioned"
    response.headers.append("Set-Cookie", f"{FRAME}={token}; {attributes}")


def sign_out(response: Response) -> None:
    """Let the browser forget it."""
    keep_signed_in(response, "", seconds=0)
