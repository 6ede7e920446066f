"""Access tokens by client credentials (RFC 6749, 4.4): fetched when first needed, kept until they expire."""

import asyncio
import time

import httpx

from api.helpdesks.vendors.calls import answer_object, call
from models.errors import HelpdeskError
from retrieval.tickets import fields

_EARLY = 60.0
"""Seconds before its end at which a token is fetched anew."""
_SHORT = 300.0
"""Seconds that a token is kept whose answer does not say how long it holds."""


class ClientCredentials:
    """The access token of one app, for one connection.

    Args:
        path: of the token endpoint, below the connection's address.
        client_id: the app's.
        client_secret: the app's.
    """

    def __init__(self, path: str, client_id: str, client_secret: str) -> None:
        self._path = path
        self._form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
        self._lock = asyncio.Lock()
        self._token, self._until = "", 0.0

    async def headers(self, client: httpx.AsyncClient) -> dict[str, str]:
        """Return the header of a call.

        Raises:
            HelpdeskError: there is no token to be had.
        """
        async with self._lock:
            if not self._token or time.monotonic() >= self._until:
                await self._fetch(client)
            return {"Authorization": f"Bearer {self._token}"}

    def forget(self) -> None:
        """Fetch another token at the next call: this one was refused."""
        self._token = ""

    async def _fetch(self, client: httpx.AsyncClient) -> None:
        try:
            values = answer_object(await call(client, "POST", self._path, data=self._form))
        except HelpdeskError as error:
            # A token that was made and never arrived is no harm: the call itself has not been sent.
            raise HelpdeskError(error.message, lasting=error.lasting, retry_after=error.retry_after) from error
        token, life = fields.text(values, "access_token"), values.get("expires_in")
        if not token:
            raise HelpdeskError("The helpdesk gave no access token: check the app's id and secret.", retry_after=_SHORT)
        seconds = float(life) if isinstance(life, int | float) and not isinstance(life, bool) else _SHORT
        self._token, self._until = token, time.monotonic() + max(seconds - _EARLY, 1.0)
