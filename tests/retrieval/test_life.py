import asyncio
import sqlite3
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from inference.types import Freshness
from models.errors import ConflictError, InputError, NotFoundError
from retrieval.importer import import_file
from retrieval.store import ResolutionStore, database_url
from retrieval.store.connect import create_engine
from retrieval.store.engine import DATABASE_NAME
from tests.retrieval.conftest import TODAY, make

LATER = TODAY + timedelta(days=180)
pytestmark = pytest.mark.databases("sqlite", "postgres")


async def retire(store: ResolutionStore, name: str = "a") -> None:
    await store.retire(name, by=" Amal ", reason="The service has ended.", on=TODAY)


async def test_retiring_and_restoring(store: ResolutionStore) -> None:
    await store.add(make("a", verified_by="me", verified_at=TODAY, review_by=LATER, owner="Cards"))
    await retire(store)
    retired = await store.get("a")
    assert retired.freshness(TODAY) is Freshness.RETIRED
    assert retired.retired is not None
    assert (retired.retired.by, retired.retired.at) == ("Amal", TODAY)
    assert [item.id for item in (await store.list(freshness=Freshness.RETIRED, today=TODAY)).items] == ["a"]
    assert (await store.list(freshness=Freshness.VERIFIED, today=TODAY)).items == ()
    assert await store.states(on=TODAY) == {"Cards": {Freshness.RETIRED: 1}}
    with pytest.raises(ConflictError):
        await retire(store)
    with pytest.raises(ConflictError):
        await store.verify("a", by="me", on=TODAY, review_by=LATER)
    assert await store.verify_all(by="me", on=LATER + timedelta(days=1), review_by=LATER + timedelta(days=9)) == 0
    assert (await store.replace(make("a", "new words"))).retired == retired.retired
    restored = await store.restore("a")
    assert (restored.freshness(TODAY), restored.verified_by) == (Freshness.UNVERIFIED, None)
    with pytest.raises(ConflictError):
        await store.restore("a")


@pytest.mark.parametrize(("by", "reason"), [(" ", "why"), ("me", "\u202e"), ("x" * 201, "why"), ("me", "y" * 501)])
async def test_retiring_says_who_and_why(store: ResolutionStore, by: str, reason: str) -> None:
    await store.add(make("a"))
    with pytest.raises(InputError):
        await store.retire("a", by=by, reason=reason, on=TODAY)
    with pytest.raises(NotFoundError):
        await store.retire("b", by="me", reason="why", on=TODAY)


async def test_import_never_resurrects(store: ResolutionStore, tmp_path: Path) -> None:
    file = tmp_path / "rows.ndjson"
    file.write_text('{"id": "a", "problem": "p", "answer": "new"}\n{"id": "b", "problem": "q", "answer": "r"}\n')
    await store.add(make("a"))
    await retire(store)
    before = await store.get("a")
    report = await import_file(file, store, today=TODAY, detect=lambda _: "en")
    assert (report.kept, report.added, report.unchanged, report.retired, report.unverified) == (2, 1, 1, 1, 1)
    assert "rifq knowledge restore" in report.warnings[0]
    assert await store.get("a") == before


async def test_dismissals_are_part_of_the_snapshot_and_fall_with_their_resolution(store: ResolutionStore) -> None:
    await store.put_many([make("a"), make("b")])
    before = await store.generation()
    await store.dismiss("b", "a", by="me", on=TODAY)
    assert await store.generation() != before
    assert len(await store.dismissed()) == 1
    await store.dismiss("a", "b", by="you", on=TODAY)
    assert await store.dismissed() == frozenset(mark for _, mark in (await store.snapshot()).dismissed)
    with pytest.raises(NotFoundError):
        await store.dismiss("a", "zzz", by="me", on=TODAY)
    await store.delete("a")
    assert not await store.dismissed()


def _migrate(connection: Connection, target: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[2] / "retrieval/store/migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    (command.upgrade if target == "head" else command.downgrade)(config, target)


async def migrate(url: str, target: str) -> None:
    engine = create_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(_migrate, target)
    await engine.dispose()


@pytest.mark.databases("sqlite")
async def test_migration_keeps_the_data_both_ways(store: ResolutionStore, tmp_path: Path) -> None:
    verified: dict[str, Any] = {"verified_by": "me", "verified_at": TODAY, "review_by": LATER, "cases": ["وين بطاقتي"]}
    await store.put_many([make(name, **verified) for name in ("kept", "gone", "doubted")])
    await retire(store, "gone")
    sent_back = {"since": date(2025, 6, 1), "reason": "2 drafts"}
    await store.add(make("late", **verified, sent_back=sent_back))
    kept = await store.get("kept")
    await store.database.close()
    url = database_url(tmp_path)
    await migrate(url, "0002")
    connection = sqlite3.connect(tmp_path / DATABASE_NAME)
    rows = dict(connection.execute("SELECT id, verified_by FROM resolutions").fetchall())
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    assert rows == {"kept": "me", "gone": None, "doubted": "me", "late": None}, "no draft may rest on what was not used"
    assert not tables & {"doubts", "dismissals"}
    await migrate(url, "head")
    assert await store.get("kept") == kept
    assert (await store.get("gone")).freshness(TODAY) is Freshness.UNVERIFIED
    await asyncio.gather(store.verify("gone", by="me", on=TODAY, review_by=LATER), retire(store, "kept"))
