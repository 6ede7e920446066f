"""The knowledge base: the store's resolutions, searchable in memory, never staler than the last ``refresh``."""

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from inference.types import Contradiction, SearchResult
from models.errors import InputError, OverloadedError
from models.space import SearchSpace
from retrieval.contradictions import ContradictionFinder
from retrieval.engine.local import LocalIndex
from retrieval.index import Filters, TenantIndex
from retrieval.keeping import IndexFolder, Standing
from retrieval.relevance import Relevance, load_relevance
from retrieval.search import Weights, find
from retrieval.store.feed import Changes, generation_of
from retrieval.store.resolutions import ResolutionStore
from retrieval.vector_store import LocalVectors, VectorStore
from retrieval.vectors import Encode, Vectors, encode_all

SNAPSHOT_FOLDER = "index"
MAX_HITS = 100
"""Most hits that one search returns."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _State:
    """What searches see."""

    generation: str
    tenants: Mapping[str, Standing]
    finders: Mapping[str, ContradictionFinder]


class KnowledgeBase:
    """Ties the store to the index of one model revision.

    Args:
        store: where the resolutions are.
        revision: the encoder's revision; vectors of another one are never used.
        dimension: the encoder's dimension.
        space: maps the encoder's vectors to search vectors; None searches them as they are.
        directory: the data directory; its ``index`` folder holds the snapshots. None keeps everything in memory.
        vectors: where the vectors lie; this process's memory if None.
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
        vectors: VectorStore | None = None,
        relevance: Relevance | None = None,
        weights: Weights | None = None,
    ) -> None:
        self.store = store
        self.relevance = relevance or load_relevance()
        self.weights = weights or Weights()
        self._space = space or SearchSpace({})
        self._dimension = dimension
        folder = None if directory is None else directory / SNAPSHOT_FOLDER
        self._folder = IndexFolder(folder, revision, vectors or LocalVectors(dimension))
        self._restored = False
        self._former: list[TenantIndex] = []
        # Held by worker threads, which go on when the task that waits for them is cancelled.
        self._working = threading.Lock()
        self._state = _State("", {}, {})
        self._lock = asyncio.Lock()
        self._compacting: set[asyncio.Task[None]] = set()

    @property
    def generation(self) -> str:
        """The generation of the store that searches see; empty before the first refresh."""
        return self._state.generation

    def size(self, tenant: str = "default") -> int:
        """Return how many resolutions of a tenant are searchable."""
        standing = self._state.tenants.get(tenant)
        return 0 if standing is None else len(standing.index)

    async def refresh(self, encode: Encode, progress: Progress | None = None) -> bool:
        """Bring the index up to the store's generation; tell whether it changed. Cheap when nothing did.

        What was written since is read from the store's feed, and only texts without a vector are encoded. Searches go
        on meanwhile, and see each batch of changes as soon as it is in.

        Args:
            encode: raw unit vectors of texts; called in a worker thread, in batches of at most 64 texts.
            progress: called with (resolutions taken up, how many are known to come) in that thread.

        Raises:
            StorageError: the database could not be read.
            ArtifactError: the encoder returned vectors of another shape.
        """
        async with self._lock:
            positions = await self.store.positions()
            if generation_of(positions) == self._state.generation:
                self._discard_former()
                await asyncio.to_thread(self._save)
                return False
            if not self._restored:
                self._state = _State("", await asyncio.to_thread(self._folder.restore), {})
                self._restored = True
            self._discard_former()
            known = self._state.tenants
            standing = {name: known[name] for name in positions if name in known and known[name].index.whole}
            for name, position in positions.items():
                if name not in standing or standing[name].position != position or standing[name].missing:
                    standing[name] = await self._follow(name, standing.get(name), encode, progress)
            finders = {
                name: ContradictionFinder(item.index, await self.store.dismissed(tenant=name))
                for name, item in standing.items()
            }
            reached = {name: item.position for name, item in standing.items() if item.position is not None}
            kept = {id(item.index) for item in standing.values()}
            self._former = [item.index for item in known.values() if id(item.index) not in kept]
            self._state = _State(generation_of(reached), standing, finders)
            self._compact()
            await asyncio.to_thread(self._save)
            return True

    async def write(self) -> None:
        """Write what no snapshot holds yet, however little it is: what was erased is in no file afterwards."""
        async with self._lock:
            self._discard_former()
            await asyncio.to_thread(self._save, now=True)

    async def close(self) -> None:
        """Write what no snapshot holds yet, and let go of all files; nothing can be searched afterwards."""
        await asyncio.gather(*self._compacting)
        async with self._lock:
            if self.generation:
                await asyncio.to_thread(self._save, now=True)
            self._state = _State("", {}, {})
            self._folder.close()

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
            OverloadedError: the index is being rebuilt.
        """
        if not 1 <= k <= MAX_HITS:
            msg = f"k is {k}: ask for 1 to {MAX_HITS} hits."
            raise InputError(msg, field="k")
        state = self._state
        standing = state.tenants.get(tenant)
        if standing is None:
            return SearchResult(hits=(), relevance=0.0, answerable=False, generation=state.generation)
        query = self._space(np.asarray(vector, dtype=np.float32)[None, :])[0]
        filters = Filters(product, tuple(tags), tuple(languages))
        index = standing.index
        with index.lock:
            try:
                return find(
                    index,
                    query,
                    text=text,
                    count=k,
                    filters=filters,
                    language=language,
                    today=today,
                    weights=self.weights,
                    relevance=self.relevance,
                    generation=state.generation,
                )
            except KeyError as error:
                # A remote store is being filled anew under the old rows.
                msg = "The index is being rebuilt: try again in a moment."
                raise OverloadedError(msg, retry_after=2) from error

    def names_product(self, product: str, *, tenant: str = "default") -> bool:
        """Tell whether any searchable resolution of a tenant is of a product."""
        standing = self._state.tenants.get(tenant)
        return standing is not None and standing.index.names_product(product)

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

    async def _follow(
        self, tenant: str, standing: Standing | None, encode: Encode, progress: Progress | None
    ) -> Standing:
        """Apply to a tenant's index what was written since it was last filled; to a new one where that is unknown."""
        taken, current = 0, standing
        missing = standing.missing if standing else frozenset()
        try:
            async for changes in self.store.changes(since=standing.position if standing else None, tenant=tenant):
                if changes.afresh or current is None:
                    current = await asyncio.to_thread(self._folder.new, tenant)
                coming = taken + len(changes.resolutions)
                if progress is not None and changes.afresh:
                    coming = max(coming, await self.store.count(tenant=tenant))
                report = None if progress is None else _from(progress, taken, len(changes.resolutions), coming)
                await asyncio.to_thread(self._take, current.index, changes, encode, report)
                vectors = current.index.vectors
                if current is not standing and isinstance(vectors, LocalIndex) and vectors.due:
                    # Nobody searches it yet: better now than when it is twice as large.
                    await asyncio.to_thread(vectors.compact)
                taken += len(changes.resolutions)
                missing -= {*(item.id for item in changes.resolutions), *changes.removed}
                # Half a feed is no position: a reader that stops here reads it again.
                current.position = changes.position or current.position
        except BaseException:
            if current is not None and current is not standing:
                # Nobody will search it: its files would lie there until the process ends.
                with self._working:
                    current.index.words.discard()
            raise
        assert current is not None, "a feed has at least one batch"  # noqa: S101 - for the type checker
        if missing and current is standing:
            return await self._follow(tenant, None, encode, progress)
        current.missing = frozenset()
        return current

    def _take(
        self, index: TenantIndex, changes: Changes, encode: Encode, report: Callable[[float], None] | None
    ) -> None:
        used = [item for item in changes.resolutions if item.retired is None]
        gone = [*changes.removed, *(item.id for item in changes.resolutions if item.retired is not None)]
        texts = index.unknown(used)

        def encoded(count: int) -> None:
            if report is not None:
                report(count / len(texts))

        vectors = self._space(encode_all(texts, encode, self._dimension, encoded))
        with self._working:
            erased = index.put(used, dict(zip(texts, vectors, strict=True)))
            erased = index.remove(gone) or erased
            self._folder.note(changed=len(changes.resolutions) + len(gone), erased=erased or changes.afresh)

    def _discard_former(self) -> None:
        """Remove the files of indexes that were replaced a refresh ago: no search is at work in them any more."""
        for index in self._former:
            with index.lock:
                index.words.discard()
        self._former = []

    def _compact(self) -> None:
        """Rebuild in the background what has grown or holed; searches and changes go on meanwhile."""
        for item in self._state.tenants.values():
            vectors = item.index.vectors
            if isinstance(vectors, LocalIndex) and vectors.due:
                task = asyncio.create_task(asyncio.to_thread(vectors.compact))
                self._compacting.add(task)
                task.add_done_callback(self._compacting.discard)

    def _save(self, *, now: bool = False) -> None:
        with self._working:
            self._folder.save_if_due(self._state.tenants, self._state.generation, now=now)


def _from(progress: Progress, taken: int, batch: int, coming: int) -> Callable[[float], None]:
    return lambda share: progress(taken + round(share * batch), coming)
