"""The review pages as plain forms: no script runs here."""

import re
from enum import StrEnum

import httpx
import pytest
from starlette.datastructures import FormData

from api.console.review_figures import scale, written
from api.console.review_forms import missing, read_answer
from api.console.strings import keys
from api.copilot import Copilot
from api.review import (
    Answer,
    AppealState,
    NextState,
    Origin,
    Part,
    RoundKind,
    Target,
)
from evaluation.agreement import Note, Reliance, Verdict
from evaluation.sampling import Risk
from evaluation.scorecard import load_rubric
from inference.types import Author
from models.errors import InputError
from tests.api.reviewing import CRITERIA, LOCAL, OTHER, WHOLE, a_round, item_of


@pytest.mark.parametrize(
    ("prefix", "kinds"),
    [
        ("review_kind", RoundKind), ("review_target", Target), ("review_part", Part),
        ("review_origin", Origin), ("review_appeal_state", AppealState), ("review_by", Author), ("review_risk", Risk),
        ("review_note", Note), ("review_reliance", Reliance), ("review_verdict", Verdict),
    ],
)  # fmt: skip
def test_both_languages_name_everything(prefix: str, kinds: type[StrEnum]) -> None:
    assert not {f"{prefix}.{kind.value}" for kind in kinds} - keys("ar")
    assert not {f"review_state.{state.value}" for state in NextState if state is not NextState.ITEM} - keys("ar")
    assert keys("ar") == keys("en")


def test_a_form_becomes_an_answer() -> None:
    form = FormData(
        [
            ("score.tone", "4"), ("score.apology", "na"), ("note.tone", " warm\r\nenough "), ("note.apology", " "),
            ("failure.wrong_fact", "1"), ("evidence.wrong_fact", "«غدًا»"), ("evidence.personal_data", "left over"),
            ("reason", "tone"), ("reason", "clarity"), ("choice", "first"), ("comment", ""),
        ]
    )  # fmt: skip

    answer = read_answer(form)

    assert answer == Answer(
        scores={"tone": 4, "apology": None},
        notes={"tone": "warm\nenough"},
        failures={"wrong_fact": "«غدًا»"},
        reasons=("tone", "clarity"),
        choice="first",
    )
    assert missing(answer, RoundKind.CHOOSE, load_rubric()) == ()
    assert set(missing(answer, RoundKind.SCORE, load_rubric())) == set(CRITERIA) - {"tone", "apology"}


@pytest.mark.parametrize(
    ("name", "value"), [("score.tone", "5"), ("score.tone", ""), ("choice", "third"), ("score.A B", "1")]
)
def test_what_no_page_of_ours_sends_is_refused(name: str, value: str) -> None:
    with pytest.raises(InputError):
        read_answer(FormData([(name, value)]))


def test_figures_are_written_plainly() -> None:
    assert [written(-0.001), written(-0.5), written(0.876, percent=True), written(-0.004, percent=True)] == [
        "0.00", "-0.50", "88%", "0%",
    ]  # fmt: skip
    assert [scale(value, (1, 4)) for value in (0, 1, 2.5, 4, 9)] == [6.0, 6.0, 90.0, 174.0, 174.0]


async def test_a_reply_is_scored_without_scripts(reviews: Copilot, client: httpx.AsyncClient) -> None:
    made = await a_round(reviews)
    page = (await client.get(f"/review/{made.id}?lang=en")).text
    item = item_of(page)
    assert "<script>alert" not in page
    assert "A &lt;b&gt; round" in page
    assert page.count('type="radio"') == 5 * len(CRITERIA)
    assert page.count("<legend>") == len(CRITERIA) + 1

    kept = await client.post(f"/console/review/items/{item}", data={"do": "save", "score.tone": "2"})
    assert kept.headers["location"] == "/review"
    again = (await client.get(f"/review/{made.id}")).text
    assert item_of(again) == item
    assert len(re.findall(r'value="2"[^>]* checked', again)) == 1

    half = await client.post(
        f"/console/review/items/{item}", data={"do": "submit", "score.tone": "2", "comment": "<i>"}
    )
    assert half.status_code == 422
    assert half.text.count("criterion gap") == len(CRITERIA) - 1
    assert "&lt;i&gt;" in half.text, "what was typed stays"

    done = await client.post(f"/console/review/items/{item}", data={"do": "submit"} | WHOLE)
    assert done.headers["location"] == f"/review/{made.id}?done={item}"
    following = (await client.get(done.headers["location"])).text
    assert item_of(following) != item
    behind = (await client.get(f"/review/{made.id}?item={item}")).text
    assert "writer-0" in behind
    assert 'id="answer"' not in behind
    late = await client.post(f"/console/review/items/{item}", data={"do": "submit"} | WHOLE | {"score.tone": "1"})
    assert late.status_code == 409
    assert "writer-0" in late.text


async def test_autosave_answers_with_a_line(reviews: Copilot, client: httpx.AsyncClient) -> None:
    made = await a_round(reviews)
    item = item_of((await client.get(f"/review/{made.id}")).text)

    saved = await client.post(f"/console/review/items/{item}/draft", data={"score.tone": "2"})
    refused = await client.post(f"/console/review/items/{item}/draft", data={"score.tone": "9"})

    assert "<time" in saved.text
    assert "<html" not in saved.text
    assert (refused.status_code, "<strong>" in refused.text) == (422, True)
    assert (await reviews.reviews.desk.get(item, by=LOCAL)).answer.scores == {"tone": 2}


@pytest.mark.parametrize("kind", RoundKind)
async def test_nothing_tells_who_wrote_it_before_submitting(
    reviews: Copilot, client: httpx.AsyncClient, kind: RoundKind
) -> None:
    made = await a_round(reviews, count=1, kind=kind)
    given = Answer.model_validate(
        {"scores": dict.fromkeys(CRITERIA, 1), "comment": "what the other said"} if kind is RoundKind.SCORE
        else {"choice": "first", "comment": "what the other said"}
    )  # fmt: skip
    found = await reviews.reviews.desk.next(made.id, by=OTHER)
    assert found.sheet is not None
    await reviews.reviews.desk.submit(found.sheet.item, given, by=OTHER)

    for address in (f"/review/{made.id}", f"/review/{made.id}/mine", f"/review/{made.id}/disputes", "/review"):
        page = (await client.get(address)).text
        for told in ("writer-0", "writer-1", "what the other said", "user:other"):
            assert told not in page, address
    item = item_of((await client.get(f"/review/{made.id}")).text)
    assert (await client.get(f"/review/{made.id}/disputes/{item}")).status_code == 403
    assert "data-question" not in (await client.get(f"/review/{made.id}/agreement")).text

    data = {"do": "submit"} | (WHOLE if kind is RoundKind.SCORE else {"choice": "second"})
    await client.post(f"/console/review/items/{item}", data=data)
    behind = (await client.get(f"/review/{made.id}?item={item}&lang=en")).text
    assert "writer-0" in behind
    assert "what the other said" in behind
    assert "user:other" not in behind, "readers stay unnamed"


async def test_an_item_of_another_round_is_not_found(reviews: Copilot, client: httpx.AsyncClient) -> None:
    made, other = await a_round(reviews, count=1), await a_round(reviews, count=1, reviewers=(OTHER.actor, "user:b"))
    found = await reviews.reviews.desk.next(other.id, by=OTHER)
    assert found.sheet is not None
    item = found.sheet.item

    assert (await client.get(f"/review/{other.id}?item={item}")).status_code == 200
    assert (await client.get(f"/review/{made.id}?item={item}")).status_code == 404
    assert (await client.get(f"/review/{other.id}/disputes/{item}")).status_code == 200
    assert (await client.get(f"/review/{made.id}/disputes/{item}")).status_code == 404
