"""Knowledge of our own making, indexed with vectors that need no model, and what a search can reach of it."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from zlib import crc32

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer

from inference.types import Hit, Resolution
from models.space import SearchSpace
from retrieval.knowledge import MAX_HITS, KnowledgeBase
from retrieval.store import ResolutionStore, database_url, open_database
from retrieval.vectors import Encode, Vectors

TODAY = date(2026, 1, 15)
DIMENSION = 256
REVISION = "hashed-trigrams"
_GROUPS = 64
_SUBJECTS = ("card", "transfer", "refund", "account", "invoice", "بطاقة", "حوالة", "استرداد", "حساب", "فاتورة")
_STATES = ("lost", "late", "blocked", "charged twice", "rejected", "ضاعت", "تأخرت", "أوقفت", "خصمت مرتين", "رفضت")
_hashing = HashingVectorizer(
    analyzer="char_wb", ngram_range=(3, 3), n_features=DIMENSION, alternate_sign=False, dtype=np.float32
)


def hashed(texts: Sequence[str]) -> Vectors:
    """Return unit vectors of hashed trigrams [n, DIMENSION]: equal texts, equal vectors; no model is loaded."""
    vectors: Vectors = _hashing.transform([f"{text} ..." for text in texts]).toarray()
    return vectors


def resolution(name: str, words: int) -> Resolution:
    """Return a resolution whose texts follow from its id and ``words``, tagged with its group."""
    random = Random(f"{name}/{words}")  # noqa: S311 - not for secrets
    subject, state = random.choice(_SUBJECTS), random.choice(_STATES)
    return Resolution(
        id=name,
        problem=f"{subject} {state} {words} {name}",
        cases=(f"{state}: {subject}? {random.randrange(10**6)}",),
        answer=f"{random.choice(_STATES)} {random.choice(_SUBJECTS)} {words}: {random.randrange(10**9)}.",
        language="en",
        tags=(group_of(name),),
    )


def group_of(name: str) -> str:
    """Return the group of an id: few enough share one that a single search can list all of them."""
    return f"group-{crc32(name.encode()) % _GROUPS}"


@dataclass(frozen=True)
class Desk:
    """A store and its index, open."""

    store: ResolutionStore
    knowledge: KnowledgeBase

    async def refresh(self, encode: Encode = hashed) -> None:
        """Bring the index up to the store."""
        await self.knowledge.refresh(encode)


@asynccontextmanager
async def open_desk(
    directory: Path, *, revision: str = REVISION, dimension: int = DIMENSION, space: SearchSpace | None = None
) -> AsyncIterator[Desk]:
    """Open a data directory with its index, and close both.

    Raises:
        StorageError: the database cannot be used.
    """
    database = await open_database(database_url(directory))
    try:
        store = ResolutionStore(database)
        yield Desk(
            store, KnowledgeBase(store, revision=revision, dimension=dimension, space=space, directory=directory)
        )
    finally:
        await database.close()


def reachable(knowledge: KnowledgeBase, encode: Callable[[Sequence[str]], Vectors] = hashed) -> list[Hit]:
    """Return a hit for everything that searches find, by listing every group; what is found twice is there twice.

    Raises:
        ValueError: a group is too large to be listed.
    """
    vector = encode(["card lost"])[0]
    hits: list[Hit] = []
    for number in range(_GROUPS):
        found = knowledge.search(vector, k=MAX_HITS, tags=(f"group-{number}",), today=TODAY).hits
        if len(found) == MAX_HITS:
            msg = f"Group {number} may hold more than the {MAX_HITS} resolutions that a search lists: store fewer."
            raise ValueError(msg)
        hits += found
    return hits


async def faults(desk: Desk, encode: Callable[[Sequence[str]], Vectors] = hashed) -> list[str]:
    """Compare what searches find with what is stored; return a sentence for each difference."""
    stored = {item.id: item for item in (await desk.store.snapshot()).resolutions if item.retired is None}
    hits = reachable(desk.knowledge, encode)
    found = {hit.resolution.id: hit.resolution for hit in hits}
    said = [f"{len(hits) - len(found)} are found twice"] if len(hits) > len(found) else []
    said += [f"{name} is stored and not found" for name in sorted(stored.keys() - found.keys())]
    said += [f"{name} is found and not stored" for name in sorted(found.keys() - stored.keys())]
    said += [
        f"{name} is found with other content"
        for name in sorted(stored)
        if found.get(name, stored[name]) != stored[name]
    ]
    if desk.knowledge.size() != len(stored):
        said.append(f"the index counts {desk.knowledge.size()}, the store {len(stored)}")
    return said
