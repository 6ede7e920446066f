"""Agreement, weighted means, exports, and scores from elsewhere."""

import csv
import io

import pytest

from api.review import Answer, ImportMapping, as_csv
from api.review.csv_file import COLUMNS
from api.review.tables import ReviewAgentRow, ReviewCardRow, ReviewImportRow
from evaluation.agreement import FEWEST, Note
from evaluation.scorecard import Scorer
from models.errors import ForbiddenError, InputError
from tests.api.review.conftest import ALI, BASMA, CHADI, CRITERIA, EN, FAILS, LEAD, Office, scores

pytestmark = pytest.mark.databases("sqlite", "postgres")


async def test_results_of_an_open_round_are_hidden_from_its_readers(office: Office) -> None:
    await office.fill(2)
    for_all = await office.round(again=True)
    named = await office.round(again=True, reviewers=[ALI.actor])
    for made, who in ((for_all, LEAD), (for_all, ALI), (named, ALI)):
        for call in (office.reviews.results.agreement(made.id, by=who), office.reviews.results.export(made.id, by=who)):
            with pytest.raises(ForbiddenError):
                await call
    assert (await office.reviews.results.export(named.id, by=LEAD)).round.id == named.id
    await office.reviews.rounds.close(for_all.id, by=LEAD)
    assert (await office.reviews.results.agreement(for_all.id, by=ALI)).items == 0


async def test_machine_and_people_stand_side_by_side(office: Office) -> None:
    await office.fill(3)
    made = await office.round(readers=2)
    await office.read_all(made, ALI, scores(4))
    await office.read_all(made, BASMA, scores(3, tone=None))
    await office.reviews.rounds.close(made.id, by=LEAD)
    found = await office.reviews.results.agreement(made.id, by=LEAD)
    assert (found.items, set(found.raters)) == (3, {ALI.actor, BASMA.actor})
    questions = {item.name: item for item in found.questions}
    assert set(questions) == {f"criterion:{name}" for name in CRITERIA} | {f"auto_fail:{name}" for name in FAILS}
    assert all(item.machine is not None for item in questions.values())
    assert questions["criterion:tone"].people.shared == 0
    assert questions["criterion:clarity"].people.shared == 3
    assert questions["criterion:clarity"].people.alpha.note is Note.TOO_FEW
    assert found.means["criterion:tone"].note is Note.TOO_FEW
    cards = await office.rows(ReviewCardRow)
    assert sorted(card.scorer for card in cards) == ["checks"] * 3 + ["person"] * 6
    assert await office.reviews.results.agreement(made.id, by=LEAD) == found, "the same seed, the same numbers"
    assert len(await office.rows(ReviewCardRow)) == 9


@pytest.mark.databases("sqlite")
async def test_means_are_of_what_the_round_was_drawn_from(office: Office) -> None:
    """Of 20 risky replies, all poor, and 24 good others of which half were drawn, the weighted mean is that of all."""
    for number in range(20):
        await office.draft(number, signals=("legal_threat",))
    for number in range(24):
        await office.draft(100 + number)
    made = await office.round(share=0.5)
    assert made.items == 32 >= FEWEST
    while (found := await office.reviews.desk.next(made.id, by=ALI)).sheet is not None:
        risky = int(found.sheet.number) in await _risky(office)
        await office.reviews.desk.submit(found.sheet.item, scores(1 if risky else 4), by=ALI)
    await office.reviews.rounds.close(made.id, by=LEAD)
    mean = (await office.reviews.results.agreement(made.id, by=LEAD)).means["criterion:clarity"]
    assert mean.point == pytest.approx((20 * 1 + 24 * 4) / 44, abs=1e-4)
    assert mean.low is not None
    assert mean.high is not None
    assert mean.low < (20 + 96) / 44 < mean.high


async def _risky(office: Office) -> set[int]:
    from api.review.tables import ReviewItemRow  # noqa: PLC0415

    return {row.number for row in await office.rows(ReviewItemRow) if row.stratum == "risk"}


async def test_an_export_has_one_line_a_score_and_opens_safely(office: Office) -> None:
    await office.fill(2)
    made = await office.round(readers=2)
    evil = scores(2).model_copy(
        update={
            "failures": {"wrong_fact": "=HYPERLINK(1)"},
            "notes": {"tone": "@جاف"},
            "comment": '  +1, "quoted"\nالسطر الثاني; =cmd|A1\n - two',
        }
    )
    await office.read_all(made, ALI, evil)
    await office.read_all(made, BASMA, scores(4))
    await office.reviews.rounds.close(made.id, by=LEAD)
    export = await office.reviews.results.export(made.id, by=LEAD)
    text = as_csv(export, bom=True)
    assert text.startswith("\ufeffround,")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert tuple(rows[0]) == COLUMNS
    mine = [row for row in rows if row["name"] == ALI.actor]
    assert len(mine) == 2 * (len(CRITERIA) + 1)
    assert {row["note"] for row in mine if row["question"] == "auto_fail:wrong_fact"} == {"'=HYPERLINK(1)"}
    assert {row["note"] for row in mine if row["question"] == "criterion:tone"} == {"'@جاف"}
    assert {row["comment"] for row in mine} == {"'  +1, \"quoted\"\nالسطر الثاني;' =cmd|A1\n' - two"}
    assert {row["scorer"] for row in rows} == {"person", "checks"}
    assert [int(row["number"]) for row in rows] == sorted(int(row["number"]) for row in rows)
    assert as_csv(await office.reviews.results.export(made.id, by=CHADI)) == text.removeprefix("\ufeff")
    assert EN not in text + export.model_dump_json()
    scorers = {card.scorer for item in export.items for card in item.cards}
    assert scorers == {Scorer.PERSON, Scorer.CHECKS}


async def test_choices_are_counted_by_what_was_chosen(office: Office) -> None:
    texts = [{"message": EN, "replies": [{"text": "A", "writer": "a"}, {"text": "B", "writer": "b"}]} for _ in range(4)]
    made = await office.round(kind="choose", target="texts", texts=texts, readers=2)
    for who in (ALI, BASMA):
        while (found := await office.reviews.desk.next(made.id, by=who)).sheet is not None:
            place = next(reply.place for reply in found.sheet.replies if reply.text == "A")
            await office.reviews.desk.submit(found.sheet.item, Answer(choice=place), by=who)
    await office.reviews.rounds.close(made.id, by=LEAD)
    (question,) = (await office.reviews.results.agreement(made.id, by=LEAD)).questions
    assert (question.name, question.people.shared, question.machine) == ("choice", 4, None)
    export = await office.reviews.results.export(made.id, by=LEAD)
    assert {card.chosen for item in export.items for card in item.cards} == {"a"}


COLUMNS_OF = ImportMapping(
    rubric="old-tool@3",
    external_id="id",
    scores={"tone": "Tone", "solution": "solution"},
    conversation="ticket",
    agent="agent",
    at="date",
    comment="note",
)
HEAD = "id;ticket;agent;date;Tone;solution;note;unused\n"
GOOD = '1;4711;7;2026-01-31;٤٫٥;5;"سطران\nهنا";x\n2;4712;7;2026-01-31T10:15:00+03:00;3;pass;=1;x\n\n'


async def test_scores_from_elsewhere_are_kept_as_they_are_and_once(office: Office) -> None:
    imports = office.reviews.imports
    first = await imports.add("\ufeff" + HEAD + GOOD, COLUMNS_OF, by=LEAD)
    assert (first.stored, first.changed, first.known, first.faults) == (2, 0, 0, ())
    again = await imports.add(HEAD + GOOD.replace(";3;", ";2;"), COLUMNS_OF, by=LEAD)
    assert (again.stored, again.changed, again.known) == (0, 1, 1)
    page = await imports.list(by=ALI, limit=1)
    rest = await imports.list(by=ALI, limit=1, after=page.next)
    assert rest.next is None
    one, two = (*page.items, *rest.items)
    assert (one.rubric, one.scores, one.comment) == ("old-tool@3", {"tone": 4.5, "solution": 5.0}, "سطران\nهنا")
    assert (two.scores, two.at and two.at.isoformat()) == (
        {"tone": 2.0, "solution": "pass"},
        "2026-01-31T07:15:00+00:00",
    )
    assert (await imports.list(by=ALI, rubric="other")).items == ()


async def test_a_file_with_faults_says_where_and_stores_nothing(office: Office) -> None:
    bad = "3;a;7;31/01/2026;3;;;\n;b;7;;3;;;\n4;c;7;;;;;\n1;d;7;;3;;;\n5;e;7;;3;;;;;;\n"
    found = await office.reviews.imports.add(HEAD + GOOD + bad, COLUMNS_OF, by=LEAD)
    assert [(fault.line, fault.column) for fault in found.faults] == [
        (6, "date"), (7, "id"), (8, None), (9, "id"), (10, None),
    ]  # fmt: skip
    assert "line 2" in found.faults[3].message
    assert found.stored == 0
    assert await office.rows(ReviewImportRow) == []
    with pytest.raises(InputError, match="'Tone' is not there"):
        await office.reviews.imports.add(HEAD.replace("Tone", "Ton") + GOOD, COLUMNS_OF, by=LEAD)
    with pytest.raises(InputError, match="Line 2"):
        await office.reviews.imports.add(HEAD + '1;"4711;7', COLUMNS_OF, by=LEAD)
    with pytest.raises(InputError, match="Line 1"):
        await office.reviews.imports.add("x" * 140_000 + "\n", COLUMNS_OF, by=LEAD)
    with pytest.raises(InputError, match="and 99970 more") as caught:
        await office.reviews.imports.add(",".join(["y" * 90] + ["x"] * 99_999) + "\n", COLUMNS_OF, by=LEAD)
    assert len(caught.value.message) < 500


async def test_who_is_which_agent_is_said_and_forgotten(office: Office) -> None:
    await office.is_agent(ALI, "7", "Ali")
    await office.is_agent(BASMA, "7")
    (known,) = (await office.reviews.agents.list(by=LEAD)).items
    assert (known.actor, known.names) == (BASMA.actor, ())
    await office.reviews.agents.remove("desk", "7", by=LEAD)
    assert await office.rows(ReviewAgentRow) == []
