"""Temporary stores with known resolutions, so that a figure can be made again anywhere."""

import hashlib
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from evaluation.data import Example, intent_name
from evaluation.suite import Index
from inference.types import Resolution
from models.sets.catalogue import load_set
from retrieval import sample
from retrieval.store import ResolutionStore, database_url, open_database

_PER_WRITE = 200


@dataclass(frozen=True)
class Helpdesk:
    """A data directory that holds resolutions, the revision of their content, and the cases that were left out."""

    directory: Path
    revision: str
    held_out: tuple[Example, ...] = ()


@asynccontextmanager
async def open_helpdesk(
    index: Index, *, seed: int, today: date, sets: Path | None, store: Path | None
) -> AsyncIterator[Helpdesk]:
    """Give a data directory with the index's resolutions; a temporary one unless ``store`` names a user's own.

    Raises:
        StorageError: the store could not be written or read.
    """
    if store is not None:
        yield Helpdesk(store, revision_of(await _stored(store)))
        return
    resolutions = list(sample.load(today)) if index.source == "sample" else list(hint3_resolutions(sets))
    resolutions, held_out = hold_out(resolutions, index.hold_out, seed)
    with TemporaryDirectory(prefix="rifq-eval-") as folder:
        database = await open_database(database_url(Path(folder)))
        try:
            for start in range(0, len(resolutions), _PER_WRITE):
                await ResolutionStore(database).put_many(resolutions[start : start + _PER_WRITE])
        finally:
            await database.close()
        yield Helpdesk(Path(folder), revision_of(resolutions), tuple(held_out))


def hold_out(resolutions: Sequence[Resolution], count: int, seed: int) -> tuple[list[Resolution], list[Example]]:
    """Take ``count`` cases from each resolution, to be asked instead of being found."""
    rng = np.random.default_rng(seed)
    kept, asked = [], []
    for resolution in resolutions:
        taken = set(rng.permutation(len(resolution.cases))[:count].tolist())
        kept.append(
            resolution.model_copy(
                update={"cases": tuple(case for place, case in enumerate(resolution.cases) if place not in taken)}
            )
        )
        labels = {"set": "sample", "true_intent": sample.intent_of(resolution.id), "language": resolution.language}
        asked += [Example(resolution.cases[place], labels) for place in sorted(taken)]
    return kept, asked


def hint3_resolutions(sets: Path | None) -> Iterable[Resolution]:
    """Make one resolution of each intent of HINT3's training part: its questions are the cases."""
    questions: dict[str, list[str]] = {}
    for row in load_set("hint3", sets):
        if row.split == "train" and row.intent is not None:
            questions.setdefault(intent_name(row.intent), []).append(row.text)
    for name, texts in sorted(questions.items()):
        answer = f"See the page about {name.replace('_', ' ')}."
        yield Resolution(id=f"{name}.en", problem=texts[0], cases=tuple(texts[1:200]), answer=answer, language="en")


def revision_of(resolutions: Sequence[Resolution]) -> str:
    """Return a digest of resolutions' content: the same wherever and whenever they are stored."""
    sha = hashlib.sha256()
    for resolution in sorted(resolutions, key=lambda item: (item.tenant, item.id)):
        sha.update(resolution.model_dump_json().encode())
    return sha.hexdigest()[:12]


async def _stored(directory: Path) -> tuple[Resolution, ...]:
    database = await open_database(database_url(directory))
    try:
        return (await ResolutionStore(database).snapshot()).resolutions
    finally:
        await database.close()
