"""Making a backup: one snapshot of every table, written aside, read back, and only then given its name."""

import hashlib
import os
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection

from models.errors import ConflictError, StorageError
from retrieval.backup.checking import verify_backup
from retrieval.backup.manifest import FILES, MANIFEST, TABLES, FileEntry, Manifest, TableEntry
from retrieval.backup.rows import kinds_of, plain_table, read_lines
from retrieval.durable import flush
from retrieval.store import Database
from retrieval.store.feed import read_positions
from retrieval.store.migrating import revision_of, schema_at

SUFFIX = ".rifq.zip"
PARTIAL = ".partial"


async def create_backup(
    database: Database,
    target: Path,
    *,
    now: datetime,
    keep: timedelta,
    files: Mapping[str, Path] | None = None,
    revisions: Mapping[str, str] | None = None,
) -> tuple[Path, Manifest]:
    """Back up the database, whoever writes to it meanwhile; the file is complete and verified, or not there.

    Args:
        database: an open one, of either kind.
        target: a folder (made if absent), or the file to write, which must not exist.
        now: the moment; it names the file in a folder.
        keep: how long the backup may be kept.
        files: further files to put in, by their name there; never one with secrets.
        revisions: of policy, model and program, to be told on restoring.

    Returns:
        Where the backup lies, and what it holds.

    Raises:
        ConflictError: the file is there already.
        StorageError: the database cannot be read, or the file not written.
    """
    path = target / f"rifq-{now:%Y%m%dT%H%M%SZ}{SUFFIX}" if target.suffix != ".zip" else target
    if path.exists():
        msg = f"{path} is there already: choose another name."
        raise ConflictError(msg, field="target")
    aside = path.with_name(f".{path.name}.{os.getpid()}{PARTIAL}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        manifest = await _write(database, aside, now=now, keep=keep, files=files or {}, revisions=revisions or {})
        verify_backup(aside)
        aside.rename(path)
        flush(path.parent)
    except OSError as error:
        msg = f"The backup cannot be written to {path.parent} ({error.strerror}): make room, or choose another folder."
        raise StorageError(msg) from error
    finally:
        with suppress(OSError):
            aside.unlink()
    return path, manifest


async def _write(
    database: Database,
    aside: Path,
    *,
    now: datetime,
    keep: timedelta,
    files: Mapping[str, Path],
    revisions: Mapping[str, str],
) -> Manifest:
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)  # customers' words: for the owner's eyes only
    with os.fdopen(handle, "wb") as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            async with database.reading() as session:
                connection = await session.connection()
                revision, tables = await connection.run_sync(_write_tables, archive)
                positions = await read_positions(session)
            manifest = Manifest(
                made_at=now,
                expires_at=now + keep,
                database=_kind(database),
                revision=revision,
                revisions=dict(revisions),
                lineage={tenant: f"{place.lineage}-{place.value}" for tenant, place in sorted(positions.items())},
                tables=tables,
                files=tuple(_write_file(archive, name, path) for name, path in sorted(files.items())),
            )
            archive.writestr(MANIFEST, manifest.model_dump_json(indent=1))
        stream.flush()
        os.fsync(stream.fileno())
    return manifest


def _kind(database: Database) -> Literal["sqlite", "postgresql"]:
    return "sqlite" if database.dialect == "sqlite" else "postgresql"


def _write_tables(connection: Connection, archive: zipfile.ZipFile) -> tuple[str, tuple[TableEntry, ...]]:
    revision = revision_of(connection)
    if revision is None:
        msg = "The database holds no tables of Rifq: there is nothing to back up."
        raise StorageError(msg)
    entries = []
    for table in schema_at(revision).sorted_tables:
        lines = read_lines(connection, plain_table(table, connection.dialect.name))
        rows, size, digest = _write_member(archive, f"{TABLES}{table.name}.ndjson", lines)
        entries.append(TableEntry(name=table.name, sha256=digest, size=size, rows=rows, columns=kinds_of(table)))
    return revision, tuple(entries)


def _write_file(archive: zipfile.ZipFile, name: str, path: Path) -> FileEntry:
    _, size, digest = _write_member(archive, f"{FILES}{name}", [path.read_bytes()])
    return FileEntry(name=name, sha256=digest, size=size)


def _write_member(archive: zipfile.ZipFile, name: str, parts: Iterable[bytes]) -> tuple[int, int, str]:
    count, size, digest = 0, 0, hashlib.sha256()
    with archive.open(name, "w", force_zip64=True) as member:
        for part in parts:
            member.write(part)
            digest.update(part)
            size += len(part)
            count += 1
    return count, size, digest.hexdigest()
