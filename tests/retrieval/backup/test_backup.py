import asyncio
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from models.errors import ConflictError, RifqError, StorageError
from retrieval.backup import (
    create_backup,
    kept_backups,
    latest_expiry,
    prune_backups,
    read_manifest,
    restore_backup,
    verify_backup,
)
from retrieval.store import Database, ResolutionStore, create_engine, database_url, open_database
from retrieval.store.migrating import revisions
from tests.retrieval.backup.conftest import KEEP, KINDS, NOW, everything, fill, make
from tests.retrieval.conftest import make as resolution

ROOT = Path(__file__).parents[3]
RENEWED = {"generations", "generation_log", "removals", "sessions"}
"""Tables that a restored database has anew: readers and people start afresh."""


@pytest.fixture
def whole(tmp_path: Path) -> tuple[str, Path]:
    """A filled SQLite database and its backup."""
    url = database_url(tmp_path / "store")
    fill(url)
    return url, make(url, tmp_path / "backups")


@pytest.mark.databases(*KINDS)
@pytest.mark.parametrize("other", KINDS, indirect=True)
def test_what_is_restored_is_what_was_backed_up_within_and_across_kinds(
    address: str, other: str, tmp_path: Path
) -> None:
    fill(address)
    before = everything(address)
    backup = make(address, tmp_path / "backups", revisions={"policy": "p-1"})
    manifest = restore_backup(backup, other)
    after = everything(other)
    assert all(before.values())
    assert {name: rows for name, rows in after.items() if name not in RENEWED} == {
        name: rows for name, rows in before.items() if name not in RENEWED
    }
    assert manifest.rows == sum(map(len, before.values()))
    assert manifest.revisions == {"policy": "p-1"}
    assert after["sessions"] == []
    old, new = ([json.loads(row) for row in found["generations"]] for found in (before, after))
    assert [row[:2] for row in old] == [row[:2] for row in new]
    assert not {row[2] for row in old} & {row[2] for row in new}
    assert after["generation_log"] == after["generations"]


@pytest.mark.parametrize("other", KINDS, indirect=True)
def test_a_reader_of_the_lost_database_begins_afresh_on_the_restored_one(tmp_path: Path, other: str) -> None:
    async def run() -> None:
        store = ResolutionStore(await open_database(database_url(tmp_path / "store")))
        await store.add(resolution("a"))
        path, _ = await create_backup(store.database, tmp_path / "backups", now=NOW, keep=KEEP)
        known = (await store.positions())["default"]
        await store.add(resolution("lost"))
        later = (await store.positions())["default"]
        await store.database.close()
        await asyncio.to_thread(restore_backup, path, other)
        restored = ResolutionStore(await open_database(other))
        for position in (known, later):
            batches = [batch async for batch in restored.changes(since=position)]
            assert [(batch.afresh, [item.id for item in batch.resolutions]) for batch in batches] == [(True, ["a"])]
        await restored.add(resolution("b"))
        assert await restored.count() == 2
        await restored.database.close()

    asyncio.run(run())


@pytest.mark.databases(*KINDS)
async def test_a_backup_is_one_snapshot_while_others_write(database: Database, tmp_path: Path) -> None:
    store, done = ResolutionStore(database), asyncio.Event()

    async def write() -> int:
        number = 0
        while not done.is_set():
            await store.add(resolution(f"r{number}"))
            number += 1
        return number

    writer = asyncio.create_task(write())
    paths = []
    for turn in range(3):
        path, _ = await create_backup(database, tmp_path / "backups" / f"{turn}.zip", now=NOW, keep=KEEP)
        paths.append(path)
    done.set()
    assert await writer > 3
    counts = []
    for path in paths:
        manifest = verify_backup(path)
        rows = {table.name: table.rows for table in manifest.tables}
        generation = int(manifest.lineage.get("default", "-0").split("-")[1])
        assert rows["resolutions"] == rows["generation_log"] == generation, "each write is one row and one generation"
        counts.append(generation)
    assert counts == sorted(counts)
    assert counts[-1] > counts[0], "the writer was not held up"


@pytest.mark.parametrize("revision", revisions()[:-1])
def test_a_backup_of_any_older_schema_is_brought_up_to_date(tmp_path: Path, revision: str) -> None:
    old, new = database_url(tmp_path / "old"), database_url(tmp_path / "new")
    fill(old, revision)
    backup = make(old, tmp_path / "backups")
    assert read_manifest(backup).revision == revision, "backing up changes nothing"
    restore_backup(backup, new)
    assert {name: len(rows) for name, rows in everything(old).items() if name not in RENEWED}.items() <= {
        name: len(rows) for name, rows in everything(new).items()
    }.items()
    asyncio.run(_open(new))


async def _open(url: str) -> None:
    await (await open_database(url)).close()


def _rewritten(backup: Path, target: Path, **changes: object) -> Path:
    """Copy a backup, its manifest changed as somebody might."""
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(target, "w") as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename == "manifest.json":
                content = json.dumps(json.loads(content) | changes).encode()
            new.writestr(item.filename, content)
    return target


def test_a_newer_schema_is_refused(whole: tuple[str, Path], tmp_path: Path) -> None:
    newer = _rewritten(whole[1], tmp_path / "newer.zip", revision="9999")
    with pytest.raises(StorageError, match="install the newer one"):
        restore_backup(newer, database_url(tmp_path / "new"))
    assert not (tmp_path / "new" / "rifq.sqlite3").exists()
    unknown = _rewritten(whole[1], tmp_path / "unknown.zip", version=2)
    with pytest.raises(StorageError, match="the version that made it"):
        verify_backup(unknown)


def test_tables_that_are_not_the_schemas_are_refused(whole: tuple[str, Path], tmp_path: Path) -> None:
    lying = _rewritten(whole[1], tmp_path / "lying.zip", revision="0001")
    with pytest.raises(StorageError, match="not made by this program"):
        restore_backup(lying, database_url(tmp_path / "new"))


def test_a_foreign_file_is_refused(whole: tuple[str, Path], tmp_path: Path) -> None:
    text, archive, extended = tmp_path / "text.zip", tmp_path / "archive.zip", tmp_path / "extended.zip"
    text.write_text("no archive at all")
    with zipfile.ZipFile(archive, "w") as foreign:
        foreign.writestr("manifest.json", "{}")
    shutil.copy(whole[1], extended)
    with zipfile.ZipFile(extended, "a") as more:
        more.writestr("tables/extra.ndjson", "[]\n")
    for path in (text, archive, extended, tmp_path / "absent.zip", tmp_path):
        with pytest.raises(StorageError):
            verify_backup(path)


def test_a_cut_off_file_is_refused(whole: tuple[str, Path], tmp_path: Path) -> None:
    content = whole[1].read_bytes()
    for length in (0, 1, 100, len(content) // 2, len(content) - 1):
        (tmp_path / "cut.zip").write_bytes(content[:length])
        with pytest.raises(StorageError):
            verify_backup(tmp_path / "cut.zip")


def test_no_flipped_bit_changes_what_is_restored(whole: tuple[str, Path], tmp_path: Path) -> None:
    """A bit of the archive's own dates may flip unseen; one of the manifest or of a row may not."""
    path, content = tmp_path / "flipped.zip", whole[1].read_bytes()
    manifest = read_manifest(whole[1])
    found, chosen = 0, random.Random(7)  # noqa: S311 - a test
    for _ in range(150):
        place, bit = chosen.randrange(len(content)), chosen.randrange(8)
        flipped = bytearray(content)
        flipped[place] ^= 1 << bit
        path.write_bytes(flipped)
        try:
            assert verify_backup(path) == manifest
        except StorageError:
            found += 1
    assert found > 75
    with zipfile.ZipFile(whole[1]) as archive:
        start = archive.getinfo("tables/resolutions.ndjson").header_offset
    flipped = bytearray(content)
    flipped[start + 200] ^= 4  # within the rows
    path.write_bytes(flipped)
    before = everything(whole[0])
    with pytest.raises(StorageError, match="damaged"):
        restore_backup(path, whole[0], replace=True)
    assert everything(whole[0]) == before


@pytest.mark.databases(*KINDS)
def test_a_database_that_holds_rows_is_left_unless_told(address: str, whole: tuple[str, Path], tmp_path: Path) -> None:
    fill(address)
    before = everything(address)
    with pytest.raises(ConflictError, match="--replace"):
        restore_backup(whole[1], address)
    assert everything(address) == before
    restore_backup(whole[1], address, replace=True)
    restore_backup(make(address, tmp_path / "again"), database_url(tmp_path / "new"))
    assert everything(address)["drafts"] == everything(whole[0])["drafts"]


def test_files_come_along_and_are_not_overwritten(tmp_path: Path) -> None:
    url, policy = database_url(tmp_path / "store"), tmp_path / "policy.yaml"
    fill(url)
    policy.write_text("name: متجر\n", encoding="utf-8")
    backup = make(url, tmp_path / "backups", files={"policies/one.yaml": policy})
    folder = tmp_path / "files"
    restore_backup(backup, database_url(tmp_path / "new"), files=folder)
    assert (folder / "policies/one.yaml").read_bytes() == policy.read_bytes()
    with pytest.raises(ConflictError, match=r"one\.yaml"):
        restore_backup(backup, database_url(tmp_path / "newer"), files=folder)
    for name in ("../out.yaml", "/etc/out.yaml", "a/../../b"):
        with pytest.raises(ValueError, match="pattern"):
            make(url, tmp_path / "b.zip", files={name: policy})
    assert [path.name for path in tmp_path.glob("*b.zip*")] == []


def test_a_backup_is_for_its_owners_eyes_and_never_written_over(whole: tuple[str, Path]) -> None:
    url, backup = whole
    assert backup.stat().st_mode & 0o777 == 0o600
    with pytest.raises(ConflictError):
        make(url, backup)
    assert [path.name for path in backup.parent.iterdir()] == [backup.name]


_KILLED = """
import os, signal, sys
from pathlib import Path
from {module} import {name} as real
import {module} as module
calls = []
def stop(*given, **named):
    calls.append(1)
    if len(calls) == {after}:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*given, **named)
module.{name} = stop
{run}
"""


def _kill(module: str, name: str, after: int, run: str) -> None:
    script = _KILLED.format(module=module, name=name, after=after, run=run)
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False, env=dict(os.environ))  # noqa: S603 - our own interpreter
    assert done.returncode == -signal.SIGKILL


def test_a_backup_that_is_killed_leaves_no_backup(whole: tuple[str, Path]) -> None:
    url, backup = whole
    run = f"from tests.retrieval.backup.conftest import make; make({url!r}, Path({str(backup.parent / 'new.zip')!r}))"
    _kill("retrieval.backup.creating", "_write_member", 5, run)
    _kill("retrieval.backup.creating", "verify_backup", 1, run)
    assert len(list(backup.parent.iterdir())) == 3, "two halves beside the old one"
    assert [item.path for item in kept_backups(backup.parent, keep=KEEP)] == [backup]
    assert prune_backups(backup.parent, now=NOW, keep=KEEP) == (), "somebody may be writing them"
    for path in backup.parent.glob(".*"):
        os.utime(path, (0, 0))
    assert len(prune_backups(backup.parent, now=NOW, keep=KEEP)) == 2
    verify_backup(make(url, backup.parent / "new.zip"))


@pytest.mark.databases(*KINDS)
def test_a_restoring_that_is_killed_leaves_the_database_as_it_was(address: str, whole: tuple[str, Path]) -> None:
    fill(address)
    before = everything(address)
    run = f"module.restore_backup(Path({str(whole[1])!r}), {address!r}, replace=True)"
    for name, after in (("write_lines", 9), ("_end_sessions", 1)):
        _kill("retrieval.backup.restoring", name, after, run)
        assert everything(address) == before
    restore_backup(whole[1], address, replace=True)


def test_backups_end_when_they_said(tmp_path: Path) -> None:
    url, folder = database_url(tmp_path / "store"), tmp_path / "backups"
    fill(url)
    assert latest_expiry(folder, keep=KEEP) is None
    backup = make(url, folder)
    shutil.copy(backup, folder / "copy.zip")
    assert latest_expiry(folder, keep=timedelta(days=1)) == NOW + KEEP, "what was said holds"
    (folder / "broken.zip").write_bytes(b"PK")
    os.utime(folder / "broken.zip", (NOW.timestamp(), NOW.timestamp()))
    assert latest_expiry(folder, keep=2 * KEEP) == NOW + 2 * KEEP, "it may hold what was erased"
    assert prune_backups(folder, now=NOW + KEEP - timedelta(seconds=1), keep=2 * KEEP) == ()
    assert len(prune_backups(folder, now=NOW + KEEP, keep=2 * KEEP)) == 2
    assert [item.path.name for item in kept_backups(folder, keep=KEEP)] == ["broken.zip"]
    assert len(prune_backups(folder, now=NOW + 2 * KEEP, keep=2 * KEEP)) == 1
    make(url, folder)
    assert len(prune_backups(folder, now=NOW + timedelta(days=8), keep=timedelta(days=7), shorten=True)) == 1


async def test_an_empty_database_has_no_backup(tmp_path: Path) -> None:
    database = Database(create_engine(database_url(tmp_path)))
    with pytest.raises(RifqError, match="nothing to back up"):
        await create_backup(database, tmp_path / "backups", now=NOW, keep=KEEP)
    await database.close()
