import asyncio
import shutil
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from inference.types import Resolution
from models.errors import RifqError
from retrieval.store import NOWHERE, Position, ResolutionStore, access, database_url, feed, generation_of, open_database
from retrieval.store.engine import DATABASE_NAME
from tests.retrieval.conftest import TODAY, make
from tests.retrieval.test_life import migrate

LATER = TODAY + timedelta(days=180)
pytestmark = pytest.mark.databases("sqlite", "postgres")


class Reader:
    """Keeps a copy of a tenant's knowledge by the feed alone."""

    def __init__(self, store: ResolutionStore, tenant: str = "default") -> None:
        self.store = store
        self.tenant = tenant
        self.position: Position | None = None
        self.known: dict[str, Resolution] = {}
        self.fresh_starts = 0
        self.read: list[list[str]] = []

    async def follow(self, between: Callable[[], Awaitable[object]] | None = None) -> list[str]:
        """Read to the end; return what was read, changed ids before removed ones."""
        self.read = []
        async for batch in self.store.changes(since=self.position, tenant=self.tenant):
            if batch.afresh:
                self.known.clear()
                self.fresh_starts += 1
            self.known.update((item.id, item) for item in batch.resolutions)
            for name in batch.removed:
                self.known.pop(name, None)
            self.read.append([*(item.id for item in batch.resolutions), *batch.removed])
            self.position = batch.position
            if between is not None:
                await between()
        assert self.position is not None
        return [name for names in self.read for name in names]


async def stored(store: ResolutionStore, tenant: str = "default") -> dict[str, Resolution]:
    return {item.id: item for item in (await store.snapshot()).resolutions if item.tenant == tenant}


async def test_the_feed_says_what_each_write_changed(store: ResolutionStore) -> None:
    reader = Reader(store)
    assert await reader.follow() == []
    assert reader.position == NOWHERE
    await store.put_many([make(name) for name in "abc"])
    assert await reader.follow() == ["a", "b", "c"]
    writes: list[tuple[Awaitable[object], list[str]]] = [
        (store.add(make("d")), ["d"]),
        (store.replace(make("a", "new words")), ["a"]),
        (store.put_many([make("b"), make("c", "new words"), make("e")]), ["c", "e"]),
        (store.verify("b", by="me", on=TODAY, review_by=LATER), ["b"]),
        (store.verify_all(by="me", on=TODAY, review_by=LATER), ["a", "c", "d", "e"]),
        (store.retire("b", by="me", reason="old", on=TODAY), ["b"]),
        (store.restore("b"), ["b"]),
        (store.dismiss("a", "b", by="me", on=TODAY), []),
        (store.delete("c"), ["c"]),
        (store.add(make("c")), ["c"]),
        (store.put_many([make("c")]), []),
    ]
    for number, (write, expected) in enumerate(writes):
        await write
        assert await reader.follow() == expected, f"write {number}"
        assert reader.known == await stored(store)
        assert {"default": reader.position} == await store.positions()
    assert await reader.follow() == []
    assert reader.fresh_starts == 2, "from nothing, and at the first write ever"


async def test_retired_resolutions_are_changes(store: ResolutionStore) -> None:
    reader = Reader(store)
    await store.add(make("a"))
    await reader.follow()
    await store.retire("a", by="me", reason="old", on=TODAY)
    await reader.follow()
    assert reader.known["a"].retired is not None


async def test_what_was_removed_and_came_back_is_there(store: ResolutionStore) -> None:
    await store.put_many([make("a"), make("b")])
    behind, far_behind = Reader(store), Reader(store)
    await far_behind.follow()
    await store.delete("a")
    await behind.follow()
    await store.add(make("a", "new words"))
    await store.delete("b")
    for reader in (behind, far_behind):
        await reader.follow()
        assert reader.known == await stored(store)
        assert reader.fresh_starts == 1


async def test_clearing_makes_readers_start_anew_and_keeps_no_ids(store: ResolutionStore) -> None:
    reader = Reader(store)
    await store.put_many([make("a"), make("b")])
    await store.delete("b")
    await reader.follow()
    await store.clear()
    await store.add(make("c"))
    assert await reader.follow() == ["c"]
    assert reader.known == await stored(store)
    assert reader.fresh_starts == 2
    async with store.database.reading() as session:
        assert (await session.execute(text("SELECT count(*) FROM removals"))).scalar() == 0


async def test_long_feeds_come_in_batches_that_meet_writes_between_them(
    store: ResolutionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "CHUNK", 3)
    names = [f"r{number:02}" for number in range(10)]
    await store.put_many([make(name) for name in names])
    reader = Reader(store)
    writes: Iterator[Callable[[], Awaitable[object]]] = iter(
        [
            lambda: store.delete("r00"),  # read already
            lambda: store.delete("r09"),  # not read yet
            lambda: store.put_many([make("r01", "new words"), make("r00", "back again")]),
        ]
    )

    async def write() -> None:
        if (one := next(writes, None)) is not None:
            await one()

    await reader.follow(write)
    assert max(map(len, reader.read)) <= 6
    assert len(reader.read) > 3
    assert reader.known == await stored(store)
    assert {"default": reader.position} == await store.positions()
    for name in names[:-1]:
        await store.delete(name)
    await reader.follow()
    assert reader.known == {}
    assert reader.fresh_starts == 1


async def test_half_a_feed_leaves_no_position(store: ResolutionStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "CHUNK", 3)
    await store.put_many([make(str(number)) for number in range(7)])
    positions = [batch.position async for batch in store.changes(since=None)]
    assert positions == [None, None, (await store.positions())["default"]]


async def test_forgotten_generations_are_read_afresh(store: ResolutionStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "REMEMBERED", 3)
    await store.put_many([make(name) for name in "abcdef"])
    early, late = Reader(store), Reader(store)
    await early.follow()
    await store.delete("a")
    await store.delete("b")
    await late.follow()
    for name in "cde":
        await store.delete(name)
    assert await early.follow() == ["f"]
    assert await late.follow() == ["c", "d", "e"]
    assert (early.fresh_starts, late.fresh_starts) == (2, 1)
    assert early.known == late.known == await stored(store)
    async with store.database.reading() as session:
        kept = [(await session.execute(text(f"SELECT count(*) FROM {name}"))).scalar() for name in _TABLES]  # noqa: S608 - ours
    assert kept == [3, 4]


_TABLES = ("removals", "generation_log")


async def test_a_long_first_read_survives_forgetting(store: ResolutionStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "REMEMBERED", 3)
    monkeypatch.setattr(feed, "CHUNK", 2)
    for number in range(9):
        await store.add(make(f"r{number}"))
    reader = Reader(store)
    await reader.follow()
    assert (reader.fresh_starts, len(reader.known)) == (1, 9)

    async def clear_once() -> None:
        if len(reader.read) == 2:
            await store.clear()
            await store.add(make("new"))

    other = reader = Reader(store)
    await other.follow(clear_once)
    assert other.known == await stored(store)
    assert other.fresh_starts == 2


async def test_a_copy_taken_back_and_written_to_is_another_history(tmp_path: Path) -> None:
    first = ResolutionStore(await open_database(database_url(tmp_path / "now")))
    await first.add(make("a"))
    await first.database.close()
    shutil.copytree(tmp_path / "now", tmp_path / "copy")
    first = ResolutionStore(await open_database(database_url(tmp_path / "now")))
    second = ResolutionStore(await open_database(database_url(tmp_path / "copy")))
    reader = Reader(first)
    try:
        await first.add(make("b"))
        await reader.follow()
        for name in "cd":
            await second.add(make(name))
        assert await first.generation() != await second.generation()
        reader.store = second
        await reader.follow()
        assert reader.known == await stored(second)
        assert reader.fresh_starts == 2
    finally:
        await first.database.close()
        await second.database.close()


async def test_tenants_have_feeds_of_their_own(store: ResolutionStore) -> None:
    await store.add(make("a", tenant="one"))
    await store.put_many([make("a", tenant="two"), make("b", tenant="two")], tenant="two")
    one, two = Reader(store, "one"), Reader(store, "two")
    await one.follow()
    await two.follow()
    await store.delete("a", tenant="two")
    await store.dismiss("b", "b", by="me", on=TODAY, tenant="two")
    assert await one.follow() == []
    assert await two.follow() == ["a"]
    assert one.known == await stored(store, "one")
    assert await store.dismissed(tenant="one") == frozenset()
    assert len(await store.dismissed(tenant="two")) == 1
    assert generation_of(await store.positions()) == await store.generation()


@pytest.mark.parametrize("seed", range(3))
async def test_readers_at_any_distance_end_with_what_is_stored(
    store: ResolutionStore, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(feed, "CHUNK", 2)
    monkeypatch.setattr(access, "REMEMBERED", 12)
    random = Random(seed)  # noqa: S311 - a test
    readers = [Reader(store) for _ in range(3)]

    async def write() -> None:
        name = random.choice("abcdefgh")
        words = str(random.random())
        moves: list[Callable[[], Awaitable[object]]] = [
            lambda: store.put_many([make(name, words), make(random.choice("abcdefgh"), words)]),
            lambda: store.delete(name),
            lambda: store.retire(name, by="me", reason="old", on=TODAY),
            lambda: store.restore(name),
            lambda: store.verify_all(by="me", on=TODAY, review_by=LATER),
        ]
        with suppress(RifqError):
            await (store.clear() if random.random() < 0.02 else random.choice(moves)())

    for _ in range(60):
        await write()
        for distance, reader in enumerate(readers):
            if random.random() < 0.5 / (1 + 2 * distance):
                await reader.follow(write if random.random() < 0.3 else None)
    for reader in readers:
        await reader.follow()
        assert reader.known == await stored(store)
        assert {"default": reader.position} == await store.positions()


@pytest.mark.databases("sqlite")
async def test_batches_are_found_by_the_index(store: ResolutionStore) -> None:
    async with store.database.reading() as session:
        for table in ("resolutions", "removals"):
            query = (
                f"SELECT id FROM {table} WHERE tenant = 't' AND (version, id) > (5, 'x') ORDER BY version, id LIMIT 9"  # noqa: S608 - ours
            )
            plan = " ".join(row[-1] for row in await session.execute(text(f"EXPLAIN QUERY PLAN {query}")))
            assert f"ix_{table}_tenant_version_id (tenant=? AND (version,id)>(?,?))" in plan
            assert "TEMP B-TREE" not in plan


@pytest.mark.databases("sqlite")
async def test_migration_lets_readers_go_on(store: ResolutionStore, tmp_path: Path) -> None:
    await store.put_many([make("a"), make("b")])
    await store.delete("b")
    await store.add(make("c", tenant="other"))
    before = await stored(store)
    await store.database.close()
    url = database_url(tmp_path)
    await migrate(url, "0003")
    connection = sqlite3.connect(tmp_path / DATABASE_NAME)
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    columns = {row[1] for row in connection.execute("PRAGMA table_info(resolutions)")}
    connection.execute("UPDATE generations SET value = 7 WHERE tenant = 'default'")
    connection.commit()
    connection.close()
    assert not tables & {"removals", "generation_log", "ix_resolutions_tenant_version_id"}
    assert "version" not in columns
    await migrate(url, "head")
    assert await stored(store) == before
    reader = Reader(store)
    assert await reader.follow() == ["a"]
    assert reader.position is not None
    assert reader.position.value == 7
    await asyncio.gather(store.delete("a"), store.add(make("d")))
    assert sorted(await reader.follow()) == ["a", "d"]
    assert reader.fresh_starts == 1
