import asyncio
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from inference.types import Freshness
from models.errors import ConflictError, InputError, NotFoundError, StorageError
from retrieval.store import Database, ResolutionStore, database_url, open_database
from retrieval.store.engine import DATABASE_NAME
from retrieval.store.tables import ResolutionRow
from tests.retrieval.conftest import TODAY, make

pytestmark = pytest.mark.databases("sqlite", "postgres")


async def test_add_get_replace_delete(store: ResolutionStore) -> None:
    added = await store.add(make("a", "أين بطاقتي؟", language="ar", tags=["card"], steps=["افتحوا التطبيق."]))
    assert await store.get("a") == added
    with pytest.raises(ConflictError):
        await store.add(make("a"))
    await store.replace(make("a", "where is it"))
    assert (await store.get("a")).problem == "where is it"
    with pytest.raises(NotFoundError):
        await store.replace(make("b"))
    await store.delete("a")
    with pytest.raises(NotFoundError):
        await store.get("a")
    with pytest.raises(NotFoundError):
        await store.delete("a")


async def test_stored_text_holds_no_bidi_controls(store: ResolutionStore) -> None:
    stored = await store.add(make("a", "رقم \u202bالطلب\u202c \u2067X1\u2069", steps=["ok\u200f", "\u200e"]))
    assert stored.problem == "رقم الطلب X1"
    assert stored.steps == ("ok",)
    assert await store.get("a") == stored


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"problem": "a\0b"}, "problem"),
        ({"problem": "\u202b"}, "problem"),
        ({"cases": ("x" * 2_001,)}, "cases"),
        ({"id": "a\u202e"}, "id"),
    ],
)
async def test_unfit_text_is_refused(store: ResolutionStore, fields: dict[str, object], field: str) -> None:
    with pytest.raises(InputError) as caught:
        await store.add(make("a").model_copy(update=fields))
    assert caught.value.field == field
    assert await store.count() == 0


async def test_tenants_are_separate(store: ResolutionStore) -> None:
    await store.add(make("a", "of one", tenant="one"))
    await store.add(make("a", "of two", tenant="two"))
    assert (await store.get("a", tenant="two")).problem == "of two"
    await store.delete("a", tenant="one")
    assert await store.count(tenant="one") == 0
    assert await store.count(tenant="two") == 1
    assert await store.verify_all(by="me", on=TODAY, review_by=TODAY, tenant="one") == 0
    assert (await store.get("a", tenant="two")).verified_by is None
    with pytest.raises(InputError):
        await store.put_many([make("b", tenant="two")], tenant="one")


async def test_list_pages_and_filters(store: ResolutionStore) -> None:
    names = [f"r{number:02}" for number in range(7)]
    for number, name in enumerate(names):
        language = "ar" if number % 2 else "en"
        await store.add(make(name, product="app" if number < 3 else None, tags=["x", 'y"z'], language=language))
    first = await store.list(limit=3)
    second = await store.list(limit=3, after=first.next)
    third = await store.list(limit=3, after=second.next)
    assert [item.id for page in (first, second, third) for item in page.items] == names
    assert third.next is None
    assert len((await store.list(product="app")).items) == 3
    assert len((await store.list(language="ar")).items) == 3
    assert len((await store.list(tag='y"z', product="app")).items) == 3
    assert (await store.list(tag="z")).items == ()


async def test_freshness_filter_agrees_with_the_type(store: ResolutionStore) -> None:
    day = timedelta(days=1)
    for number, verified_at in enumerate([None, TODAY - 9 * day, TODAY + day]):
        for offset in (None, -1, 0, 14, 15):
            review_by = None if offset is None else TODAY + offset * day
            name = f"r{number}{offset}"
            await store.add(make(name, verified_by="me", verified_at=verified_at, review_by=review_by))
    for name in ("r0None", "r1None"):
        sent_back = {"since": TODAY, "reason": "2 drafts"}
        await store.add(make(f"{name}-back", verified_by="me", verified_at=TODAY, sent_back=sent_back))
        await store.retire(name, by="me", reason="old", on=TODAY)
    everything = (await store.list(limit=100)).items
    for state in Freshness:
        listed = (await store.list(limit=100, freshness=state, today=TODAY)).items
        assert listed == tuple(item for item in everything if item.freshness(TODAY) is state)
        assert listed
    with pytest.raises(InputError):
        await store.list(freshness=Freshness.EXPIRED)


async def test_verify(store: ResolutionStore) -> None:
    await store.put_many([make("a"), make("b"), make("c")])
    later = TODAY + timedelta(days=180)
    verified = await store.verify("a", by=" Amal ", on=TODAY, review_by=later)
    assert verified.verified_by == "Amal"
    assert verified.freshness(TODAY) is Freshness.VERIFIED
    assert await store.verify_all(by="Omar", on=TODAY, review_by=later) == 2
    assert (await store.get("a")).verified_by == "Amal"
    assert await store.verify_all(by="Omar", on=TODAY, review_by=later) == 0
    assert await store.verify_all(by="Omar", on=later + timedelta(days=1), review_by=later + timedelta(days=9)) == 3
    with pytest.raises(InputError):
        await store.verify("a", by="me", on=TODAY, review_by=TODAY - timedelta(days=1))
    with pytest.raises(InputError):
        await store.verify_all(by=" ", on=TODAY, review_by=later)
    with pytest.raises(NotFoundError):
        await store.verify("zzz", by="me", on=TODAY, review_by=later)


async def test_putting_the_same_again_keeps_verification_and_generation(store: ResolutionStore) -> None:
    await store.put_many([make("a")])
    await store.verify("a", by="me", on=TODAY, review_by=TODAY)
    before = await store.generation()
    assert (await store.put_many([make("a")])).unchanged == 1
    assert await store.generation() == before
    assert (await store.get("a")).verified_by == "me"
    assert (await store.put_many([make("a", "changed")])).replaced == 1
    assert (await store.get("a")).verified_by is None, "changed text must be verified anew"


async def test_a_batch_is_written_whole_or_not_at_all(store: ResolutionStore) -> None:
    bad = make("z").model_copy(update={"answer": "\0"})
    with pytest.raises(InputError):
        await store.put_many([make("a"), bad])
    assert await store.count() == 0


async def test_an_error_inside_a_transaction_rolls_it_back(database: Database, store: ResolutionStore) -> None:
    await store.add(make("a"))

    async def fail_half_way() -> None:
        async with database.writing() as session:
            row = await session.get(ResolutionRow, ("default", "a"))
            assert row is not None
            row.problem = "half"
            await session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_half_way()
    assert (await store.get("a")).problem == "where is my card"


async def test_generation_changes_with_each_write_and_differs_between_databases(
    store: ResolutionStore, tmp_path: Path
) -> None:
    seen = [await store.generation()]
    await store.add(make("a"))
    seen.append(await store.generation())
    await store.verify("a", by="me", on=TODAY, review_by=TODAY)
    seen.append(await store.generation())
    await store.delete("a")
    seen.append(await store.generation())
    assert len(set(seen)) == 4
    assert [int(value.split("-")[0]) for value in seen] == [0, 1, 2, 3]
    other = await open_database(database_url(tmp_path / "other"))
    try:
        twin = ResolutionStore(other)
        await twin.add(make("a"))
        assert await twin.generation() != seen[1]
    finally:
        await other.close()


async def test_snapshot_reads_one_generation(store: ResolutionStore) -> None:
    await store.put_many([make(f"r{number}") for number in range(1_200)])
    snapshot = await store.snapshot()
    assert snapshot.generation == await store.generation()
    assert len(snapshot.resolutions) == 1_200


async def test_readers_see_one_snapshot_while_another_writes(database: Database, store: ResolutionStore) -> None:
    await store.add(make("a"))
    async with database.reading() as session:
        first = len((await session.scalars(select(ResolutionRow.id))).all())
        await store.add(make("b"))
        second = len((await session.scalars(select(ResolutionRow.id))).all())
    assert (first, second) == (1, 1)
    assert await store.count() == 2


def _holds(directory: Path, text: str) -> bool:
    return any(text.encode() in path.read_bytes() for path in directory.iterdir() if path.is_file())


@pytest.mark.databases("sqlite")
async def test_deleted_text_leaves_the_files(database: Database, store: ResolutionStore, tmp_path: Path) -> None:
    await store.put_many([make("a", "jhaxomberi one"), make("b", "jhaxomberi two"), make("c")])
    assert _holds(tmp_path, "jhaxomberi")
    async with database.reading() as session:
        await session.execute(select(ResolutionRow.id))
        await store.delete("a")
        assert await store.count() == 2
        assert _holds(tmp_path, "jhaxomberi one"), "while someone reads the former state, it stays"
    await store.delete("b")
    assert not _holds(tmp_path, "jhaxomberi")
    await store.clear()
    assert not _holds(tmp_path, "Answer to")


async def test_concurrent_writers_queue(store: ResolutionStore) -> None:
    await asyncio.gather(*(store.add(make(f"r{number}")) for number in range(20)))
    assert await store.count() == 20
    assert (await store.generation()).startswith("20-")


async def test_reopening_keeps_the_data(tmp_path: Path) -> None:
    for expected in (0, 1):
        database = await open_database(database_url(tmp_path))
        store = ResolutionStore(database)
        assert await store.count() == expected
        if not expected:
            await store.add(make("a", outcome={"solved": 3, "satisfaction": 0.5}))
        await database.close()
    connection = sqlite3.connect(tmp_path / DATABASE_NAME)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("SELECT version_num FROM alembic_version").fetchone() is not None
    connection.close()


def test_several_processes_open_the_same_new_store(tmp_path: Path) -> None:
    script = (
        "import asyncio, sys, pathlib\n"
        "from retrieval.store import database_url, open_database\n"
        "async def main():\n"
        "    database = await open_database(database_url(pathlib.Path(sys.argv[1])))\n"
        "    await database.ping()\n"
        "    await database.close()\n"
        "asyncio.run(main())\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "new")]
    root = Path(__file__).parents[2]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, cwd=root) for _ in range(3)]  # noqa: S603 - our own interpreter
    for process in running:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors.decode()


async def test_concurrent_opens_in_one_process(tmp_path: Path) -> None:
    opened = await asyncio.gather(*(open_database(database_url(tmp_path / "new")) for _ in range(3)))
    for database in opened:
        await database.ping()
        await database.close()


async def test_a_file_that_is_no_database_is_a_typed_error(tmp_path: Path) -> None:
    (tmp_path / DATABASE_NAME).write_bytes(b"not a database, but long enough to be looked at by sqlite" * 50)
    with pytest.raises(StorageError):
        await open_database(database_url(tmp_path))


async def test_a_database_of_a_newer_version_is_a_typed_error(tmp_path: Path) -> None:
    await (await open_database(database_url(tmp_path))).close()
    connection = sqlite3.connect(tmp_path / DATABASE_NAME)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    with pytest.raises(StorageError):
        await open_database(database_url(tmp_path))


def test_a_data_directory_that_is_a_file_is_a_typed_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError):
        database_url(tmp_path / "file")
