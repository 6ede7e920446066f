import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection

from retrieval.backup import create_backup
from retrieval.store import Database, create_engine
from retrieval.store.migrating import migrate, revision_of, schema_at
from tests.retrieval.rows_of_all import contents, fill_table

if TYPE_CHECKING:
    from tests.databases import Postgres

NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
KEEP = timedelta(days=30)
KINDS = ("sqlite", "postgres")


def fill(url: str, revision: str = "head") -> None:
    """Bring an empty database to a revision, with rows in every table."""

    def write(connection: Connection) -> None:
        for table in schema_at(revision_of(connection) or "").sorted_tables:
            fill_table(connection, table)

    async def run() -> None:
        engine = create_engine(url)
        async with engine.begin() as connection:
            await connection.run_sync(write)
        await engine.dispose()

    migrate(url, revision)
    asyncio.run(run())


def everything(url: str) -> dict[str, list[bytes]]:
    """Return all rows of a database, by table."""

    async def run() -> dict[str, list[bytes]]:
        engine = create_engine(url)
        async with engine.connect() as connection:
            found = await connection.run_sync(contents)
        await engine.dispose()
        return found

    return asyncio.run(run())


def make(url: str, target: Path, **more: object) -> Path:
    """Back up a database as it is."""

    async def run() -> Path:
        database = Database(create_engine(url))
        try:
            return (await create_backup(database, target, now=NOW, keep=KEEP, **more))[0]  # type: ignore[arg-type]
        finally:
            await database.close()

    return asyncio.run(run())


@pytest.fixture
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a second, empty database, of the kind that a test names."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path}/other.sqlite3"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.fresh() as url:
        yield url
