"""PostgreSQL's errors as ours; statements, values and logins stay out of the messages."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from models.errors import ConfigurationError, OverloadedError, RifqError, StorageError

_RETRY_SECONDS = 5
_LOGIN_STATES = ("28", "3D")
_LOGIN_WORDS = ("authentication failed", "no password supplied", "does not exist", "no pg_hba.conf entry")
_BUSY_STATES = ("53", "57014", "57P", "55P03", "40")
_BUSY_WORDS = ("too many clients", "remaining connection slots", "starting up", "shutting down", "timeout expired")
_FORBIDDEN = "42501"
_SAID = {
    "25006": "PostgreSQL at {place} takes no writes: name its primary server, not a standby.",
    "53100": "The disk of PostgreSQL at {place} is full: make room there, then try again.",
    "42P01": "The vectors at PostgreSQL at {place} were dropped: restart to index anew.",
}
_UNREACHED = "PostgreSQL at {place} cannot be reached: check that it runs and that the address is right."
_OTHER = "PostgreSQL at {place} could not do it (SQLSTATE {state}): see the server's log."


@contextmanager
def postgres_errors(place: str) -> Iterator[None]:
    """Translate what a transaction raises.

    Args:
        place: where the server is, for the message.

    Raises:
        ConfigurationError: the login was refused, or has too few rights.
        OverloadedError: no connection was free, or a statement took too long.
        StorageError: the server cannot be reached, or anything else.
    """
    try:
        yield
    except DBAPIError as error:
        raise translated(error, place) from error
    except PoolTimeoutError as error:
        msg = f"All connections to PostgreSQL at {place} are in use: try again."
        raise OverloadedError(msg, retry_after=_RETRY_SECONDS) from error
    except SQLAlchemyError as error:
        msg = f"PostgreSQL at {place} could not be used ({type(error).__name__})."
        raise StorageError(msg) from error


@contextmanager
def extension_errors() -> Iterator[None]:
    """Say what to do when pgvector cannot be switched on.

    Raises:
        ConfigurationError: pgvector is not installed on the server, or the login may not create it.
    """
    try:
        yield
    except DBAPIError as error:
        msg = (
            "The database lacks the pgvector extension: install pgvector 0.8 or newer on the server, then run "
            " CREATE EXTENSION vector  in this database as its superuser."
        )
        raise ConfigurationError(msg) from error


def translated(error: DBAPIError, place: str) -> RifqError:
    """Return what a failed statement or connection means, and what to do about it."""
    # A connection that was never made has no state, only the server's words.
    state = getattr(error.orig, "sqlstate", None) or ""
    words = "" if state else str(error.orig)
    if state.startswith(_LOGIN_STATES) or any(word in words for word in _LOGIN_WORDS):
        return ConfigurationError(f"PostgreSQL at {place} refused the login: check user, password and database name.")
    if state == _FORBIDDEN:
        return ConfigurationError(f"The login at PostgreSQL at {place} may not create or change tables: grant it that.")
    if state not in _SAID and (state.startswith(_BUSY_STATES) or any(word in words for word in _BUSY_WORDS)):
        msg = f"PostgreSQL at {place} is too busy or took too long: try again."
        return OverloadedError(msg, retry_after=_RETRY_SECONDS)
    return StorageError(_SAID.get(state, _OTHER if state else _UNREACHED).format(place=place, state=state))
