"""The one database: sessions for reading and writing, on SQLite and on PostgreSQL.

SQLite in write-ahead mode is the embedded default. Readers see one snapshot per transaction; writers take the write
lock at BEGIN, so two processes queue for it instead of failing half-way; ``synchronous=FULL`` makes a commit survive
``kill -9`` and a power cut; ``secure_delete`` overwrites deleted text in the file with zeros.

PostgreSQL 15 or newer gives the same: readers run at REPEATABLE READ, read-only, which fails for nobody's sake; writers
of one tenant take turns (``retrieval.store.turns``). JSON stays JSON and not JSONB: it is read and written whole, keeps
what was written byte for byte, and erased text can be looked for in it as in a column of text.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from models.errors import OverloadedError, StorageError
from retrieval.remote.common import place
from retrieval.store.connect import BUSY_TIMEOUT_MS, create_engine
from retrieval.store.faults import storage_errors
from retrieval.store.migrating import migrate
from retrieval.store.turns import turn

DATABASE_NAME = "rifq.sqlite3"


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
        self.dialect = engine.dialect.name
        self.place = place(engine.url.host, engine.url.port)
        if self.dialect == "sqlite":
            reading, writing = engine, engine.execution_options(rifq_begin="BEGIN IMMEDIATE")
        else:
            reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            writing = engine.execution_options(isolation_level="READ COMMITTED")
        self._turns = asyncio.Lock()
        self._read = async_sessionmaker(reading, expire_on_commit=False)
        self._write = async_sessionmaker(writing, expire_on_commit=False)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Open a read-only session over one consistent snapshot.

        Raises:
            StorageError: the database could not be read.
            OverloadedError: no connection was free, or a statement took too long.
        """
        with storage_errors(self.dialect, self.place):
            async with self._read() as session:
                yield session

    @asynccontextmanager
    async def writing(self, tenant: str | None = None) -> AsyncIterator[AsyncSession]:
        """Open a session that has its turn to write; committed at the end, rolled back on any error.

        What is read in it is still true when it commits, as long as it reads rows of its tenant alone. Name the tenant
        wherever there is one: without, the transaction waits for all tenants' writers, and they for it.

        Args:
            tenant: whose rows are written; None where they are of several tenants, or of none.

        Raises:
            OverloadedError: others held the lock for longer than the busy timeout, or no connection was free.
            StorageError: the database could not be written.
        """
        with storage_errors(self.dialect, self.place):
            if self.dialect == "sqlite":
                async with self._turn_here(), self._write() as session, session.begin():
                    yield session
            else:
                async with self._write() as session, session.begin():
                    await session.execute(turn(tenant))
                    yield session

    @asynccontextmanager
    async def _turn_here(self) -> AsyncIterator[None]:
        """Let this process's writers queue in the order of their arrival: SQLite's own waiting is ever longer sleep."""
        try:
            async with asyncio.timeout(BUSY_TIMEOUT_MS / 1_000):
                await self._turns.acquire()
        except TimeoutError as error:
            msg = "The database is busy with other writes: try again."
            raise OverloadedError(msg) from error
        try:
            yield
        finally:
            self._turns.release()

    async def ping(self) -> None:
        """Run the cheapest possible query; for a readiness check.

        Raises:
            StorageError: the database does not answer.
        """
        async with self.reading() as session:
            await (await session.connection()).exec_driver_sql("SELECT 1")

    async def empty_log(self) -> None:
        """Bring SQLite's write-ahead log into its file and empty it: until then it still holds what was deleted.

        Where another reader or writer is at work, a later call or the last process's end does it instead. PostgreSQL's
        log and the space of dead rows are its administrator's: VACUUM, and an end to archived logs.

        Raises:
            StorageError: the database could not be written.
        """
        if self.dialect != "sqlite":
            return
        with storage_errors(self.dialect):
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
    """Open a database and bring its schema up to date; safe when several processes start on the same new one.

    Args:
        url: ``sqlite+aiosqlite:///FILE``, or ``postgresql+psycopg://user:password@host:5432/database``.

    Raises:
        ConfigurationError: the URL is wrong, or the server refuses the login, is too old or keeps no Unicode.
        MissingExtraError: the driver of PostgreSQL is not installed.
        OverloadedError: another process's migration or writes took too long.
        StorageError: the database is none, is out of reach, cannot be written, or is of a newer version of Rifq.
    """
    await asyncio.to_thread(migrate, url)
    return Database(create_engine(url))
