"""Turns: a few heavy computations at once, a few that wait, and an answer at once to all others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from models.errors import OverloadedError


class Turns:
    """Gives out turns of one kind of work.

    Args:
        at_once: how many run at the same time.
        waiting: how many there may be, those that run among them.
        refusal: what everybody else is told.
    """

    def __init__(self, *, at_once: int, waiting: int, refusal: str) -> None:
        self._running = asyncio.Semaphore(at_once)
        self._most = waiting
        self._refusal = refusal
        self._here = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn, and hold it while the block lasts.

        Raises:
            OverloadedError: too many wait.
        """
        if self._here >= self._most:
            raise OverloadedError(self._refusal, retry_after=5)
        self._here += 1
        try:
            async with self._running:
                yield
        finally:
            self._here -= 1
