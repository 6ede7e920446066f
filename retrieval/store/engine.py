"""The database of a data directory: engine, sessions, and the migration run at start.

SQLite in write-ahead mode is the embedded default. Readers see one snapshot per transaction; writers take the write
lock at BEGIN, so two processes queue for it instead of failing half-way; ``synchronous=FULL`` makes a commit survive
``kill -9`` and a power cut; ``secure_delete`` overwrites deleted text in the file with zeros.
"""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from models.errors import OverloadedError, RifqError, StorageError

DATABASE_NAME = "rifq.sqlite3"
BUSY_TIMEOUT_MS = 15_000
"""How long a writer waits for another process's transaction before the request is refused with 503."""
_MIGRATIONS = Path(__file__).parent / "migrations"
# Alembic keeps its context in module globals: only one upgrade may run in a process at a time.
_ALEMBIC = threading.Lock()


def database_url(directory: Path) -> str:
    """Return the URL of the SQLite database in a data directory (created, with its parents, if absent).

    Raises:
        StorageError: the directory cannot be created.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"The data directory {directory} cannot be created ({error.strerror}): choose another with RIFQ_DATA."
        raise StorageError(msg) from error
    return f"sqlite+aiosqlite:///{(directory / DATABASE_NAME).resolve().as_posix()}"


class Database:
    """One open database: a pool of connections and two kinds of session."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._read = async_sessionmaker(engine, expire_on_commit=False)
        self._write = async_sessionmaker(engine.execution_options(rifq_begin="BEGIN IMMEDIATE"), expire_on_commit=False)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Open a read-only session over one consistent snapshot.

        Raises:
            StorageError: the database could not be read.
        """
        with _storage_errors():
            async with self._read() as session:
                yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """Open a session that holds the write lock; committed at the end, rolled back on any error.

        Raises:
            OverloadedError: another process held the lock for longer than the busy timeout.
            StorageError: the database could not be written.
        """
        with _storage_errors():
            async with self._write() as session, session.begin():
                yield session

    async def ping(self) -> None:
        """Run the cheapest possible query; for a readiness check.

        Raises:
            StorageError: the database does not answer.
        """
        async with self.reading() as session:
            await (await session.connection()).exec_driver_sql("SELECT 1")

    async def empty_log(self) -> None:
        """Bring SQLite's write-ahead log into its file and empty it: until then it still holds what was deleted.

        Where another reader or writer is at work, a later call or the last process's end does it instead.

        Raises:
            StorageError: the database could not be written.
        """
        if self.engine.dialect.name != "sqlite":
            return
        with _storage_errors():
            async with self.engine.execution_options(rifq_begin=None).connect() as connection:
                await connection.exec_driver_sql("PRAGMA busy_timeout=0")
                try:
                    await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                finally:
                    await connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


async def open_database(url: str) -> Database:
    """Open a database and bring its schema up to date; safe when several processes start on the same new file.

    Raises:
        StorageError: the file is no database, cannot be written, or is of a newer version of Rifq.
    """
    await asyncio.to_thread(upgrade, url)
    return Database(create_engine(url))


def create_engine(url: str) -> AsyncEngine:
    """Create the async engine for a URL, with SQLite's pragmas and explicit transactions set."""
    engine = create_async_engine(url, json_serializer=partial(json.dumps, ensure_ascii=False), pool_pre_ping=False)
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _on_connect)
        event.listen(engine.sync_engine, "begin", _on_begin)
    return engine


def upgrade(url: str) -> None:
    """Run all Alembic revisions that the database lacks, in one transaction (blocking: call it from a thread).

    Raises:
        StorageError: as for ``open_database``.
    """
    with _ALEMBIC, _storage_errors():
        asyncio.run(_upgrade(url))


async def _upgrade(url: str) -> None:
    engine = create_engine(url)
    try:
        if engine.dialect.name == "sqlite":
            await _enable_wal(engine)
        async with engine.execution_options(rifq_begin="BEGIN IMMEDIATE").begin() as connection:
            await connection.run_sync(_run_alembic)
    finally:
        await engine.dispose()


def _run_alembic(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


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


@contextmanager
def _storage_errors() -> Iterator[None]:
    """Translate the driver's errors into ours; the statement and its values stay out of the message."""
    try:
        yield
    except RifqError:
        raise
    except DBAPIError as error:
        cause = str(error.orig)
        if "locked" in cause or "busy" in cause:
            msg = "The database is busy with another process's writes: try again."
            raise OverloadedError(msg) from error
        msg = f"The database could not be used ({cause}): check that the data directory is writable and not full."
        raise StorageError(msg) from error
    except CommandError as error:
        msg = f"The database was made by another version of Rifq ({error}): start that version, or restore a backup."
        raise StorageError(msg) from error
    except SQLAlchemyError as error:
        msg = f"The database could not be used ({type(error).__name__})."
        raise StorageError(msg) from error
