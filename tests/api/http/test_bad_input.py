"""Whatever is sent, the answer is a typed problem or an honest result, never a 500."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.copilot import Copilot
from retrieval.knowledge import KnowledgeBase

JSON = {"Content-Type": "application/json"}
POSTS = [
    "/v1/analyze",
    "/v1/search",
    "/v1/drafts",
    "/v1/drafts/x/feedback",
    "/v1/resolutions",
    "/v1/resolutions/x/verify",
]
BODIES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"5",
    b'"text"',
    b"\xff\xfe",
    b'{"text": "\\ud800"}',
    b'{"text": "a\\u0000b"}',
    b'{"\\udfff": 1}',
    b'{"text": 5}',
    b'{"text": null}',
    b'{"text": "x", "channel": "fax"}',
    b'{"text": "x", "k": 1e999}',
    b'{"text": "x", "k": NaN}',
    b'{"text": "x", "unknown": 1}',
    b'{"messages": []}',
    b'{"messages": 5}',
    b'{"messages": [{"text": "x"}, {"text": 5}]}',
    b'{"text": "x", "received_at": "yesterday"}',
    b'{"text": "x", "language": "klingon"}',
    b"[" * 5_000,
    b'{"n": ' + b"9" * 5_000 + b"}",
    json.dumps({"text": "x" * 20_001}).encode(),
    json.dumps({"messages": [{"text": "x"}] * 65}).encode(),
]


def check_problem(answer: httpx.Response) -> None:
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["code"]
    assert body["detail"].endswith(".")
    assert body["request_id"] == answer.headers["X-Request-ID"]


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body[:24]))
async def test_bad_bodies(client: httpx.AsyncClient, path: str, body: bytes) -> None:
    check_problem(await client.post(path, content=body, headers=JSON))


async def test_surrogates_name_their_field(client: httpx.AsyncClient) -> None:
    body = b'{"text": "fine", "history": [{"author": "customer", "text": "\\ud83d"}]}'
    answer = await client.post("/v1/drafts", content=body, headers=JSON)
    assert answer.status_code == 422
    error = answer.json()["errors"][0]
    assert (error["field"], error["code"]) == ("history.0.text", "broken_unicode")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "multipart/form-data"])
async def test_only_json_is_read_as_json(client: httpx.AsyncClient, kind: str) -> None:
    answer = await client.post("/v1/drafts", content=b'{"text": "x"}', headers={"Content-Type": kind})
    check_problem(answer)
    assert answer.status_code == 415


@pytest.mark.parametrize(
    "path",
    ["/v1/drafts/nope", "/v1/drafts/%00", "/v1/drafts/%ED%A0%80", "/v1/resolutions/%F0%9F%98%A1", "/v1/resolutions/%00",
     "/v1", "/v1/drafts/a/b", "/.env", "/static/../settings.py", "/static/%2e%2e/routes.py", "/docs"],
)  # fmt: skip
async def test_unknown_addresses(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    check_problem(answer)
    assert answer.status_code == 404


async def test_wrong_method(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/analyze")
    check_problem(answer)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST, OPTIONS")


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "freshness=stale", "language=Arabic", "limit=1&limit=%00"])
async def test_bad_queries(client: httpx.AsyncClient, query: str) -> None:
    check_problem(await client.get(f"/v1/resolutions?{query}"))


async def test_large_bodies_are_refused_declared_or_streamed(client: httpx.AsyncClient) -> None:
    large = json.dumps({"text": "x" * 1_000_000}).encode()
    declared = await client.post("/v1/drafts", content=large, headers=JSON)
    assert declared.status_code == 413
    check_problem(declared)
    pulled = 0

    async def stream() -> AsyncIterator[bytes]:
        nonlocal pulled
        for _ in range(1_000):
            pulled += 1
            yield b"x" * 10_000

    streamed = await client.post("/v1/drafts", content=stream(), headers=JSON)
    assert streamed.status_code == 413
    check_problem(streamed)
    form = await client.post(
        "/console/drafts", content=large, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert form.status_code == 413


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[", "localhost.evil.example:80"])
async def test_foreign_host_names_are_refused(client: httpx.AsyncClient, host: str) -> None:
    answer = await client.get("/livez", headers={"Host": host})
    assert answer.status_code == 421
    check_problem(answer)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST:1"])
async def test_loopback_host_names_are_served(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get("/livez", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "http://["},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_other_sites_cannot_write(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    for path in ("/v1/drafts", "/console/drafts", "/console/drafts/x/feedback"):
        answer = await client.post(path, json={"text": "x"}, headers=headers)
        assert answer.status_code == 403
        check_problem(answer)
    assert (await client.get("/livez", headers=headers)).status_code == 200


async def test_own_pages_can_write(client: httpx.AsyncClient) -> None:
    for headers in ({"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}):
        assert (await client.post("/v1/drafts", json={"text": "x"}, headers=headers)).status_code == 201


async def test_security_headers_and_no_cors(client: httpx.AsyncClient) -> None:
    for path in ("/", "/livez", "/v1/nope", "/static/console.css"):
        headers = (await client.get(path, headers={"Origin": "http://evil.example"})).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in headers


async def test_what_was_not_expected_is_a_plain_500(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def broken(*_args: object, **_named: object) -> None:
        await asyncio.sleep(0)
        msg = "the customer wrote: secret"
        raise RuntimeError(msg)

    monkeypatch.setattr(Copilot, "propose", broken)
    answer = await client.post("/v1/drafts", json={"text": "secret"})
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "secret" not in answer.text
    written = capsys.readouterr()
    assert "RuntimeError" in written.out + written.err
    assert "secret" not in written.out + written.err


async def test_overload_says_when_to_come_back(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KnowledgeBase, "generation", "")
    for answer in (await client.post("/v1/drafts", json={"text": "x"}), await client.get("/readyz")):
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) >= 1


_NASTY = st.text(st.characters(), max_size=60) | st.sampled_from(
    [
        "\u202e",
        "\0",
        "\ud800",
        "\udfff",
        "\ufeff",
        "🇸🇦",
        "ـ" * 40,
        "\u200d" * 30,
        "<script>alert(1)</script>",
        "{{7*7}}",
        "%s%n",
    ]
)
_VALUE = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | _NASTY,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NASTY, inner, max_size=4),
    max_leaves=10,
)
_FIELDS = (
    "text",
    "channel",
    "history",
    "customer",
    "facts",
    "k",
    "tags",
    "messages",
    "verdict",
    "id",
    "problem",
    "answer",
)
_BODY = (
    st.dictionaries(st.sampled_from(_FIELDS) | _NASTY, _VALUE, max_size=6)
    | st.fixed_dictionaries({"text": _NASTY})
    | _VALUE
)


@given(path=st.sampled_from(POSTS), body=_BODY)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_makes_a_500(live: str, path: str, body: object) -> None:
    answer = httpx.post(live + path, content=json.dumps(body).encode(), headers=JSON, timeout=20)
    assert answer.status_code < 500, answer.text
    answer.json()


@given(path=st.text(max_size=30), method=st.sampled_from(["GET", "DELETE", "PUT", "PATCH"]))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_address_makes_a_500(live: str, path: str, method: str) -> None:
    quoted = "".join(f"%{byte:02x}" for byte in path.encode("utf-8", "surrogatepass"))
    answer = httpx.request(method, f"{live}/v1/resolutions/{quoted}", timeout=20)
    assert answer.status_code < 500, answer.text
