"""What single vendors are asked for, and told: words, tokens, tags, drafts, pauses."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from api.helpdesks.adapter import (
    AgentReply,
    ConversationState,
    CustomerMessage,
    Fetching,
)
from api.helpdesks.vendors.calls import retry_after
from models.errors import HelpdeskError, InputError
from tests.api.helpdesks.fakes.base import Kind
from tests.api.helpdesks.fakes.front import FakeFront
from tests.api.helpdesks.fakes.help_scout import FakeHelpScout
from tests.api.helpdesks.fakes.payloads import dumped, payload
from tests.api.helpdesks.fakes.zendesk import FakeZendesk
from tests.api.helpdesks.vendors.harness import AT, note, notes, open_desk, said


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
