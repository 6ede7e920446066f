import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

pytest.importorskip("qdrant_client", reason="needs the qdrant extra")

from qdrant_client import QdrantClient
from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from models.errors import ConfigurationError, OverloadedError, RifqError, StorageError
from retrieval.engine.base import VectorIndex
from retrieval.remote import open_remote
from retrieval.remote.qdrant import QdrantIndex
from tests.retrieval.engine_contract import ARABIC, DIMENSION, OpenIndex, VectorIndexContract, fill, slots, unit

pytestmark = [
    pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant"),
    pytest.mark.filterwarnings("ignore:Local mode performs exact"),
]

INFO = {
    "status": "green",
    "optimizer_status": "ok",
    "segments_count": 1,
    "config": {
        "params": {"vectors": {"size": DIMENSION, "distance": "Dot"}},
        "hnsw_config": {"m": 16, "ef_construct": 100, "full_scan_threshold": 10_000},
        "optimizer_config": {
            "deleted_threshold": 0.2,
            "vacuum_min_vector_number": 1_000,
            "flush_interval_sec": 5,
            "default_segment_number": 0,
        },
    },
    "payload_schema": {},
}
"""What a server says about a collection."""


@pytest.fixture
def client() -> Iterator[QdrantClient]:
    opened = QdrantClient(":memory:")
    yield opened
    opened.close()


class TestQdrantLocal(VectorIndexContract):
    @pytest.fixture
    def open_index(self, client: QdrantClient) -> OpenIndex:
        return lambda name: QdrantIndex(client, name=name, dimension=DIMENSION)


@pytest.mark.skipif("RIFQ_TEST_QDRANT_URL" not in os.environ, reason="RIFQ_TEST_QDRANT_URL names no Qdrant server")
class TestQdrantServer(VectorIndexContract):
    @pytest.fixture
    def open_index(self) -> Iterator[OpenIndex]:
        test, opened = uuid4().hex, []

        def open_(name: str) -> VectorIndex:
            index = open_remote(os.environ["RIFQ_TEST_QDRANT_URL"], name=f"{name}/{test}", dimension=DIMENSION)
            assert isinstance(index, QdrantIndex)
            opened.append(index)
            return index

        yield open_
        for index in opened:
            index.drop()
            index.close()


def test_many_keys_go_in_chunks(client: QdrantClient) -> None:
    index = QdrantIndex(client, name="many", dimension=DIMENSION)
    vectors = fill(index, 600)
    assert len(index) == 600
    assert index.vectors(slots(*range(600))) == pytest.approx(vectors, abs=1e-3)
    index.remove(slots(*range(599)))
    assert index.search(vectors[0], count=5).slots.tolist() == [599]


def test_a_repeated_add_replaces(client: QdrantClient) -> None:
    index = QdrantIndex(client, name="repeated", dimension=DIMENSION)
    fill(index)
    index.add(slots(3), unit(1, seed=5), [ARABIC])
    assert len(index) == 40
    assert index.search(unit(1, seed=5)[0], count=1, where=(ARABIC,)).slots.tolist() == [3]


def test_what_was_added_is_there_after_opening_anew(tmp_path: Path) -> None:
    for expected in (0, 40):
        client = QdrantClient(path=str(tmp_path))
        index = QdrantIndex(client, name="kept", dimension=DIMENSION)
        assert len(index) == expected
        fill(index)
        index.close()


def test_another_dimension_is_refused_until_the_namespace_is_dropped(client: QdrantClient) -> None:
    index = QdrantIndex(client, name="wide", dimension=DIMENSION)
    with pytest.raises(ConfigurationError, match=r"dimension 32 .* have 33"):
        QdrantIndex(client, name="wide", dimension=33)
    index.drop()
    assert QdrantIndex(client, name="wide", dimension=33).dimension == 33


def _response(status: int) -> UnexpectedResponse:
    return UnexpectedResponse(status, "reason", b'{"key": "secret"}', httpx.Headers())


@pytest.mark.parametrize(
    ("fault", "kind", "message"),
    [
        (_response(401), ConfigurationError, "API key"),
        (_response(403), ConfigurationError, "API key"),
        (_response(404), StorageError, "deleted"),
        (_response(503), OverloadedError, "busy"),
        (_response(500), StorageError, "status 500"),
        (ResourceExhaustedResponse("secret", 7), OverloadedError, "busy"),
        (ResponseHandlingException(httpx.ReadTimeout("secret")), OverloadedError, "too long"),
        (ResponseHandlingException(httpx.ConnectError("secret")), StorageError, "cannot be reached"),
        (ResponseHandlingException(ValueError("secret")), StorageError, "no Qdrant"),
    ],
)
def test_faults_say_what_to_do(
    client: QdrantClient, monkeypatch: pytest.MonkeyPatch, fault: Exception, kind: type[RifqError], message: str
) -> None:
    index = QdrantIndex(client, name="faulty", dimension=DIMENSION)
    monkeypatch.setattr(client, "query_points", _raises(fault))
    with pytest.raises(kind, match=message) as caught:
        index.search(unit(1)[0], count=1)
    assert "secret" not in str(caught.value)


def test_the_store_says_when_to_come_back(client: QdrantClient, monkeypatch: pytest.MonkeyPatch) -> None:
    index = QdrantIndex(client, name="faulty", dimension=DIMENSION)
    monkeypatch.setattr(client, "count", _raises(ResourceExhaustedResponse("", 7)))
    with pytest.raises(OverloadedError) as caught:
        len(index)
    assert caught.value.retry_after == 7


def test_a_server_is_asked_for_quantized_search_and_durable_writes() -> None:
    requests: list[tuple[str, str, dict[str, Any]]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append((request.method, request.url.raw_path.decode(), json.loads(request.content or b"{}")))
        given: dict[str, object] = {"exists": False, "points": [{"id": 1, "version": 0, "score": 0.5}]}
        done = {"operation_id": 1, "status": "completed"}
        wait = "wait=true" in request.url.query.decode()
        info = request.method == "GET" and not request.url.path.endswith("exists")
        result: object = INFO if info else done if wait else True if request.method == "PUT" else given
        return httpx.Response(200, json={"result": result, "status": "ok", "time": 0.0})

    server = QdrantClient(host="store", check_compatibility=False, transport=httpx.MockTransport(answer))
    index = QdrantIndex(server, name="made", dimension=DIMENSION)
    index.add(slots(1), unit(1), [ARABIC])
    index.remove(slots(2))
    assert index.search(unit(1)[0], count=1, where=(ARABIC,)).slots.tolist() == [1]
    index.close()
    made, facet, added, removed, asked = (request for request in requests if request[0] != "GET")
    assert made[2]["vectors"] == {"size": DIMENSION, "distance": "Dot"}
    assert made[2]["quantization_config"]["scalar"]["type"] == "int8"
    assert facet[2] == {"field_name": "facets", "field_schema": "keyword"}
    assert all(request[1].endswith("wait=true") for request in (facet, added, removed))
    assert added[2]["batch"]["payloads"] == [{"facets": ["language:ar"]}]
    assert asked[2]["filter"] == {"must": [{"key": "facets", "match": {"any": ["language:ar"]}}]}
    assert asked[2]["params"]["quantization"] == {"rescore": True, "oversampling": 2.0}
    assert asked[2]["params"]["exact"] is False


def test_a_server_that_is_away_is_named_without_the_key() -> None:
    with pytest.raises(StorageError, match=r"127\.0\.0\.1:1 cannot be reached") as caught:
        open_remote("qdrants://:s%40cret@127.0.0.1:1", name="any", dimension=4)
    assert "cret" not in str(caught.value)


def test_a_url_that_cannot_be_read_is_not_quoted() -> None:
    with pytest.raises(ConfigurationError, match="cannot be read") as caught:
        open_remote("qdrants://:secret@host:port", name="any", dimension=4)
    assert "secret" not in str(caught.value)


def _raises(fault: Exception) -> Callable[..., object]:
    def call(*_: object, **__: object) -> object:
        raise fault

    return call
