import asyncio
from collections import Counter

import pytest
from sqlalchemy import update

from api.review import Answer, NextState, Reviews
from api.review.desk import HELD, SAVED
from api.review.sheets import is_flipped
from api.review.tables import ReviewCardRow, ReviewItemRow, ReviewRoundRow
from models.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from retrieval.store import open_database
from tests.api.review.conftest import ALI, AR, BASMA, CHADI, CRITERIA, EN, LEAD, Office, person, scores

pytestmark = pytest.mark.databases("sqlite", "postgres")
TEXTS = [
    {
        "message": f"{EN} {number}",
        "replies": [{"text": f"A{number}", "writer": "a"}, {"text": f"B{number}", "writer": "b"}],
    }
    for number in range(12)
]


async def test_a_reader_resumes_where_they_stopped(office: Office) -> None:
    await office.fill(3)
    made = await office.round()
    first = await office.next(made, ALI)
    assert first.answer == Answer()
    part = Answer(scores={"empathy": 2}, notes={"empathy": "قصير"}, comment="…")
    saved = await office.reviews.desk.save(first.item, part, by=ALI)
    assert saved.held_until == office.time + SAVED
    office.wait(days=3)
    again = await office.next(made, ALI)
    assert (again.item, again.answer) == (first.item, part)
    done = await office.reviews.desk.submit(first.item, scores(), by=ALI)
    assert (done.answer, done.submitted_at) == (scores(), office.time)
    assert (await office.next(made, ALI)).item != first.item
    mine = await office.reviews.desk.mine(made.id, by=ALI)
    assert [(sheet.item, sheet.revealed is not None) for sheet in mine.items].count((first.item, True)) == 1
    assert len(mine.items) == 2


async def test_the_same_submit_again_changes_nothing_and_another_is_refused(office: Office) -> None:
    await office.fill(1)
    made = await office.round()
    item = (await office.next(made, ALI)).item
    first = await office.reviews.desk.submit(item, scores(4), by=ALI)
    office.wait(hours=1)
    assert await office.reviews.desk.submit(item, scores(4), by=ALI) == first
    for call in (
        office.reviews.desk.submit(item, scores(1), by=ALI),
        office.reviews.desk.save(item, scores(1), by=ALI),
    ):
        with pytest.raises(ConflictError):
            await call
    await office.reviews.rounds.close(made.id, by=LEAD)
    assert (await office.reviews.desk.submit(item, scores(4), by=ALI)).answer == scores(4)
    assert (await office.reviews.desk.next(made.id, by=BASMA)).state is NextState.CLOSED


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        (scores().model_copy(update={"scores": {"empathy": 3}}), "scores.listening"),
        (scores(charm=3), "scores.charm"),
        (scores().model_copy(update={"failures": {"rude": ""}}), "failures.rude"),
        (scores().model_copy(update={"notes": {"charm": "x"}}), "notes"),
        (scores().model_copy(update={"choice": "first"}), "choice"),
    ],
)
async def test_what_does_not_fit_is_not_taken(office: Office, answer: Answer, field: str) -> None:
    await office.fill(1)
    item = (await office.next(await office.round(), ALI)).item
    with pytest.raises(InputError) as caught:
        await office.reviews.desk.submit(item, answer, by=ALI)
    assert caught.value.field == field


async def test_a_choice_is_kept_whatever_side_it_stood_on(office: Office) -> None:
    made = await office.round(kind="choose", target="texts", texts=TEXTS, readers=2, seed=3)
    sides = Counter[tuple[str, str]]()
    for who in (ALI, BASMA):
        for _ in TEXTS:
            sheet = await office.next(made, who)
            first, second = (reply.text for reply in sheet.replies)
            assert {first[0], second[0]} == {"A", "B"}
            with pytest.raises(InputError):
                await office.reviews.desk.submit(sheet.item, Answer(), by=who)
            sides[who.actor, first[0]] += 1
            answer = Answer(choice="first" if first[0] == "A" else "second", reasons=("tone", "clarity", "tone"))
            done = await office.reviews.desk.submit(sheet.item, answer, by=who)
            assert done.revealed is not None
            assert {reply.writer: reply.place for reply in done.revealed.replies}["a"] == answer.choice
            assert {card.chosen for card in done.revealed.cards} == {"a"}
            assert done.answer.reasons == ("clarity", "tone")
            assert await office.reviews.desk.submit(sheet.item, answer, by=who) == done
    assert all(2 <= sides[who.actor, letter] <= 10 for who in (ALI, BASMA) for letter in "AB")
    flipped = {(row.item_id, row.name): row.flipped for row in await office.rows(ReviewCardRow)}
    assert len({flipped[item, ALI.actor] == flipped[item, BASMA.actor] for item, _ in flipped}) == 2


async def test_whoever_knows_the_seed_does_not_know_the_sides(office: Office) -> None:
    """A round's seed, an item's number and oneself are no secrets: what stands first must not follow from them."""
    made = await office.round(kind="choose", target="texts", texts=TEXTS, readers=1)
    row = (await office.rows(ReviewRoundRow))[0]
    for item in await office.rows(ReviewItemRow):
        turned = ReviewItemRow(number=item.number, replies=item.replies[::-1])
        assert is_flipped(row, item, ALI.actor) is not is_flipped(row, turned, ALI.actor)
        shown = await office.reviews.desk.get(item.id, by=ALI)
        assert (shown.replies[0].text == item.replies[1]["text"]) is is_flipped(row, item, ALI.actor)
    assert made.seed == row.seed


async def test_each_item_has_as_many_readers_as_it_wants(office: Office) -> None:
    await office.fill(4)
    made = await office.round(readers=2)
    people = [person(name) for name in ("a", "b", "c", "d", "e")]
    given = await asyncio.gather(*(office.reviews.desk.next(made.id, by=who) for who in people for _ in range(3)))
    held = {
        (who.actor, next_.sheet.item)
        for who, next_ in zip([p for p in people for _ in range(3)], given, strict=True)
        if next_.sheet
    }
    assert len(held) == 5, "everybody holds one, however often they ask"
    counts = Counter(item for _, item in held)
    assert max(counts.values()) <= 2
    assert len(counts) == 4, "what fewest have comes first"
    for who in people:
        await office.read_all(made, who)
    cards = Counter(card.item_id for card in await office.rows(ReviewCardRow) if card.submitted_at)
    assert sorted(cards.values()) == [2, 2, 2, 2]


async def test_two_processes_do_not_give_the_last_place_twice(office: Office, address: str) -> None:
    await office.fill(1)
    made = await office.round()
    other = await open_database(str(office.copilot.database.engine.url.render_as_string(hide_password=False)))
    try:
        elsewhere = Reviews(other, policy=office.copilot._policy, now=lambda: office.time)
        desks = [office.reviews.desk, elsewhere.desk]
        found = await asyncio.gather(*(desks[n % 2].next(made.id, by=person(f"p{n}")) for n in range(8)))
        assert sorted(next_.state for next_ in found) == ["item", *["waiting"] * 7]
    finally:
        await other.close()


async def test_a_place_is_given_to_somebody_else_when_its_time_is_up_and_nothing_is_lost(office: Office) -> None:
    await office.fill(1)
    made = await office.round()
    item = (await office.next(made, ALI)).item
    assert (await office.reviews.desk.next(made.id, by=BASMA)).state is NextState.WAITING
    office.wait(seconds=HELD.total_seconds() + 1)
    assert (await office.next(made, BASMA)).item == item
    await office.reviews.desk.submit(item, scores(2), by=BASMA)
    await office.reviews.desk.submit(item, scores(4), by=ALI)
    submitted = [card.name for card in await office.rows(ReviewCardRow) if card.submitted_at]
    assert sorted(submitted) == [ALI.actor, BASMA.actor]
    assert (await office.reviews.desk.next(made.id, by=CHADI)).state is NextState.ALL_READ


async def test_what_was_given_back_comes_last(office: Office) -> None:
    await office.fill(2)
    made = await office.round()
    first = (await office.next(made, ALI)).item
    await office.reviews.desk.save(first, Answer(comment="x"), by=ALI)
    await office.reviews.desk.skip(first, by=ALI)
    second = (await office.next(made, ALI)).item
    assert second != first
    await office.reviews.desk.submit(second, scores(), by=ALI)
    last = await office.next(made, ALI)
    assert (last.item, last.answer) == (first, Answer())
    with pytest.raises(ConflictError):
        await office.reviews.desk.skip(second, by=ALI)


async def test_work_is_shared_and_only_the_named_read(office: Office) -> None:
    await office.fill(6)
    made = await office.round(reviewers=[ALI.actor, BASMA.actor])
    for _ in range(3):
        await office.reviews.desk.submit((await office.next(made, ALI)).item, scores(), by=ALI)
    assert (await office.reviews.desk.next(made.id, by=ALI)).state is NextState.SHARE_DONE
    assert (await office.reviews.desk.next(made.id, by=ALI, more=True)).state is NextState.ITEM
    with pytest.raises(ForbiddenError):
        await office.reviews.desk.next(made.id, by=CHADI)


async def test_nobody_reads_their_own_reply(office: Office) -> None:
    await office.draft(1, sent="We are sorry.", agent="7")
    await office.draft(2, AR, sent="نعتذر لكم", agent="8")
    await office.is_agent(ALI, "7")
    made = await office.round(target="sent")
    own = next(row.id for row in await office.rows(ReviewItemRow) if row.agent == "7")
    assert (await office.next(made, ALI)).item != own
    assert await office.read_all(made, ALI) == 1
    for call in (
        office.reviews.desk.get(own, by=ALI),
        office.reviews.desk.submit(own, scores(), by=ALI),
        office.reviews.disputes.get(own, by=ALI),
    ):
        with pytest.raises(ForbiddenError):
            await call
    assert (await office.next(made, BASMA)).item == own


async def test_what_was_never_handed_out_takes_no_answer(office: Office) -> None:
    await office.fill(1)
    await office.round()
    item = (await office.rows(ReviewItemRow))[0].id
    with pytest.raises(ConflictError, match="not handed"):
        await office.reviews.desk.submit(item, scores(), by=ALI)
    with pytest.raises(NotFoundError):
        await office.reviews.desk.get(item, by=person("eve", tenant="other"))


async def test_names_of_agents_are_hidden_and_the_customers_stays(office: Office) -> None:
    await office.draft(1, sent="Dear Omar,\nwe are sorry, and so is Nour.\n\nBest,\nMona Aziz")
    await office.is_agent(CHADI, "7", "نور", "Nour")
    made = await office.round(target="sent")
    sheet = await office.next(made, ALI)
    assert sheet.replies[0].text == "Dear Omar,\nwe are sorry, and so is ████.\n\nBest,\n████ ████"
    assert [turn.text for turn in sheet.history] == ["Hello, this is ████ from Acme support."]


async def test_an_erased_item_is_given_to_nobody(office: Office) -> None:
    await office.fill(2)
    made = await office.round()
    gone = (await office.rows(ReviewItemRow))[0].id
    async with office.copilot.database.writing("default") as session:
        await session.execute(update(ReviewItemRow).where(ReviewItemRow.id == gone).values(message=None))
    assert await office.read_all(made, ALI) == 1
    with pytest.raises(NotFoundError, match="erased"):
        await office.reviews.desk.get(gone, by=ALI)
    assert (await office.reviews.rounds.get(made.id, by=ALI)).erased == 1
    assert CRITERIA
