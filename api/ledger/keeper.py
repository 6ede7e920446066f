"""Sweeps for what is overdue while the service runs, commitments or complaints: at its start, then each minute."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import structlog

INTERVAL = 60.0
"""Seconds between two sweeps."""
_logger = structlog.stdlib.get_logger(__name__)


class Noticed(Protocol):
    """Word that something was found overdue."""

    @property
    def id(self) -> str:
        """Of the commitment or complaint."""
        ...

    @property
    def kind(self) -> StrEnum:
        """What is overdue."""
        ...

    @property
    def due(self) -> datetime:
        """When it was due."""
        ...


class Swept(Protocol):
    """A register in which things fall due; ``log_event`` names what is found in the log."""

    @property
    def log_event(self) -> str:
        """Of each new notice."""
        ...

    async def owing(self) -> tuple[str, ...]:
        """Return the tenants with something overdue."""
        ...

    async def sweep(self, *, tenant: str) -> Sequence[Noticed]:
        """Write a notice for whatever is newly overdue; return the new ones."""
        ...


@asynccontextmanager
async def sweeping(register: Swept) -> AsyncIterator[None]:
    """Sweep in the background while the block lasts; each new notice is a line in the log, without its words."""
    task = asyncio.create_task(_sweep(register))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _sweep(register: Swept) -> None:
    while True:
        try:
            for tenant in await register.owing():
                for notice in await register.sweep(tenant=tenant):
                    _tell(register.log_event, tenant, notice)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next sweep may succeed, and loses nothing
            _logger.warning("ledger_sweep_failed", code=getattr(error, "code", type(error).__name__))
        await asyncio.sleep(INTERVAL)


def _tell(event: str, tenant: str, notice: Noticed) -> None:
    kind, due = notice.kind.value, notice.due.isoformat()
    _logger.warning(event, tenant=tenant, id=notice.id, kind=kind, due=due)
