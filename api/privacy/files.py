"""Searches the files of a data directory for what was erased: indexes as they are read, and everything byte by byte."""

import mmap
from collections.abc import Collection, Iterator
from pathlib import Path

from api.privacy.matching import Matcher
from api.privacy.texts import strings
from models.errors import ArtifactError
from retrieval.records import Records

_SHORTEST = 6
"""Bytes of a value that is looked for as such: shorter ones stand in compressed files by chance."""


def search_files(
    directory: Path, matcher: Matcher, values: Collection[str], *, tenant: str, leave: Collection[Path] = ()
) -> tuple[int, list[str]]:
    """Return how many files were searched, and in which something was found (blocking: call it from a thread).

    Args:
        directory: the data directory.
        matcher: recognises the subject in the texts of index snapshots.
        values: spellings that stood in the tables, looked for as UTF-8.
        tenant: whose index snapshots are read.
        leave: folders that are left out, such as the backups'.
    """
    found = [
        path.relative_to(directory).as_posix() for path in _records(directory) if _remembers(path, matcher, tenant)
    ]
    needles = [value.encode() for value in values if len(value.encode()) >= _SHORTEST]
    count = 0
    for path in _files(directory, leave):
        count += 1
        if any(_holds(path, needles)):
            found.append(path.relative_to(directory).as_posix())
    return count, sorted(set(found))


def _files(directory: Path, leave: Collection[Path]) -> Iterator[Path]:
    outside = [path.resolve() for path in leave]
    for path in sorted(directory.rglob("*")):
        if path.is_file() and not any(path.resolve().is_relative_to(folder) for folder in outside):
            yield path


def _records(directory: Path) -> Iterator[Path]:
    for path in sorted(directory.rglob("records.bin")):
        yield path.parent


def _remembers(folder: Path, matcher: Matcher, tenant: str) -> bool:
    try:
        records = Records.load(folder)
        own = (records[row] for row in records if records[row].tenant == tenant)
        return any(matcher.spans(text) for item in own for text in strings(item.model_dump(mode="json")))
    except (OSError, ValueError, KeyError, TypeError, ArtifactError):
        return False  # removed meanwhile, or faulty: then it is not read by anybody, and its bytes are searched


def _holds(path: Path, needles: Collection[bytes]) -> Iterator[bool]:
    try:
        with path.open("rb") as file:
            if path.stat().st_size:
                with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                    yield from (content.find(needle) >= 0 for needle in needles)
    except OSError:
        return  # removed meanwhile
