"""Restoring a backup: one transaction that ends with the database equal to the backup, or as it was."""

import asyncio
import hashlib
import secrets
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection, Table, delete, exists, insert, inspect, select, update
from sqlalchemy import table as sql_table
from sqlalchemy.ext.asyncio import AsyncEngine

from models.errors import ConflictError, StorageError
from retrieval.backup.checking import checked_file, checked_lines, open_backup, verify_backup
from retrieval.backup.manifest import Manifest, TableEntry
from retrieval.backup.rows import kinds_of, plain_table, read_lines, write_lines
from retrieval.remote.common import place
from retrieval.store.connect import create_engine
from retrieval.store.faults import storage_errors
from retrieval.store.migrating import ALONE, alone, move, revision_of, revisions, schema_at
from retrieval.store.tables import GenerationLogRow, GenerationRow, RemovalRow

_SESSIONS = "sessions"


def restore_backup(path: Path, url: str, *, replace: bool = False, files: Path | None = None) -> Manifest:
    """Restore a backup of either kind of database into either kind (blocking: call it from a thread).

    The backup is verified before anything is touched. Then, in one transaction: the tables of the backup's own revision
    are made, filled and compared with the backup, and brought to this version's revision. Each tenant's knowledge gets
    a new lineage, so that every index is built anew.

    Args:
        path: of the backup.
        url: of the database; made if absent (SQLite), or empty.
        replace: whether a database that holds rows may be overwritten.
        files: folder to put the backup's files into; None leaves them out.

    Returns:
        What was restored.

    Raises:
        StorageError: the backup is damaged, or of a newer version; the database cannot be used.
        ConflictError: the database holds rows, or a file is there already, and ``replace`` was not said.
    """
    manifest = verify_backup(path)
    if manifest.revision not in revisions():
        msg = f"The backup is of schema {manifest.revision}, newer than this version of Rifq: install the newer one."
        raise StorageError(msg)
    tables = _tables(manifest, path)
    if files is not None:
        _write_files(path, files, replace=replace)
    names = tuple(schema_at("head").tables)
    engine = create_engine(url)
    with ALONE, storage_errors(engine.dialect.name, place(engine.url.host, engine.url.port)):
        asyncio.run(_restore(path, engine, tables, revision=manifest.revision, names=names, replace=replace))
    return manifest


def _tables(manifest: Manifest, path: Path) -> list[tuple[Table, TableEntry]]:
    """Return the tables of the backup's revision with their entries, in the order of their foreign keys."""
    entries = {entry.name: entry for entry in manifest.tables}
    tables = schema_at(manifest.revision).sorted_tables
    if any(kinds_of(table) != entries[table.name].columns for table in tables if table.name in entries) or {
        table.name for table in tables
    } != set(entries):
        msg = f"The tables of {path} are not those of its schema {manifest.revision}: it was not made by this program."
        raise StorageError(msg)
    return [(table, entries[table.name]) for table in tables]


async def _restore(
    path: Path,
    engine: AsyncEngine,
    tables: list[tuple[Table, TableEntry]],
    *,
    revision: str,
    names: Iterable[str],
    replace: bool,
) -> None:
    async with alone(engine) as connection:
        await connection.run_sync(_clear, names, replace)
        await connection.run_sync(move, revision)
        await connection.run_sync(_fill, path, tables)
        await connection.run_sync(move, "head")
        await connection.run_sync(_draw_lineages)
        await connection.run_sync(_end_sessions)


def _clear(connection: Connection, names: Iterable[str], replace: bool) -> None:
    """Make the database empty.

    Raises:
        ConflictError: it holds rows, and they may not be lost.
    """
    if revision_of(connection) is None:
        return
    present = set(inspect(connection).get_table_names())
    if not replace and any(
        connection.scalar(select(exists().select_from(sql_table(name)))) for name in present & {*names}
    ):
        msg = "The database holds data: restore into an empty one, or say --replace to lose what is there."
        raise ConflictError(msg, field="store")
    move(connection, "base")


def _fill(connection: Connection, path: Path, tables: list[tuple[Table, TableEntry]]) -> None:
    with open_backup(path) as (archive, _):
        for table, entry in tables:
            plain = plain_table(table, connection.dialect.name)
            write_lines(connection, plain, checked_lines(archive, entry))
            if _digest(read_lines(connection, plain)) != (entry.rows, entry.sha256):
                msg = f"The table {table.name} does not hold what was written to it: nothing was restored."
                raise StorageError(msg)


def _digest(lines: Iterable[bytes]) -> tuple[int, str]:
    count, digest = 0, hashlib.sha256()
    for line in lines:
        digest.update(line)
        count += 1
    return count, digest.hexdigest()


def _draw_lineages(connection: Connection) -> None:
    """Let no reader go on from a position that it had before: it would miss what the backup took back."""
    connection.execute(delete(GenerationLogRow))
    connection.execute(delete(RemovalRow))
    for tenant, value in connection.execute(select(GenerationRow.tenant, GenerationRow.value)).all():
        lineage = secrets.token_hex(16)
        connection.execute(update(GenerationRow).where(GenerationRow.tenant == tenant).values(lineage=lineage))
        connection.execute(insert(GenerationLogRow).values(tenant=tenant, value=value, lineage=lineage))


def _end_sessions(connection: Connection) -> None:
    """Sign everybody out: a session that was ended since must not come back to life."""
    if inspect(connection).has_table(_SESSIONS):
        connection.execute(delete(sql_table(_SESSIONS)))


def _write_files(path: Path, folder: Path, *, replace: bool) -> None:
    with open_backup(path) as (archive, manifest):
        for entry in manifest.files:
            target = folder / entry.name
            if target.exists() and not replace:
                msg = f"{target} is there already: name another folder, or say --replace."
                raise ConflictError(msg, field="files")
            content = checked_file(archive, entry)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
