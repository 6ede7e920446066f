"""What holds for each vendor: what proves a call, what a body may be, and that nothing is ever public."""

import contextlib
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.helpdesks.adapter import (
    AgentReply,
    ConversationState,
    CustomerMessage,
    Delivery,
    Event,
    Fetching,
    Ignored,
    Probing,
)
from api.helpdesks.reading import read_safely
from inference.types import Status
from models.errors import HelpdeskError, InputError, SignatureError
from tests.api.helpdesks.fakes.base import Kind, Trouble
from tests.api.helpdesks.fakes.payloads import dumped, names, payload
from tests.api.helpdesks.vendors.harness import (
    AR,
    AT,
    DRAFTING,
    SIGNED_TIME,
    VENDORS,
    Desk,
    drafts,
    note,
    notes,
    open_desk,
    said,
)

_EVENTS = {
    "help_scout": {"agent": "convo.agent.reply.created", "closed": "convo.status", "rating": "satisfaction.ratings"},
}
every_vendor = pytest.mark.parametrize("vendor", VENDORS)


async def _read(desk: Desk, delivery: Delivery) -> Sequence[Event]:
    if isinstance(desk.adapter, Fetching):
        delivery = await desk.adapter.fetch(desk.client, delivery)
    return desk.adapter.read(delivery)


@every_vendor
async def test_a_customers_message_is_read(vendor: str) -> None:
    desk = open_desk(vendor)
    delivery = desk.delivery(said())
    desk.adapter.verify(delivery)
    messages = [event for event in await _read(desk, delivery) if isinstance(event, CustomerMessage)]
    assert [(message.id, message.text) for message in messages] == [("72001", AR)]
    assert abs(messages[0].at - said().at) < timedelta(seconds=1)
    assert "Sara" in (messages[0].customer or "")
    assert messages[0].customer_id
    assert not desk.fake.faults


@every_vendor
async def test_an_agents_public_reply_is_read(vendor: str) -> None:
    desk = open_desk(vendor)
    told = await _read(desk, desk.delivery(said(Kind.AGENT, text="تم الحل.")))
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
    told = await _read(desk, desk.delivery(said(kind)))
    assert all(isinstance(event, Ignored | ConversationState) for event in told)


@every_vendor
async def test_a_closed_conversation_is_told(vendor: str) -> None:
    desk = open_desk(vendor)
    told = await _read(desk, desk.delivery(said(Kind.CLOSED)))
    states = [event for event in told if isinstance(event, ConversationState)]
    assert [state.closed for state in states] == [True]


@every_vendor
async def test_our_own_note_is_never_a_message(vendor: str) -> None:
    desk = open_desk(vendor)
    desk.delivery(said())
    await desk.adapter.leave(desk.client, note(vendor))
    told = await _read(desk, desk.delivery(said(Kind.PRIVATE, text=desk.fake.notes[-1].text, id="72009")))
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
@settings(max_examples=60, deadline=None)
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


_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


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
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_a_body_holds_is_events_or_an_input_error(vendor: str, data: st.DataObject) -> None:
    desk = open_desk(vendor)
    name = data.draw(st.sampled_from(names(vendor)))
    value = _whole(vendor, name)
    for _ in range(data.draw(st.integers(1, 3))):
        value = _changed(value, data.draw(st.sampled_from(_places(value))), data.draw(_JUNK))
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
@settings(max_examples=50, deadline=None)
def test_what_is_no_json_is_an_input_error(vendor: str, body: bytes) -> None:
    desk = open_desk(vendor)
    delivery = Delivery(body, {}, AT)
    try:
        read_safely(desk.adapter.read, delivery)
    except InputError:
        return
    assert isinstance(json.loads(body), dict)


@every_vendor
async def test_a_note_is_left_found_and_left_once(vendor: str) -> None:
    desk, given_note = open_desk(vendor), note(vendor)
    assert await desk.adapter.find(desk.client, given_note) is None
    left = await desk.adapter.leave(desk.client, given_note)
    assert await desk.adapter.find(desk.client, given_note) == left
    assert await desk.adapter.find(desk.client, replace(given_note, marker="RIFQ-D-0002")) is None
    assert len(notes(desk)) == 1
    assert len(drafts(desk)) == (vendor in DRAFTING)
    assert desk.fake.notes[0].conversation == "5158"
    assert not desk.fake.faults


@every_vendor
async def test_untrusted_text_stays_text(vendor: str) -> None:
    desk = open_desk(vendor)
    await desk.adapter.leave(desk.client, note(vendor))
    for left in [*notes(desk), *drafts(desk)]:
        # HTML is escaped; Front's comments are Markdown, where a backslash does it.
        assert not re.search(r"(?<!\\)<(script|اليوم)", left.text)
        assert "https://evil" not in left.text
        if left.draft or vendor != "front":
            assert 'dir="rtl"' in left.text
            assert 'lang="ar"' in left.text


@every_vendor
@pytest.mark.parametrize("trouble", [Trouble.BROKEN_AFTER, Trouble.SILENT_AFTER, Trouble.SILENT, Trouble.BROKEN])
async def test_no_trouble_doubles_or_loses_a_note(vendor: str, trouble: Trouble) -> None:
    """The pipeline's way: an answer that is not sure is looked for, and only what is not there is left again."""
    desk, given_note = open_desk(vendor), note(vendor)
    desk.fake.rates = {trouble: 0.6}
    for _ in range(40):
        with contextlib.suppress(HelpdeskError):
            if await desk.adapter.find(desk.client, given_note) is not None:
                break
            await desk.adapter.leave(desk.client, given_note)
    assert await desk.adapter.find(desk.client, given_note) is not None
    assert len(notes(desk)) == 1
    assert len(drafts(desk)) == (vendor in DRAFTING)
    assert not desk.fake.faults


@every_vendor
async def test_a_busy_helpdesk_says_until_when(vendor: str) -> None:
    desk = open_desk(vendor)
    desk.fake.retry_after = "7"
    desk.fake.troubles.append(Trouble.BUSY)
    with pytest.raises(HelpdeskError) as caught:
        await desk.adapter.leave(desk.client, note(vendor))
    assert (caught.value.lasting, caught.value.unsure, caught.value.retry_after) == (False, False, 7.0)
    assert not desk.fake.notes


@every_vendor
@pytest.mark.parametrize(
    ("status", "lasting"), [(400, True), (404, True), (422, True), (408, False), (425, False), (500, False)]
)
async def test_each_status_means_what_it_means(vendor: str, status: int, lasting: bool) -> None:
    adapter = open_desk(vendor).adapter

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/token"):
            return httpx.Response(200, json={"access_token": "t", "expires_in": 100})
        return httpx.Response(status)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://desk") as client:
        with pytest.raises(HelpdeskError) as caught:
            await adapter.leave(client, note(vendor, tags=()))
    assert caught.value.lasting is lasting


@every_vendor
@given(junk=_JUNK)
@settings(max_examples=40, deadline=None)
async def test_whatever_a_helpdesk_answers_is_a_helpdesk_error(vendor: str, junk: Any) -> None:
    adapter = open_desk(vendor).adapter
    body = json.dumps(junk).encode("utf-8", "surrogatepass")

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=body, headers={"Content-Type": "application/json"})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://desk") as client:
        for call in (adapter.leave, adapter.find):
            try:
                await call(client, note(vendor))
            except HelpdeskError:
                continue


@every_vendor
async def test_a_newer_note_takes_the_place_of_an_older_one(vendor: str) -> None:
    desk = open_desk(vendor)
    older = note(vendor)
    left = await desk.adapter.leave(desk.client, older)
    assert await desk.adapter.withdraw(desk.client, older, left) is True
    assert await desk.adapter.withdraw(desk.client, older, left) is True
    # The very same words once more: a draft that is there already must not be taken for the new one.
    newer = note(vendor, id="d-2", marker="RIFQ-D-0002", replaces=True)
    await desk.adapter.leave(desk.client, newer)
    assert len(drafts(desk)) == (vendor in DRAFTING)
    kept = {"zendesk": 2, "intercom": 2, "help_scout": 2, "front": 2}.get(vendor, 1)
    assert len(notes(desk)) == kept
    assert not desk.fake.faults


@pytest.mark.parametrize("vendor", [*DRAFTING, "freshdesk"])
async def test_what_an_agent_edited_stays(vendor: str) -> None:
    desk, given_note = open_desk(vendor), note(vendor)
    left = await desk.adapter.leave(desk.client, given_note)
    edited = (drafts(desk) or notes(desk))[0]
    edited.text, edited.version = edited.text.replace("غدًا", "بعد غد"), edited.version + 1
    assert left.version is not None
    assert await desk.adapter.withdraw(desk.client, given_note, left) is False
    assert not edited.deleted
    beside = replace(given_note, marker="RIFQ-D-0003", beside=True)
    await desk.adapter.leave(desk.client, beside)
    assert drafts(desk) in ([], [edited])
    assert "بعد غد" in edited.text
    assert not desk.fake.faults


@pytest.mark.parametrize("vendor", DRAFTING)
@pytest.mark.parametrize("more", [{"text": "", "status": Status.NO_SAFE_DRAFT}, {"beside": True}])
async def test_without_a_draft_there_is_a_note(vendor: str, more: dict[str, Any]) -> None:
    desk, given_note = open_desk(vendor), note(vendor, **more)
    left = await desk.adapter.leave(desk.client, given_note)
    assert await desk.adapter.find(desk.client, given_note) == left
    assert not drafts(desk)
    assert ("غدًا" in desk.fake.notes[0].text) is bool(given_note.text)
    assert left.version is None


@every_vendor
async def test_the_token_is_tried_without_changing_anything(vendor: str) -> None:
    desk = open_desk(vendor)
    assert isinstance(desk.adapter, Probing)
    assert await desk.adapter.probe(desk.client)
    assert not desk.fake.notes
    assert not desk.fake.faults


@every_vendor
async def test_a_wrong_token_is_said_to_be_one(vendor: str) -> None:
    desk = open_desk(vendor)

    def refuse(request: httpx.Request) -> httpx.Response:
        return httpx.Response(401, json={})

    async with httpx.AsyncClient(transport=httpx.MockTransport(refuse), base_url="http://desk") as client:
        with pytest.raises(HelpdeskError) as caught:
            await desk.adapter.leave(client, note(vendor))
    assert not caught.value.lasting
    assert "token" in caught.value.message


def test_the_shapes_are_read_as_bytes() -> None:
    assert json.loads(dumped(payload("zendesk", "customer")))["type"] == "zen:event-type:ticket.comment_added"
