from collections.abc import Iterable

import numpy as np
import pytest
from numpy.typing import NDArray

from models.space import unit
from retrieval.engine.base import Where
from retrieval.engine.local import LocalIndex
from retrieval.vectors import Vectors

DIMENSION = 16
GRAPH_ABOVE = 200
LANGUAGES = ("language:ar", "language:en")
TAGS = tuple(f"tag:{number}" for number in range(5))


def units(generator: np.random.Generator, count: int) -> Vectors:
    return unit(generator.normal(size=(count, DIMENSION)).astype(np.float32))


def some_facets(generator: np.random.Generator, count: int) -> list[frozenset[str]]:
    return [
        frozenset([str(generator.choice(LANGUAGES)), *generator.choice(TAGS, size=generator.integers(0, 3)).tolist()])
        for _ in range(count)
    ]


def slots_from(start: int, count: int) -> NDArray[np.int64]:
    return np.arange(start, start + count, dtype=np.int64)


def filled(count: int, *, seed: int = 0, graph: bool = False) -> LocalIndex:
    """An index with slots 0, 1, 2 ...; every tenth key alone has ``tag:rare``."""
    generator = np.random.default_rng(seed)
    index = LocalIndex(DIMENSION, graph_above=0 if graph else count)
    facets = [
        names | ({"tag:rare"} if row % 10 == 0 else set()) for row, names in enumerate(some_facets(generator, count))
    ]
    index.add(slots_from(0, count), units(generator, count), facets)
    if graph:
        index.compact()
    assert index.is_graph == graph
    return index


@pytest.fixture
def graph_always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have graphs as small as those of tests searched by their links, which only pays for larger ones."""
    monkeypatch.setattr("retrieval.engine.graph.MET", 30)
    monkeypatch.setattr("retrieval.engine.graph.EXACT_ROWS", 1)


class Oracle:
    """What an index should hold, and the plainest search over it."""

    def __init__(self) -> None:
        self.vectors: dict[int, Vectors] = {}
        self.facets: dict[int, frozenset[str]] = {}

    def add(self, slots: Iterable[int], vectors: Vectors, facets: Iterable[frozenset[str]]) -> None:
        for slot, vector, names in zip(slots, vectors, facets, strict=True):
            self.vectors[int(slot)] = vector
            self.facets[int(slot)] = names

    def remove(self, slots: Iterable[int]) -> None:
        for slot in slots:
            self.vectors.pop(int(slot), None)
            self.facets.pop(int(slot), None)

    def passing(self, where: Where) -> list[int]:
        return [slot for slot, names in self.facets.items() if all(group & names for group in where)]

    def search(self, query: Vectors, *, count: int, where: Where = ()) -> list[int]:
        return sorted(self.passing(where), key=lambda slot: (-float(self.vectors[slot] @ query), slot))[:count]
