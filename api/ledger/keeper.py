"""Sweeps the ledger while the service runs: at its start, then each minute."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from api.ledger.ledger import Ledger

INTERVAL = 60.0
"""Seconds between two sweeps."""
_logger = structlog.stdlib.get_logger(__name__)


@asynccontextmanager
async def sweeping(ledger: Ledger, *, tenant: str) -> AsyncIterator[None]:
    """Sweep in the background while the block lasts; each new notice is a line in the log, without its words."""
    task = asyncio.create_task(_sweep(ledger, tenant))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _sweep(ledger: Ledger, tenant: str) -> None:
    while True:
        try:
            for notice in await ledger.sweep(tenant=tenant):
                _logger.warning("commitment_overdue", id=notice.id, kind=notice.kind.value, due=notice.due.isoformat())
        except Exception as error:  # noqa: BLE001 - whatever it is, the next sweep may succeed, and loses nothing
            _logger.warning("ledger_sweep_failed", code=getattr(error, "code", type(error).__name__))
        await asyncio.sleep(INTERVAL)
