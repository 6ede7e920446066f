"""Every revision, up and down, with rows in every table; the tables of the code are those of the revisions."""

import asyncio
import importlib
import json
from itertools import pairwise
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect

from models.errors import StorageError
from retrieval.store import Base, Database, create_engine, open_database
from retrieval.store.migrating import migrate, revision_of, revisions, schema_at
from tests.databases import Postgres
from tests.retrieval.rows_of_all import contents, fill_table

pytestmark = pytest.mark.databases("sqlite", "postgres")
ROOT = Path(__file__).parents[3]
Rows = dict[str, dict[str, dict[str, object]]]


def read(connection: Connection) -> Rows:
    """Return all rows by table and key, each by column."""
    tables = schema_at(revision_of(connection) or "").tables
    found: Rows = {}
    for name, lines in contents(connection).items():
        columns = tables[name].columns.keys()
        rows = [dict(zip(columns, json.loads(line), strict=True)) for line in lines]
        keys = sorted(tables[name].primary_key.columns.keys())
        found[name] = {repr([row[key] for key in keys]): row for row in rows}
    return found


def step(connection: Connection, known: Rows) -> Rows:
    """Compare what was known with what is there, fill the tables that are new and empty, return all."""
    revision = revision_of(connection) or ""
    now = read(connection)
    assert set(inspect(connection).get_table_names()) == {*now, "alembic_version"}
    for name in known.keys() & now.keys():
        assert known[name].keys() == now[name].keys(), f"{revision}: rows of {name} were lost or made"
        for key, row in known[name].items():
            kept = row.keys() & now[name][key].keys()
            assert {column: now[name][key][column] for column in kept} == {column: row[column] for column in kept}
    for table in schema_at(revision).sorted_tables:
        if not now[table.name]:
            fill_table(connection, table)
    return read(connection)


async def at(url: str, revision: str, known: Rows) -> Rows:
    await asyncio.to_thread(migrate, url, revision)
    engine = create_engine(url)
    try:
        async with engine.begin() as connection:
            assert await connection.run_sync(revision_of) == revision
            return await connection.run_sync(step, known)
    finally:
        await engine.dispose()


async def test_every_revision_keeps_the_rows_on_its_way_up_and_down(address: str) -> None:
    await asyncio.to_thread(migrate, address, "base")
    known: Rows = {}
    for revision in revisions():
        known = await at(address, revision, known)
        assert all(known.values()), "every table has rows"
    for _, lower in pairwise(reversed(revisions())):
        known = await at(address, lower, known)
    await asyncio.to_thread(migrate, address, "base")
    engine = create_engine(address)
    async with engine.connect() as connection:
        assert await connection.run_sync(lambda one: inspect(one).get_table_names()) == ["alembic_version"]
    await engine.dispose()


async def test_the_tables_of_the_code_are_those_of_the_revisions(database: Database) -> None:
    for path in (*ROOT.glob("api/**/tables.py"), *ROOT.glob("retrieval/**/tables.py")):
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))

    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
        assert set(Base.metadata.tables) == set(schema_at("head").tables)


async def test_every_table_has_the_tenant_first_in_its_key_and_refers_to_no_row_of_its_own() -> None:
    for table in schema_at("head").tables.values():
        assert table.primary_key.columns.keys()[0] == "tenant", table.name
        assert all(key.column.table.name != table.name for key in table.foreign_keys), table.name


async def test_a_newer_versions_database_is_refused_and_left(address: str) -> None:
    await (await open_database(address)).close()
    engine = create_engine(address)
    async with engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageError, match="another version of Rifq"):
        await open_database(address)
    async with engine.connect() as connection:
        assert await connection.run_sync(revision_of) == "9999"
    await engine.dispose()


async def test_concurrent_starts_on_an_empty_server_database_wait_for_one_another(postgres: Postgres) -> None:
    with postgres.fresh() as url:
        starts = [open_database(url) for _ in range(4)]
        for opened in await asyncio.gather(*starts):
            await opened.ping()
            await opened.close()
