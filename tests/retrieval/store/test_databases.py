"""What the engine promises on each database: turns, snapshots, refusals that say what to do."""

import asyncio
import traceback
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import make_url, select, text

from models.errors import ConfigurationError, MissingExtraError, OverloadedError, RifqError, StorageError
from retrieval.store import Database, ResolutionStore, create_engine, open_database
from retrieval.store.tables import GenerationLogRow, GenerationRow
from tests.databases import Postgres
from tests.retrieval.conftest import TODAY, make

both = pytest.mark.databases("sqlite", "postgres")
postgres_only = pytest.mark.databases("postgres")


@pytest.fixture
async def second(database: Database, address: str) -> AsyncIterator[Database]:
    """Another process's connections to the same database."""
    opened = Database(create_engine(address))
    yield opened
    await opened.close()


@both
async def test_no_write_of_two_processes_is_lost(database: Database, second: Database) -> None:
    one, other = ResolutionStore(database), ResolutionStore(second)
    await one.put_many([make("same", "0")])
    writes = [
        (one if number % 2 else other).put_many([make("same", str(number)), make(f"r{number}")])
        for number in range(1, 25)
    ]
    doubts = [store.verify_all(by="me", on=TODAY, review_by=TODAY + timedelta(days=9)) for store in (one, other)]
    await asyncio.gather(*writes, *doubts)
    assert await one.count() == 25
    generation = (await one.positions())["default"].value
    assert 25 <= generation <= 27
    async with database.reading() as session:
        log = await session.scalars(select(GenerationLogRow.value))
        assert sorted(log) == list(range(1, generation + 1)), "every write took a number of its own"


@both
async def test_what_a_writer_read_is_still_so_when_it_commits(database: Database, second: Database) -> None:
    async def count_up(place: Database) -> None:
        async with place.writing("t") as session:
            row = await session.get(GenerationRow, "t")
            if row is None:
                session.add(GenerationRow(tenant="t", value=1, lineage="x"))
            else:
                row.value += 1

    await asyncio.gather(*(count_up(place) for place in (database, second) for _ in range(15)))
    async with database.reading() as session:
        assert await session.scalar(select(GenerationRow.value)) == 30


@postgres_only
async def test_writers_of_different_tenants_do_not_wait_but_one_for_all_waits_for_them(
    database: Database, second: Database
) -> None:
    order: list[str] = []

    async def write(tenant: str | None) -> None:
        async with second.writing(tenant):
            order.append(tenant or "everybody")

    async with database.writing("one"):
        same, everybody = asyncio.create_task(write("one")), asyncio.create_task(write(None))
        done, waiting = await asyncio.wait([same, everybody], timeout=0.3)
        assert (len(done), len(waiting)) == (0, 2)
        everybody.cancel()
        await asyncio.gather(everybody, return_exceptions=True)
        await asyncio.wait_for(write("two"), 10)
    await same
    assert order == ["two", "one"]
    async with database.writing():
        blocked = asyncio.create_task(write("two"))
        assert not (await asyncio.wait([blocked], timeout=0.3))[0]
    await blocked


@postgres_only
async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(StorageError, match="takes no writes"):
        async with database.reading() as session:
            await session.execute(text("DELETE FROM resolutions"))


@postgres_only
async def test_moments_are_utc_and_limits_are_set_whatever_the_servers_defaults(database: Database) -> None:
    async with database.reading() as session:
        shown = {
            name: (await session.execute(text(f"SHOW {name}"))).scalar_one()
            for name in ("timezone", "application_name", "lock_timeout", "statement_timeout", "transaction_isolation")
        }
    assert shown == {
        "timezone": "UTC",
        "application_name": "rifq",
        "lock_timeout": "15s",
        "statement_timeout": "1min",
        "transaction_isolation": "repeatable read",
    }


@postgres_only
async def test_whoever_waits_too_long_is_told_to_try_again(database: Database, address: str) -> None:
    hasty = Database(create_engine(f"{address}&options=-c%20lock_timeout%3D50ms"))
    async with database.writing("t"):
        with pytest.raises(OverloadedError, match="try again"):
            await ResolutionStore(hasty).add(make("a", tenant="t"))
    await ResolutionStore(hasty).add(make("a", tenant="t"))
    await hasty.close()


@postgres_only
async def test_a_deadlock_with_somebody_elses_session_is_busy_and_nothing_is_half_done(
    database: Database, address: str
) -> None:
    store, foreign = ResolutionStore(database), create_engine(address)
    await store.put_many([make("a", tenant="t"), make("b", tenant="t")], tenant="t")
    async with foreign.connect() as stranger:
        await stranger.execute(text("UPDATE resolutions SET problem = 'x' WHERE id = 'b'"))

        async def cross() -> None:
            async with database.writing("t") as session:
                await session.execute(text("UPDATE resolutions SET problem = 'y' WHERE id = 'a'"))
                await session.execute(text("UPDATE resolutions SET problem = 'y' WHERE id = 'b'"))

        async def meet() -> None:
            await asyncio.sleep(0.2)
            await stranger.execute(text("UPDATE resolutions SET problem = 'x' WHERE id = 'a'"))

        found = await asyncio.gather(cross(), meet(), return_exceptions=True)
        await stranger.rollback()
    await foreign.dispose()
    assert [error for error in found if error is not None], "one of the two is broken off"
    assert found[0] is None or isinstance(found[0], OverloadedError)
    assert len({(await store.get(name, tenant="t")).problem for name in "ab"}) == 1


@postgres_only
async def test_a_refused_rows_words_reach_no_message_and_no_traceback(database: Database) -> None:
    async def refused() -> None:
        async with database.writing("t") as session:
            await session.execute(
                text("INSERT INTO generations (tenant, value, lineage) VALUES ('t', 1, 'a'), ('t', 2, :words)"),
                {"words": "secret-words"},
            )

    async def too_long() -> None:
        async with database.writing("t") as session:
            session.add(GenerationRow(tenant="t", value=1, lineage="secret-words" * 9))

    for fault in (refused, too_long):
        with pytest.raises(StorageError) as caught:
            await fault()
        told = "".join(traceback.format_exception(caught.value))
        assert "secret" not in told
        assert "(t," not in told


async def test_a_server_that_cannot_be_used_says_why(postgres: Postgres) -> None:
    with postgres.fresh() as url:
        latin = "rifq_latin"
        postgres.run(f"CREATE DATABASE {latin} TEMPLATE template0 ENCODING 'LATIN1'")
        cases: list[tuple[str, type[RifqError], str]] = [
            (postgres.url(password="wrong-secret"), ConfigurationError, "refused the login"),  # noqa: S106
            (postgres.url(database="absent"), ConfigurationError, "refused the login"),
            (postgres.url(database=latin), ConfigurationError, "LATIN1"),
            (url.replace("rifq-pg-", "rifq-none-"), StorageError, "cannot be reached"),
            ("postgresql+psycopg://rifq:p@ss@host/x", ConfigurationError, "percent-encode"),
            ("mysql://host/x", ConfigurationError, "RIFQ_DATABASE_URL"),
            ("nonsense", ConfigurationError, "cannot be read"),
        ]
        for address, error, words in cases:
            with pytest.raises(error, match=words) as caught:
                await open_database(address)
            told = "".join(traceback.format_exception(caught.value))
            assert "wrong-secret" not in told
            assert "p@ss" not in told
        postgres.run(f"DROP DATABASE {latin}")
        postgres.run(f'ALTER DATABASE "{make_url(url).database}" SET default_transaction_read_only = on')
        with pytest.raises(StorageError, match="takes no writes"):
            await open_database(url)


async def test_short_names_of_the_drivers_are_understood(postgres: Postgres) -> None:
    with postgres.fresh() as url:
        opened = await open_database(url.replace("postgresql+psycopg", "postgres"))
        assert opened.dialect == "postgresql"
        await opened.close()


def test_a_missing_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    with pytest.raises(MissingExtraError, match=r"rifq\[postgres\]"):
        create_engine("postgresql+psycopg://host/x")


@postgres_only
async def test_a_connection_that_the_server_ended_is_replaced(database: Database, postgres: Postgres) -> None:
    await database.ping()
    postgres.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'rifq'")
    await database.ping()


@both
async def test_text_comes_back_as_it_was_written(database: Database) -> None:
    store = ResolutionStore(database)
    words = "سَلَامٌ ٢٣ 🙂👩‍👩‍👧 «x» \\ ' \" % _ \u2028 ة"
    kept = await store.add(make("مفتاح", words, language="ar", tags=["وسم", "a%b"], steps=[words]))
    assert await store.get("مفتاح") == kept
    assert (await store.list(tag="وسم")).items == (kept,)
    assert (await store.list(tag="a_b")).items == ()


async def test_sqlites_writers_of_one_process_queue_and_are_refused_after_a_while(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.store.engine.BUSY_TIMEOUT_MS", 50)
    store = ResolutionStore(database)
    async with database.writing("t"):
        with pytest.raises(OverloadedError, match="try again"):
            await store.add(make("a"))
    await store.add(make("a"))
    order: list[int] = []

    async def write(number: int) -> None:
        async with database.writing("t"):
            order.append(number)

    monkeypatch.setattr("retrieval.store.engine.BUSY_TIMEOUT_MS", 15_000)
    await asyncio.gather(*map(write, range(20)))
    assert order == list(range(20))
