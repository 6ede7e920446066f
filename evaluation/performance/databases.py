"""``python -m evaluation.performance.databases URL``: writes a second, and how long backing up and restoring take.

The database is filled and emptied: name one that holds nothing else. PostgreSQL should run as it would in earnest
(fsync on), or its figures mean nothing.
"""

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from sqlalchemy import Connection, insert

from evaluation.machine import Machine, this_machine
from evaluation.performance.timing import Timing, timing
from evaluation.publish import publish
from evaluation.report import table
from inference.types import Record, Resolution
from retrieval import sample
from retrieval.backup import create_backup, restore_backup, verify_backup
from retrieval.backup.rows import plain_table
from retrieval.store import Database, ResolutionStore, open_database
from retrieval.store.migrating import migrate, schema_at

_TODAY = date(2026, 1, 15)
_CHUNK = 2_000


class Writes(Record):
    """So many writers at once, each at a tenant of its own or all at one: writes a second, and each one's time."""

    writers: int
    tenants: int
    a_second: float
    each: Timing


class Backups(Record):
    """Seconds to make a backup (read back and compared), to verify it again, and to restore it.

    ``mib`` is the size of the rows before compression, for rows that are alike compress better than customers' do.
    """

    resolutions: int
    drafts: int
    mib: float
    create_s: float
    verify_s: float
    restore_s: float


class Databases(Record):
    """One run on one kind of database."""

    started_at: str
    machine: Machine
    database: str
    writes: tuple[Writes, ...]
    backups: Backups


def _resolutions(count: int, tenant: str = "default", prefix: str = "") -> Iterator[Resolution]:
    """Yield the sample helpdesk's resolutions over and over, under new ids."""
    desk = tuple(sample.load(_TODAY, tenant=tenant))
    for number in range(count):
        yield desk[number % len(desk)].model_copy(update={"id": f"{prefix}{number:07}"})


async def _write(database: Database, *, writers: int, tenants: int, each: int) -> Writes:
    store, seconds = ResolutionStore(database), list[float]()
    given = [list(_resolutions(each, f"{writers}x{tenants}-{one % tenants}", f"{one}-")) for one in range(writers)]

    async def work(mine: Sequence[Resolution]) -> None:
        for one in mine:
            start = time.perf_counter()
            await store.add(one)
            seconds.append(time.perf_counter() - start)

    start = time.perf_counter()
    await asyncio.gather(*map(work, given))
    whole = time.perf_counter() - start
    name = f"{writers} writers, {tenants} tenants"
    return Writes(writers=writers, tenants=tenants, a_second=round(len(seconds) / whole, 1), each=timing(name, seconds))


def _write_drafts(connection: Connection, count: int) -> None:
    drafts = plain_table(schema_at("head").tables["drafts"], connection.dialect.name)
    words = json.dumps({"text": "لم تصل بطاقتي الجديدة بعد. My new card has not arrived. " * 45}, ensure_ascii=False)
    at = datetime(2026, 1, 15, tzinfo=UTC)
    shared: dict[str, Any] = dict.fromkeys(("message", "analysis", "found", "draft"), words)
    shared |= dict.fromkeys(("model_revision", "index_generation", "policy_revision"), "1")
    shared |= {"tenant": "default", "status": "ready", "channel": "chat", "conversation": None, "urgent": False}
    for start in range(0, count, _CHUNK):
        numbers = range(start, min(start + _CHUNK, count))
        rows = [shared | {"id": f"{number:032}", "created_at": at + timedelta(seconds=number)} for number in numbers]
        connection.execute(insert(drafts), rows)


async def _fill(database: Database, resolutions: int, drafts: int) -> None:
    store, batch = ResolutionStore(database), list[Resolution]()
    for one in _resolutions(resolutions):
        batch.append(one)
        if len(batch) == _CHUNK:
            await store.put_many(batch)
            batch = []
    await store.put_many(batch)
    async with database.writing("default") as session:
        await (await session.connection()).run_sync(_write_drafts, drafts)


async def _back_up(url: str, folder: Path, resolutions: int, drafts: int) -> Backups:
    database = await open_database(url)
    await _fill(database, resolutions, drafts)
    start = time.perf_counter()
    path, manifest = await create_backup(database, folder, now=datetime.now(UTC), keep=timedelta(days=1))
    made = time.perf_counter()
    verify_backup(path)
    verified = time.perf_counter()
    await database.close()
    begin = time.perf_counter()
    await asyncio.to_thread(restore_backup, path, url, replace=True)
    return Backups(
        resolutions=resolutions,
        drafts=drafts,
        mib=round(sum(entry.size for entry in manifest.tables) / 2**20, 1),
        create_s=round(made - start, 1),
        verify_s=round(verified - made, 1),
        restore_s=round(time.perf_counter() - begin, 1),
    )


async def measure(url: str, *, writes: int, resolutions: int, drafts: int) -> Databases:
    """Measure one empty database; it is empty again at the end."""
    started = datetime.now(UTC)
    database = await open_database(url)
    kind = database.dialect
    found = [
        await _write(database, writers=writers, tenants=tenants, each=writes // writers)
        for writers, tenants in ((1, 1), (8, 1), (8, 8))
    ]
    await database.close()
    await asyncio.to_thread(migrate, url, "base")
    with TemporaryDirectory() as folder:
        backups = await _back_up(url, Path(folder), resolutions, drafts)
    await asyncio.to_thread(migrate, url, "base")
    return Databases(
        started_at=started.isoformat(timespec="seconds"),
        machine=this_machine(),
        database=kind,
        writes=tuple(found),
        backups=backups,
    )


def to_markdown(found: Databases) -> str:
    """Return the report."""
    machine, backups = found.machine, found.backups
    rows: Sequence[Sequence[str]] = [
        [item.each.name, f"{item.a_second:.0f}", f"{item.each.p50_ms:.1f}", f"{item.each.p95_ms:.1f}"]
        for item in found.writes
    ]
    seconds = {
        "make and read back": backups.create_s,
        "verify": backups.verify_s,
        "restore, over what is there": backups.restore_s,
    }
    parts = [
        f"# {found.database}",
        f"{machine.processor}, {machine.cores} cores, {machine.system}, {found.started_at}.",
        "A write is one resolution, durable when it returns.",
        table(["writes", "a second", "p50 ms", "p95 ms"], rows),
        f"{backups.resolutions:,} resolutions and {backups.drafts:,} drafts, {backups.mib} MiB of rows.",
        table(["backup", "seconds"], [[name, f"{value:.1f}"] for name, value in seconds.items()]),
    ]
    return "\n\n".join(parts) + "\n"


def main(
    url: Annotated[str, typer.Argument(help="Of an empty database: sqlite+aiosqlite:///FILE or postgresql://...")],
    out: Annotated[Path | None, typer.Option(help="Folder for the report; else it is printed.")] = None,
    writes: Annotated[int, typer.Option(min=8, help="Writes for each number of writers.")] = 800,
    resolutions: Annotated[int, typer.Option(min=1, help="Resolutions in the backup.")] = 100_000,
    drafts: Annotated[int, typer.Option(min=1, help="Drafts in the backup.")] = 20_000,
) -> None:
    """Measure writes and backups on one database."""
    found = asyncio.run(measure(url, writes=writes, resolutions=resolutions, drafts=drafts))
    publish(f"database-{found.database}", found, to_markdown(found), out)


if __name__ == "__main__":
    typer.run(main)
