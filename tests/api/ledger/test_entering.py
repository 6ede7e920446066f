"""What replies commit us to, by their words and by agents' verdicts."""

from datetime import UTC, datetime, timedelta

import pytest

from api.ledger.entries import REPLACED, UNSENT
from inference.types import Commitment, CommitmentKind, Verdict
from tests.api.ledger.conftest import CALL, DUE, MONDAY, REFUND, TENANT, Desk, notices, tell

pytestmark = pytest.mark.databases("sqlite", "postgres")


async def test_what_an_accepted_reply_promises_is_entered_with_its_due_time(desk: Desk) -> None:
    draft = await desk.send(CALL, REFUND)
    call, refund = await desk.all()
    assert (call.draft_id, call.conversation, call.kind, call.owner) == (draft, "c", CommitmentKind.CALLBACK, "Huda")
    assert (call.made_at, call.due, call.state.value, call.overdue) == (MONDAY, DUE, "open", False)
    assert refund.text == REFUND.text
    assert refund.due == datetime(2026, 11, 9, 15, 0, tzinfo=UTC)  # Friday and Saturday do not count
    assert refund.source == "refund.ar"


async def test_a_time_of_its_own_goes_before_the_words_and_no_time_gets_one_of_ours(desk: Desk) -> None:
    exact = CALL.model_copy(update={"due": MONDAY + timedelta(hours=3)})
    await desk.send(exact, Commitment(text="We'll look into it."), conversation=None)
    first, second = await desk.all()
    assert (first.due, first.assumed) == (MONDAY + timedelta(hours=3), False)
    assert (second.due, second.assumed) == (datetime(2026, 11, 5, 8, 0, tzinfo=UTC), True)  # 24 hours of work
    assert first.lapses_at == datetime(2026, 11, 4, 11, 0, tzinfo=UTC)  # 16 hours of work


async def test_a_direction_binds_nobody(desk: Desk) -> None:
    await desk.send(Commitment(text="Your bank will tell you the date.", kind=CommitmentKind.DIRECTION))
    assert await desk.all() == []


async def test_a_newer_promise_withdraws_the_older_one_of_its_kind(desk: Desk) -> None:
    await desk.send(CALL)
    await desk.send(CALL, conversation="another")
    desk.wait(2)
    again = CALL.model_copy(update={"text": "We will call you back within 3 working days."})
    await desk.send(again, REFUND)
    ended, newer = [item for item in await desk.all() if item.conversation == "c" and item.text != REFUND.text]
    assert (ended.state.value, newer.state.value, newer.text) == ("withdrawn", "open", again.text)
    assert (await desk.states()).count("open") == 3  # the other conversation's too
    event = (await desk.ledger.get(ended.id, tenant=TENANT)).events[-1]
    assert (event.reason, event.replaced_by, event.by) == (REPLACED, newer.id, "rifq")


async def test_what_was_overdue_stays_broken_though_it_is_promised_anew(desk: Desk) -> None:
    await desk.send(CALL)
    desk.time = DUE + timedelta(hours=1)
    await desk.send(CALL)
    assert await desk.states() == ["broken", "open"]
    assert await notices(desk) == [1]


async def test_two_resolutions_promise_two_things(desk: Desk) -> None:
    await desk.send(REFUND)
    await desk.send(REFUND.model_copy(update={"text": "ستصلكم البطاقة خلال 5 أيام عمل.", "source": "card.ar"}))
    assert await desk.states() == ["open", "open"]


async def test_a_verdict_again_changes_nothing_and_another_one_corrects(desk: Desk) -> None:
    draft = await desk.send(CALL, REFUND)
    before = await desk.all()
    await desk.judge(draft)
    assert await desk.all() == before
    await desk.judge(draft, Verdict.EDITED, f"Hello. {CALL.text}")
    assert await desk.states() == ["open", "withdrawn"]
    await desk.judge(draft, Verdict.REJECTED)
    assert await desk.states() == ["withdrawn", "withdrawn"]
    found = await desk.ledger.get((await desk.all())[0].id, tenant=TENANT)
    assert found.events[-1].reason == UNSENT
    await desk.judge(draft)
    assert sorted(await desk.states()) == ["open", "open", "withdrawn", "withdrawn"]


async def test_a_verdict_leaves_what_is_final(desk: Desk) -> None:
    draft = await desk.send(CALL)
    await tell(desk)
    await desk.judge(draft)
    await desk.judge(draft, Verdict.REJECTED)
    assert await desk.states() == ["kept"]


async def test_an_edited_reply_binds_by_the_words_that_stand(desk: Desk) -> None:
    draft = await desk.propose(CALL, REFUND)
    await desk.judge(draft, Verdict.EDITED, "سَيَصلُكم المبلغُ خلالَ ٥ أيامِ عملٍ، مع اعتذارنا.")
    assert (await desk.only()).text == REFUND.text
    await desk.judge(await desk.propose(CALL, conversation="x"), Verdict.REJECTED)
    await desk.only()


async def test_what_an_agent_promises_besides_is_entered_too(desk: Desk) -> None:
    draft = await desk.propose(CALL)
    desk.wait(24)
    await desk.judge(draft, Verdict.EDITED, f"{CALL.text} We will email you the receipt within 48 hours.")
    first, second = sorted(await desk.all(), key=lambda item: item.text == CALL.text)
    assert (second.text, second.kind, second.owner) == (CALL.text, CommitmentKind.CALLBACK, "Huda")
    assert "receipt" in first.text
    assert (first.due, first.assumed) == (desk.time + timedelta(hours=48), False)


@pytest.mark.parametrize(
    ("before", "promise"),
    [
        ("If it still isn't there, message us and", "we'll send a replacement."),
        ("Let us know and", "we'll refund you within 2 days."),
        ("إذا لم تصل بعد ذلك فراسلونا", "وسنصدر لكم بديلة."),
        ("لو ما وصلتكم خلال يومين", "راح نرسل غيرها."),
        ("كلمونا لو حصل تاني", "وهنرجع لكم المبلغ."),
        ("Law ma weslet,", "we will send another one."),
    ],
)
async def test_what_hangs_on_the_customers_next_word_binds_nobody_yet(desk: Desk, before: str, promise: str) -> None:
    hanging, plain = Commitment(text=promise), Commitment(text="We will call you back.")
    draft = await desk.propose(hanging, plain)
    await desk.judge(draft, Verdict.EDITED, f"{before} {promise} We will call you back.")
    assert [item.text for item in await desk.all()] == [plain.text]


@pytest.mark.parametrize(
    "text",
    [
        "لو سمحتم، سنتصل بكم خلال يومين.",
        "سنخبركم بمجرد وصول المبلغ.",
        "We'll let you know as soon as it arrives.",
        "إننا سنعيد المبلغ خلال يومين.",
        "We will call you back, as we said; your gift stays yours.",
    ],
)
async def test_what_hangs_on_nothing_of_the_customers_binds(desk: Desk, text: str) -> None:
    await desk.send(Commitment(text=text))
    assert (await desk.only()).text == text
