"""Reading a backup and proving that it is what was written."""

import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from models.errors import StorageError
from retrieval.backup.manifest import MANIFEST, FileEntry, Manifest, TableEntry

_MANIFEST_BYTES = 16 * 1024 * 1024


def read_manifest(path: Path) -> Manifest:
    """Return what a backup says of itself; nothing else in it is read.

    Raises:
        StorageError: the file is absent, no backup, damaged, or of a newer version of Rifq.
    """
    with open_backup(path) as (_, manifest):
        return manifest


def verify_backup(path: Path) -> Manifest:
    """Read a whole backup and compare every digest and count; return its manifest.

    Raises:
        StorageError: as for ``read_manifest``, or a byte of it is not what was written.
    """
    with open_backup(path) as (archive, manifest):
        for table in manifest.tables:
            for _ in checked_lines(archive, table):
                pass
        for entry in manifest.files:
            checked_file(archive, entry)
    return manifest


@contextmanager
def open_backup(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """Open a backup whose manifest can be read and lists exactly what the file holds.

    Raises:
        StorageError: as for ``read_manifest``; damage met while the block reads is translated too.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive, _manifest(archive, path)
    except FileNotFoundError as error:
        msg = f"There is no file {path}: name a backup (rifq backup list)."
        raise StorageError(msg) from error
    except OSError as error:
        msg = f"The backup {path} cannot be read ({error.strerror or error})."
        raise StorageError(msg) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise damaged(path) from error


def damaged(path: Path | str) -> StorageError:
    """Return the error of a file that is not what was written."""
    return StorageError(f"The backup {path} is damaged or is none: nothing was restored from it; take another one.")


def checked_lines(archive: zipfile.ZipFile, table: TableEntry) -> Iterator[bytes]:
    """Yield a table's lines; after the last, all of them have been compared with the manifest.

    Raises:
        StorageError: they are not what was written.
    """
    rows, size, digest = 0, 0, hashlib.sha256()
    with archive.open(table.member) as member:
        for line in member:
            digest.update(line)
            rows, size = rows + 1, size + len(line)
            if size > table.size:
                break
            yield line
    if (rows, size, digest.hexdigest()) != (table.rows, table.size, table.sha256):
        raise damaged(archive.filename or "")


def checked_file(archive: zipfile.ZipFile, entry: FileEntry) -> bytes:
    """Return a file's content.

    Raises:
        StorageError: it is not what was written.
    """
    with archive.open(entry.member) as member:
        content = member.read(entry.size + 1)
    if (len(content), hashlib.sha256(content).hexdigest()) != (entry.size, entry.sha256):
        raise damaged(archive.filename or "")
    return content


def _manifest(archive: zipfile.ZipFile, path: Path) -> Manifest:
    members = {item.filename: item for item in archive.infolist()}
    found = members.get(MANIFEST)
    if found is None or found.file_size > _MANIFEST_BYTES:
        raise damaged(path)
    try:
        manifest = Manifest.model_validate_json(archive.read(found))
    except ValidationError as error:
        msg = f"{path} is no backup that this version of Rifq can read: use the version that made it, or a newer one."
        raise StorageError(msg) from error
    listed = [MANIFEST, *(item.member for item in manifest.tables), *(item.member for item in manifest.files)]
    if sorted(listed) != sorted(item.filename for item in archive.infolist()):
        raise damaged(path)
    return manifest
