"""Where readers differ, who decides, and how agents appeal."""

import pytest

from api.access.tables import AuditRow
from api.review import Answer, AppealState, NewAppeal, NewDecision, NewVerdict, Part, Round
from api.review.tables import ReviewCardRow, ReviewItemRow
from models.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from tests.api.review.conftest import ALI, BASMA, CHADI, EN, LEAD, SARA, Office, scores

pytestmark = pytest.mark.databases("sqlite", "postgres")
FAILED = scores().model_copy(update={"failures": {"wrong_fact": "5 days, not 7"}})


async def _read(office: Office, made: Round, *answers: Answer) -> str:
    """Let readers submit one answer each on the round's one item."""
    item = ""
    for who, answer in zip((ALI, BASMA), answers, strict=True):
        item = (await office.next(made, who)).item
        await office.reviews.desk.submit(item, answer, by=who)
    return item


@pytest.mark.parametrize(
    ("first", "second", "differs"),
    [
        (scores(3), scores(2), ()),
        (scores(3, tone=1), scores(3), ("criterion:tone",)),
        (scores(3, tone=None), scores(3, tone=1), ()),
        (FAILED, scores(), ("auto_fail:wrong_fact",)),
        (FAILED, FAILED, ()),
    ],
)
async def test_what_counts_as_a_difference(
    office: Office, first: Answer, second: Answer, differs: tuple[str, ...]
) -> None:
    await office.fill(1)
    made = await office.round(readers=2, reviewers=[ALI.actor, BASMA.actor])
    await _read(office, made, first, second)
    found = (await office.reviews.disputes.list(made.id, by=LEAD)).items
    assert [item.differs for item in found] == ([differs] if differs else [])


async def test_somebody_else_settles_and_all_cards_stay(office: Office) -> None:
    await office.fill(1)
    made = await office.round(readers=2, reviewers=[ALI.actor, BASMA.actor])
    item = await _read(office, made, scores(4), scores(1))
    verdict = NewVerdict(answer=scores(2), reason="The delay is named, the amount is not.")
    for who in (ALI, BASMA):
        assert (await office.reviews.disputes.list(made.id, by=who)).items == ()
        with pytest.raises(ForbiddenError, match="You are a reviewer of this item"):
            await office.reviews.disputes.settle(item, verdict, by=who)
    done = await office.reviews.disputes.settle(item, verdict, by=LEAD)
    assert await office.reviews.disputes.settle(item, verdict, by=LEAD) == done
    assert done.settled
    assert done.sheet.revealed is not None
    cards = done.sheet.revealed.cards
    assert [(card.part, card.name, card.answer) for card in cards] == [
        (Part.READING, ALI.actor, scores(4)),
        (Part.READING, BASMA.actor, scores(1)),
        (Part.ADJUDICATION, LEAD.actor, scores(2)),
    ]
    assert done.sheet.revealed.final == cards[2]
    assert (cards[2].reason, cards[0].total and cards[0].total.points) == (verdict.reason, 100.0)
    with pytest.raises(ConflictError):
        await office.reviews.disputes.settle(item, verdict, by=CHADI)
    assert (await office.reviews.disputes.list(made.id, by=LEAD)).items == ()


async def test_in_a_round_for_all_the_disputes_wait_until_it_is_closed(office: Office) -> None:
    await office.fill(1)
    made = await office.round(readers=2)
    item = await _read(office, made, scores(4), scores(1))
    assert (await office.reviews.disputes.list(made.id, by=LEAD)).items == ()
    with pytest.raises(ForbiddenError):
        await office.reviews.disputes.get(item, by=LEAD)
    await office.reviews.rounds.close(made.id, by=LEAD)
    assert [found.sheet.item for found in (await office.reviews.disputes.list(made.id, by=LEAD)).items] == [item]


async def test_where_nobody_differs_there_is_nothing_to_settle(office: Office) -> None:
    await office.fill(1)
    made = await office.round(readers=2, reviewers=[ALI.actor, BASMA.actor])
    item = await _read(office, made, scores(), scores())
    with pytest.raises(ConflictError, match="Its reviewers do not differ: there is nothing to settle"):
        await office.reviews.disputes.settle(item, NewVerdict(answer=scores(), reason="x"), by=LEAD)


async def test_a_choice_that_differs_is_settled_as_the_adjudicator_sees_the_sides(office: Office) -> None:
    texts = [{"message": EN, "replies": [{"text": "A", "writer": "a"}, {"text": "B", "writer": "b"}]}]
    made = await office.round(kind="choose", target="texts", texts=texts, readers=2, reviewers=[ALI.actor, BASMA.actor])
    for who, wanted in ((ALI, "A"), (BASMA, "B")):
        sheet = await office.next(made, who)
        place = next(reply.place for reply in sheet.replies if reply.text == wanted)
        await office.reviews.desk.submit(sheet.item, Answer(choice=place), by=who)
    (dispute,) = (await office.reviews.disputes.list(made.id, by=LEAD)).items
    assert dispute.differs == ("choice",)
    place = next(reply.place for reply in dispute.sheet.replies if reply.text == "B")
    verdict = NewVerdict(answer=Answer(choice=place), reason="Shorter.")
    done = await office.reviews.disputes.settle(dispute.sheet.item, verdict, by=LEAD)
    assert done.sheet.revealed is not None
    assert done.sheet.revealed.final is not None
    assert done.sheet.revealed.final.chosen == "b"
    assert [card.chosen for card in done.sheet.revealed.cards] == ["a", "b", "b"]


async def _scored(office: Office, *, close: bool = True) -> tuple[Round, str]:
    await office.draft(1, sent="We are sorry. Best, Sara", agent="7")
    await office.is_agent(SARA, "7", "Sara")
    made = await office.round(target="sent")
    await office.read_all(made, ALI, scores(1))
    if close:
        await office.reviews.rounds.close(made.id, by=LEAD)
    return made, (await office.rows(ReviewItemRow))[0].id


async def test_an_agent_sees_the_scores_of_their_own_replies_without_names(office: Office) -> None:
    made, item = await _scored(office, close=False)
    assert (await office.reviews.appeals.own(by=SARA)).items == ()
    with pytest.raises(ConflictError):
        await office.reviews.appeals.make(item, NewAppeal(reason="x"), by=SARA)
    await office.reviews.rounds.close(made.id, by=LEAD)
    (own,) = (await office.reviews.appeals.own(by=SARA)).items
    assert (own.item, own.policy_revision, own.reply) == (item, "of-that-day", "We are sorry. Best, Sara")
    assert [(card.name, card.answer) for card in own.cards] == [(None, scores(1))]
    assert (await office.reviews.appeals.own(by=BASMA)).items == ()
    with pytest.raises(NotFoundError):
        await office.reviews.appeals.make(item, NewAppeal(reason="x"), by=BASMA)


async def test_an_appeal_is_upheld_and_what_it_was_about_stays(office: Office) -> None:
    _, item = await _scored(office)
    new = NewAppeal(reason="الموعد وارد في السياسة.")
    appeal = await office.reviews.appeals.make(item, new, by=SARA)
    assert await office.reviews.appeals.make(item, new, by=SARA) == appeal
    with pytest.raises(ConflictError):
        await office.reviews.appeals.make(item, NewAppeal(reason="another"), by=SARA)
    listed = await office.reviews.appeals.list(by=LEAD, state=AppealState.OPEN)
    assert listed.items == (appeal,)
    decision = NewDecision(upheld=True, reason="It is.", answer=scores(4))
    for who in (SARA, ALI):
        with pytest.raises(ForbiddenError):
            await office.reviews.appeals.decide(appeal.id, decision, by=who)
    partly = NewDecision(upheld=True, reason="It is.", answer=Answer(scores={"tone": 4}))
    with pytest.raises(InputError):
        await office.reviews.appeals.decide(appeal.id, partly, by=LEAD)
    decided = await office.reviews.appeals.decide(appeal.id, decision, by=LEAD)
    assert (decided.state, decided.decided_by, decided.decision) == (AppealState.UPHELD, LEAD.actor, "It is.")
    assert await office.reviews.appeals.decide(appeal.id, decision, by=LEAD) == decided
    with pytest.raises(ConflictError):
        await office.reviews.appeals.decide(appeal.id, NewDecision(upheld=False, reason="no"), by=LEAD)
    (own,) = (await office.reviews.appeals.own(by=SARA)).items
    assert [(card.part, card.answer) for card in own.cards] == [(Part.READING, scores(1)), (Part.APPEAL, scores(4))]
    assert own.final == own.cards[1]
    assert own.appeal == decided
    assert {row.action for row in await office.rows(AuditRow)} >= {"review.appealed", "review.appeal_decided"}


async def test_a_rejected_appeal_leaves_the_scores_as_they_were(office: Office) -> None:
    _, item = await _scored(office)
    appeal = await office.reviews.appeals.make(item, NewAppeal(reason="No."), by=SARA)
    await office.reviews.appeals.decide(appeal.id, NewDecision(upheld=False, reason="As it is."), by=BASMA)
    (own,) = (await office.reviews.appeals.own(by=SARA)).items
    assert (len(own.cards), own.final) == (1, None)
    assert len(await office.rows(ReviewCardRow)) == 1
