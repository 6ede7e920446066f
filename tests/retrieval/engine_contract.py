"""What every vector index promises, as tests: a test class inherits these and gives the fixture ``open_index``."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval.engine.base import Near, VectorIndex
from retrieval.vectors import Vectors

DIMENSION = 32
OpenIndex = Callable[[str], VectorIndex]
ARABIC, ENGLISH, CARDS = frozenset({"language:ar"}), frozenset({"language:en"}), frozenset({"tag:cards"})


def unit(count: int, *, seed: int = 7, dimension: int = DIMENSION) -> Vectors:
    """Random unit vectors [count, dimension]."""
    vectors = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def slots(*numbers: int) -> NDArray[np.int64]:
    return np.array(numbers, dtype=np.int64)


def fill(index: VectorIndex, count: int = 40) -> Vectors:
    """Slots 0, 1, ...: the language is Arabic for even ones, the tag is on every fifth."""
    vectors = unit(count)
    languages = ("language:ar", "language:en")
    facets = [frozenset({languages[row % 2], *(["tag:cards"] if row % 5 == 0 else [])}) for row in range(count)]
    index.add(np.arange(count), vectors, facets)
    return vectors


def assert_nearest(found: Near, products: Vectors, passing: Sequence[int], count: int) -> None:
    """Hold what was found against the products of all keys; quantised vectors may swap keys that are within 0.001."""
    best = np.sort(products[list(passing)])[::-1][:count]
    assert len(set(found.slots.tolist())) == len(best)
    assert set(found.slots.tolist()) <= set(passing)
    assert products[found.slots] == pytest.approx(best, abs=1e-3)
    assert found.products == pytest.approx(best, abs=1e-3)


class VectorIndexContract:
    """The promises of ``VectorIndex``."""

    @pytest.fixture
    def index(self, open_index: OpenIndex) -> VectorIndex:
        return open_index("shop/rev-a")

    def test_an_empty_index_finds_nothing(self, index: VectorIndex) -> None:
        found = index.search(unit(1)[0], count=5, where=(ARABIC,))
        assert (len(index), index.dimension, found.slots.tolist(), found.products.tolist()) == (0, DIMENSION, [], [])
        index.remove(slots(3))
        index.add(slots(), unit(0), [])
        assert len(index) == 0
        assert index.vectors(slots()).shape == (0, DIMENSION)

    def test_the_nearest_come_first_with_their_products(self, index: VectorIndex) -> None:
        vectors, query = fill(index), unit(1, seed=8)[0]
        found = index.search(query, count=10)
        assert_nearest(found, vectors @ query, range(40), 10)
        assert found.slots.dtype == np.int64
        assert found.products.dtype == np.float32

    def test_adds_are_seen_at_once(self, index: VectorIndex) -> None:
        fill(index)
        late = unit(1, seed=9)
        index.add(slots(40), late, [ENGLISH])
        assert len(index) == 41
        assert index.search(late[0], count=1).slots.tolist() == [40]

    def test_it_lists_its_slots(self, index: VectorIndex) -> None:
        assert index.slots.tolist() == []
        fill(index)
        index.remove(slots(3))
        index.add(slots(2**40), unit(1, seed=9), [ENGLISH])
        assert index.slots.tolist() == [*range(3), *range(4, 40), 2**40]

    def test_removals_are_seen_at_once(self, index: VectorIndex) -> None:
        vectors = fill(index)
        index.remove(slots(3, 4, 1_000))
        found = index.search(vectors[3], count=100)
        assert len(index) == 38
        assert set(found.slots.tolist()) == set(range(40)) - {3, 4}
        with pytest.raises(KeyError):
            index.vectors(slots(2, 3))

    def test_more_than_there_are_gives_all(self, index: VectorIndex) -> None:
        vectors = fill(index)
        assert sorted(index.search(vectors[0], count=1_000).slots.tolist()) == list(range(40))

    @pytest.mark.parametrize(
        ("where", "passes"),
        [
            ((ARABIC,), lambda slot: slot % 2 == 0),
            ((ARABIC | ENGLISH,), lambda _: True),
            ((ENGLISH, CARDS), lambda slot: slot % 10 == 5),
            ((CARDS, frozenset({"tag:none", "language:ar"})), lambda slot: slot % 10 == 0),
            ((frozenset({"tag:none"}),), lambda _: False),
            ((frozenset(),), lambda _: False),
        ],
    )
    def test_a_filter_takes_no_place(
        self, index: VectorIndex, where: tuple[frozenset[str], ...], passes: Callable[[int], bool]
    ) -> None:
        vectors, query = fill(index), unit(1, seed=10)[0]
        passing = [slot for slot in range(40) if passes(slot)]
        for count in (3, 100):
            assert_nearest(index.search(query, count=count, where=where), vectors @ query, passing, count)

    def test_facets_are_values_not_language(self, index: VectorIndex) -> None:
        odd = frozenset({"tag:'; DROP TABLE keys; --", 'tag:{"a", %s :b}', "product:بطاقة \\ %"})
        index.add(slots(1, 2), unit(2), [odd, ENGLISH])
        for facet in odd:
            assert index.search(unit(1)[0], count=2, where=(frozenset({facet}),)).slots.tolist() == [1]

    def test_slots_are_large(self, index: VectorIndex) -> None:
        vectors = unit(2)
        index.add(slots(2**31 + 1, 2**40), vectors, [ARABIC, ENGLISH])
        assert index.search(vectors[1], count=1).slots.tolist() == [2**40]
        index.remove(slots(2**40))
        assert index.search(vectors[1], count=2).slots.tolist() == [2**31 + 1]

    def test_vectors_come_back(self, index: VectorIndex) -> None:
        vectors = fill(index)
        wanted = slots(7, 3, 39, 7)
        given = index.vectors(wanted)
        assert given.dtype == np.float32
        assert given == pytest.approx(vectors[wanted], abs=1e-3)

    def test_what_does_not_fit_is_refused(self, index: VectorIndex) -> None:
        with pytest.raises(ValueError, match=r"fit|facets"):
            index.add(slots(1), unit(1, dimension=DIMENSION + 1), [ARABIC])
        with pytest.raises(ValueError, match=r"fit|facets"):
            index.add(slots(1, 2), unit(2), [ARABIC])
        assert len(index) == 0

    def test_namespaces_are_apart(self, open_index: OpenIndex) -> None:
        first, second = open_index("shop/rev-a"), open_index("shop_rev-a")
        vectors = fill(first)
        second.add(slots(7), unit(1, seed=11), [ARABIC])
        second.remove(slots(1))
        assert (len(first), len(second)) == (40, 1)
        assert second.search(vectors[0], count=50).slots.tolist() == [7]
        assert first.search(vectors[1], count=1).slots.tolist() == [1]
