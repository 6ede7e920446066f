"""A folder that lives as long as its process: what a killed one has left is removed by the next."""

import fcntl
import shutil
import tempfile
import time
import weakref
from itertools import count
from pathlib import Path
from typing import IO

_PREFIX = ".live-"
_LOCK = "lock"
_YOUNG = 60.0
"""Seconds in which a folder may be on its way to its lock."""


class WorkingFolder:
    """A folder beside others of its kind, locked while this process lives."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        for other in directory.glob(f"{_PREFIX}*"):
            if _is_left(other):
                shutil.rmtree(other, ignore_errors=True)
        self._path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=directory))
        self._lock = (self._path / _LOCK).open("wb")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self._numbers = count()
        self.close = weakref.finalize(self, _remove, self._path, self._lock)
        """Removes the folder; called at the latest when the process ends in order."""

    def new(self) -> Path:
        """Return the path of a new folder inside."""
        return self._path / str(next(self._numbers))


def _is_left(folder: Path) -> bool:
    try:
        if time.time() - folder.stat().st_mtime < _YOUNG:
            return False
        with (folder / _LOCK).open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def _remove(folder: Path, lock: IO[bytes]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    lock.close()
