"""A folder of backups: what is in it, what is past its time, and when the last of it will be gone."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from models.errors import StorageError
from retrieval.backup.checking import read_manifest
from retrieval.backup.creating import PARTIAL
from retrieval.backup.manifest import Manifest

_ABANDONED = timedelta(days=1)
"""Age of a half-written file from which nobody can be writing it any more."""


@dataclass(frozen=True)
class Kept:
    """One file of the folder; a damaged one has no manifest, and its age is that of the file."""

    path: Path
    size: int
    made_at: datetime
    expires_at: datetime
    manifest: Manifest | None


def kept_backups(folder: Path, *, keep: timedelta) -> tuple[Kept, ...]:
    """Return the backups of a folder, the newest first; none where there is no folder.

    Args:
        folder: where they are.
        keep: how long a damaged one is kept, which cannot say so itself.

    Raises:
        StorageError: the folder cannot be read.
    """
    try:
        paths = [path for path in folder.glob("*.zip") if path.is_file()] if folder.exists() else []
        found = [_kept(path, keep) for path in paths]
    except OSError as error:
        raise _unusable(folder, error) from error
    return tuple(sorted(found, key=lambda item: (item.made_at, item.path.name), reverse=True))


def latest_expiry(folder: Path, *, keep: timedelta) -> datetime | None:
    """Return when the last backup of a folder ends: what is erased now is in none after that; None where there is none.

    It holds as long as ``prune_backups`` runs at least daily, and for copies elsewhere if they are pruned alike.

    Raises:
        StorageError: the folder cannot be read.
    """
    return max((item.expires_at for item in kept_backups(folder, keep=keep)), default=None)


def prune_backups(folder: Path, *, now: datetime, keep: timedelta, shorten: bool = False) -> tuple[Path, ...]:
    """Delete the backups whose time is over, and half-written files that nobody finishes; return what was deleted.

    Args:
        folder: where they are.
        now: the moment.
        keep: how long a backup is kept that cannot say so itself.
        shorten: whether ``keep`` counts for all of them where it ends sooner than they say.

    Raises:
        StorageError: a file cannot be deleted.
    """
    gone = []
    for item in kept_backups(folder, keep=keep):
        ends = min(item.expires_at, item.made_at + keep) if shorten else item.expires_at
        if ends <= now:
            gone.append(item.path)
    try:
        abandoned = time.time() - _ABANDONED.total_seconds()
        half = [path for path in folder.glob(f".*.zip.*{PARTIAL}") if path.stat().st_mtime < abandoned]
        for path in (*gone, *half):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise _unusable(folder, error) from error
    return (*gone, *half)


def _kept(path: Path, keep: timedelta) -> Kept:
    size, age = path.stat().st_size, datetime.fromtimestamp(path.stat().st_mtime, UTC)
    try:
        manifest = read_manifest(path)
    except StorageError:
        return Kept(path, size, age, age + keep, None)
    return Kept(path, size, manifest.made_at, manifest.expires_at, manifest)


def _unusable(folder: Path, error: OSError) -> StorageError:
    return StorageError(f"The backups in {folder} cannot be read or deleted ({error.strerror}): mend their rights.")
