"""Two tenants, every operation of the document, the other's real ids: nothing crosses, and nothing changes.

Ids are collected from the listings of the document itself, so that a new endpoint is covered as soon as ``_fill`` makes
something for it to show.
"""

import json
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from tests.api.access.conftest import Serve, Service, operator

MARK = "زمردة7731"
"""Stands in everything that the tenant 'default' owns."""
CONVERSATION = f"conversation-{MARK}"
_WRITES = {"post", "put", "patch"}


async def _fill(client: httpx.AsyncClient, mark: str) -> None:
    """Make something of every kind, with the mark in it."""
    draft = {"text": f"My new card has not arrived yet {mark}", "conversation": f"conversation-{mark}"}
    made = await client.post("/v1/drafts", json=draft)
    assert made.status_code == 201, made.text
    final = {"verdict": "edited", "final_text": f"We will call you within two days about {mark}."}
    assert (await client.post(f"/v1/drafts/{made.json()['id']}/feedback", json=final)).status_code == 201
    named = {"by": mark, "review_in_days": 30}
    entry = {"id": f"entry-{mark}", "problem": f"My card {mark} is lost", "answer": f"Block {mark} in the app."}
    assert (await client.post("/v1/resolutions", json=entry)).status_code == 201
    assert (await client.post(f"/v1/resolutions/entry-{mark}/verify", json=named)).status_code == 200
    assert (await client.post("/v1/keys", json={"name": mark, "scopes": ["draft"]})).status_code == 201
    person = {"email": f"{mark}@example.com", "role": "agent", "name": mark}
    assert (await client.post("/v1/people", json=person)).status_code == 201
    texts = [{"message": f"My card {mark} is lost", "replies": [{"text": f"Block {mark} in the app."}]}]
    round_ = {"name": mark, "target": "texts", "texts": texts}
    assert (await client.post("/v1/reviews/rounds", json=round_)).status_code == 201
    outcome = {"conversation": f"conversation-{mark}", "agent": mark, "reopened": 1}
    assert (await client.post("/v1/outcomes", json={"outcomes": [outcome]})).status_code == 200


def _values(found: Any, name: str) -> Iterator[str]:
    """Yield the texts under a name anywhere in JSON."""
    if isinstance(found, dict):
        for key, value in found.items():
            if key == name and isinstance(value, str):
                yield value
            else:
                yield from _values(value, name)
    elif isinstance(found, list):
        for item in found:
            yield from _values(item, name)


async def _listed(service: Service, client: httpx.AsyncClient) -> dict[str, Any]:
    """Return what every operation without a parameter in its address shows, by address."""
    paths = [path for path, methods in service.app.openapi()["paths"].items() if "get" in methods and "{" not in path]
    found = {}
    for path in paths:
        answer = await client.get(path)
        if path.startswith("/v1/") and answer.status_code == 200:
            found[path] = answer.json()
    return found


def _bodies(item: dict[str, Any]) -> list[bytes | None]:
    """Return the examples of an operation's body; none where it takes none."""
    media = item.get("requestBody", {}).get("content", {}).get("application/json", {})
    examples = [example["value"] for example in media.get("examples", {}).values()]
    return [json.dumps(value).encode() for value in examples] or [None]


@pytest.fixture
async def service(serving: Serve) -> AsyncIterator[Service]:
    """The service with two tenants, in which one may ask often."""
    async with serving(requests_per_minute=1_000_000) as opened:
        await opened.access.tenants.add("acme", by=operator())
        yield opened


@pytest.fixture
async def tenants(service: Service) -> AsyncIterator[tuple[httpx.AsyncClient, httpx.AsyncClient]]:
    """The tenant that owns what is marked, and another one with things of its own; both may do everything."""
    async with (
        service.client(await service.key()) as owner,
        service.client(await service.key(tenant="acme")) as other,
    ):
        await _fill(owner, MARK)
        await _fill(other, "own")
        yield owner, other


def _without_reads(listed: dict[str, Any]) -> dict[str, Any]:
    """Leave out what every request changes: when a key was used."""
    return json.loads(re.sub(r'"used_at": ("[^"]*"|null)', '"used_at": 0', json.dumps(listed)))  # type: ignore[no-any-return]


async def test_no_id_of_another_tenant_opens_anything(
    service: Service,
    tenants: tuple[httpx.AsyncClient, httpx.AsyncClient],
) -> None:
    owner, other = tenants
    before = await _listed(service, owner)
    ids = sorted({*_values(before, "id"), *_values(before, "draft_id"), f"entry-{MARK}"})
    assert len(ids) >= 6, "drafts, commitments, resolutions, keys, people and entries of the log"
    asked = 0
    for path, methods in service.app.openapi()["paths"].items():
        if path.startswith("/v1/hooks/"):  # signed by a helpdesk, for the tenant that its connection names
            continue
        names = re.findall(r"{(\w+)}", path)
        for method, item in methods.items():
            for id_ in ids if names else ():
                for body in _bodies(item):
                    address = re.sub(r"{\w+}", id_, path)
                    headers = {"Content-Type": "application/json"} if body else {}
                    answer = await other.request(method, address, content=body, headers=headers)
                    assert answer.status_code in {401, 404, 405, 409, 422}, (method, address, answer.text)
                    if answer.status_code == 409:
                        assert "revoked" not in answer.text, (method, address)
                    assert f"My card {MARK}" not in answer.text
                    asked += 1
    assert asked >= 6 * len(ids)
    after = await _listed(service, owner)
    ignored = {"/v1/audit", "/v1/drafts"}
    assert {path: _without_reads(before[path]) for path in set(before) - ignored} == {
        path: _without_reads(after[path]) for path in set(before) - ignored
    }
    assert set(_values(before["/v1/drafts"], "id")) == set(_values(after["/v1/drafts"], "id"))
    assert {entry["actor"] for entry in after["/v1/audit"]["items"]} == {
        entry["actor"] for entry in before["/v1/audit"]["items"]
    }


async def test_no_listing_and_no_answer_shows_what_is_another_tenants(
    service: Service,
    tenants: tuple[httpx.AsyncClient, httpx.AsyncClient],
) -> None:
    owner, other = tenants
    listed = await _listed(service, owner)
    marked = {path for path, page in listed.items() if MARK in json.dumps(page, ensure_ascii=False)}
    assert {"/v1/drafts", "/v1/resolutions", "/v1/keys", "/v1/people", "/v1/commitments"} <= marked
    for path, methods in service.app.openapi()["paths"].items():
        if "{" in path:
            continue
        for method, item in methods.items():
            parameters = [
                entry["name"]
                for entry in item.get("parameters", ())
                if entry["in"] == "query" and entry["name"] != "limit"
            ]
            for named in ({}, *({name: CONVERSATION} for name in parameters)):
                for body in _bodies(item) if method in _WRITES else [None]:
                    headers = {"Content-Type": "application/json"} if body else {}
                    answer = await other.request(method, path, params=named, content=body, headers=headers)
                    assert answer.status_code < 500, (method, path, answer.text)
                    assert MARK not in answer.text.encode().decode("unicode_escape", "ignore") + answer.text, (
                        method,
                        path,
                    )


async def test_a_search_for_the_others_words_finds_ones_own(
    tenants: tuple[httpx.AsyncClient, httpx.AsyncClient],
) -> None:
    _, other = tenants
    found = (await other.post("/v1/search", json={"text": f"My card {MARK} is lost", "k": 100})).json()["hits"]
    assert {hit["id"] for hit in found} == {"entry-own"}


async def test_a_tenant_named_in_a_body_is_not_believed(
    tenants: tuple[httpx.AsyncClient, httpx.AsyncClient],
) -> None:
    owner, other = tenants
    for path, body in (
        ("/v1/drafts", {"text": "My card is lost"}),
        ("/v1/analyze", {"text": "My card is lost"}),
        ("/v1/search", {"text": "My card is lost"}),
        ("/v1/check", {"text": "My card is lost", "reply": "We are sorry."}),
        ("/v1/resolutions", {"problem": "My card is lost", "answer": "Block it."}),
    ):
        answer = await owner.post(path, json=body | {"tenant": "acme"})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input"), path
    same = await other.post("/v1/resolutions", json={"id": f"entry-{MARK}", "problem": "Mine", "answer": "Mine."})
    assert same.status_code == 201, "an id belongs to a tenant"
    assert (await owner.get(f"/v1/resolutions/entry-{MARK}")).json()["problem"] != "Mine"
