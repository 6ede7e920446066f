"""Keeps the index at the database's generation, also when another process (an import) writes to it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog

from api.engine import Engine
from retrieval.knowledge import KnowledgeBase

INTERVAL = 1.0
"""Seconds between two looks at the database's generation (one tiny query)."""
_logger = structlog.stdlib.get_logger(__name__)


class IndexKeeper:
    """Refreshes one knowledge base; searches go on over the former state meanwhile."""

    def __init__(self, knowledge: KnowledgeBase, engine: Engine) -> None:
        self.knowledge = knowledge
        self._engine = engine
        self._pending: set[asyncio.Task[bool]] = set()

    async def refresh(self, progress: Callable[[int, int], None] | None = None) -> bool:
        """Bring the index up to date now; tell whether it changed.

        Raises:
            StorageError: the database could not be read.
            OverloadedError: the service is shutting down.
        """
        return await self.knowledge.refresh(self._engine.encode_for_index, progress)

    async def catch_up(self, seconds: float = 2.0) -> None:
        """Wait a little for the index to hold what was just written; a long build goes on in the background."""
        task = asyncio.create_task(self.refresh())
        self._pending.add(task)
        task.add_done_callback(self._finished)
        await asyncio.wait({task}, timeout=seconds)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Look for changes in the background while the block lasts."""
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            for job in (task, *self._pending):
                job.cancel()
            await asyncio.gather(task, *self._pending, return_exceptions=True)

    async def _watch(self) -> None:
        while True:
            try:
                if await self.refresh():
                    _logger.info("index_refreshed", generation=self.knowledge.generation)
            except Exception as error:  # noqa: BLE001 - whatever it is, the next look may succeed
                _logger.warning("index_refresh_failed", code=getattr(error, "code", type(error).__name__))
            await asyncio.sleep(INTERVAL)

    def _finished(self, task: asyncio.Task[bool]) -> None:
        self._pending.discard(task)
        with contextlib.suppress(asyncio.CancelledError):
            if (error := task.exception()) is not None:
                _logger.warning("index_refresh_failed", code=getattr(error, "code", type(error).__name__))
