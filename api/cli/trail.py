"""The audit log of what is done from the command line: by whom stands in it as the system's user, ``cli:USER``."""

import getpass
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.access.audit import Action, Detail
    from api.settings import Settings
    from retrieval.store import Database

_LONGEST = 64


async def enter(
    database: "Database", settings: "Settings", action: "Action", *objects: str, **details: "Detail"
) -> None:
    """Add an entry for each object; one without an object where none is named.

    Args:
        database: holds the log.
        settings: name the tenant.
        action: what was done.
        objects: ids of what it was done to.
        details: codes and counts; never customer text.

    Raises:
        StorageError: the log could not be written.
    """
    from api.access.audit import record  # noqa: PLC0415 - heavy
    from api.access.principal import Principal, Scope  # noqa: PLC0415 - heavy

    by = Principal(settings.tenant, actor(), frozenset(Scope))
    async with database.writing(settings.tenant) as session:
        for name in objects or (None,):
            await record(session, by, action, name, details=details)


def actor() -> str:
    """Return who works at the command line: the name of the system's user, else their number."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container's user without a name
        name = str(os.getuid())
    return f"cli:{name[:_LONGEST]}"
