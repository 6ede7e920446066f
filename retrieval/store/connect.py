"""Engines for the two kinds of database: what a URL may say, and how each connection is set up."""

import json
from functools import partial
from typing import Any

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from models.errors import ConfigurationError, MissingExtraError

BUSY_TIMEOUT_MS = 15_000
"""How long a writer waits for another one's transaction before the request is refused with 503."""
_STATEMENT_MS = 60_000
_IDLE_MS = 120_000
_POOL = 10
_CONNECT_SECONDS = 10
_RECYCLE_SECONDS = 1_800
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


def create_engine(url: str) -> AsyncEngine:
    """Create the async engine for a URL.

    SQLite: write-ahead log, explicit transactions. PostgreSQL: a bounded pool that tests a connection before it lends
    it, UTC, and time limits on statements, locks and idle transactions; the URL's own parameters go before ours.

    Raises:
        ConfigurationError: the URL cannot be read, or names another kind of database.
        MissingExtraError: the driver of PostgreSQL is not installed.
    """
    parsed = _parse(url)
    to_json = partial(json.dumps, ensure_ascii=False)  # text searched for in the file is found as it was written
    if parsed.get_backend_name() == "sqlite":
        engine = create_async_engine(parsed, json_serializer=to_json, hide_parameters=True)
        event.listen(engine.sync_engine, "connect", _on_connect)
        event.listen(engine.sync_engine, "begin", _on_begin)
        return engine
    try:
        return create_async_engine(
            parsed,
            json_serializer=to_json,
            hide_parameters=True,
            pool_size=_POOL,
            max_overflow=0,
            pool_timeout=BUSY_TIMEOUT_MS / 1_000,
            pool_recycle=_RECYCLE_SECONDS,
            pool_pre_ping=True,
            connect_args=_postgres_arguments(parsed),
        )
    except ImportError as error:
        raise MissingExtraError("postgres") from error


def _parse(url: str) -> URL:
    # The causes stay out of both messages: they may quote the URL with its password.
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        msg = "The database's URL cannot be read: write postgresql+psycopg://user:password@host/database."
        raise ConfigurationError(msg, field="database_url") from None
    driver = _DRIVERS.get(parsed.drivername)
    if driver is None:
        msg = "The database's URL starts with postgresql+psycopg:// or sqlite+aiosqlite:///: correct RIFQ_DATABASE_URL."
        raise ConfigurationError(msg, field="database_url")
    if "@" in (parsed.host or ""):
        msg = "The database's URL holds a password with reserved characters: percent-encode them in RIFQ_DATABASE_URL."
        raise ConfigurationError(msg, field="database_url")
    return parsed.set(drivername=driver)


def _postgres_arguments(url: URL) -> dict[str, Any]:
    settings = {
        "timezone": "UTC",
        "statement_timeout": _STATEMENT_MS,
        "lock_timeout": BUSY_TIMEOUT_MS,
        "idle_in_transaction_session_timeout": _IDLE_MS,
    }
    ours = {
        "application_name": "rifq",
        "connect_timeout": _CONNECT_SECONDS,
        "keepalives_idle": 30,
        "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
    }
    given = {name: value for name, value in ours.items() if name not in url.query}
    # Unprepared statements pass through connection poolers, and are planned with their values.
    return given | {"prepare_threshold": None}


def _on_connect(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection has no common type
    # The driver must not open transactions by itself: BEGIN is ours (below), so that reads share one snapshot too.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    statement = connection.get_execution_options().get("rifq_begin", "BEGIN")
    if statement is not None:
        connection.exec_driver_sql(statement)
