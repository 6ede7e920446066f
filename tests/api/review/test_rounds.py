import hashlib
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import update

from api.access.tables import AuditRow
from api.complaints import NewComplaint
from api.idempotency.claim import Claim, claiming, hold
from api.review import NewRound, RoundKind, Target
from api.review.tables import ReviewItemRow
from api.sent.tables import SentReplyRow
from evaluation.sampling import Risk
from models.errors import InputError, NotFoundError
from tests.api.review.conftest import ALI, AR, BASMA, CHADI, EN, LEAD, RUBRIC, START, Office, person, scores

pytestmark = pytest.mark.databases("sqlite", "postgres")


async def test_a_round_keeps_what_is_read_and_the_rubric_that_it_is_read_by(office: Office) -> None:
    await office.fill(4)
    own = RUBRIC.model_copy(update={"name": "own", "version": 7})
    made = await office.round(rubric=own.model_dump(mode="json"), readers=2)
    assert (made.items, made.wanted, made.rubric, made.closed_at) == (4, 8, "own@7", None)
    assert made.rubric_text.model_dump() == own.model_dump()
    assert len(made.rubric_revision) == 12
    assert (await office.round(again=True)).rubric == RUBRIC.id
    items = {item.number: item for item in await office.rows(ReviewItemRow) if item.round_id == made.id}
    assert sorted(items) == [1, 2, 3, 4]
    assert {item.language for item in items.values()} == {"en", "ar"}
    assert all(item.replies[0]["origin"] == "draft" and item.replies[0]["text"] for item in items.values())
    assert all(len(item.policy_revision) > 6 and item.sources for item in items.values())


async def test_what_can_do_harm_is_read_whatever_chance_says(office: Office) -> None:
    await office.fill(20)
    harm = {
        await office.draft(100 + number, signals=(signal,))
        for number, signal in enumerate(("fraud_or_theft", "self_harm", "regulator_threat", "legal_threat"))
    }
    formal = await office.draft(200)
    by_conversation = await office.draft(201)
    new = NewComplaint(draft_id=formal, country="sa")
    await office.copilot.complaints.raise_(new, by="user:1", policy=office.copilot.policy, tenant="default")
    new = NewComplaint(conversation="desk:201", country="sa")
    await office.copilot.complaints.raise_(new, by="user:1", policy=office.copilot.policy, tenant="default")
    made = await office.round(share=0.1)
    rows = {item.draft_id: item for item in await office.rows(ReviewItemRow)}
    assert harm | {formal, by_conversation} <= set(rows)
    assert {rows[id_].probability for id_ in harm} == {1.0}
    assert made.sample.risks[Risk.COMPLAINT] == 2
    assert (made.items, made.sample.candidates, made.sample.left_out) == (8, 26, {"chance": 18})
    rest = [row for id_, row in rows.items() if id_ not in harm | {formal, by_conversation}]
    assert [row.probability for row in rest] == [0.1, 0.1]


async def test_a_period_a_limit_and_why_something_is_left_out(office: Office) -> None:
    await office.fill(10)
    await office.draft(11, status="no_safe_draft")
    period: dict[str, Any] = {"since": START + timedelta(hours=3), "until": START + timedelta(hours=12)}
    made = await office.round(**period, limit=5)
    assert made.items == 5
    assert made.sample.left_out == {"chance": 3, "no_text": 1}
    shown = await office.reviews.rounds.get(made.id, by=ALI)
    assert shown.sample.left_out == {"chance": 3}, "'no_text' would tell a reader that drafts are read"
    assert await office.read_all(made, ALI) == 5
    await office.reviews.rounds.close(made.id, by=LEAD)
    assert (await office.reviews.rounds.get(made.id, by=ALI)).sample == made.sample
    again = await office.round(**period)
    assert (again.items, again.sample.left_out) == (3, {"no_text": 1, "read_before": 5})
    with pytest.raises(InputError, match="8 read_before"):
        await office.round(**period)
    with pytest.raises(InputError, match="nothing to read"):
        await office.round(until=START)


async def test_what_a_closed_round_left_unread_is_drawn_again(office: Office) -> None:
    await office.fill(4)
    abandoned = await office.round(reviewers=["user:nobody"])
    with pytest.raises(InputError, match="4 read_before"):
        await office.round()
    await office.reviews.rounds.close(abandoned.id, by=LEAD)
    made = await office.round()
    assert (made.items, made.sample.left_out) == (4, {})
    sheet = await office.next(made, ALI)
    await office.reviews.desk.submit(sheet.item, scores(), by=ALI)
    await office.next(made, ALI)
    await office.reviews.rounds.close(made.id, by=LEAD)
    rest = await office.round()
    assert (rest.items, rest.sample.left_out) == (3, {"read_before": 1}), "what was only begun is not read"


async def test_a_seed_makes_the_same_round_again(office: Office) -> None:
    await office.fill(12)
    drawn = []
    for seed in (5, 5, 6):
        made = await office.round(seed=seed, limit=6, share=0.5, second_share=0.5, again=True)
        rows = [row for row in await office.rows(ReviewItemRow) if row.round_id == made.id]
        drawn.append(sorted((row.number, row.draft_id, row.wanted) for row in rows))
        assert sorted(row.wanted for row in rows) == [1, 1, 1, 2, 2, 2]
    assert drawn[0] == drawn[1] != drawn[2]


async def test_sent_replies_pairs_and_both(office: Office) -> None:
    await office.draft(1, sent=True)
    await office.draft(2, AR, sent="لحظة من فضلكم")
    await office.draft(3)
    sent = await office.round(target="sent")
    assert (sent.items, sent.kind) == (2, RoundKind.SCORE)
    items = [row for row in await office.rows(ReviewItemRow) if row.round_id == sent.id]
    assert {(row.agent, row.policy_revision, row.replies[0]["origin"]) for row in items} == {
        ("7", "of-that-day", "sent")
    }
    pair = await office.round(kind="choose", target="pair")
    assert pair.items == 1
    assert pair.sample.left_out == {"nothing_sent": 1, "no_other_text": 1}
    both = await office.round(target="both")
    assert both.items == 5
    with pytest.raises(InputError, match="2 read_before"):
        await office.round(target="sent")


async def test_texts_come_with_the_round(office: Office) -> None:
    texts = [
        {"message": EN, "replies": [{"text": "Soon.", "writer": "a"}, {"text": "Tomorrow.", "writer": "b"}]},
        {"message": AR, "replies": [{"text": "نعتذر لكم", "writer": "a"}, {"text": "قريبًا جدًا", "writer": "b"}]},
    ]
    made = await office.round(kind="choose", target="texts", texts=texts)
    assert (made.items, made.target) == (2, None), "the lead may read in it too"
    assert (await office.reviews.rounds.close(made.id, by=LEAD)).target is Target.TEXTS
    assert {row.language for row in await office.rows(ReviewItemRow)} == {"en", "ar"}


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "choose"},
        {"kind": "score", "target": "pair"},
        {"target": "texts"},
        {"texts": [{"message": "a", "replies": [{"text": "b"}]}]},
        {"target": "texts", "texts": [{"message": "a", "replies": [{"text": "b"}, {"text": "c"}]}]},
        {"reviewers": ["user:a"], "readers": 2},
        {"reviewers": ["user:a"], "second_share": 0.1},
        {"reviewers": ["user:a", "user:a"]},
        {"reviewers": ["somebody"]},
        {"differs_by": 0},
        {"since": "9999-12-31T23:59:59-14:00"},
        {"until": "0001-01-01T00:00:00+14:00"},
        {"rubric": RUBRIC.model_dump(mode="json") | {"version": 10**80}},
    ],
)
def test_what_does_not_fit_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        NewRound.model_validate({"name": "x", **values})


async def test_rounds_are_listed_the_newest_first(office: Office) -> None:
    await office.fill(2)
    made = []
    for _ in range(5):
        made.append((await office.round(again=True)).id)
        office.wait(hours=1)
    await office.reviews.rounds.close(made[0], by=LEAD)
    first = await office.reviews.rounds.list(by=ALI, limit=3)
    rest = await office.reviews.rounds.list(by=ALI, limit=3, after=first.next)
    assert [item.id for item in (*first.items, *rest.items)] == made[::-1]
    assert rest.next is None
    assert [item.id for item in (await office.reviews.rounds.list(by=ALI, open=False)).items] == made[:1]
    other = person("eve", tenant="other")
    assert (await office.reviews.rounds.list(by=other)).items == ()
    with pytest.raises(NotFoundError):
        await office.reviews.rounds.get(made[0], by=other)
    with pytest.raises(InputError):
        await office.reviews.rounds.list(by=other, after=made[0])


async def test_the_same_request_after_a_crash_makes_one_round(office: Office) -> None:
    await office.fill(2)
    claims = [Claim("default", "id", hashlib.sha256(b"seed").hexdigest()[:32], again=again) for again in (False, True)]
    made = []
    for claim in claims:
        with claiming():
            hold(claim)
            made.append(await office.round())
    assert made[0] == made[1]
    assert len((await office.reviews.rounds.list(by=LEAD)).items) == 1


async def test_progress_tells_how_far_everybody_is(office: Office) -> None:
    await office.fill(6)
    named = [ALI.actor, BASMA.actor, CHADI.actor]
    made = await office.round(reviewers=named, readers=2)
    await office.next(made, ALI)
    await office.read_all(made, BASMA)
    found = await office.reviews.rounds.get(made.id, by=ALI)
    told = {item.reviewer: (item.submitted, item.unfinished, item.share) for item in found.progress}
    assert told == {ALI.actor: (0, 1, 4), BASMA.actor: (6, 0, 4), CHADI.actor: (0, 0, 4)}
    assert found.mine.unfinished == 1
    assert (found.submitted, found.unfinished, found.wanted) == (6, 1, 12)


async def test_rounds_stand_in_the_log(office: Office) -> None:
    await office.fill(1)
    made = await office.round()
    await office.reviews.rounds.close(made.id, by=LEAD)
    assert (await office.reviews.rounds.close(made.id, by=ALI)).closed_at == office.time
    log = [(row.actor, row.action, row.object) for row in await office.rows(AuditRow)]
    assert log == [(LEAD.actor, "review.round_made", made.id), (LEAD.actor, "review.round_closed", made.id)]


@pytest.mark.parametrize("wanted", [{"target": "both"}, {"kind": "choose", "target": "pair"}])
async def test_of_a_reply_by_two_agents_the_last_ones_is_read(office: Office, wanted: dict[str, Any]) -> None:
    """Joined, the first one's words would be given to the first one: an item knows one agent."""
    await office.draft(1, sent="The first part.", agent="7")
    await office.draft(2, sent="The second part.", agent="8")
    async with office.copilot.database.writing("default") as session:
        first, second = f"{1:032x}", f"{2:032x}"
        await session.execute(update(SentReplyRow).where(SentReplyRow.draft_id == second).values(draft_id=first))
    await office.is_agent(ALI, "7")
    await office.round(**wanted)
    texts = {
        row.agent: [reply["text"] for reply in row.replies] for row in await office.rows(ReviewItemRow) if row.agent
    }
    assert texts.keys() == {"8"}
    assert [text for text in texts["8"] if "part" in text] == ["The second part."]
