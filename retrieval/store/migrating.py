"""Bringing a database's schema to a revision; concurrent starts wait for one another."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import sqlalchemy
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from models.errors import ConfigurationError
from retrieval.remote.common import place
from retrieval.store.connect import create_engine
from retrieval.store.faults import storage_errors
from retrieval.store.turns import EVERYBODY

_MIGRATIONS = Path(__file__).parent / "migrations"
_OLDEST = 150_000
"""PostgreSQL's oldest version that is tested and supported, as the server numbers them."""
_ALEMBIC = "alembic_version"
_WAIT = "600s"
"""How long a start waits for another's migration."""
ALONE = threading.Lock()
"""Alembic keeps its context in module globals: only one migration may run in a process at a time."""


def migrate(url: str, revision: str = "head") -> None:
    """Run Alembic's revisions up or down to one, in one transaction (blocking: call it from a thread).

    Args:
        url: of the database.
        revision: where to; ``head`` is this version's.

    Raises:
        StorageError, OverloadedError, ConfigurationError: as for ``open_database``.
    """
    engine = create_engine(url)
    with ALONE, storage_errors(engine.dialect.name, place(engine.url.host, engine.url.port)):
        asyncio.run(_migrate(engine, revision))


def revisions() -> tuple[str, ...]:
    """Return this version's revisions, the oldest first."""
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return tuple(script.revision for script in scripts)[::-1]


def revision_of(connection: Connection) -> str | None:
    """Return the revision that a database stands at; None where it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def schema_at(revision: str) -> MetaData:
    """Return the tables that a revision has, as the migrations make them, without Alembic's own."""
    engine, schema = sqlalchemy.create_engine("sqlite://"), MetaData()
    with ALONE, engine.begin() as connection:
        move(connection, revision)
        schema.reflect(connection)
    engine.dispose()
    schema.remove(schema.tables[_ALEMBIC])
    return schema


def move(connection: Connection, revision: str) -> None:
    """Run Alembic's revisions up or down to one within the connection's transaction; hold ``ALONE``."""
    config = _config()
    config.attributes["connection"] = connection
    known, now = revisions(), revision_of(connection)
    down = now in known and (revision == "base" or (revision in known and known.index(revision) < known.index(now)))
    (command.downgrade if down else command.upgrade)(config, revision)


@asynccontextmanager
async def alone(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Open one transaction that no other writer runs beside, without time limits, and close the engine behind it.

    Raises:
        ConfigurationError: the server is too old, or its database keeps no Unicode.
    """
    sqlite = engine.dialect.name == "sqlite"
    try:
        if sqlite:
            await _enable_wal(engine)
        async with engine.execution_options(rifq_begin="BEGIN IMMEDIATE").begin() as connection:
            if not sqlite:
                await connection.run_sync(_prepare_postgres)
            yield connection
    finally:
        await engine.dispose()


async def _migrate(engine: AsyncEngine, revision: str) -> None:
    async with alone(engine) as connection:
        await connection.run_sync(move, revision)


def _prepare_postgres(connection: Connection) -> None:
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    version = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one())
    if version < _OLDEST:
        msg = f"The database server is PostgreSQL {version // 10_000}: version 15 or newer is needed."
        raise ConfigurationError(msg, field="database_url")
    if encoding != "UTF8":
        msg = f"The database keeps text as {encoding}: make one with  CREATE DATABASE ... ENCODING 'UTF8'."
        raise ConfigurationError(msg, field="database_url")
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_WAIT}'")
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
    connection.execute(EVERYBODY)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


async def _enable_wal(engine: AsyncEngine, attempts: int = 100) -> None:
    # SQLite does not wait for the busy timeout when two processes change the journal mode at once.
    plain = engine.execution_options(rifq_begin=None)
    for attempt in range(attempts):
        try:
            async with plain.connect() as connection:
                await connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        except OperationalError as error:
            if "locked" not in str(error) or attempt == attempts - 1:
                raise
            await asyncio.sleep(0.05)
        else:
            return
