"""A short fuzzing of the API, and proof that the fuzzer sees what is wrong."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from api.http.problems import Problem
from evaluation.fuzz import Service, fuzz, report


@pytest.mark.filterwarnings("ignore")
def test_drafts_answer_as_documented(live: str) -> None:
    tallies = list(fuzz(Service(live, None), examples=5, only="/v1/drafts"))
    assert len(tallies) >= 8
    assert all(tally.requests >= 3 for tally in tallies)
    assert {tally.operation: tally.faults for tally in tallies if tally.faults} == {}


class Faulty(BaseHTTPRequestHandler):
    """Answers as a service with faults would."""

    document: dict[str, Any]

    def do_GET(self) -> None:
        self._answer(200, self.document) if self.path == "/openapi.json" else self._broken()

    def do_POST(self) -> None:
        self._answer(201, {"id": "x"})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        pass

    def _broken(self) -> None:
        name = self.path.partition("?")[0].rsplit("/", 1)[-1]
        if name == "fails":
            self._answer(500, {"code": "internal"}, "application/problem+json")
        elif name == "shape":
            self._answer(200, {"n": "five"})
        elif name == "code":
            self._answer(404, {"code": "other"}, "application/problem+json")
        else:
            self._answer(200, {"n": 5})

    def _answer(self, status: int, body: object, kind: str = "application/json") -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture
def faulty() -> Iterator[str]:
    answer = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    operation = {
        "security": [{"bearer": []}],
        "parameters": [{"name": "q", "in": "query", "schema": {"type": "integer"}}],
        "responses": {
            "200": {"description": "ok", "content": {"application/json": {"schema": answer}}},
            "404": {"$ref": "#/components/responses/404"},
            "500": {"$ref": "#/components/responses/500"},
        },
    }
    problem = {"application/problem+json": {"schema": {"type": "object"}}}
    Faulty.document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {f"/v1/{name}": {"get": operation} for name in ("fails", "shape", "code", "open")},
        "components": {
            "schemas": {"Problem": Problem.model_json_schema()},
            "responses": {
                "404": {"description": "d", "x-problem-codes": ["not_found"], "content": problem},
                "500": {"description": "d", "x-problem-codes": ["internal"], "content": problem},
            },
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }
    server = ThreadingHTTPServer(("127.0.0.1", 0), Faulty)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.mark.filterwarnings("ignore")
def test_faults_are_seen(faulty: str) -> None:
    tallies = {tally.operation: tally for tally in fuzz(Service(faulty, "key"), examples=4)}
    found = {name: " ".join(tally.faults) for name, tally in tallies.items()}
    assert "500" in found["GET /v1/fails"]
    assert "schema" in found["GET /v1/shape"].lower()
    assert "'other', which is not listed" in found["GET /v1/code"]
    assert found["GET /v1/open"] == "200 without a key"
    text = report(list(tallies.values()), seconds=60, command="x")
    assert "4 operations with faults" in text
    assert "| `GET /v1/open` | 4 | 4 |" in text
