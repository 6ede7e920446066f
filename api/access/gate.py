"""The gate: tells who stands behind a request."""

from typing import Protocol

from starlette.requests import Request

from api.access.principal import Principal, Scope


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
