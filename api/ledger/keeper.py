"""Sweeps the ledger while the service runs: at its start, then each minute."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from api.ledger.ledger import Ledger
from api.ledger.records import Notice

INTERVAL = 60.0
"""Seconds between two sweeps."""
_logger = structlog.stdlib.get_logger(__name__)


@asynccontextmanager
async def sweeping(ledger: Ledger) -> AsyncIterator[None]:
    """Sweep in the background while the block lasts; each new notice is a line in the log, without its words."""
    task = asyncio.create_task(_sweep(ledger))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _sweep(ledger: Ledger) -> None:
    while True:
        try:
            for tenant in await ledger.owing():
                for notice in await ledger.sweep(tenant=tenant):
                    _tell(tenant, notice)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next sweep may succeed, and loses nothing
            _logger.warning("ledger_sweep_failed", code=getattr(error, "code", type(error).__name__))
        await asyncio.sleep(INTERVAL)


def _tell(tenant: str, notice: Notice) -> None:
    kind, due = notice.kind.value, notice.due.isoformat()
    _logger.warning("commitment_overdue", tenant=tenant, id=notice.id, kind=kind, due=due)
