from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.types import Resolution
from retrieval.knowledge import KnowledgeBase
from retrieval.relevance import Relevance
from retrieval.store import Database, ResolutionStore

TODAY = date(2025, 6, 15)
DIMENSION = 384


def fake_encode(texts: Sequence[str]) -> NDArray[np.float32]:
    """Hashed character trigrams: equal texts have equal vectors, similar texts similar ones."""
    vectors = np.full((len(texts), DIMENSION), 1e-3, dtype=np.float32)
    for row, text in enumerate(texts):
        padded = f"  {text.lower()} "
        for start in range(len(padded) - 2):
            vectors[row, crc32(padded[start : start + 3].encode()) % DIMENSION] += 1.0
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def make(name: str, problem: str = "where is my card", **fields: object) -> Resolution:
    values = {"id": name, "problem": problem, "answer": f"Answer to: {problem}.", "language": "en"} | fields
    return Resolution.model_validate(values)


@pytest.fixture
def store(database: Database) -> ResolutionStore:
    return ResolutionStore(database)


@pytest.fixture
def open_knowledge(store: ResolutionStore, tmp_path: Path) -> Callable[..., KnowledgeBase]:
    def open_(revision: str = "rev-a") -> KnowledgeBase:
        relevance = Relevance(intercept=-5.0, weights=(10.0, 0.0, 0.0, 0.0), thresholds={"en": 0.5})
        return KnowledgeBase(store, revision=revision, dimension=DIMENSION, directory=tmp_path, relevance=relevance)

    return open_
