"""The shape of what is evaluated: ``api`` hands it down, so that this layer never imports it."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date
from pathlib import Path
from typing import Protocol

from inference.types import Analysis, Draft, Message, SearchResult


class CopilotLike(Protocol):
    """Answers batches of messages, in their order; an answer does not depend on its batch-mates."""

    async def analyze(self, messages: Sequence[Message]) -> Sequence[Analysis]:
        """Say what is understood of each message."""
        ...

    async def search(self, messages: Sequence[Message], *, k: int = 10) -> Sequence[SearchResult]:
        """Find the ``k`` best resolutions for each message."""
        ...

    async def draft(self, messages: Sequence[Message]) -> Sequence[Draft]:
        """Propose a reply to each message."""
        ...


class OpenCopilot(Protocol):
    """Opens a copilot over a data directory that holds resolutions already.

    ``today`` is the day it lives in, ``model`` the folder of its encoder (None for the shipped one).
    """

    def __call__(
        self, store: Path, *, today: date, model: Path | None = None
    ) -> AbstractAsyncContextManager[CopilotLike]:
        """Open it, with its index refreshed; leaving the context closes all that it opened."""
        ...
