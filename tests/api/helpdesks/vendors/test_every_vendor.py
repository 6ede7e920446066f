"""What holds for each vendor: what proves a call, what a body may be, and that nothing is ever public."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.helpdesks.adapter import (
    AgentReply,
    ConversationState,
    CustomerMessage,
    Delivery,
    Ignored,
)
from api.helpdesks.reading import read_safely
from models.errors import InputError, SignatureError
from tests.api.helpdesks.fakes.base import Kind
from tests.api.helpdesks.fakes.payloads import dumped, names, payload
from tests.api.helpdesks.vendors.harness import (
    AR,
    AT,
    JUNK,
    SIGNED_TIME,
    every_vendor,
    fetched,
    note,
    open_desk,
    said,
)

_EVENTS = {
    "help_scout": {"agent": "convo.agent.reply.created", "closed": "convo.status", "rating": "satisfaction.ratings"},
}


@every_vendor
async def test_a_customers_message_is_read(vendor: str) -> None:
    desk = open_desk(vendor)
    delivery = desk.delivery(said())
    desk.adapter.verify(delivery)
    messages = [event for event in await fetched(desk, delivery) if isinstance(event, CustomerMessage)]
    assert [(message.id, message.text) for message in messages] == [("72001", AR)]
    assert abs(messages[0].at - said().at) < timedelta(seconds=1)
    assert "Sara" in (messages[0].customer or "")
    assert messages[0].customer_id
    assert not desk.fake.faults


@every_vendor
async def test_an_agents_public_reply_is_read(vendor: str) -> None:
    desk = open_desk(vendor)
    told = await fetched(desk, desk.delivery(said(Kind.AGENT, text="تم الحل.")))
    replies = [event for event in told if not isinstance(event, ConversationState)]
    assert [type(reply) for reply in replies] == [AgentReply]
    reply = replies[0]
    assert isinstance(reply, AgentReply)
    assert reply.text == "تم الحل."
    assert reply.agent


@every_vendor
@pytest.mark.parametrize("kind", [Kind.PRIVATE, Kind.BOT])
async def test_notes_and_machines_trigger_nothing(vendor: str, kind: Kind) -> None:
    desk = open_desk(vendor)
    told = await fetched(desk, desk.delivery(said(kind)))
    assert all(isinstance(event, Ignored | ConversationState) for event in told)


@every_vendor
async def test_a_closed_conversation_is_told(vendor: str) -> None:
    desk = open_desk(vendor)
    told = await fetched(desk, desk.delivery(said(Kind.CLOSED)))
    states = [event for event in told if isinstance(event, ConversationState)]
    assert [state.closed for state in states] == [True]


@every_vendor
async def test_our_own_note_is_never_a_message(vendor: str) -> None:
    desk = open_desk(vendor)
    desk.delivery(said())
    await desk.adapter.leave(desk.client, note(vendor))
    told = await fetched(desk, desk.delivery(said(Kind.PRIVATE, text=desk.fake.notes[-1].text, id="72009")))
    assert not any(isinstance(event, AgentReply) for event in told)


@every_vendor
def test_one_event_has_one_key(vendor: str) -> None:
    desk = open_desk(vendor)
    first, again = desk.delivery(said()), desk.delivery(said(), at=AT + timedelta(seconds=30))
    other = desk.delivery(said(id="72002", text="؟", at=AT), number="2")
    keys = [desk.adapter.key(delivery) for delivery in (first, again, other)]
    # Freshdesk's calls say no id and no time: each is one, and the messages' own ids tell them apart.
    assert (keys[0] == keys[1]) is (vendor != "freshdesk")
    assert keys[0] != keys[2] or vendor == "freshdesk"
    assert all(0 < len(key) <= 200 for key in keys)


@every_vendor
@given(data=st.data())
@settings(max_examples=60)
def test_a_flipped_bit_is_refused(vendor: str, data: st.DataObject) -> None:
    desk = open_desk(vendor)
    delivery = desk.delivery(said())
    desk.adapter.verify(delivery)
    proof = {
        "freshdesk": ["x-rifq-token"],
        "front": ["x-front-signature", "x-front-request-timestamp"],
        "help_scout": ["x-helpscout-signature"],
        "intercom": ["x-hub-signature"],
        "zammad": ["x-hub-signature"],
        "zendesk": ["x-zendesk-webhook-signature", "x-zendesk-webhook-signature-timestamp"],
    }[vendor]
    places = proof if vendor == "freshdesk" else [*proof, "body"]
    place = data.draw(st.sampled_from(places))
    raw = bytearray(delivery.body if place == "body" else delivery.headers[place].encode())
    position, bit = data.draw(st.integers(0, len(raw) - 1)), data.draw(st.integers(0, 7))
    raw[position] ^= 1 << bit
    changed = {} if place == "body" else {place: bytes(raw).decode("latin-1")}
    body = bytes(raw) if place == "body" else delivery.body
    with pytest.raises(SignatureError):
        desk.adapter.verify(Delivery(body, {**delivery.headers, **changed}, AT))


@every_vendor
def test_a_call_without_proof_is_refused(vendor: str) -> None:
    desk = open_desk(vendor)
    with pytest.raises(SignatureError):
        desk.adapter.verify(Delivery(desk.delivery(said()).body, {}, AT))


@pytest.mark.parametrize("vendor", SIGNED_TIME)
@pytest.mark.parametrize("later", [timedelta(minutes=6), timedelta(minutes=-6)])
def test_a_signed_time_must_be_fresh(vendor: str, later: timedelta) -> None:
    desk = open_desk(vendor)
    with pytest.raises(SignatureError):
        desk.adapter.verify(replace(desk.delivery(said()), at=AT + later))


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        found += _places(inner, (*path, name))
    return found


def _changed(value: Any, path: tuple[Any, ...], junk: Any) -> Any:
    if not path:
        return junk
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _changed(copy[path[0]], path[1:], junk)
    return copy


def _whole(vendor: str, name: str) -> Any:
    """A body as ``read`` gets it."""
    value = payload(vendor, name)
    if vendor != "freshdesk":
        return value
    if name.startswith("hook") or name == "ticket":
        return {"ticket": payload(vendor, "ticket"), "conversations": []}
    return {"ticket": payload(vendor, "ticket"), "conversations": [value], "rating": 0.5}


@every_vendor
@given(data=st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_a_body_holds_is_events_or_an_input_error(vendor: str, data: st.DataObject) -> None:
    desk = open_desk(vendor)
    name = data.draw(st.sampled_from(names(vendor)))
    value = _whole(vendor, name)
    for _ in range(data.draw(st.integers(1, 3))):
        value = _changed(value, data.draw(st.sampled_from(_places(value))), data.draw(JUNK))
    event = {**dict.fromkeys(names(vendor), "convo.customer.reply.created"), **_EVENTS.get(vendor, {})}[name]
    body = json.dumps(value).encode("utf-8", "surrogatepass")
    delivery = Delivery(body, {"x-helpscout-event": event}, AT)
    assert 0 < len(read_safely(desk.adapter.key, delivery)) <= 200
    try:
        events = read_safely(desk.adapter.read, delivery)
    except InputError:
        return
    assert events
    for one in events:
        if not isinstance(one, Ignored):
            assert one.at.tzinfo is not None
            assert one.conversation.isascii()
            assert "/" not in one.conversation


@every_vendor
@given(body=st.binary(max_size=40))
@settings(max_examples=50)
def test_what_is_no_json_is_an_input_error(vendor: str, body: bytes) -> None:
    desk = open_desk(vendor)
    delivery = Delivery(body, {}, AT)
    try:
        read_safely(desk.adapter.read, delivery)
    except InputError:
        return
    assert isinstance(json.loads(body), dict)


def test_the_shapes_are_read_as_bytes() -> None:
    assert json.loads(dumped(payload("zendesk", "customer")))["type"] == "zen:event-type:ticket.comment_added"
