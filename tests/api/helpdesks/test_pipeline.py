"""The pipeline's own rules, with one vendor."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.helpdesks.tables import NoteState
from tests.api.helpdesks.desk import OTHER, QUESTION, Desk
from tests.api.helpdesks.fakes.base import Kind, Trouble

pytestmark = [pytest.mark.databases("sqlite", "postgres"), pytest.mark.parametrize("vendor", ["chatwoot"])]


async def test_a_burst_makes_one_note_in_the_messages_own_order(desk: Desk) -> None:
    said = [desk.said(text) for text in ("Hello", QUESTION, "It is urgent!")]
    for item in reversed(said):
        await desk.deliver(item)
    await desk.until(desk.markers)
    await desk.settled()
    [note] = await desk.notes()
    assert note.answers == [item.id for item in said]
    draft = await _draft(desk, note.id)
    assert draft["message"]["text"] == f"Hello\n{QUESTION}\nIt is urgent!"
    assert draft["message"]["conversation"] == "desk:71"


async def test_what_was_said_before_is_the_drafts_history(desk: Desk) -> None:
    await desk.tell("Where is my card?")
    await desk.tell("It was sent on Monday.", kind=Kind.AGENT)
    await desk.tell(OTHER)
    await desk.settled()
    note = (await desk.notes())[-1]
    message = (await _draft(desk, note.id))["message"]
    turns = [(turn["author"], turn["text"]) for turn in message["history"]]
    assert turns == [("customer", "Where is my card?"), ("agent", "It was sent on Monday.")]
    assert (message["text"], message["customer"]["name"]) == (OTHER, "Sara")


@pytest.mark.connection(quiet_seconds=1.0, longest_wait_seconds=2.0)
async def test_nothing_is_left_where_an_agent_was_faster(desk: Desk) -> None:
    await desk.tell()
    await desk.tell("It is on its way.", kind=Kind.AGENT)
    await desk.settled()
    assert (desk.markers(), await desk.states()) == ([], [])


async def test_a_pending_note_is_dropped_when_an_agent_answers(desk: Desk) -> None:
    desk.fake.troubles.extend([Trouble.BROKEN] * 3)
    desk.fake.retry_after = "1"
    desk.fake.troubles.appendleft(Trouble.BUSY)
    await desk.tell()
    await desk.until(lambda: len(desk.fake.troubles) < 4)
    await desk.tell("It is on its way.", kind=Kind.AGENT)
    await desk.settled()
    assert (desk.markers(), await desk.states()) == ([], [NoteState.DROPPED])


async def test_a_late_answered_message_makes_no_note(desk: Desk) -> None:
    late = desk.said()
    await desk.tell("It is on its way.", kind=Kind.AGENT)
    await desk.deliver(late)
    await desk.settled()
    assert (desk.markers(), await desk.notes()) == ([], [])
    assert len(await desk.messages()) == 2


async def test_a_draft_that_is_being_edited_is_not_replaced_meanwhile(desk: Desk) -> None:
    await desk.tell()
    await desk.until(desk.markers)
    await desk.settled()
    [first] = desk.markers()
    row = await desk.conversation()
    assert row is not None
    await desk.helpdesks.editing("desk", "71", tenant="default", until=datetime.now(UTC) + timedelta(seconds=1.5))
    await desk.tell(OTHER)
    await desk.read(messages=2)
    assert desk.markers() == [first]
    await desk.settled()
    assert desk.markers() == [(await desk.notes())[-1].id] != [first]


@pytest.mark.connection(skip_courtesy=True)
async def test_mere_thanks_make_no_note_where_nobody_wants_one(desk: Desk) -> None:
    await desk.tell("Thank you!")
    await desk.settled()
    assert (desk.markers(), await desk.states()) == ([], [NoteState.DROPPED])
    await desk.tell(QUESTION)
    await desk.settled()
    assert desk.markers() == [(await desk.notes())[-1].id]


async def test_thanks_make_a_ready_note_by_default(desk: Desk) -> None:
    await desk.tell("Thank you!")
    await desk.settled()
    assert len(desk.markers()) == 1


async def test_no_safe_draft_leaves_a_note_with_the_reason(desk: Desk) -> None:
    await desk.tell("I will sue you, my lawyer will be in touch about the card")
    await desk.settled()
    assert "No safe draft for this message" in desk.shown()
    assert "Why:" in desk.shown()


async def test_a_busy_helpdesk_is_left_alone_for_as_long_as_it_asks(desk: Desk) -> None:
    desk.fake.retry_after = "1"
    desk.fake.troubles.append(Trouble.BUSY)
    await desk.tell()
    await desk.until(lambda: not desk.fake.troubles)
    await desk.until(lambda: desk.fake.requests == 1)
    [status] = (await desk.client.get("/v1/helpdesks")).json()["items"]
    assert (status["id"], status["waiting"], status["left"]) == ("desk", 1, 0)
    await desk.tell(conversation="72")
    await desk.settled()
    assert (len(desk.markers()), len(desk.markers("72"))) == (1, 1)
    [status] = (await desk.client.get("/v1/helpdesks")).json()["items"]
    assert (status["waiting"], status["left"], status["error"], status["unread"]) == (0, 2, None, 0)


async def test_a_note_that_the_helpdesk_refuses_is_a_dead_letter_that_can_be_replayed(desk: Desk) -> None:
    desk.fake.forbid = True
    await desk.tell()
    await desk.settled()
    [letter] = (await desk.client.get("/v1/helpdesks/dead")).json()["items"]
    assert (letter["kind"], letter["conversation"], letter["connection"]) == ("note", "71", "desk")
    desk.fake.forbid = False
    assert (await desk.client.post(f"/v1/helpdesks/dead/{letter['id']}/replay")).status_code == 204
    await desk.settled()
    assert desk.markers() == [letter["id"]]
    assert (await desk.client.get("/v1/helpdesks/dead")).json() == {"items": [], "next": None}
    assert (await desk.client.post(f"/v1/helpdesks/dead/{letter['id']}/replay")).status_code == 404


async def test_a_delivery_that_cannot_be_read_is_kept_and_acknowledged(desk: Desk) -> None:
    said = desk.said()
    _, body = desk.fake.delivery(said, datetime.now(UTC), number="d-1")
    broken = body.replace(b'"id": 71', b'"id": null')
    assert broken != body
    assert (await desk.sign_and_post(broken)).status_code == 202
    await desk.settled()
    [letter] = (await desk.client.get("/v1/helpdesks/dead")).json()["items"]
    assert (letter["kind"], letter["error"]) == ("delivery", "unreadable: id")
    assert (await desk.client.post(f"/v1/helpdesks/dead/{letter['id']}/replay")).status_code == 204
    await desk.settled()
    assert len((await desk.client.get("/v1/helpdesks/dead")).json()["items"]) == 1


async def test_a_read_delivery_keeps_no_body(desk: Desk) -> None:
    await desk.tell()
    await desk.settled()
    [row] = await desk.deliveries()
    assert (row.state, row.body, row.headers) == ("read", b"", {})


async def _draft(desk: Desk, id_: str) -> dict[str, Any]:
    found: dict[str, Any] = (await desk.client.get(f"/v1/drafts/{id_}")).json()
    return found
