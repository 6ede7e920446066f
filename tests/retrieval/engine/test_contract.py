import pytest

from retrieval.engine.local import LocalIndex
from tests.retrieval.engine_contract import DIMENSION, OpenIndex, VectorIndexContract


class TestLocalIndex(VectorIndexContract):
    @pytest.fixture
    def open_index(self) -> OpenIndex:
        return lambda _: LocalIndex(DIMENSION)
