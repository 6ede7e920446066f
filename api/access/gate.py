"""The gate: tells who stands behind a request."""

import re
from typing import Protocol

from starlette.requests import Request

from api.access.cookies import FRAME, FRAMED, SESSION, Cookies
from api.access.keys import KeyStore
from api.access.limits import Limits
from api.access.principal import Principal, Scope
from api.access.sessions import Session, SessionStore
from models.errors import UnauthenticatedError

_MAX_HEADER = 512
_KEY_IN_ADDRESS = re.compile(r"(?:^|&)(?:access_token|api_key)=|rifq_[0-9a-f]{16}_", re.IGNORECASE)


class Gate(Protocol):
    """Admits a request, or raises the error that tells what is missing."""

    async def admit(self, request: Request) -> Principal:
        """Return who asks.

        Raises:
            RifqError: nobody who may ask.
        """
        ...


class OpenGate:
    """Admits everybody as one tenant's administrator: for one machine's own user, on loopback."""

    def __init__(self, tenant: str) -> None:
        self._principal = Principal(tenant=tenant, actor="local", scopes=frozenset(Scope))

    async def admit(self, request: Request) -> Principal:  # noqa: ARG002 - signature of the protocol
        """Return the local administrator."""
        return self._principal


class AccessGate:
    """Admits who sends a key (``Authorization: Bearer``) or a session's cookie; the key counts where both come.

    What it learns stands in the request's state: ``session`` (None with a key) and ``rate``, the requests left.

    Args:
        keys: API keys.
        sessions: sessions of browsers.
        limits: how often one may ask.
        cookies: reads the session's.
    """

    def __init__(self, keys: KeyStore, sessions: SessionStore, limits: Limits, cookies: Cookies) -> None:
        self._keys = keys
        self._sessions = sessions
        self._limits = limits
        self._cookies = cookies

    async def admit(self, request: Request) -> Principal:
        """Return who asks.

        Raises:
            UnauthenticatedError: nobody is signed in, or the key or session does not hold.
            RateLimitedError: they ask too often, or too much from their address failed.
        """
        _check_address(request)
        given = request.headers.getlist("authorization")
        if given:
            request.state.session = None
            principal = await self._by_key(request, given)
        else:
            request.state.session = session = await self.session(request)
            if session is None:
                msg = "Sign in, or send a key as 'Authorization: Bearer KEY'."
                raise UnauthenticatedError(msg)
            principal = session.principal
        request.state.rate = await self._limits.request(principal)
        return principal

    async def session(self, request: Request) -> Session | None:
        """Return the session of a request's cookie, None where there is none.

        Raises:
            RateLimitedError: too much from the address failed.
        """
        framed = request.url.path.startswith(FRAMED)
        token = request.cookies.get(FRAME) if framed else self._cookies.read(request, SESSION)
        if token is None or len(token) > _MAX_HEADER:
            return None
        await self._limits.check_address(request)
        try:
            return await self._sessions.find(token)
        except UnauthenticatedError:
            await self._limits.attempt(request)
            return None

    async def _by_key(self, request: Request, given: list[str]) -> Principal:
        await self._limits.check_address(request)
        try:
            return await self._keys.find(_bearer(given))
        except UnauthenticatedError:
            await self._limits.attempt(request)
            raise


def _bearer(given: list[str]) -> str:
    scheme, _, key = given[0].partition(" ")
    if len(given) > 1 or len(given[0]) > _MAX_HEADER or scheme.lower() != "bearer" or not key.strip():
        msg = "The Authorization header is not right: send one, 'Authorization: Bearer KEY'."
        raise UnauthenticatedError(msg)
    return key.strip()


def _check_address(request: Request) -> None:
    """Refuse keys in the address: addresses are logged, remembered and shared on the way.

    Raises:
        UnauthenticatedError: there is one.
    """
    if _KEY_IN_ADDRESS.search(request.url.query):
        msg = (
            "A key does not belong in the address, where logs keep it: send it as 'Authorization: Bearer KEY', and "
            "rotate this one."
        )
        raise UnauthenticatedError(msg)
