"""The drivers' errors as ours; statements, values, rows and logins stay out of the messages."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from models.errors import OverloadedError, RifqError, StorageError
from retrieval.remote.postgres_errors import translated

_SQLITE = {
    "locked": "The database is busy with another process's writes: try again.",
    "busy": "The database is busy with another process's writes: try again.",
    "full": "The disk of the data directory is full: make room, then try again; what was accepted before is safe.",
    "readonly": "The database cannot be written: give the service's user the right to write in the data directory.",
    "not a database": "The database's file is damaged or is no database: restore a backup (rifq backup restore).",
    "malformed": "The database's file is damaged: restore a backup (rifq backup restore).",
    "unable to open": "The database's file cannot be opened: check that the data directory exists and may be written.",
}
_BUSY = ("locked", "busy")
_NO_TABLE = "42P01"


@contextmanager
def storage_errors(dialect: str, place: str = "") -> Iterator[None]:
    """Translate what a transaction raises.

    Args:
        dialect: ``sqlite`` or ``postgresql``.
        place: where a server is, for the message.

    Raises:
        OverloadedError: another writer held a lock for too long, no connection was free, or a deadlock was broken off.
        ConfigurationError: a server refused the login, or the login has too few rights.
        StorageError: anything else: full, read-only, gone, damaged, or of another version of Rifq.
    """
    try:
        yield
    except RifqError:
        raise
    except DBAPIError as error:
        if dialect == "sqlite":
            raise _of_sqlite(error) from error
        # PostgreSQL's own words quote the row that it refused: they must reach no log, not even as a cause.
        raise _of_postgres(error, place) from None
    except PoolTimeoutError as error:
        msg = "All connections to the database are in use: try again."
        raise OverloadedError(msg) from error
    except CommandError as error:
        msg = f"The database was made by another version of Rifq ({error}): start that version, or restore a backup."
        raise StorageError(msg) from error
    except SQLAlchemyError as error:
        msg = f"The database could not be used ({type(error).__name__})."
        raise StorageError(msg) from error


def _of_sqlite(error: DBAPIError) -> RifqError:
    cause = str(error.orig)
    for word, msg in _SQLITE.items():
        if word in cause:
            return OverloadedError(msg) if word in _BUSY else StorageError(msg)
    return StorageError(
        f"The database could not be used ({cause}): check that the data directory is writable and not full."
    )


def _of_postgres(error: DBAPIError, place: str) -> RifqError:
    if isinstance(error, IntegrityError):
        constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        return StorageError(f"The database refused a row: constraint failed ({constraint}).")
    if getattr(error.orig, "sqlstate", None) == _NO_TABLE:
        return StorageError("A table of the database is gone: restore a backup (rifq backup restore).")
    return translated(error, place)
