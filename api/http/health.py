"""``/livez`` and ``/readyz``."""

import asyncio
import time

from fastapi import APIRouter, Request

from api.copilot import Copilot
from api.http.bodies import Alive, Ready
from api.http.dependencies import SettingsDep, TenantsDep
from api.http.strict import StrictRoute
from models.errors import OverloadedError, RifqError

INTERVAL = 3.0
"""Seconds for which one readiness check holds: a probe must not become a load."""
router = APIRouter(route_class=StrictRoute, tags=["health"])


class Readiness:
    """Remembers the last check for a moment."""

    def __init__(self) -> None:
        self._until = 0.0
        self._lock = asyncio.Lock()

    async def check(self, copilot: Copilot) -> None:
        """Run a real one-token forward pass, unless one succeeded a moment ago.

        Raises:
            OverloadedError: something does not answer.
        """
        async with self._lock:
            if time.monotonic() < self._until:
                return
            try:
                await copilot.check()
            except OverloadedError:
                raise
            except RifqError as error:
                raise OverloadedError(error.message, retry_after=5) from error
            self._until = time.monotonic() + INTERVAL


@router.get("/livez", summary="Is the process alive?")
async def livez() -> Alive:
    """Answer without touching anything."""
    return Alive()


@router.get("/readyz", summary="Can it answer?")
async def readyz(request: Request, tenants: TenantsDep, settings: SettingsDep) -> Ready:
    """The database answers, the index is built, the model runs; at most every few seconds for real."""
    copilot = tenants.copilot(settings.tenant)
    readiness: Readiness = request.app.state.readiness
    await readiness.check(copilot)
    return Ready(
        model=copilot.model,
        model_revision=copilot.model_revision,
        index_generation=copilot.knowledge.generation,
        policy_revision=copilot.policy.revision,
        resolutions=copilot.knowledge.size(copilot.tenant),
    )
