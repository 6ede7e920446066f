"""Signing in by password, with its throttles: by address, and by name in a way that locks nobody out for good."""

from starlette.requests import Request
from starlette.responses import Response

from api.access.cookies import BROWSER, SESSION, Cookies
from api.access.keyring import KeyedHash, new_secret, same
from api.access.limits import Limits
from api.access.people import normal_email
from api.access.sessions import SessionStore
from models.errors import InputError, UnauthenticatedError

_YEAR = 365 * 24 * 3_600


class SignIn:
    """Checks who may try, before their password is.

    Attempts at a person's password are counted apart for each browser in which that person signed in before, and
    together for all others (OWASP's device cookies): strangers can use up the attempts of strangers, never those of the
    person's own browser, nor end their sessions.

    Args:
        sessions: opens them.
        limits: counts attempts.
        cookies: reads the browser's mark.
        keyed_hash: signs it.
        home: the tenant where none is named.
    """

    def __init__(
        self, sessions: SessionStore, limits: Limits, cookies: Cookies, keyed_hash: KeyedHash, *, home: str
    ) -> None:
        self._sessions = sessions
        self._limits = limits
        self._cookies = cookies
        self._keyed_hash = keyed_hash
        self._home = home

    async def by_password(self, request: Request, email: str, password: str, *, team: str = "") -> str:
        """Open a session and return its token; the session of the request's own cookie ends.

        Raises:
            UnauthenticatedError: the address or the password is not right, or they may not sign in.
            RateLimitedError: too many attempts failed.
            OverloadedError: too many people sign in at once.
        """
        await self._limits.check_address(request)
        name = self._name(email, team)
        browser = self._known(request, name) or ""
        await self._limits.sign_in(self._keyed_hash.of("sign-in", f"{name}/{browser}"))
        try:
            return await self._sessions.sign_in(
                email,
                password,
                tenant=team.strip() or self._home,
                old=self._cookies.read(request, SESSION),
                request_id=request.state.request_id,
            )
        except UnauthenticatedError:
            await self._limits.attempt(request)
            raise

    def mark(self, request: Request, response: Response, email: str, *, team: str = "") -> None:
        """Let the browser of somebody who has just signed in be known as theirs."""
        name = self._name(email, team)
        if self._known(request, name) is None:
            nonce = new_secret()
            mark = f"{nonce}.{self._keyed_hash.of('browser', f'{name}/{nonce}')}"
            self._cookies.set(response, BROWSER, mark, seconds=_YEAR)

    def _known(self, request: Request, name: str) -> str | None:
        nonce, _, mac = (self._cookies.read(request, BROWSER) or "").partition(".")
        return nonce if mac and same(mac, self._keyed_hash.of("browser", f"{name}/{nonce}")) else None

    def _name(self, email: str, team: str) -> str:
        try:
            address = normal_email(email)
        except InputError:
            address = ""  # nobody's, whatever was typed: one count for all of it
        return f"{team.strip() or self._home}/{address}"
