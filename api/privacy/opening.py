"""Opens erasure over an opened installation, for the service and for the command line."""

from api.access.keyring import KeyedHash, load_keyed_hash
from api.privacy.erased import reapply
from api.privacy.erasing import Eraser
from api.settings import Settings
from api.tenants import Tenants
from retrieval.store import database_url, open_database


def installation_key(settings: Settings) -> KeyedHash:
    """Return the installation's keyed hash.

    Raises:
        ConfigurationError: the key is short, or its file cannot be read or made.
    """
    key = None if settings.audit_key is None else settings.audit_key.get_secret_value()
    return load_keyed_hash(key, settings.data)


def open_eraser(settings: Settings, tenants: Tenants) -> Eraser:
    """Return the eraser of an opened installation.

    Raises:
        ConfigurationError: as for ``installation_key``.
    """

    async def follow() -> None:
        await tenants.keeper.refresh()
        await tenants.keeper.knowledge.write()

    return Eraser(
        tenants.database,
        keyed=installation_key(settings),
        directory=settings.data,
        backups=settings.backup_folder,
        backup_life=settings.backup_life,
        follow=follow,
        now=tenants.ledger.now,
    )


async def reapply_erasures(settings: Settings) -> int:
    """Erase again, in a database that was just restored, what was erased before; return how many rows changed.

    Raises:
        ConfigurationError: as for ``installation_key``.
        StorageError: the database or the list of erasures cannot be used.
    """
    database = await open_database(settings.database_url or database_url(settings.data))
    try:
        return await reapply(database, keyed=installation_key(settings), directory=settings.data)
    finally:
        await database.close()
