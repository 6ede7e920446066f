"""The generic hook without an address: what is posted wrongly is told at once, and notes are fetched."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, select

from api.helpdesks.tables import DeliveryRow, DeliveryState
from api.helpdesks.vendors.generic import sign
from api.tables import DraftRow
from tests.api.helpdesks.desk import QUESTION, Desk

pytestmark = [pytest.mark.parametrize("vendor", ["generic"]), pytest.mark.connection(url=None)]


async def _post(desk: Desk, body: Any, *, age: int = 0, **headers: str) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    stamp = str(int(datetime.now(UTC).timestamp()) - age)
    secret = desk.fake.environment()["FAKE_GENERIC_SECRET"]
    signed = {"X-Rifq-Timestamp": stamp, "X-Rifq-Signature": sign(secret, stamp, raw)}
    return await desk.client.post("/v1/hooks/desk", content=raw, headers={**signed, **headers})


def _said(text: str = QUESTION, **named: Any) -> dict[str, Any]:
    return {"conversation": "order-7", "message": {"id": f"m-{text[:5]}", "text": text}, **named}


async def test_notes_are_fetched_once_each_and_in_order(desk: Desk) -> None:
    fact = {"name": "order status", "value": "sent on Monday", "source": "shop"}
    assert (await _post(desk, _said(facts=[fact]))).status_code == 202
    await desk.settled()
    [first] = (await desk.client.get("/v1/helpdesks/desk/notes")).json()["items"]
    assert (first["sequence"], first["note"]["current"], first["note"]["private"]) == (1, True, True)
    assert "Cards arrive within 5 to 7 working days." in first["note"]["draft"]
    await _post(desk, _said("Hello? Why was I charged a fee abroad"))
    await desk.settled()
    [second] = (await desk.client.get("/v1/helpdesks/desk/notes", params={"after": 1})).json()["items"]
    assert (second["sequence"], second["note"]["replaces"]) == (2, False)  # whoever fetches goes by current
    older = (await desk.client.get("/v1/helpdesks/desk/notes", params={"limit": 1})).json()["items"][0]
    assert (older["sequence"], older["note"]["current"]) == (1, False)
    assert (await desk.client.get("/v1/helpdesks/nowhere/notes")).status_code == 404
    async with desk.database.writing("default") as session:  # its draft is erased: the page goes on behind it
        await session.execute(delete(DraftRow).where(DraftRow.id == first["note"]["id"]))
    [next_] = (await desk.client.get("/v1/helpdesks/desk/notes", params={"limit": 1})).json()["items"]
    assert next_["sequence"] == 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"conversation": "a b", "message": {"id": "1", "text": "x"}}, "conversation"),
        ({"conversation": "1"}, "message"),
        ({"conversation": "1", "message": {"id": "1", "text": "x", "at": "2026-01-01T00:00:00"}}, "message.at"),
        ({"conversation": "1", "message": {"id": "1", "text": "a\0b"}}, "message.text"),
        (b"{", ""),
        (b"[]", ""),
    ],
)
async def test_what_cannot_be_read_is_told_and_kept(desk: Desk, body: Any, field: str) -> None:
    answer = await _post(desk, body)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "invalid_input")
    assert [item["field"] for item in problem["errors"]] == ([field] if field else [])
    [letter] = (await desk.client.get("/v1/helpdesks/dead")).json()["items"]
    assert letter["kind"] == "delivery"


async def test_a_moment_before_the_calendar_begins_is_when_it_arrived(desk: Desk) -> None:
    body = {"kind": "closed", "conversation": "1", "at": "0001-01-01T00:00:00+23:59"}
    assert (await _post(desk, body)).status_code == 202
    await desk.settled()
    async with desk.database.reading() as session:
        states = (await session.scalars(select(DeliveryRow.state))).all()
    assert states == [DeliveryState.READ]


@pytest.mark.parametrize("age", [400, -400])
async def test_an_old_or_early_signature_is_refused(desk: Desk, age: int) -> None:
    assert (await _post(desk, _said(), age=age)).status_code == 401
    assert (await _post(desk, _said(), age=age // 2)).status_code == 202


async def test_whoever_guesses_signatures_is_slowed_down_and_the_helpdesk_is_not(desk: Desk) -> None:
    statuses = {(await desk.client.post("/v1/hooks/desk", content=b"{}")).status_code for _ in range(200)}
    assert statuses == {401, 429}
    assert (await _post(desk, _said())).status_code == 202


async def test_somebody_tries_the_address(desk: Desk) -> None:
    for name in ("desk", "nowhere"):
        assert (await desk.client.head(f"/v1/hooks/{name}")).status_code == 204
