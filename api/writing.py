"""The writer at work: opened by the settings, asked for each draft, logged without a word of text."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog

from api.settings import Settings
from inference.policy import Policy
from inference.types import Analysis, Draft, Message, SearchResult
from inference.writer import Budget, Delta, LanguageModel, Outcome, open_model, write

Tell = Callable[[Analysis | Delta], None]
"""Called with what is known already while a draft is being made; a delta is provisional."""
_logger = structlog.stdlib.get_logger("rifq.writer")


class DraftWriter:
    """Words composed drafts anew with one language model, within one budget."""

    def __init__(self, model: LanguageModel, budget: Budget) -> None:
        self.model = model
        self._budget = budget

    async def word(
        self,
        composed: Draft,
        *,
        message: Message,
        found: SearchResult,
        policy: Policy,
        agent_language: str | None,
        tell: Tell | None,
    ) -> Draft:
        """Return the draft in the model's words where they pass the checks, else as it was composed, with a note."""
        start = time.perf_counter()
        written = await write(
            composed,
            message=message,
            found=found,
            policy=policy,
            model=self.model,
            budget=self._budget,
            agent_language=agent_language,
            tell=tell,
        )
        if written.outcome is not Outcome.UNTOUCHED:
            _logger.info(
                "draft_worded",
                writer=self.model.name,
                outcome=written.outcome.value,
                why=written.why,
                refused=[sorted({finding.code for finding in findings}) for findings in written.refused],
                ms=round(1000 * (time.perf_counter() - start)),
            )
        return written.draft


@asynccontextmanager
async def open_writer(settings: Settings, model: LanguageModel | None = None) -> AsyncIterator[DraftWriter | None]:
    """Open the writer that the settings choose; None where the composer's drafts are wanted as they are.

    Args:
        settings: name the writer and what it may cost.
        model: an opened language model to use instead of the settings' one.

    Raises:
        ConfigurationError: the writer is not known, or what it needs is not there.
        MissingExtraError: the writer needs a package that is not installed.
    """
    opened = model
    if opened is None:
        key = settings.writer_key.get_secret_value() if settings.writer_key else None
        opened = await asyncio.to_thread(
            open_model,
            settings.writer,
            key=key,
            device=settings.device,
            fallback=settings.device_fallback,
            threads=settings.threads,
        )
    if opened is None:
        yield None
        return
    try:
        yield DraftWriter(opened, Budget(settings.writer_seconds, settings.writer_tokens))
    finally:
        await opened.close()
