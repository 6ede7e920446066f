"""The whole knowledge base over a remote store of vectors."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval.knowledge import SNAPSHOT_FOLDER, KnowledgeBase
from retrieval.relevance import Relevance
from retrieval.store import ResolutionStore
from retrieval.vector_store import RemoteVectors
from tests.databases import Postgres
from tests.retrieval.conftest import DIMENSION, fake_encode, make
from tests.retrieval.test_knowledge import Counting, ids, search


async def test_it_answers_as_in_memory_and_outlives_restarts(
    store: ResolutionStore, tmp_path: Path, postgres: Postgres
) -> None:
    relevance = Relevance(intercept=-5.0, weights=(10.0, 0.0, 0.0, 0.0), thresholds={"en": 0.5})

    def open_(directory: Path) -> KnowledgeBase:
        vectors = RemoteVectors(postgres.url(), revision="rev-a", dimension=DIMENSION)
        return KnowledgeBase(
            store, revision="rev-a", dimension=DIMENSION, directory=directory, vectors=vectors, relevance=relevance
        )

    await store.put_many(
        [make("a", cases=["وين بطاقتي"]), make("b", "my top up failed", tags=["money"]), make("c", "refund my fee")]
    )
    first = open_(tmp_path)
    await first.refresh(fake_encode)
    assert ids(search(first, "وين بطاقتي"))[0] == "a"
    assert ids(search(first, "where is my card", tags=["money"])) == ["b"]

    # After a crash the remote store is ahead of the last snapshot.
    shutil.copytree(tmp_path / SNAPSHOT_FOLDER, tmp_path / "crashed" / SNAPSHOT_FOLDER)
    await store.delete("a")
    for problem in ("my top up is gone", "my top up vanished"):
        await store.replace(make("b", problem, tags=["money"]))
        await first.refresh(fake_encode)

    again, encode = open_(tmp_path / "crashed"), Counting()
    await again.refresh(encode)
    assert encode.texts == ["my top up vanished", "Answer to: my top up vanished."], "the rest is in the remote store"
    assert sorted(ids(search(again, "top up vanished"))) == ["b", "c"]
    assert search(again, "my top up vanished").hits[0].resolution.problem == "my top up vanished"


async def test_a_store_that_lost_its_vectors_is_filled_anew(
    store: ResolutionStore, tmp_path: Path, postgres: Postgres
) -> None:
    def open_() -> KnowledgeBase:
        vectors = RemoteVectors(postgres.url(), revision="rev-c", dimension=DIMENSION)
        return KnowledgeBase(store, revision="rev-c", dimension=DIMENSION, directory=tmp_path, vectors=vectors)

    await store.put_many([make("a"), make("b", "my top up failed")])
    first = open_()
    await first.refresh(fake_encode)
    vectors = first._state.tenants["default"].index.vectors
    vectors.remove(vectors.slots)
    again = open_()
    await again.refresh(fake_encode)
    assert again.size() == 2
    assert ids(search(again, "top up failed"))[0] == "b"


async def test_a_store_out_of_reach_leaves_nothing_half_done(store: ResolutionStore, postgres: Postgres) -> None:
    knowledge = KnowledgeBase(
        store,
        revision="rev-b",
        dimension=DIMENSION,
        vectors=RemoteVectors(postgres.url(), revision="rev-b", dimension=DIMENSION),
    )
    await store.add(make("a"))
    await knowledge.refresh(fake_encode)
    index = knowledge._state.tenants["default"].index
    add, calls = index.vectors.add, 0

    def failing(slots: NDArray[np.int64], vectors: NDArray[np.float32], facets: Sequence[frozenset[str]]) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise ConnectionError("gone")
        add(slots, vectors, facets)

    index.vectors.add = failing  # type: ignore[method-assign]
    await store.add(make("b", "my top up failed"))
    with pytest.raises(ConnectionError):
        await knowledge.refresh(fake_encode)
    assert index.whole
    assert await knowledge.refresh(fake_encode)
    assert knowledge.size() == 2
    assert ids(search(knowledge, "top up failed"))[0] == "b"
