import numpy as np
import pytest

from retrieval.engine.fine import FineCodes
from retrieval.engine.graph import EXACT_ROWS, MET, GraphIndex
from retrieval.engine.rows import Passing, Rows
from retrieval.vectors import Vectors
from tests.retrieval.engine.conftest import units

ROWS = 4_000


@pytest.fixture(scope="module")
def graph() -> GraphIndex:
    vectors = units(np.random.default_rng(0), ROWS)
    made = GraphIndex(vectors)
    made.add(vectors)
    return made


def nearest(graph: GraphIndex, query: Vectors, passing: Rows) -> list[int]:
    products = graph.vectors(passing) @ query
    return [int(row) for row in passing[np.argsort(-products, kind="stable")[:10]]]


@pytest.mark.parametrize("share", [0.002, 0.05, 0.5, 1.0])
def test_ten_nearest_are_found(graph: GraphIndex, share: float) -> None:
    generator = np.random.default_rng(1)
    mask = np.zeros(ROWS, dtype=np.bool_)
    mask[generator.choice(ROWS, size=int(share * ROWS), replace=False)] = True
    right, queries = 0, units(generator, 50)
    for query in queries:
        expected = nearest(graph, query, np.flatnonzero(mask))
        rows, products = graph.search(query, min(10, len(expected)), None if share == 1.0 else Passing.of(mask))
        assert mask[rows].all()
        np.testing.assert_allclose(products, graph.vectors(rows) @ query, atol=1e-4)
        right += len(set(rows.tolist()) & set(expected))
    assert right >= 0.98 * len(queries) * len(expected)


def test_a_filter_that_keeps_out_all_that_is_near_is_searched_exactly(graph: GraphIndex) -> None:
    vectors = graph.vectors(np.arange(ROWS))
    for query in units(np.random.default_rng(2), 20):
        passing = np.sort(np.argsort(vectors @ query)[: ROWS * 2 // 5])
        assert len(passing) > EXACT_ROWS * MET, "many enough for the graph to be tried"
        mask = np.zeros(ROWS, dtype=np.bool_)
        mask[passing] = True
        rows, _ = graph.search(query, 10, Passing.of(mask))
        assert rows.tolist() == nearest(graph, query, passing)


def test_a_search_that_meets_too_few_goes_on_with_a_wider_one(
    graph: GraphIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.engine.graph.SEARCH_WIDTH", 1)
    monkeypatch.setattr("retrieval.engine.graph.EXACT_ROWS", 1)
    monkeypatch.setattr(graph, "_exactly", lambda *_: pytest.fail("the graph meets enough when asked again"))
    mask = np.arange(ROWS) % 4 == 0
    for query in units(np.random.default_rng(6), 20):
        rows, _ = graph.search(query, 10, Passing.of(mask))
        assert len(set(rows.tolist()) & set(nearest(graph, query, np.flatnonzero(mask)))) >= 9


def test_few_rows_that_pass_are_compared_alone_and_alike(graph: GraphIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    few = Passing.of(np.arange(ROWS) % 50 == 7)
    queries = units(np.random.default_rng(7), 20)
    alone = [graph.search(query, 20, few) for query in queries]
    monkeypatch.setattr("retrieval.engine.graph.FEW", 0.0)
    for query, (rows, products) in zip(queries, alone, strict=True):
        scanned, same = graph.search(query, 20, few)
        assert rows.tolist() == scanned.tolist()
        assert (products == same).all()


def test_values_beyond_the_sample_are_clipped_not_wrapped() -> None:
    sample = 0.1 * units(np.random.default_rng(3), 100)
    graph = GraphIndex(sample)
    far = np.full((1, sample.shape[1]), 0.25, dtype=np.float32)
    graph.add(far)
    stored = graph.vectors(np.array([0]))[0]
    assert (stored > 0).all()
    assert (stored <= far[0]).all()


def test_a_value_is_kept_to_a_thirty_second_of_a_cell() -> None:
    vectors = units(np.random.default_rng(4), 500)
    graph = GraphIndex(vectors)
    graph.add(vectors[:200])
    graph.add(vectors[200:])
    cells = 1.1 * np.ptp(vectors, axis=0) / 255
    stored = graph.vectors(np.arange(500))
    assert (np.abs(stored - vectors) <= cells / 32 * 1.01).all()
    again = graph.emptied()
    again.add(stored)
    np.testing.assert_allclose(again.vectors(np.arange(500)), stored, atol=1e-6)


@pytest.mark.parametrize("dimension", [1, 4, 6])
def test_fine_codes_of_any_dimension(dimension: int) -> None:
    places = np.random.default_rng(5).random((20, dimension), dtype=np.float32)
    fine = FineCodes(dimension)
    fine.extend(places[:7])
    fine.extend(places[7:])
    offsets = fine.offsets(np.arange(20)[::-1])
    assert offsets.shape == places.shape
    assert (np.abs(offsets + 0.5 - places[::-1]) <= 1 / 32 + 1e-6).all()
