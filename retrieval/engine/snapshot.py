"""Snapshots of a data directory's index: folders that are whole or are not used.

    <directory>/snapshot-00000007-<name>/manifest.json    facts, and sizes and SHA-256 digests of all other files
                                         manifest.sha256  the manifest's own digest, for ``sha256sum --check``
                                         ...              whatever was written

A snapshot only saves time: what it holds can be computed anew from the database. So the newest sound one is used, one
with any fault is passed over, and a parser never sees a byte that was not checked.
"""

import hashlib
import json
import logging
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from models.errors import ArtifactError
from retrieval.durable import flush

FORMAT = 1
"""Version of the folder's layout; a snapshot of another one is passed over."""
MANIFEST = "manifest.json"
DIGEST = "manifest.sha256"
_FOLDER = re.compile(r"snapshot-(\d{8,})-.*")
_ASIDE = ".snapshot-"
_MOST_MANIFEST_BYTES = 1 << 24
_logger = logging.getLogger(__name__)


class Snapshots:
    """The snapshots in one directory.

    Args:
        directory: where they lie; made when the first is saved.
        revision: of whatever makes the content, such as the encoder; snapshots of another one are passed over.
    """

    def __init__(self, directory: Path, *, revision: str) -> None:
        self.directory = directory
        self.revision = revision

    def save(self, name: str, meta: dict[str, Any], write: Callable[[Path], None]) -> Path:
        """Write a snapshot aside, flush it to the disk and rename it into place; return its folder.

        Args:
            name: says which state this is, such as the store's generation; letters, digits and dashes of it are used.
            meta: facts to keep with it, as JSON has them.
            write: writes files and folders into the folder that it is given.

        Raises:
            OSError: the disk is full or the directory cannot be written; nothing is left behind.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(dir=self.directory, prefix=_ASIDE))
        try:
            write(aside)
            _seal(aside, {"format": FORMAT, "name": name, "revision": self.revision, "meta": meta})
            number = max(map(_number, self._folders()), default=0) + 1
            final = self.directory / f"snapshot-{number:08d}-{re.sub(r'[^A-Za-z0-9]+', '-', name)[:64]}"
            aside.rename(final)
            flush(self.directory)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        return final

    def sound(self) -> Iterator[tuple[Path, dict[str, Any]]]:
        """Yield folder and ``meta`` of the sound snapshots, newest first; each is checked when it is asked for.

        A faulty one is logged and passed over.
        """
        for path in sorted(self._folders(), key=_number, reverse=True):
            try:
                yield path, self.check(path)
            except ArtifactError as error:
                _logger.warning("%s It is passed over.", error)

    def check(self, path: Path) -> dict[str, Any]:
        """Compare every byte of a snapshot with its manifest; return its ``meta``.

        Raises:
            ArtifactError: a file is missing, too many, truncated or altered, or the snapshot is of another revision.
        """
        try:
            manifest = _manifest(path)
            if manifest["format"] != FORMAT:
                raise _fault(path, f"has format {manifest['format']} instead of {FORMAT}")
            if manifest["revision"] != self.revision:
                raise _fault(path, f"was made by revision {manifest['revision']} instead of {self.revision}")
            _compare(path, manifest["files"])
            meta: dict[str, Any] = manifest["meta"]
        except OSError as error:
            raise _fault(path, f"cannot be read ({error.strerror})") from error
        except (AttributeError, KeyError, TypeError) as error:
            raise _fault(path, f"has a {MANIFEST} of another shape") from error
        return meta

    def prune(self, *, keep: int = 2) -> None:
        """Remove all but the newest snapshots, and what interrupted writes have left. Not beside `save`.

        Keep one only where something has been erased: an older snapshot still holds it.
        """
        for path in sorted(self._folders(), key=_number, reverse=True)[keep:]:
            # Renamed first, so that an interrupted removal leaves nothing that looks like a snapshot.
            path.rename(self.directory / f"{_ASIDE}{path.name}")
        for path in self.directory.glob(f"{_ASIDE}*"):
            shutil.rmtree(path)

    def _folders(self) -> list[Path]:
        return [path for path in self.directory.glob("snapshot-*") if _FOLDER.fullmatch(path.name) and path.is_dir()]


def _seal(folder: Path, facts: dict[str, Any]) -> None:
    """Write the manifest of a folder's files and flush all of them to the disk."""
    files = {path.relative_to(folder).as_posix(): _describe(path) for path in _files(folder)}
    content = json.dumps(facts | {"files": files}, ensure_ascii=False, indent=1, sort_keys=True).encode()
    (folder / MANIFEST).write_bytes(content)
    (folder / DIGEST).write_bytes(_digest_line(content))
    for path in [*_files(folder), *(path for path in folder.rglob("*") if path.is_dir()), folder]:
        flush(path)


def _manifest(path: Path) -> dict[str, Any]:
    manifest, digest = path / MANIFEST, path / DIGEST
    for file in (manifest, digest):
        if file.is_symlink() or not file.is_file():
            raise _fault(path, f"lacks {file.name}")
    if manifest.stat().st_size > _MOST_MANIFEST_BYTES:
        raise _fault(path, f"has a {MANIFEST} of {manifest.stat().st_size} bytes")
    content = manifest.read_bytes()
    if digest.read_bytes() != _digest_line(content):
        raise _fault(path, f"has a {MANIFEST} that does not fit {DIGEST}")
    try:
        read: dict[str, Any] = json.loads(content)
    except ValueError as error:
        raise _fault(path, f"has a {MANIFEST} that is not JSON") from error
    return read


def _compare(path: Path, expected: dict[str, dict[str, Any]]) -> None:
    present = {file.relative_to(path).as_posix(): file for file in _files(path)}
    for name in sorted(expected.keys() ^ (present.keys() - {MANIFEST, DIGEST})):
        raise _fault(path, f"lacks {name}" if name in expected else f"holds {name}, which its manifest does not name")
    for name, facts in expected.items():
        size = present[name].stat().st_size
        if size != facts["bytes"]:
            raise _fault(path, f"has {size} bytes instead of {facts['bytes']} in {name}")
        if _describe(present[name]) != facts:
            raise _fault(path, f"has altered bytes in {name}")


def _fault(path: Path, what: str) -> ArtifactError:
    return ArtifactError(f"The index snapshot {path.name} {what}.")


def _describe(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def _digest_line(content: bytes) -> bytes:
    return f"{hashlib.sha256(content).hexdigest()}  {MANIFEST}\n".encode()


def _files(folder: Path) -> list[Path]:
    """Return all files at any depth, and links, which no manifest names."""
    return sorted(path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())


def _number(path: Path) -> int:
    found = _FOLDER.fullmatch(path.name)
    return int(found.group(1)) if found else 0
