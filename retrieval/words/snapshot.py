"""Files of a word index: the mark of the analysis that made them, and copies of them.

tantivy never changes a file in place (it writes anew and renames), so a snapshot can be hard links.
"""

import hashlib
import importlib.metadata
import json
import os
import shutil
from functools import cache
from pathlib import Path

from models.errors import ArtifactError, StorageError

_MARK = "analysis.json"
_SOURCES = ("words/analysis.py", "words/arabic.py", "words/words.yaml", "words/index.py")


@cache
def analysis_revision() -> str:
    """Return a digest of all that decides how a text becomes terms and where they are stored."""
    package = Path(__file__).parents[1]
    parts = [(package / name).read_bytes() for name in _SOURCES]
    others = ("inference/text.py", "inference/language.py", "inference/lexicons/language.yaml", "models/normalise.py")
    parts += [(package.parent / name).read_bytes() for name in others]
    parts.append(importlib.metadata.version("tantivy").encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def mark(folder: Path) -> None:
    """Note in an index's folder which analysis makes it."""
    (folder / _MARK).write_text(json.dumps({"revision": analysis_revision()}), encoding="utf-8")


def read_mark(folder: Path) -> None:
    """Check that an index's folder was made by this analysis.

    Raises:
        ArtifactError: it was not, or says nothing of it.
    """
    if _read(folder / _MARK).get("revision") != analysis_revision():
        msg = f"The word index in {folder.name} was made by another analysis of words; rebuild it."
        raise ArtifactError(msg)


def write_snapshot(source: Path, target: Path) -> None:
    """Copy an index's files, which nobody writes to, into a new folder.

    Raises:
        StorageError: the disk refused, or the folder is not empty.
    """
    try:
        target.mkdir(parents=True, exist_ok=True)
        if any(target.iterdir()):
            msg = f"The folder {target.name} for a snapshot is not empty; give a new one."
            raise StorageError(msg)
        for path in source.iterdir():
            if path.is_file() and not path.name.endswith(".lock"):
                _link(path, target / path.name)
    except OSError as error:
        msg = f"The snapshot {target.name} of the word index could not be written; is the disk full?"
        raise StorageError(msg) from error


def copy_snapshot(snapshot: Path, target: Path) -> None:
    """Copy a snapshot's files, which are known to be sound, into a folder, emptied first.

    Raises:
        ArtifactError: it cannot be read.
    """
    try:
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for path in snapshot.iterdir():
            _link(path, target / path.name)
    except OSError as error:
        msg = f"The snapshot {snapshot.name} of the word index cannot be read; rebuild it."
        raise ArtifactError(msg) from error


def _read(path: Path) -> dict[str, str]:
    try:
        return {str(name): str(value) for name, value in dict(json.loads(path.read_text(encoding="utf-8"))).items()}
    except (OSError, ValueError, TypeError) as error:
        msg = f"The word index in {path.parent.name} has no sound {path.name}; rebuild it."
        raise ArtifactError(msg) from error


def _link(source: Path, target: Path) -> None:
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)
        with target.open("rb") as copied:
            os.fsync(copied.fileno())
