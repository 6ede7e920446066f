"""No request of an adapter can reach a customer, and the fakes that say so can tell the difference."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from api.helpdesks.adapter import Fetching, Probing
from tests.api.helpdesks.fakes.base import Kind
from tests.api.helpdesks.vendors.harness import Desk, note, open_desk, said

Check = Callable[[str, Mapping[str, Any]], bool]
"""Whether a write's path and body are of a kind that only agents see."""

_PRIVATE: Mapping[str, Mapping[str, Check]] = {
    "freshdesk": {
        "POST": lambda path, body: path.endswith("/notes") and body["private"] is True,
        "DELETE": lambda path, _: path.startswith("/api/v2/conversations/"),
    },
    "front": {
        "POST": lambda path, body: (
            path.endswith("/comments") or (path.endswith("/drafts") and body["mode"] == "shared")
        ),
        "DELETE": lambda path, _: path.startswith("/drafts/"),
    },
    "help_scout": {
        "POST": lambda path, body: (
            path.endswith(("/notes", "/oauth2/token")) or (path.endswith("/reply") and body["draft"] is True)
        ),
        "PATCH": lambda _, body: body["path"] == "/text",
    },
    "intercom": {"POST": lambda path, body: path.endswith("/reply") and body["message_type"] == "note"},
    "zammad": {
        "POST": lambda _, body: body["internal"] is True and body["type"] == "note",
        "DELETE": lambda path, _: path.startswith("/api/v1/ticket_articles/"),
    },
    "zendesk": {
        "PUT": lambda path, body: path.endswith("/tags") or body["ticket"]["comment"]["public"] is False,
        "DELETE": lambda path, _: path.endswith("/tags"),
    },
}

_HTML = {"html_body": "Hello"}
_PUBLIC: Mapping[str, list[tuple[str, str, Any]]] = {
    "freshdesk": [
        ("POST", "/api/v2/tickets/5158/notes", {"body": "Hello", "private": False}),
        ("POST", "/api/v2/tickets/5158/notes", {"body": "Hello"}),
        ("POST", "/api/v2/tickets/5158/reply", {"body": "Hello"}),
    ],
    "front": [
        ("POST", "/conversations/5158/messages", {"body": "Hello"}),
        ("POST", "/conversations/5158/drafts", {"body": "Hello", "channel_id": "cha_1"}),
    ],
    "help_scout": [
        ("POST", "/v2/conversations/5158/reply", {"customer": {"id": 1}, "text": "Hello"}),
        ("POST", "/v2/conversations/5158/reply", {"customer": {"id": 1}, "text": "Hello", "draft": False}),
    ],
    "intercom": [
        ("POST", "/conversations/5158/reply", {"message_type": "comment", "type": "admin", "body": "Hello"}),
        ("POST", "/conversations/5158/reply", {"message_type": "quick_reply", "type": "admin", "body": "Hello"}),
    ],
    "zammad": [
        ("POST", "/api/v1/ticket_articles", {"ticket_id": 5158, "body": "Hello", "type": "note", "internal": False}),
        ("POST", "/api/v1/ticket_articles", {"ticket_id": 5158, "body": "Hello", "type": "note"}),
        ("POST", "/api/v1/ticket_articles", {"ticket_id": 5158, "body": "Hello", "type": "email", "internal": True}),
    ],
    "zendesk": [
        ("PUT", "/api/v2/tickets/5158.json", {"ticket": {"comment": {**_HTML, "public": True}}}),
        ("PUT", "/api/v2/tickets/5158.json", {"ticket": {"comment": _HTML}}),
        ("PUT", "/api/v2/tickets/5158.json", {"ticket": {"comment": {**_HTML, "public": False}, "status": "solved"}}),
        ("POST", "/api/v2/tickets/5158/tags", {"tags": ["replaces_all"]}),
    ],
}


async def _everything(desk: Desk, vendor: str) -> None:
    """Make every call that an adapter can make."""
    adapter = desk.adapter
    for kind in Kind:
        delivery = desk.delivery(said(kind))
        if isinstance(adapter, Fetching):
            await adapter.fetch(desk.client, delivery)
    if isinstance(adapter, Probing):
        await adapter.probe(desk.client)
    shapes: list[dict[str, Any]] = [
        {},
        {"text": ""},
        {"beside": True},
        {"customer_id": None},
        {"tags": ("sentiment__positive",)},
    ]
    for number, more in enumerate(shapes):
        given = note(vendor, marker=f"RIFQ-D-{number:04}", **more)
        left = await adapter.leave(desk.client, given)
        await adapter.find(desk.client, given)
        await adapter.withdraw(desk.client, given, left)


@pytest.mark.parametrize("vendor", sorted(_PRIVATE))
async def test_every_request_of_an_adapter_is_private(vendor: str) -> None:
    desk = open_desk(vendor)
    writes: list[httpx.Request] = []

    async def keep(request: httpx.Request) -> None:
        if request.method != "GET":
            writes.append(request)

    desk.client.event_hooks["request"].append(keep)
    await _everything(desk, vendor)
    assert {request.method for request in writes} == set(_PRIVATE[vendor])
    for request in writes:
        form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        body = json.loads(request.content) if request.content and not form else {}
        assert _PRIVATE[vendor][request.method](request.url.path, body), f"{request.method} {request.url.path}"
        assert "public" not in json.dumps(body).replace('"public": false', "")
    assert desk.fake.faults == []


@pytest.mark.parametrize(("vendor", "request_"), [(name, one) for name, all_ in _PUBLIC.items() for one in all_])
async def test_a_public_request_is_a_fault(vendor: str, request_: tuple[str, str, Any]) -> None:
    desk, (method, path, body) = open_desk(vendor), request_
    seen: dict[str, str] = {}

    async def keep(request: httpx.Request) -> None:
        seen.update(request.headers)

    desk.client.event_hooks["request"].append(keep)
    await desk.adapter.find(desk.client, note(vendor))
    headers = {name: value for name, value in seen.items() if name in {"authorization", "intercom-version"}}
    answer = await desk.client.request(method, path, json=body, headers=headers)
    assert answer.status_code in {404, 405, 422}
    assert len(desk.fake.faults) == 1
    assert not desk.fake.notes
