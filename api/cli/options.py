"""Options that several commands share, and the settings they make."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from api.settings import Settings

StoreOption = Annotated[
    Path | None,
    typer.Option("--store", metavar="DIR", help="Data directory; RIFQ_DATA or the per-user folder if left out."),
]
CountOption = Annotated[int, typer.Option("--k", min=1, max=100, help="Hits for each message.")]


def settings_for(store: Path | None, **given: object) -> "Settings":
    """Return the settings with the command line's words on top; ``--store`` wins over ``RIFQ_DATABASE_URL`` too.

    Raises:
        ConfigurationError: a setting is not valid.
    """
    from api.settings import load_settings  # noqa: PLC0415 - heavy

    settings = load_settings(data=store, **given)
    return settings if store is None else settings.model_copy(update={"database_url": None})
