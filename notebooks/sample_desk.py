"""The sample helpdesk behind plain functions, for notebooks."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from datetime import date
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Self, TypeVar

from inference.types import Analysis, Channel, Draft, Message, Resolution, SearchResult
from retrieval import sample

if TYPE_CHECKING:
    from evaluation.copilot import CopilotLike

T = TypeVar("T")

TODAY = date(2026, 1, 15)
"""The day on which the sample helpdesk is looked at, so that freshness never changes what a notebook shows."""
_CASES = int(os.environ.get("NOTEBOOK_CASES", "1000"))
"""Most cases of a resolution: every one is encoded in every notebook, and a test of the notebooks needs few."""


def resolutions() -> list[Resolution]:
    """Return the sample helpdesk's resolutions with their cases."""
    return [item.model_copy(update={"cases": item.cases[:_CASES]}) for item in sample.load(TODAY)]


class SampleDesk:
    """A copilot over resolutions in a folder of its own, that lives in a thread until it is closed.

    The copilot is asynchronous because a server needs that; a notebook does not.
    """

    def __init__(self, kept: Sequence[Resolution] | None = None) -> None:
        self.resolutions = list(kept) if kept is not None else resolutions()
        self._folder = Path(tempfile.mkdtemp(prefix="rifq-notebook-"))
        self._opened: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event, CopilotLike]] = Future()
        self._thread = Thread(target=lambda: asyncio.run(self._live()), daemon=True)
        self._thread.start()
        self._loop, self._closing, self._copilot = self._opened.result()

    def analyze(self, texts: Sequence[str]) -> list[Analysis]:
        """Say what is read in each text, a chat message of its own."""
        return list(self.run(lambda copilot: copilot.analyze(_messages(texts))))

    def search(self, texts: Sequence[str], k: int = 10) -> list[SearchResult]:
        """Find the k best resolutions for each text."""
        return list(self.run(lambda copilot: copilot.search(_messages(texts), k=k)))

    def draft(self, texts: Sequence[str], channel: Channel = Channel.CHAT) -> list[Draft]:
        """Propose a reply to each text."""
        return list(self.run(lambda copilot: copilot.draft(_messages(texts, channel))))

    def run(self, ask: "Callable[[CopilotLike], Awaitable[T]]") -> T:
        """Have the copilot asked by an asynchronous function, and wait for what it returns."""

        async def asked() -> T:
            return await ask(self._copilot)

        return asyncio.run_coroutine_threadsafe(asked(), self._loop).result()

    def close(self) -> None:
        """Close the copilot and remove its folder."""
        self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join()
        shutil.rmtree(self._folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def _live(self) -> None:
        # Importing the program takes seconds that a notebook without a desk does not need.
        from api.opening import open_copilot  # noqa: PLC0415
        from api.settings import Settings  # noqa: PLC0415

        try:
            async with open_copilot(Settings(data=self._folder), today=lambda: TODAY) as copilot:
                await copilot.resolutions.put_many(self.resolutions)
                await copilot.keeper.refresh()
                closing = asyncio.Event()
                self._opened.set_result((asyncio.get_running_loop(), closing, copilot))
                await closing.wait()
        except BaseException as error:
            if not self._opened.done():
                self._opened.set_exception(error)
            raise


def _messages(texts: Sequence[str], channel: Channel = Channel.CHAT) -> list[Message]:
    return [Message(text=text, channel=channel) for text in texts]
