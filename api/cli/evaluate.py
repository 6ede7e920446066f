"""Hands a Copilot over any data directory and any day down to ``rifq eval``."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from api.copilot import Copilot


def open_for_evaluation(
    store: Path, *, today: date, model: Path | None = None
) -> "AbstractAsyncContextManager[Copilot]":
    """Open a Copilot over the data directory ``store``, its index built, judging freshness at ``today``.

    It drafts with the composer: RIFQ_WRITER names the language model that is asked beside it.
    """
    from api.opening import open_copilot  # noqa: PLC0415 - heavy
    from api.settings import load_settings  # noqa: PLC0415 - heavy

    settings = load_settings(data=store, model=model).model_copy(update={"database_url": None, "writer": "composer"})
    return open_copilot(settings, today=lambda: today)
