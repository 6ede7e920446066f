"""Replies that agents sent, matched to the drafts that were there."""

import pytest

from api.copilot import Copilot
from api.helpdesks.loop import DraftLeft, Talk, close_loop
from api.sent import note_variant
from inference.types import Feedback, Verdict
from tests.api.helpdesks.conversing import (
    AR,
    EN,
    FEE,
    OWN,
    Messages,
    asked,
    at,
    drafted,
    sent,
    stored_replies,
    talk,
    verdicts,
)


@pytest.mark.parametrize("question", [EN, AR])
async def test_the_draft_with_a_greeting_and_a_signature_is_accepted(copilot: Copilot, question: str) -> None:
    stored = await drafted(copilot, question)
    text = f"Hi Sara,\n\n{stored.draft.text}\n\nBest regards,\nOmar"
    talked = talk([asked("m1", 0, question), sent("r1", 5, text)], DraftLeft(stored.id, ("m1",), at(1)))
    (reply,) = await close_loop(copilot, talked)
    assert (reply.verdict, reply.draft_id, reply.agent, reply.parts) == (Verdict.ACCEPTED, stored.id, "7", ("r1",))
    assert await verdicts(copilot, stored.id) == [(Verdict.ACCEPTED, True)]


async def test_an_edited_reply_says_what_was_changed(copilot: Copilot) -> None:
    stored = await drafted(copilot)
    text = stored.draft.text.replace("5 to 7", "9 to 12")
    assert text != stored.draft.text
    talked = talk([asked("m1", 0), sent("r1", 5, text)], DraftLeft(stored.id, ("m1",), at(1)))
    (reply,) = await close_loop(copilot, talked)
    assert reply.verdict is Verdict.EDITED
    change = next(item for item in reply.changes if item.kind.value == "fact")
    assert change.span is not None
    assert reply.text[change.span.start : change.span.end] == change.after == "9 to 12"
    feedback = (await copilot.drafts.get(stored.id, tenant=copilot.tenant)).feedback[-1]
    assert (feedback.final_text, feedback.inferred, feedback.agent) == (text, True, "7")


async def test_a_wrong_figure_is_found_after_it_was_sent(copilot: Copilot) -> None:
    stored = await drafted(copilot)
    text = stored.draft.text.replace("5 to 7", "9 to 12")
    talked = talk([asked("m1", 0), sent("r1", 5, text)], DraftLeft(stored.id, ("m1",), at(1)))
    (reply,) = await close_loop(copilot, talked)
    assert any(item.check == "facts" or "9" in (item.span.text if item.span else "") for item in reply.findings)
    assert reply.blocked


async def test_words_of_their_own_leave_the_draft_unused(copilot: Copilot) -> None:
    stored = await drafted(copilot)
    talked = talk([asked("m1", 0), sent("r1", 5, OWN)], DraftLeft(stored.id, ("m1",), at(1)))
    (reply,) = await close_loop(copilot, talked)
    assert (reply.verdict, reply.changes) == (Verdict.UNUSED, ())
    assert await verdicts(copilot, stored.id) == [(Verdict.UNUSED, True)]


async def test_a_reply_before_the_draft_says_nothing_of_it(copilot: Copilot) -> None:
    stored = await drafted(copilot)
    messages: Messages = [asked("m1", 0), sent("r1", 1, OWN)]
    for left in (at(30), None):
        replies = await close_loop(copilot, talk(messages, DraftLeft(stored.id, ("m1",), left)))
        assert [(item.verdict, item.draft_id) for item in replies] in ([(None, stored.id)], [])
    assert await verdicts(copilot, stored.id) == []


@pytest.mark.parametrize(
    ("left", "begun", "arrived", "verdict"),
    [
        (9, 8, 9.5, Verdict.ACCEPTED),  # the helpdesk's clock lags: it was sent behind the draft, by ours
        (10, 9, 10.5, Verdict.ACCEPTED),
        (10.1, 9, 10.5, None),  # by more than is tolerated
        (9, 8, 7.9, None),  # it had reached us before the draft was begun
        (4, 3, 2.9, None),  # as does one whose clock runs ahead
        (9, 8, 8.5, Verdict.ACCEPTED),  # a helpdesk's answer was lost: the draft lay there before we knew
    ],
)
async def test_a_helpdesks_clock_may_differ_from_ours(
    copilot: Copilot, left: float, begun: float, arrived: float, verdict: Verdict | None
) -> None:
    stored = await drafted(copilot)
    lying = DraftLeft(stored.id, ("m1",), at(left), begun_at=at(begun))
    messages = (asked("m1", 0), sent("r1", 5, stored.draft.text))
    (reply,) = await close_loop(copilot, Talk("desk", "desk:c1", messages, (lying,), arrived={"r1": at(arrived)}))
    assert (reply.verdict, reply.draft_id) == (verdict, stored.id)


async def test_what_was_sent_before_the_message_never_used_its_draft(copilot: Copilot) -> None:
    stored = await drafted(copilot)
    lying = DraftLeft(stored.id, ("m1",), at(5.5), begun_at=at(5.2))
    messages = (sent("r1", 5, stored.draft.text), asked("m1", 5.1))
    arrived = {"r1": at(9), "m1": at(5.1)}
    (reply,) = await close_loop(copilot, Talk("desk", "desk:c1", messages, (lying,), arrived=arrived))
    assert (reply.verdict, reply.draft_id) == (None, None)


async def test_the_draft_of_an_earlier_turn_is_found_by_a_lagging_clock(copilot: Copilot) -> None:
    stored = await drafted(copilot)
    messages: Messages = [
        asked("m1", 0),
        sent("r0", 1, "One moment."),
        asked("m2", 4, "ok"),
        sent("r1", 5, stored.draft.text),
    ]
    await close_loop(copilot, talk(messages, DraftLeft(stored.id, ("m1",), at(9), begun_at=at(8))))
    assert (await verdicts(copilot, stored.id))[-1] == (Verdict.ACCEPTED, True)


async def test_a_reply_to_which_no_draft_was_made_is_checked_all_the_same(copilot: Copilot) -> None:
    (reply,) = await close_loop(copilot, talk([asked("m1", 0), sent("r1", 5, "Cards arrive within 40 working days.")]))
    assert (reply.verdict, reply.draft_id) == (None, None)
    assert reply.findings


async def test_the_same_delivered_again_changes_nothing(copilot: Copilot) -> None:
    stored = await drafted(copilot)
    talked = talk(
        [asked("m1", 0), sent("r1", 5, f"{stored.draft.text}\nI will call you tomorrow at noon.")],
        DraftLeft(stored.id, ("m1",), at(1)),
    )
    assert len(await close_loop(copilot, talked)) == 1
    before = await stored_replies(copilot), await verdicts(copilot, stored.id)
    promised = await copilot.ledger.list(tenant=copilot.tenant)
    assert await close_loop(copilot, talked) == ()
    assert (await stored_replies(copilot), await verdicts(copilot, stored.id)) == before
    assert await copilot.ledger.list(tenant=copilot.tenant) == promised


async def test_two_messages_within_minutes_are_one_reply(copilot: Copilot) -> None:
    stored = await drafted(copilot)
    first, _, rest = stored.draft.text.partition("\n\n")
    left = DraftLeft(stored.id, ("m1",), at(1))
    await close_loop(copilot, talk([asked("m1", 0), sent("r1", 5, first)], left))
    (reply,) = await close_loop(copilot, talk([asked("m1", 0), sent("r1", 5, first), sent("r2", 6, rest)], left))
    assert (reply.verdict, reply.parts) == (Verdict.ACCEPTED, ("r1", "r2"))
    assert [item.parts for item in await stored_replies(copilot)] == [("r1", "r2")]
    assert await verdicts(copilot, stored.id) == [(Verdict.ACCEPTED, True)]


async def test_parts_in_the_wrong_order_end_in_the_same_rows(copilot: Copilot) -> None:
    stored = await drafted(copilot)
    first, _, rest = stored.draft.text.partition("\n\n")
    left = DraftLeft(stored.id, ("m1",), at(1))
    await close_loop(copilot, talk([asked("m1", 0), sent("r2", 6, rest)], left))
    await close_loop(copilot, talk([sent("r2", 6, rest), sent("r1", 5, first), asked("m1", 0)], left))
    assert [(item.parts, item.verdict) for item in await stored_replies(copilot)] == [(("r1", "r2"), Verdict.ACCEPTED)]


async def test_a_customers_message_that_comes_late_parts_two_replies(copilot: Copilot) -> None:
    stored = await drafted(copilot)
    left = DraftLeft(stored.id, ("m1",), at(1))
    parts = [sent("r1", 5, stored.draft.text), sent("r2", 7, OWN)]
    await close_loop(copilot, talk([asked("m1", 0), *parts], left))
    await close_loop(copilot, talk([asked("m1", 0), *parts, asked("m2", 6, "thanks")], left))
    found = {item.parts: item.verdict for item in await stored_replies(copilot)}
    assert found[("r1",)] is Verdict.ACCEPTED
    assert set(found) == {("r1",), ("r2",)}


async def test_the_draft_used_after_one_moment_counts(copilot: Copilot) -> None:
    stored = await drafted(copilot)
    talked = talk(
        [asked("m1", 0), sent("r1", 5, "One moment please."), sent("r2", 40, stored.draft.text)],
        DraftLeft(stored.id, ("m1",), at(1)),
    )
    await close_loop(copilot, talked)
    assert await verdicts(copilot, stored.id) == [(Verdict.ACCEPTED, True)]


async def test_of_a_burst_the_current_draft_counts(copilot: Copilot) -> None:
    older, newer = await drafted(copilot), await drafted(copilot, FEE)
    messages: Messages = [
        asked("m1", 0),
        asked("m2", 2, "Why was I charged a fee abroad"),
        sent("r1", 9, newer.draft.text),
    ]
    lefts = DraftLeft(older.id, ("m1",), at(1), superseded=True), DraftLeft(newer.id, ("m1", "m2"), at(3))
    (reply,) = await close_loop(copilot, talk(messages, *lefts))
    assert (reply.draft_id, reply.verdict) == (newer.id, Verdict.ACCEPTED)
    assert await verdicts(copilot, older.id) == []


async def test_a_draft_for_what_was_asked_later_is_not_the_one_answered(copilot: Copilot) -> None:
    first, second = await drafted(copilot), await drafted(copilot, FEE)
    messages: Messages = [asked("m1", 0), sent("r1", 5, OWN), asked("m2", 6, FEE)]
    lefts = DraftLeft(first.id, ("m1",), at(1)), DraftLeft(second.id, ("m2",), at(7))
    await close_loop(copilot, talk(messages, *lefts))
    assert await verdicts(copilot, second.id) == []
    assert await verdicts(copilot, first.id) == [(Verdict.UNUSED, True)]


@pytest.mark.parametrize("first", [True, False])
async def test_what_a_person_said_stands(copilot: Copilot, first: bool) -> None:
    stored = await drafted(copilot)
    given = Feedback(verdict=Verdict.REJECTED)
    if first:
        await copilot.give_feedback(stored.id, given)
    await close_loop(copilot, talk([asked("m1", 0), sent("r1", 5, OWN)], DraftLeft(stored.id, ("m1",), at(1))))
    if not first:
        await copilot.give_feedback(stored.id, given)
    await close_loop(
        copilot,
        talk(
            [asked("m1", 0), sent("r1", 5, OWN), sent("r2", 6, "Anything else?")], DraftLeft(stored.id, ("m1",), at(1))
        ),
    )
    counts = await verdicts(copilot, stored.id)
    assert counts[-1] == (Verdict.REJECTED, False)


async def test_the_ledger_holds_what_was_sent_whatever_was_said_of_the_draft(copilot: Copilot) -> None:
    stored = await drafted(copilot)
    promise = "I will call you tomorrow at noon."
    await copilot.give_feedback(stored.id, Feedback(verdict=Verdict.REJECTED))
    await close_loop(
        copilot, talk([asked("m1", 0), sent("r1", 5, f"{OWN}\n{promise}")], DraftLeft(stored.id, ("m1",), at(1)))
    )
    held = (await copilot.ledger.list(tenant=copilot.tenant, conversation="desk:c1")).items
    assert any("call you tomorrow" in item.text for item in held)
    await copilot.give_feedback(stored.id, Feedback(verdict=Verdict.REJECTED))
    again = (await copilot.ledger.list(tenant=copilot.tenant, conversation="desk:c1")).items
    assert [(item.text, item.state) for item in again] == [(item.text, item.state) for item in held]


async def test_another_rendering_of_the_draft_is_the_draft(copilot: Copilot) -> None:
    stored, again = await drafted(copilot), await drafted(copilot, FEE)
    async with copilot.database.writing(copilot.tenant) as session:
        await note_variant(session, again.id, stored.id, copilot.tenant)
    talked = talk([asked("m1", 0), sent("r1", 5, again.draft.text)], DraftLeft(stored.id, ("m1",), at(1)))
    (reply,) = await close_loop(copilot, talked)
    assert (reply.draft_id, reply.verdict) == (again.id, Verdict.ACCEPTED)


@pytest.mark.parametrize("text", ["", "  \n ", "\0\ud800", "<p></p>", "👍", "\u202e" * 30, "a" * 30_000, "١" * 500])
async def test_odd_texts_never_fail(copilot: Copilot, text: str) -> None:
    stored = await drafted(copilot)
    talked = talk([asked("m1", 0), sent("r1", 5, text)], DraftLeft(stored.id, ("m1",), at(1)))
    for reply in await close_loop(copilot, talked):
        assert reply.verdict is Verdict.UNUSED


async def test_replies_are_another_tenants_to_nobody(copilot: Copilot) -> None:
    stored = await drafted(copilot)
    talked = talk([asked("m1", 0), sent("r1", 5, stored.draft.text)], DraftLeft(stored.id, ("m1",), at(1)))
    await close_loop(copilot, talked)
    assert (await copilot.sent.list(tenant="another")).items == ()


async def test_the_same_ids_in_two_conversations_are_two_replies(copilot: Copilot) -> None:
    """Systems that number each conversation's messages from one tell them apart by the conversation alone."""
    first, second = await drafted(copilot), await drafted(copilot)
    messages = (asked("m1", 0), sent("m2", 5, first.draft.text))
    for conversation, stored in (("desk:c1", first), ("desk:c2", second)):
        await close_loop(copilot, Talk("desk", conversation, messages, (DraftLeft(stored.id, ("m1",), at(1)),)))
    found = await stored_replies(copilot)
    assert {(item.conversation, item.draft_id) for item in found} == {("desk:c1", first.id), ("desk:c2", second.id)}
    assert await verdicts(copilot, first.id) == await verdicts(copilot, second.id) == [(Verdict.ACCEPTED, True)]
