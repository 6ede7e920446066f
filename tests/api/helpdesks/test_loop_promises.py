"""What replies without a draft promise, and what becomes of it when a draft is found."""

from datetime import timedelta

import pytest

from api.copilot import Copilot
from api.helpdesks.loop import DraftLeft, close_loop
from api.ledger import EventName, NewEvent
from tests.api.helpdesks.conversing import AR, Messages, asked, at, drafted, sent, talk

PROMISE = "سنتصل بكم غدًا قبل الساعة الثانية ظهرًا."


@pytest.fixture
def lately(copilot: Copilot, monkeypatch: pytest.MonkeyPatch) -> Copilot:
    """A ledger that hears of replies soon after they were sent."""
    monkeypatch.setattr(copilot.ledger, "now", lambda: at(90))
    return copilot


async def owed(lately: Copilot) -> list[tuple[str, str | None, str | None, str]]:
    found = (await lately.ledger.list(tenant=lately.tenant, conversation="desk:c1")).items
    return [(item.text, item.draft_id, item.sent_id, item.state.value) for item in found]


@pytest.mark.parametrize("messages", [[asked("m1", 0, AR)], []])
async def test_a_reply_without_a_draft_binds_us_too(lately: Copilot, messages: Messages) -> None:
    talked = talk([*messages, sent("r1", 5, f"نعتذر عن التأخير. نعدكم. {PROMISE}")])
    (reply,) = await close_loop(lately, talked)
    assert reply.draft_id is None
    assert await owed(lately) == [(PROMISE, None, reply.id, "open")]
    (item,) = (await lately.ledger.list(tenant=lately.tenant)).items
    assert at(5) < item.due < at(5) + timedelta(days=2)
    assert await close_loop(lately, talked) == ()
    assert len(await owed(lately)) == 1


async def test_what_such_a_reply_no_longer_says_is_withdrawn(lately: Copilot) -> None:
    question = asked("m1", 0, AR)
    await close_loop(lately, talk([question, sent("r1", 5, PROMISE)]))
    (reply,) = await close_loop(lately, talk([question, sent("r1", 5, "شكرًا لكم.")]))
    assert await owed(lately) == [(PROMISE, None, reply.id, "withdrawn")]


async def test_two_parts_that_become_one_reply_promise_once(lately: Copilot) -> None:
    parts = [sent("r1", 5, "نعتذر عن التأخير."), sent("r2", 7, PROMISE)]
    await close_loop(lately, talk([asked("m1", 0, AR), parts[1]]))
    (promise,) = (await lately.ledger.list(tenant=lately.tenant)).items
    await lately.ledger.tell(promise.id, NewEvent(event=EventName.KEPT, by="7"), tenant=lately.tenant)
    (reply,) = await close_loop(lately, talk([asked("m1", 0, AR), *parts]))
    assert reply.parts == ("r1", "r2")
    assert [state for *_, state in await owed(lately)] == ["kept"]


async def test_a_draft_that_is_found_late_takes_its_promises_over(lately: Copilot) -> None:
    messages: Messages = [asked("m1", 0, AR), sent("r1", 5, PROMISE)]
    await close_loop(lately, talk(messages))
    stored = await drafted(lately, AR)
    await close_loop(lately, talk(messages, DraftLeft(stored.id, ("m1",), at(1))))
    assert await owed(lately) == [(PROMISE, stored.id, None, "open")]


async def test_a_newer_promise_takes_the_place_of_one_without_a_draft(lately: Copilot) -> None:
    first, second = sent("r1", 5, PROMISE), sent("r2", 60, "سنتصل بكم بعد غد قبل الساعة الثانية ظهرًا.")
    await close_loop(lately, talk([asked("m1", 0, AR), first, asked("m2", 30, AR), second]))
    assert sorted(state for *_, state in await owed(lately)) == ["open", "withdrawn"]
