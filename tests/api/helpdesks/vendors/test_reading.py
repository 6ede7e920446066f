"""The recorded shapes, read: who wrote what, through which channel, and what is passed over and why."""

from datetime import UTC, datetime
from typing import Any

import pytest

from api.helpdesks.adapter import (
    AgentReply,
    ConversationState,
    CustomerMessage,
    Delivery,
    Event,
    Greeting,
    Ignored,
)
from inference.types import Channel
from models.errors import InputError
from tests.api.helpdesks.fakes.payloads import dumped, payload
from tests.api.helpdesks.vendors.harness import fetched, open_desk

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
        await fetched(desk, delivery)
    assert desk.fake.requests == 0


def test_fronts_handshake_is_answered() -> None:
    adapter = open_desk("front").adapter
    assert isinstance(adapter, Greeting)
    assert adapter.challenge(Delivery(dumped(payload("front", "sync")), {"x-front-challenge": "word"}, _NOW)) == "word"
    assert adapter.challenge(Delivery(b"{}", {}, _NOW)) is None
