"""What HTTP itself asks for: conditions, negotiation, methods, batches."""

import gzip
import json

import httpx
import pytest
from fastapi import FastAPI

from api.http.document import CODES

RESOLUTION = "/v1/resolutions/card.en"
NEW = {"problem": "How do I freeze my card", "answer": "Tap Cards, then Freeze."}


async def test_what_is_unchanged_is_not_sent_again(client: httpx.AsyncClient) -> None:
    for path in (RESOLUTION, "/v1/policy", "/openapi.json"):
        first = await client.get(path)
        tag = first.headers["ETag"]
        for condition in (tag, f'"other", {tag}', f"W/{tag}", "*"):
            same = await client.get(path, headers={"If-None-Match": condition})
            assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", tag)
        assert (await client.get(path, headers={"If-None-Match": '"other"'})).status_code == 200


async def test_what_has_changed_is_not_overwritten(client: httpx.AsyncClient) -> None:
    made = await client.post("/v1/resolutions", json=NEW | {"id": "freeze"})
    tag = made.headers["ETag"]
    path = "/v1/resolutions/freeze"
    assert (await client.get(path)).headers["ETag"] == tag
    changed = await client.put(path, json=NEW | {"answer": "Cards, Freeze."}, headers={"If-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag
    for method, address, body in (
        ("PUT", path, NEW),
        ("DELETE", path, None),
        ("POST", f"{path}/verify", {"by": "Sara", "review_in_days": 5}),
        ("POST", f"{path}/retire", {"by": "Sara", "reason": "Ended."}),
        ("POST", f"{path}/restore", None),
    ):
        for condition in (tag, f"W/{changed.headers['ETag']}"):
            answer = await client.request(method, address, json=body, headers={"If-Match": condition})
            assert (answer.status_code, answer.json()["code"]) == (412, "precondition_failed"), address
    assert (await client.get(path)).json()["answer"] == "Cards, Freeze."
    fresh = {"If-Match": changed.headers["ETag"]}
    verified = await client.post(f"{path}/verify", json={"by": "Sara", "review_in_days": 5}, headers=fresh)
    assert verified.status_code == 200
    assert (await client.delete(path, headers=fresh)).status_code == 412
    assert (await client.delete(path, headers={"If-Match": verified.headers["ETag"]})).status_code == 204
    assert (await client.delete(path, headers={"If-Match": "*"})).status_code == 404


@pytest.mark.parametrize(
    ("accept", "status"),
    [("*/*", 200), ("application/*", 200), ("application/json;q=0.1", 200), ("text/html, */*;q=0.1", 200), ("", 200),
     ("text/html", 406), ("application/json;q=0, */*", 406), ("application/xml, text/*", 406), (",;/", 406)],
)  # fmt: skip
async def test_the_answer_is_of_an_accepted_type(client: httpx.AsyncClient, accept: str, status: int) -> None:
    answer = await client.get("/v1/version", headers={"Accept": accept})
    assert answer.status_code == status
    if status == 406:
        assert answer.json()["code"] == "not_acceptable"
        stream = await client.post("/v1/drafts/stream", json={"text": "x"}, headers={"Accept": "text/event-stream"})
        assert stream.status_code == 200


async def test_compressed_bodies_are_refused_clearly(client: httpx.AsyncClient) -> None:
    body = gzip.compress(json.dumps({"text": "x"}).encode())
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    answer = await client.post("/v1/analyze", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "encoded_body")


@pytest.mark.parametrize("path", ["/livez", "/v1/version", RESOLUTION, "/v1/drafts", "/openapi.json", "/v1/nothing"])
async def test_head_is_get_without_content(client: httpx.AsyncClient, path: str) -> None:
    get, head = await client.get(path), await client.head(path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers["Content-Type"] == get.headers["Content-Type"]


@pytest.mark.parametrize(
    ("path", "allow"),
    [("/livez", "GET, HEAD, OPTIONS"), ("/v1/drafts", "GET, HEAD, POST, OPTIONS"), ("/v1/analyze", "POST, OPTIONS"),
     (RESOLUTION, "GET, HEAD, PUT, DELETE, OPTIONS")],
)  # fmt: skip
async def test_methods_are_told(client: httpx.AsyncClient, path: str, allow: str) -> None:
    told = await client.options(path)
    assert (told.status_code, told.headers["Allow"]) == (204, allow)
    refused = await client.patch(path)
    assert (refused.status_code, refused.headers["Allow"]) == (405, allow)


async def test_options_of_nothing(client: httpx.AsyncClient) -> None:
    assert (await client.options("/v1/nothing")).status_code == 404


async def test_a_bad_message_does_not_spoil_a_batch(client: httpx.AsyncClient) -> None:
    messages = [{"text": "My new card has not arrived yet"}, {"text": 5}, {"text": "x", "tenant": "other"}, "y",
                {"text": "بطاقتي الجديدة لم تصل بعد"}]  # fmt: skip
    answer = await client.post("/v1/drafts/batch", json={"messages": messages})
    assert answer.status_code == 200
    body = answer.json()
    assert [item["status"] for item in body["items"]] == [201, 422, 422, 422, 201]
    assert body["failed"] == 3
    assert [item["result"]["draft"]["language"] for item in body["items"] if item["result"]] == ["en", "ar"]
    assert body["items"][1]["problem"]["errors"][0]["field"] == "text"
    assert body["items"][2]["problem"]["errors"][0]["field"] == "tenant"
    first = body["items"][0]["result"]
    assert (await client.get(f"/v1/drafts/{first['id']}")).json() == first


@pytest.mark.parametrize(("path", "field"), [("/v1/drafts/batch", "messages"), ("/v1/search/batch", "messages"),
                                             ("/v1/check/batch", "replies")])  # fmt: skip
async def test_batches_are_bounded(client: httpx.AsyncClient, path: str, field: str) -> None:
    for count in (0, 33):
        assert (await client.post(path, json={field: [{"text": "x", "reply": "y"}] * count})).status_code == 422


async def test_searches_and_checks_in_batches_are_those_of_one(client: httpx.AsyncClient) -> None:
    search = {"text": "My new card has not arrived yet", "k": 2}
    check = {"text": "My new card has not arrived yet", "reply": "We will refund you 500 riyals today."}
    one = (await client.post("/v1/search", json=search)).json()
    many = (await client.post("/v1/search/batch", json={"messages": [search, {"text": "x", "k": 0}]})).json()
    assert [item["status"] for item in many["items"]] == [200, 422]
    assert many["items"][0]["result"] == one
    alone = (await client.post("/v1/check", json=check)).json()
    checked = (await client.post("/v1/check/batch", json={"replies": [check, {"reply": "x"}]})).json()
    assert [item["status"] for item in checked["items"]] == [200, 422]
    assert checked["items"][0]["result"] == alone


async def test_many_resolutions_at_once(client: httpx.AsyncClient) -> None:
    rows = [
        NEW | {"id": "a"},
        {"id": "b", "problem": "only a problem"},
        {"id": "c", "problem": "كيف أجمد بطاقتي؟", "answer": "من التطبيق."},
    ]
    report = (await client.post("/v1/resolutions/import", json=rows)).json()
    assert (report["added"], report["rejected"]) == (2, 1)
    assert (report["errors"][0]["line"], report["errors"][0]["field"]) == (2, "answer")
    assert (await client.get("/v1/resolutions/c")).json()["language"] == "ar"
    lines = "\n".join(json.dumps(row) for row in rows)
    again = await client.post(
        "/v1/resolutions/import", content=lines.encode(), headers={"Content-Type": "application/x-ndjson"}
    )
    assert (again.json()["unchanged"], again.json()["rejected"]) == (2, 1)
    bodies: tuple[object, ...] = ({}, [], "x")
    for body in bodies:
        assert (await client.post("/v1/resolutions/import", json=body)).status_code == 422
    plain = await client.post("/v1/resolutions/import", content=b"x", headers={"Content-Type": "text/csv"})
    assert (plain.status_code, plain.json()["code"]) == (415, "not_json")


async def test_the_service_says_what_it_is(client: httpx.AsyncClient) -> None:
    version = (await client.get("/v1/version")).json()
    assert (version["api"], version["model_revision"]) == ("v1", "fake-1")
    policy = (await client.get("/v1/policy")).json()
    assert policy["revision"] == version["policy_revision"]
    assert {"ar", "en"} <= set(policy["languages"])
    assert "whatsapp" in policy["channels"]


def test_every_problem_code_in_the_document_is_explained(app: FastAPI) -> None:
    document = app.openapi()
    named = {code for item in document["components"]["responses"].values() for code in item["x-problem-codes"]}
    assert named <= set(CODES)
