"""The recorded shapes, read: who wrote what, through which channel, and what is passed over and why."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from api.helpdesks.adapter import (
    AgentReply,
    ConversationState,
    CustomerMessage,
    Delivery,
    Event,
    Fetching,
    Greeting,
    Ignored,
)
from api.helpdesks.vendors.calls import retry_after
from inference.types import Channel
from models.errors import HelpdeskError, InputError
from tests.api.helpdesks.fakes.base import Kind
from tests.api.helpdesks.fakes.front import FakeFront
from tests.api.helpdesks.fakes.help_scout import FakeHelpScout
from tests.api.helpdesks.fakes.payloads import dumped, payload
from tests.api.helpdesks.fakes.zendesk import FakeZendesk
from tests.api.helpdesks.vendors.harness import AT, Desk, note, notes, open_desk, said

_NOW = datetime(2026, 11, 20, 9, 5, tzinfo=UTC)
_ARABIC = "السلام عليكم، طلبي رقم ٤٥٨١٢ متأخر أسبوعًا ولم يردّ أحد!\nأين وصل؟"
_ENGLISH = "Hi, my order 45812 is a week late and nobody answers. Where is it?"
_HELP_SCOUT = {
    "customer": "convo.created",
    "customer_en": "convo.customer.reply.created",
    "agent": "convo.agent.reply.created",
    "bot": "convo.agent.reply.created",
    "private": "convo.note.created",
    "closed": "convo.status",
    "rating": "satisfaction.ratings",
}


def read(vendor: str, name: str, **options: Any) -> list[Event]:
    value = payload(vendor, name)
    if vendor == "freshdesk":
        value = {"ticket": payload(vendor, "ticket"), "conversations": [value]}
    delivery = Delivery(dumped(value), {"x-helpscout-event": _HELP_SCOUT.get(name, "")}, _NOW)
    events = open_desk(vendor, **options).adapter.read(delivery)
    return [event for event in events if not (vendor == "freshdesk" and isinstance(event, ConversationState))]


@pytest.mark.parametrize("vendor", ["freshdesk", "front", "help_scout", "intercom", "zammad", "zendesk"])
def test_arabic_is_read_without_its_quotations(vendor: str) -> None:
    [message] = read(vendor, "customer")
    assert isinstance(message, CustomerMessage)
    assert message.text.replace("\n", " ") == _ARABIC.replace("\n", " ")
    assert message.channel is (Channel.CHAT if vendor == "intercom" else Channel.EMAIL)
    assert message.subject == (None if vendor == "intercom" else "طلب متأخر")
    assert "سارة" in (message.customer or "")
    assert message.attachments == (() if vendor in {"intercom", "zendesk"} else ("فاتورة.pdf",))


@pytest.mark.parametrize(
    ("vendor", "channel"),
    [
        ("freshdesk", Channel.EMAIL),
        ("front", Channel.WHATSAPP),
        ("help_scout", Channel.CHAT),
        ("intercom", Channel.CHAT),
        ("zammad", Channel.CHAT),
        ("zendesk", Channel.CHAT),
    ],
)
def test_english_is_read_with_its_channel(vendor: str, channel: Channel) -> None:
    [message] = read(vendor, "customer_en")
    assert isinstance(message, CustomerMessage)
    assert (message.text, message.channel) == (_ENGLISH, channel)


@pytest.mark.parametrize("vendor", ["freshdesk", "front", "help_scout", "intercom", "zammad", "zendesk"])
def test_an_agents_reply_is_read_with_the_agent(vendor: str) -> None:
    [reply] = read(vendor, "agent")
    assert isinstance(reply, AgentReply)
    assert reply.text == "مرحبًا سارة، خرجت شحنتكم اليوم وتصلكم غدًا."
    assert reply.agent in {"8447", "tea_55c8c149", "42", "3330619", "5"}


@pytest.mark.parametrize(
    ("vendor", "name", "reason"),
    [
        ("front", "private", "other_event"),
        ("front", "bot", "automatic"),
        ("front", "sync", "ping"),
        ("help_scout", "private", "other_event"),
        ("help_scout", "bot", "no_message"),
        ("intercom", "private", "other_event"),
        ("intercom", "bot", "automatic"),
        ("intercom", "ping", "ping"),
        ("zammad", "private", "private_note"),
        ("zammad", "bot", "automatic"),
        ("zendesk", "private", "private_note"),
        ("zendesk", "bot", "automatic"),
        ("zendesk", "created", "opening_comes_as_comment"),
    ],
)
def test_what_is_passed_over_has_a_reason(vendor: str, name: str, reason: str) -> None:
    assert read(vendor, name) == [Ignored(reason)]


@pytest.mark.parametrize("name", ["private", "bot"])
def test_freshdesk_passes_over_notes_and_rules(name: str) -> None:
    assert read("freshdesk", name) == []


@pytest.mark.parametrize("vendor", ["front", "help_scout", "intercom", "zammad", "zendesk"])
def test_closing_is_read(vendor: str) -> None:
    [state] = read(vendor, "closed")
    assert isinstance(state, ConversationState)
    assert (state.closed, state.satisfaction) == (True, None)


@pytest.mark.parametrize(("vendor", "share"), [("intercom", 0.25), ("help_scout", 0.0)])
def test_a_rating_is_read(vendor: str, share: float) -> None:
    [state] = read(vendor, "rating")
    assert isinstance(state, ConversationState)
    assert (state.closed, state.satisfaction) == (None, share)


def test_intercom_tells_of_the_first_message() -> None:
    [message] = read("intercom", "opening")
    assert isinstance(message, CustomerMessage)
    assert (message.conversation, message.id) == ("137324500000000", "608953158")
    assert message.at == datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def test_a_closing_word_is_a_reply() -> None:
    value = payload("intercom", "closed")
    value["data"]["item"]["conversation_parts"]["conversation_parts"][0]["body"] = "<p>أُغلقت بعد الحل.</p>"
    events = open_desk("intercom").adapter.read(Delivery(dumped(value), {}, _NOW))
    assert [type(event) for event in events] == [AgentReply, ConversationState]


def test_zendesk_may_tell_of_the_first_message_by_the_ticket() -> None:
    [message] = read("zendesk", "created", opening="ticket_created")
    assert isinstance(message, CustomerMessage)
    assert (message.id, message.text, message.customer_id) == ("opening-5158", _ARABIC, "8001")


def test_staff_who_asks_is_neither_customer_nor_agent() -> None:
    value = payload("zendesk", "agent")
    value["detail"]["requester_id"] = "8447"
    assert open_desk("zendesk").adapter.read(Delivery(dumped(value), {}, _NOW)) == [Ignored("staff_as_customer")]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"preferences": {"is-auto-response": True}}, "automatic"),
        ({"type": "phone", "sender": "Agent"}, "call_note"),
        ({"internal": None}, "private_note"),
    ],
)
def test_zammads_articles_that_nobody_wrote_to_us(change: dict[str, Any], reason: str) -> None:
    value = payload("zammad", "customer")
    value["article"] |= change
    assert open_desk("zammad").adapter.read(Delivery(dumped(value), {}, _NOW)) == [Ignored(reason)]


async def _told(desk: Desk, delivery: Delivery) -> Sequence[Event]:
    if isinstance(desk.adapter, Fetching):
        delivery = await desk.adapter.fetch(desk.client, delivery)
    return desk.adapter.read(delivery)


@pytest.mark.parametrize("vendor", ["zendesk", "zammad", "intercom", "help_scout", "freshdesk", "front"])
@pytest.mark.parametrize("bad", ["1/../../users", "1?x=1", "", "٤٥", "1\n2", "a" * 200])
async def test_an_id_that_leads_elsewhere_is_refused(vendor: str, bad: str) -> None:
    desk = open_desk(vendor)
    value = payload(vendor, "hook" if vendor == "freshdesk" else "customer")
    holder: dict[str, Any] = {
        "zendesk": lambda: value["detail"],
        "zammad": lambda: value["ticket"],
        "intercom": lambda: value["data"]["item"],
        "help_scout": lambda: value,
        "freshdesk": lambda: value,
        "front": lambda: value["payload"]["conversation"],
    }[vendor]()
    holder["ticket" if vendor == "freshdesk" else "id"] = bad
    delivery = Delivery(dumped(value), {"x-helpscout-event": "convo.created"}, _NOW)
    with pytest.raises(InputError):
        await _told(desk, delivery)
    assert desk.fake.requests == 0


async def test_freshdesk_is_asked_for_the_words_and_tells_all_in_order() -> None:
    desk = open_desk("freshdesk")
    assert isinstance(desk.adapter, Fetching)
    turns = [(Kind.CUSTOMER, "أولًا"), (Kind.AGENT, "رددنا"), (Kind.CUSTOMER, "ثانيًا"), (Kind.PRIVATE, "سر")]
    for number, (kind, text) in enumerate(turns):
        delivery = desk.delivery(said(kind, id=str(100 + number), text=text, at=AT - timedelta(minutes=9 - number)))
    told = desk.adapter.read(await desk.adapter.fetch(desk.client, delivery))
    texts = [event.text for event in told if isinstance(event, CustomerMessage | AgentReply)]
    assert texts == ["أولًا", "رددنا", "ثانيًا"]
    with pytest.raises(InputError):
        desk.adapter.read(delivery)


async def test_freshdesks_rating_comes_with_the_call() -> None:
    desk = open_desk("freshdesk")
    assert isinstance(desk.adapter, Fetching)
    rated = replace(desk.delivery(said()), body=dumped(payload("freshdesk", "hook_rating") | {"ticket": "5158"}))
    state = desk.adapter.read(await desk.adapter.fetch(desk.client, rated))[-1]
    assert isinstance(state, ConversationState)
    assert (state.closed, state.satisfaction) == (False, 0.0)


async def test_help_scouts_threads_are_fetched_where_they_are_missing() -> None:
    desk = open_desk("help_scout")
    assert isinstance(desk.adapter, Fetching)
    assert isinstance(desk.fake, FakeHelpScout)
    whole = desk.delivery(said())
    assert await desk.adapter.fetch(desk.client, whole) is whole
    desk.fake.threads_in_deliveries = False
    [message] = desk.adapter.read(await desk.adapter.fetch(desk.client, desk.delivery(said())))
    assert isinstance(message, CustomerMessage)


async def test_help_scouts_token_is_fetched_once_and_again_when_it_ends() -> None:
    desk = open_desk("help_scout")
    assert isinstance(desk.fake, FakeHelpScout)
    await desk.adapter.leave(desk.client, note("help_scout"))
    assert desk.fake.issued == 1
    desk.fake.tokens.clear()
    assert await desk.adapter.find(desk.client, note("help_scout")) is not None
    assert desk.fake.issued == 2
    assert not desk.fake.faults


async def test_help_scouts_wrong_app_is_said_to_be_one() -> None:
    adapter = open_desk("help_scout").adapter
    async with httpx.AsyncClient(
        transport=httpx.MockTransport(lambda _: httpx.Response(200, json={})), base_url="http://desk"
    ) as client:
        with pytest.raises(HelpdeskError, match="app's id and secret"):
            await adapter.find(client, note("help_scout"))


async def test_help_scout_without_the_customers_id_gets_a_note() -> None:
    desk = open_desk("help_scout")
    await desk.adapter.leave(desk.client, note("help_scout", customer_id=None))
    assert [one.draft for one in desk.fake.notes] == [False]


async def test_fronts_preview_is_fetched() -> None:
    desk = open_desk("front")
    assert isinstance(desk.adapter, Fetching)
    assert isinstance(desk.fake, FakeFront)
    whole = desk.delivery(said())
    assert await desk.adapter.fetch(desk.client, whole) is whole
    desk.fake.previews = True
    [message] = desk.adapter.read(await desk.adapter.fetch(desk.client, desk.delivery(said())))
    assert isinstance(message, CustomerMessage)
    assert (message.conversation, message.customer_id) == ("5158", "crd_55c8c149")


def test_fronts_handshake_is_answered() -> None:
    adapter = open_desk("front").adapter
    assert isinstance(adapter, Greeting)
    assert adapter.challenge(Delivery(dumped(payload("front", "sync")), {"x-front-challenge": "word"}, _NOW)) == "word"
    assert adapter.challenge(Delivery(b"{}", {}, _NOW)) is None


async def test_fronts_draft_that_is_edited_in_between_stays() -> None:
    desk, given = open_desk("front"), note("front")
    left = await desk.adapter.leave(desk.client, given)

    def edited(request: httpx.Request) -> httpx.Response:
        draft = {"id": left.ref, "version": left.version}
        return httpx.Response(200, json={"_results": [draft]}) if request.method == "GET" else httpx.Response(409)

    async with httpx.AsyncClient(transport=httpx.MockTransport(edited), base_url="http://desk") as client:
        assert await desk.adapter.withdraw(client, given, left) is False


async def test_zendesks_tags_replace_their_own_families_only() -> None:
    desk = open_desk("zendesk")
    assert isinstance(desk.fake, FakeZendesk)
    desk.fake.tags["5158"] = ["vip", "sentiment__positive", "language__ar", "other__kept"]
    await desk.adapter.leave(desk.client, note("zendesk"))
    assert sorted(desk.fake.tags["5158"]) == ["language__ar", "other__kept", "sentiment__negative", "vip"]


async def test_zendesks_tags_never_keep_a_note_from_agents() -> None:
    desk = open_desk("zendesk")

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/tags"):
            return httpx.Response(403)
        return httpx.Response(200, json={"ticket": {"id": 1}, "audit": {"events": [{"id": 7, "type": "Comment"}]}})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://desk") as client:
        assert (await desk.adapter.leave(client, note("zendesk"))).ref == "7"


async def test_zendesks_tags_are_an_option() -> None:
    desk = open_desk("zendesk", tags=False)
    assert isinstance(desk.fake, FakeZendesk)
    await desk.adapter.leave(desk.client, note("zendesk"))
    assert not desk.fake.tags
    assert len(notes(desk)) == 1


async def test_zammads_old_note_stays() -> None:
    desk, given = open_desk("zammad"), note("zammad")
    left = await desk.adapter.leave(desk.client, given)
    async with httpx.AsyncClient(
        transport=httpx.MockTransport(lambda _: httpx.Response(403)), base_url="http://desk"
    ) as client:
        assert await desk.adapter.withdraw(client, given, left) is True


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "12"}, 12.0),
        ({"X-RateLimit-Retry-After": "9"}, 9.0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "-3"}, 0.0),
        ({"Retry-After": "99999999"}, 3_600.0),
        ({}, None),
    ],
)
def test_a_pause_is_read(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(httpx.Response(429, headers=headers)) == seconds


@pytest.mark.parametrize("dated", [True, False])
def test_a_pause_may_be_a_moment(dated: bool) -> None:
    until = datetime.now(UTC) + timedelta(seconds=100)
    headers = (
        {"Retry-After": until.strftime("%a, %d %b %Y %H:%M:%S GMT")}
        if dated
        else {"X-RateLimit-Reset": str(int(until.timestamp()))}
    )
    seconds = retry_after(httpx.Response(429, headers=headers))
    assert seconds is not None
    assert 0 < seconds <= 100


def test_a_retry_after_beyond_the_calendar_is_none() -> None:
    assert retry_after(httpx.Response(429, headers={"Retry-After": "Fri, 31 Dec 9999 23:59:59 -2359"})) is None
