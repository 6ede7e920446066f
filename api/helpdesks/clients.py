"""One HTTP client a connection, kept while the connection is in force or somebody uses it."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from api.helpdesks.registry import Opened
from api.helpdesks.timing import Timing
from api.outbound import open_outbound


@dataclass
class _Held:
    client: httpx.AsyncClient
    users: int = 0
    retired: bool = False


class Clients:
    """Hands out connections' clients; an edited connection is another one, with a client of its own.

    Args:
        timing: of their calls.
    """

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._held: dict[Opened, _Held] = {}

    @asynccontextmanager
    async def of(self, opened: Opened) -> AsyncIterator[httpx.AsyncClient]:
        """Lend a connection's client; it stays open until the block ends, whatever becomes of the connection.

        Raises:
            ConfigurationError: its address is none that may be called.
        """
        held = self._held.get(opened)
        if held is None:
            held = self._held[opened] = _Held(client_of(opened, self._timing))
        held.users += 1
        try:
            yield held.client
        finally:
            held.users -= 1
            if held.retired and not held.users:
                await held.client.aclose()

    async def keep(self, current: Collection[Opened]) -> None:
        """Close the clients of all other connections, each once nobody uses it."""
        for opened in [item for item in self._held if item not in current]:
            held = self._held.pop(opened)
            held.retired = True
            if not held.users:
                await held.client.aclose()

    async def close(self) -> None:
        """Close all of them; nobody uses one any more."""
        await self.keep(())


def client_of(opened: Opened, timing: Timing) -> httpx.AsyncClient:
    """Return a client that calls a connection's address only; one without an address can call nobody.

    Raises:
        ConfigurationError: the address is none that may be called.
    """
    connection = opened.connection
    if connection.url is None:
        return httpx.AsyncClient(transport=httpx.MockTransport(_nowhere), trust_env=False)
    return open_outbound(connection.url, private_network=connection.private_network, timeout=timing.call)


def _nowhere(request: httpx.Request) -> httpx.Response:
    msg = "This connection has no address."
    raise httpx.ConnectError(msg, request=request)
