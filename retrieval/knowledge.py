"""The knowledge base: the store's resolutions, searchable in memory, never staler than the last ``refresh``."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

import numpy as np

from inference.types import Contradiction, SearchResult
from models.errors import InputError
from models.space import SearchSpace
from retrieval.contradictions import ContradictionFinder
from retrieval.index import Filters, TenantIndex
from retrieval.keys import keys
from retrieval.relevance import Relevance, load_relevance
from retrieval.search import Weights, rank, result
from retrieval.store.resolutions import ResolutionStore, Snapshot
from retrieval.vectors import Encode, SnapshotFolder, VectorCache, Vectors

SNAPSHOT_FOLDER = "index"
MAX_HITS = 100
"""Most hits that one search returns."""
Progress = Callable[[int, int], None]
_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _State:
    """What searches see; replaced as a whole, so that no search meets a half-built index."""

    generation: str
    tenants: Mapping[str, TenantIndex]
    finders: Mapping[str, ContradictionFinder]


class KnowledgeBase:
    """Ties the store to the index of one model revision.

    Args:
        store: where the resolutions are.
        revision: the encoder's revision; vectors of another one are never used.
        dimension: the encoder's dimension.
        space: maps the encoder's vectors to search vectors; None searches them as they are.
        directory: the data directory; its ``index`` folder holds the snapshots. None keeps everything in memory.
        relevance: the calibrated model; the shipped one if None.
        weights: of the parts of a score.
    """

    def __init__(
        self,
        store: ResolutionStore,
        *,
        revision: str,
        dimension: int,
        space: SearchSpace | None = None,
        directory: Path | None = None,
        relevance: Relevance | None = None,
        weights: Weights | None = None,
    ) -> None:
        self.store = store
        self.relevance = relevance or load_relevance()
        self.weights = weights or Weights()
        self._space = space or SearchSpace({})
        self._cache = VectorCache(dimension)
        self._folder = None if directory is None else SnapshotFolder(directory / SNAPSHOT_FOLDER, revision)
        self._state = _State("", {}, {})
        self._saved: str | None = None
        self._lock = asyncio.Lock()

    @property
    def generation(self) -> str:
        """The generation of the store that searches see; empty before the first refresh."""
        return self._state.generation

    def size(self, tenant: str = "default") -> int:
        """Return how many resolutions of a tenant are searchable."""
        index = self._state.tenants.get(tenant)
        return 0 if index is None else len(index.resolutions)

    async def refresh(self, encode: Encode, progress: Progress | None = None) -> bool:
        """Bring the index up to the store's generation; tell whether it changed. Cheap when nothing did.

        Only texts without a known vector are encoded. Searches go on meanwhile over the former state.

        Args:
            encode: raw unit vectors of texts; called in a worker thread, in batches of at most 64 texts.
            progress: called with (encoded, to encode) in that thread.

        Raises:
            StorageError: the database could not be read.
            ArtifactError: the encoder returned vectors of another shape.
        """
        async with self._lock:
            if await self.store.generation() == self._state.generation:
                return False
            snapshot = await self.store.snapshot()
            self._state = await asyncio.to_thread(self._build, snapshot, encode, progress)
            return True

    def search(
        self,
        vector: Vectors,
        *,
        text: str | None = None,
        k: int = 10,
        tenant: str = "default",
        language: str | None = None,
        product: str | None = None,
        tags: Sequence[str] = (),
        languages: Sequence[str] = (),
        today: date,
    ) -> SearchResult:
        """Return the ``k`` best resolutions for a message (all, where fewer pass the filters).

        Args:
            vector: the message's raw unit vector from the encoder [dimension].
            text: the message itself, for the lexical part; None searches by vector alone.
            k: 1 to ``MAX_HITS``.
            tenant: whose knowledge is searched; nothing of another tenant is ever touched.
            language: the customer's language: a preference between close hits, no filter; it also sets the
                threshold of ``answerable``.
            product: filter: this product only.
            tags: filter: all of these tags.
            languages: filter: one of these languages.
            today: the day at which freshness is judged.

        Raises:
            InputError: ``k`` is out of range.
        """
        if not 1 <= k <= MAX_HITS:
            msg = f"k is {k}: ask for 1 to {MAX_HITS} hits."
            raise InputError(msg, field="k")
        state = self._state
        index = state.tenants.get(tenant)
        if index is None:
            return SearchResult(hits=(), relevance=0.0, answerable=False, generation=state.generation)
        query = self._space(np.asarray(vector, dtype=np.float32)[None, :])[0]
        filters = Filters(product, tuple(tags), tuple(languages))
        ranked = rank(
            index, query, text=text, count=k, filters=filters, language=language, today=today, weights=self.weights
        )
        return result(index, ranked, count=k, language=language, relevance=self.relevance, generation=state.generation)

    def contradictions(self, *, tenant: str = "default") -> tuple[Contradiction, ...]:
        """Return all pairs of a tenant that seem to contradict each other, the closest first.

        The first call after a change compares every resolution with its neighbours: call it from a worker thread.
        """
        finder = self._state.finders.get(tenant)
        return () if finder is None else finder.all

    def contradictions_of(self, id: str, *, tenant: str = "default") -> tuple[Contradiction, ...]:  # noqa: A002 - the contract's name
        """Return the pairs that one resolution takes part in."""
        finder = self._state.finders.get(tenant)
        return () if finder is None else finder.of(id)

    def _build(self, snapshot: Snapshot, encode: Encode, progress: Progress | None) -> _State:
        used = [item for item in snapshot.resolutions if item.retired is None]
        groups = {tenant: tuple(items) for tenant, items in groupby(used, key=lambda item: item.tenant)}
        texts = {tenant: [key.text for item in items for key in keys(item)] for tenant, items in groups.items()}
        if self._folder is not None and not len(self._cache):
            exact = self._folder.restore(self._cache, snapshot.generation)
            self._saved = snapshot.generation if exact else None
        everything = [text for group in texts.values() for text in group]
        self._cache.lookup(everything, encode, progress)
        self._cache.keep_only(everything)
        tenants = {
            tenant: TenantIndex(items, self._space(self._cache.lookup(texts[tenant], encode)))
            for tenant, items in groups.items()
        }
        finders = {
            tenant: ContradictionFinder(index, frozenset(mark for owner, mark in snapshot.dismissed if owner == tenant))
            for tenant, index in tenants.items()
        }
        self._save(snapshot.generation)
        return _State(snapshot.generation, tenants, finders)

    def _save(self, generation: str) -> None:
        if self._folder is None or self._saved == generation:
            return
        try:
            self._folder.store(self._cache, generation)
            self._saved = generation
        except OSError as error:
            # Snapshots only save time: the database holds everything.
            _logger.warning("The index snapshot could not be written (%s): the next start computes it anew.", error)
