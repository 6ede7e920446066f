"""What one size costs: build, search, change, snapshot; run in a process of its own, so that memory is its own."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from evaluation.machine import resident_mib
from evaluation.performance.timing import Timing, time_in_turns, timing
from evaluation.scale.corpus import BATCH, Asked, Corpus, Material
from inference.types import Record, Resolution
from models.errors import ArtifactError
from retrieval.engine.local import LocalIndex
from retrieval.index import Filters, TenantIndex, facets
from retrieval.keeping import IndexFolder, Standing
from retrieval.keys import keys
from retrieval.relevance import load_relevance
from retrieval.search import Weights, find
from retrieval.store.feed import Position
from retrieval.vector_store import LocalVectors
from retrieval.vectors import Vectors

QUESTIONS, COMPARED, CHANGES, HITS = 500, 200, 100, 10
"""Questions that are timed, how many of them are compared with exact search, single changes, hits."""
FILTERS = {
    "no filter": Filters(),
    "one product of 10": Filters(product="product 3"),
    "one tag of 100": Filters(tags=("tag 7",)),
}
_TODAY = date(2026, 1, 15)
_RELEVANCE = load_relevance()
_NAME = "scale"
_MIB = 2**20
_ASKED_AGAIN, _ALIKE = 50, 0.98
"""A graph whose removed rows were overwritten on saving may lead elsewhere once in a while."""


class SearchTiming(Timing):
    """Milliseconds of searches, with the 99th percentile too."""

    p99_ms: float


class Scale(Record):
    """The figures of one size. Searches are whole and hybrid, but for the encoder; times are of one thread."""

    resolutions: int
    keys: int
    build_per_s: float = Field(description="Resolutions a second, put in by batches of 2,000.")
    index_mib: float = Field(description="Resident memory that building the index added.")
    resident_mib: float = Field(description="Resident memory of the process, all libraries included.")
    searches: tuple[SearchTiming, ...] = Field(description="One for each of FILTERS.")
    recall: dict[str, float] = Field(description="Recall@10 of the vector part against exact search, by filter.")
    add: Timing = Field(description="One resolution put in.")
    seen: float = Field(description="Share of the added ones that the next search for their problem found.")
    remove: Timing = Field(description="One resolution removed.")
    save_s: float
    load_s: float
    snapshot_mib: float


def measure(material: Path, size: int, seed: int) -> Scale:
    """Build an index of ``size`` resolutions and measure it.

    Args:
        material: file of a ``Material``.
        size: resolutions.
        seed: of the corpus.

    Raises:
        ArtifactError: a removed resolution was found, or the snapshot answers otherwise than what was saved.
    """
    corpus = Corpus(Material.load(material), seed)
    with TemporaryDirectory(prefix="rifq-scale-") as folder:
        return _measure(corpus, size, Path(folder))


def _measure(corpus: Corpus, size: int, folder: Path) -> Scale:
    asked, kept = corpus.asked(QUESTIONS), _kept(corpus, folder)
    standing = kept.new(_NAME)
    index, before = standing.index, resident_mib() or 0.0
    seconds = sum(_timed(_put, index, made, given) for made, given in _given(corpus, size))
    resident = resident_mib() or 0.0
    turns = [_search_next(index, asked, filters) for filters in FILTERS.values()]
    searched = time_in_turns(turns, rounds=len(asked))
    recall = _recall(index, corpus, asked[:COMPARED], size)
    add, seen, remove = _changes(index, corpus, -(-size // BATCH))
    save_s = _timed(_save, kept, standing)
    on_disk = sum(path.stat().st_size for path in folder.rglob("snapshot-*/**/*") if path.is_file()) / _MIB
    return Scale(
        resolutions=size,
        keys=2 * size,
        build_per_s=round(size / seconds, 1),
        index_mib=round(resident - before, 1),
        resident_mib=round(resident, 1),
        searches=tuple(_search_timing(name, times) for name, times in zip(FILTERS, searched, strict=True)),
        recall=recall,
        add=add,
        seen=round(seen, 4),
        remove=remove,
        save_s=round(save_s, 3),
        load_s=round(_loaded(_kept(corpus, folder), index, asked), 3),
        snapshot_mib=round(on_disk, 1),
    )


def _kept(corpus: Corpus, folder: Path) -> IndexFolder:
    return IndexFolder(folder, _NAME, LocalVectors(corpus.material.vectors.shape[1]))


def _batches(corpus: Corpus, size: int) -> Iterator[tuple[list[Resolution], Vectors]]:
    for number, start in enumerate(range(0, size, BATCH)):
        yield corpus.batch(number, min(BATCH, size - start))


def _given(corpus: Corpus, size: int) -> Iterator[tuple[list[Resolution], dict[str, Vectors]]]:
    for made, vectors in _batches(corpus, size):
        yield made, _by_text(made, vectors)


def _put(index: TenantIndex, made: Sequence[Resolution], given: Mapping[str, Vectors]) -> None:
    index.put(made, given)
    if isinstance(index.vectors, LocalIndex) and index.vectors.due:
        index.vectors.compact()


def _by_text(made: Sequence[Resolution], vectors: Vectors) -> dict[str, Vectors]:
    return dict(zip((key.text for item in made for key in keys(item)), vectors, strict=True))


def _timed(call: Callable[..., object], *arguments: object) -> float:
    start = time.perf_counter()
    call(*arguments)
    return time.perf_counter() - start


def _search_timing(name: str, seconds: Sequence[float]) -> SearchTiming:
    found = timing(name, seconds)
    return SearchTiming(**found.model_dump(), p99_ms=round(float(np.quantile(seconds, 0.99)) * 1000, 3))


def _search(index: TenantIndex, asked: Asked, filters: Filters = FILTERS["no filter"]) -> list[str]:
    with index.lock:
        found = find(
            index,
            asked.vector,
            text=asked.text,
            count=HITS,
            filters=filters,
            language=asked.language,
            today=_TODAY,
            weights=Weights(),
            relevance=_RELEVANCE,
            generation=_NAME,
        )
    return [hit.resolution.id for hit in found.hits]


def _search_next(index: TenantIndex, asked: Sequence[Asked], filters: Filters) -> Callable[[], object]:
    turn = cycle(asked)
    return lambda: _search(index, next(turn), filters)


def _recall(index: TenantIndex, corpus: Corpus, asked: Sequence[Asked], size: int) -> dict[str, float]:
    """Compare the vector part with products over all vectors, which are made again: the index keeps none in full."""
    queries = np.stack([each.vector for each in asked])
    best = {name: (np.full((len(asked), HITS), -np.inf), np.full((len(asked), HITS), -1)) for name in FILTERS}
    for number, (made, vectors) in enumerate(_batches(corpus, size)):
        products = queries @ vectors.T
        slots = 2 * BATCH * number + np.arange(len(vectors))
        for name, filters in FILTERS.items():
            passes = np.repeat([all(group & facets(item) for group in filters.where()) for item in made], 2)
            best[name] = _merged(best[name], products[:, passes], slots[passes])
    found = {}
    for name, (_, exact) in best.items():
        near = [index.vectors.search(query, count=HITS, where=FILTERS[name].where()).slots for query in queries]
        pairs = [(set(got.tolist()), set(want[want >= 0].tolist())) for got, want in zip(near, exact, strict=True)]
        found[name] = round(sum(len(got & want) for got, want in pairs) / sum(len(want) for _, want in pairs), 4)
    return found


def _merged(
    best: tuple[NDArray[np.float64], NDArray[np.int64]], products: NDArray[np.float32], slots: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Keep the ``HITS`` largest products of each query [queries, HITS], and their slots."""
    both = np.concatenate([best[0], products], axis=1)
    places = np.argpartition(-both, HITS - 1, axis=1)[:, :HITS]
    numbers = np.concatenate([best[1], np.broadcast_to(slots, products.shape)], axis=1)
    return np.take_along_axis(both, places, axis=1), np.take_along_axis(numbers, places, axis=1)


def _changes(index: TenantIndex, corpus: Corpus, number: int) -> tuple[Timing, float, Timing]:
    """Put in resolutions one by one and remove them again; return the share of them that the next search found."""
    made, vectors = corpus.batch(number, CHANGES)
    given = [_by_text([item], vectors[2 * place : 2 * place + 2]) for place, item in enumerate(made)]
    added, seen, removed = [], 0, []
    for item, own in zip(made, given, strict=True):
        added.append(_timed(index.put, [item], own))
        seen += _finds(index, item, own)
    for item, own in zip(made, given, strict=True):
        removed.append(_timed(index.remove, [item.id]))
        if _finds(index, item, own):
            raise ArtifactError("A search found a resolution that was removed: the index is at fault.")
    return timing("add one", added), seen / len(made), timing("remove one", removed)


def _finds(index: TenantIndex, item: Resolution, vectors: Mapping[str, Vectors]) -> bool:
    return item.id in _search(index, Asked(item.problem, vectors[item.problem], item.language))


def _save(kept: IndexFolder, standing: Standing) -> None:
    standing.position = Position(_NAME, 1)
    kept.note(changed=len(standing.index), erased=False)
    kept.save_if_due({_NAME: standing}, _NAME, now=True)


def _loaded(kept: IndexFolder, index: TenantIndex, asked: Sequence[Asked]) -> float:
    """Return the seconds of loading the snapshot, every byte checked; what it answers is compared."""
    start = time.perf_counter()
    restored = kept.restore()
    seconds = time.perf_counter() - start
    if _NAME not in restored:
        raise ArtifactError("The snapshot that was just saved cannot be loaded: see the log.")
    pairs = [(set(_search(index, each)), set(_search(restored[_NAME].index, each))) for each in asked[:_ASKED_AGAIN]]
    if sum(len(saved & loaded) for saved, loaded in pairs) < _ALIKE * sum(len(saved) for saved, _ in pairs):
        raise ArtifactError("The index that was loaded from its snapshot answers otherwise than the one saved.")
    return seconds
