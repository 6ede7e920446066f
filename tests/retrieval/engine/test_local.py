import threading
from pathlib import Path

import numpy as np
import pytest

from models.space import unit
from retrieval.engine.base import Where
from retrieval.engine.graph import GraphIndex
from retrieval.engine.local import LocalIndex
from retrieval.vectors import Vectors
from tests.retrieval.engine.conftest import (
    DIMENSION,
    GRAPH_ABOVE,
    LANGUAGES,
    Oracle,
    filled,
    slots_from,
    some_facets,
    units,
)

pytestmark = pytest.mark.usefixtures("graph_always")
FILTERS: tuple[Where, ...] = (
    (),
    (frozenset(["language:ar"]),),
    (frozenset(LANGUAGES),),
    (frozenset(["language:en"]), frozenset(["tag:0"])),
    (frozenset(["tag:1", "tag:2"]), frozenset(["tag:3", "tag:4"])),
    (frozenset(["tag:unheard"]),),
    (frozenset(),),
)


def reloaded(index: LocalIndex, folder: Path) -> LocalIndex:
    index.save(folder)
    return LocalIndex.load(folder, graph_above=GRAPH_ABOVE)


@pytest.mark.parametrize("seed", range(4))
def test_searches_equal_brute_force_whatever_is_added_and_removed(seed: int, tmp_path: Path) -> None:
    """Across the switch to a graph and back, compactions and reloads."""
    generator = np.random.default_rng(seed)
    index, oracle = LocalIndex(DIMENSION, graph_above=GRAPH_ABOVE), Oracle()
    next_slot, right, asked, kinds = 0, 0, 0, set()
    for step in range(60):
        if step < 40 or generator.random() < 0.3:
            count = int(generator.integers(1, 25))
            slots, vectors, facets = (
                slots_from(next_slot, count),
                units(generator, count),
                some_facets(generator, count),
            )
            index.add(slots, vectors, facets)
            oracle.add(slots, vectors, facets)
            next_slot += count + int(generator.integers(0, 3))
        size = int(generator.integers(0, 8 if step < 40 else 40))
        gone = generator.integers(0, next_slot + 5, size=size)
        index.remove(gone)
        oracle.remove(gone)
        action = generator.random()
        if index.due and action < 0.5:
            index.compact()
            assert not index.due
        elif action > 0.9:
            index = reloaded(index, tmp_path / str(step))
        kinds.add(index.is_graph)
        assert len(index) == len(oracle.vectors)
        assert index.slots.tolist() == sorted(oracle.vectors)
        where = FILTERS[int(generator.integers(len(FILTERS)))]
        query, count = units(generator, 1)[0], int(generator.integers(1, 30))
        found = index.search(query, count=count, where=where)
        expected = oracle.search(query, count=count, where=where)
        assert len(found.slots) == len(expected)
        assert set(found.slots.tolist()) <= set(oracle.passing(where))
        assert len(set(found.slots.tolist())) == len(found.slots)
        assert (np.diff(found.products) <= 0).all()
        np.testing.assert_allclose(found.products, index.vectors(found.slots) @ query, atol=1e-4)
        if not index.is_graph:
            assert found.slots.tolist() == expected
        right += len(set(found.slots.tolist()) & set(expected))
        asked += len(expected)
    assert kinds == {False, True}
    assert right >= 0.98 * asked


@pytest.mark.parametrize("graph", [False, True])
def test_the_nearest_key_is_the_query_itself(graph: bool) -> None:
    index = filled(300, graph=graph)
    vectors = index.vectors(index.slots)
    found = [index.search(vector, count=1).slots[0] for vector in vectors]
    assert found == index.slots.tolist()


@pytest.mark.parametrize("graph", [False, True])
@pytest.mark.parametrize(("where", "passing"), [("tag:rare", 30), ("tag:unheard", 0), ("only", 1), (None, 301)])
def test_filters_act_inside_the_search(graph: bool, where: str | None, passing: int) -> None:
    index = filled(300, graph=graph)
    query = index.vectors(np.array([1]))[0]
    index.add(np.array([2**40]), -query[None, :], [frozenset(["only"])])
    groups = () if where is None else (frozenset([where]),)
    found = index.search(query, count=1000, where=groups)
    assert len(found.slots) == passing
    if where == "tag:rare":
        assert (found.slots % 10 == 0).all()
    if where == "only":
        assert found.slots.tolist() == [2**40], "the farthest of all, and alone in passing"


@pytest.mark.parametrize("graph", [False, True])
def test_a_filter_sees_what_was_added_since_it_was_used(graph: bool) -> None:
    index = filled(300, graph=graph)
    query, rare = index.vectors(np.array([1]))[0], (frozenset(["tag:rare"]),)
    assert 500 not in index.search(query, count=3, where=rare).slots
    index.add(np.array([500]), query[None, :], [frozenset(["tag:rare"])])
    assert index.search(query, count=3, where=rare).slots[0] == 500


@pytest.mark.parametrize("graph", [False, True])
def test_equally_near_keys_come_by_slot(graph: bool) -> None:
    index = filled(40, graph=graph)
    twin = index.vectors(np.array([7]))
    index.add(slots_from(100, 3), np.repeat(twin, 3, axis=0), [frozenset()] * 3)
    assert index.search(twin[0], count=4).slots.tolist() == [7, 100, 101, 102]


@pytest.mark.parametrize("graph", [False, True])
def test_removed_keys_never_come_back(graph: bool, tmp_path: Path) -> None:
    index = filled(300, graph=graph)
    gone = np.arange(0, 300, 7)
    queries = index.vectors(gone)
    index.remove(gone)
    index.remove(gone)
    assert len(index) == 300 - len(gone)

    def check(checked: LocalIndex) -> None:
        for query in queries:
            assert not set(checked.search(query, count=300).slots.tolist()) & set(gone.tolist())
        with pytest.raises(KeyError):
            checked.vectors(gone[:1])
        with pytest.raises(ValueError, match="used once"):
            checked.add(gone[-1:], queries[-1:], [frozenset()])

    check(index)
    again = reloaded(index, tmp_path / "a")
    check(again)
    again.compact()
    check(again)
    check(reloaded(again, tmp_path / "b"))


def test_searches_find_their_way_past_erased_nodes(tmp_path: Path) -> None:
    index = filled(600, graph=True)
    generator = np.random.default_rng(5)
    index.remove(generator.choice(600, size=120, replace=False))
    again = reloaded(index, tmp_path / "x")
    kept = again.vectors(again.slots)
    queries = units(generator, 100)
    right = [
        len(set(again.search(query, count=10).slots) & set(again.slots[np.argsort(-(kept @ query))[:10]]))
        for query in queries
    ]
    assert sum(right) >= 0.98 * 1000


def test_compaction_changes_no_stored_vector() -> None:
    index = filled(500, graph=True)
    index.remove(np.arange(0, 200))
    before = index.vectors(index.slots)
    index._graph_above = 100
    index.compact()
    kinds = [index.is_graph]
    np.testing.assert_array_equal(index.vectors(index.slots), before)
    index._graph_above = 1000
    index.compact()
    assert [*kinds, index.is_graph] == [True, False], "small again, so exact again"
    np.testing.assert_array_equal(index.vectors(index.slots), before)


def test_changes_made_while_compacting_are_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys come and go, and searches are answered, between any two chunks of the compaction."""
    monkeypatch.setattr("retrieval.engine.local._CHUNK", 50)
    index = filled(400)
    index._graph_above = 200
    generator = np.random.default_rng(1)
    link, steps, expected = GraphIndex.add, [0], set(range(400))

    def add_and_meanwhile(self: GraphIndex, vectors: Vectors) -> None:
        link(self, vectors)
        if steps[0] < 5:
            steps[0] += 1
            at_work = threading.Thread(target=change, args=(steps[0],))
            at_work.start()
            at_work.join(timeout=30)
            assert not at_work.is_alive(), "a change waited for the whole compaction"

    def change(step: int) -> None:
        new, gone = slots_from(1000 * step, 30), [step, 60 * step, 399 - step, 1000 * step + 3]
        index.add(new, units(generator, 30), [frozenset(["tag:new"])] * 30)
        index.remove(np.array(gone))
        index.compact()
        expected.update(new.tolist())
        expected.difference_update(gone)
        assert set(index.search(units(generator, 1)[0], count=1000).slots.tolist()) == expected

    monkeypatch.setattr(GraphIndex, "add", add_and_meanwhile)
    index.compact()
    assert steps == [5]
    assert index.is_graph
    assert set(index.slots.tolist()) == expected
    assert set(index.search(units(generator, 1)[0], count=1000).slots.tolist()) == expected
    new = {slot for slot in expected if slot >= 1000}
    assert set(index.search(units(generator, 1)[0], count=1000, where=(frozenset(["tag:new"]),)).slots.tolist()) == new


@pytest.mark.parametrize("graph", [False, True])
def test_an_emptied_index_answers_nothing_and_fills_again(graph: bool, tmp_path: Path) -> None:
    index = filled(50, graph=graph)
    query = index.vectors(np.array([3]))[0]
    index.remove(np.arange(50))
    assert len(index.search(query, count=5).slots) == 0
    assert index.due
    index.compact()
    assert len(index) == 0
    index = reloaded(index, tmp_path / "x")
    index.add(np.array([70]), query[None, :], [frozenset()])
    assert index.search(query, count=5).slots.tolist() == [70]


def test_a_new_index_answers_nothing() -> None:
    index = LocalIndex(DIMENSION)
    index.add(slots_from(0, 0), np.zeros((0, DIMENSION), dtype=np.float32), [])
    index.remove(np.array([1, 2]))
    assert len(index.search(np.zeros(DIMENSION, dtype=np.float32), count=3).slots) == 0
    assert not index.due


@pytest.mark.parametrize(
    ("slots", "shape", "facets"),
    [
        ([5, 4], (2, DIMENSION), 2),
        ([4, 4], (2, DIMENSION), 2),
        ([0], (1, DIMENSION), 1),
        ([9], (1, 3), 1),
        ([9], (1, DIMENSION), 2),
    ],
)
def test_keys_that_do_not_fit_are_refused_whole(slots: list[int], shape: tuple[int, int], facets: int) -> None:
    index = filled(3)
    with pytest.raises(ValueError):  # noqa: PT011 - the message differs
        index.add(np.array(slots), np.ones(shape, dtype=np.float32), [frozenset()] * facets)
    assert index.slots.tolist() == [0, 1, 2]


def test_a_key_of_a_graph_takes_few_bytes() -> None:
    generator = np.random.default_rng(0)
    vectors = unit(generator.normal(size=(3000, 384)).astype(np.float32))
    index = LocalIndex(384, graph_above=100)
    index.add(slots_from(0, 3000), vectors, some_facets(generator, 3000))
    index.compact()
    assert index.nbytes / 3000 <= 756
