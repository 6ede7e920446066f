"""The review pages as plain forms: no script runs here."""

import re
from enum import StrEnum

import httpx
import pytest
from fastapi import FastAPI
from starlette.datastructures import FormData

from api.access.principal import Principal, Scope
from api.access.tables import PersonRow
from api.console.review_figures import scale, written
from api.console.review_forms import missing, read_answer
from api.console.strings import keys
from api.copilot import Copilot
from api.review import (
    Answer,
    AppealState,
    NewAppeal,
    NewReply,
    NewRound,
    NewText,
    NextState,
    Origin,
    Part,
    Round,
    RoundKind,
    Target,
)
from evaluation.agreement import Note, Reliance, Verdict
from evaluation.sampling import Risk
from evaluation.scorecard import load_rubric
from inference.types import Author, Message
from models.errors import InputError
from tests.api.review.conftest import SARA, START, Office

LOCAL = Principal("default", "local", frozenset(Scope))
OTHER = Principal("default", "user:other", frozenset({Scope.REVIEW, Scope.DRAFT}))
CRITERIA = tuple(criterion.id for criterion in load_rubric().criteria)
WHOLE = {f"score.{name}": "3" for name in CRITERIA}
EVIL = "<script>alert(1)</script> متى تصل بطاقتي؟"


@pytest.fixture
def reviews(app: FastAPI, client: httpx.AsyncClient) -> Copilot:
    copilot: Copilot = app.state.tenants.copilot("default")
    return copilot


async def a_round(copilot: Copilot, *, count: int = 2, kind: RoundKind = RoundKind.SCORE, **values: object) -> Round:
    sides = 1 if kind is RoundKind.SCORE else 2
    texts = tuple(
        NewText(
            message=EVIL,
            replies=tuple(NewReply(text=f"Reply {number}.{side}", writer=f"writer-{side}") for side in range(sides)),
        )
        for number in range(count)
    )
    new = NewRound.model_validate(
        {"name": "A <b> round", "kind": kind, "target": Target.TEXTS, "texts": texts, "readers": 2} | values
    )
    return await copilot.reviews.rounds.make(new, by=LOCAL)


async def a_person(copilot: Copilot, id_: str, *, name: str | None = None, role: str = "agent") -> None:
    known = {"name": name, "role": role, "temporary": False, "created_at": START}
    async with copilot.database.writing("default") as session:
        session.add(PersonRow(tenant="default", id=id_, email=f"{id_}@example.com", **known))


def item_of(page: str) -> str:
    found = re.search(r'action="/console/review/items/([^"/]+)"', page)
    assert found is not None
    return found[1]


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


async def test_a_round_is_started_and_closed_from_the_page(reviews: Copilot, client: httpx.AsyncClient) -> None:
    form = {"name": "أسبوع", "what": "score.draft", "readers": "1", "second": "0", "share": "100", "limit": "10"}
    empty = await client.post("/console/review/rounds", data=form | {"share": "many"})
    assert empty.status_code == 422
    assert 'role="alert"' in empty.text
    assert re.search(r'name="share" value="many" aria-invalid="true"', empty.text)
    await reviews.propose(Message(text="My new card has not arrived yet"))
    started = await client.post("/console/review/rounds", data=form | {"since": "2020-01-01", "until": "2100-01-01"})
    assert started.headers["location"].startswith("/review#round-"), started.text
    assert "أسبوع" in (await client.get("/review")).text
    made = await a_round(reviews)

    listed = (await client.get("/review?lang=en")).text
    assert f'href="/review/{made.id}/close"' in listed
    assert "/console/review/rounds/" + made.id not in listed, "one press closes nothing"
    asked = (await client.get(f"/review/{made.id}/close?lang=en")).text
    assert "0 of 4" in asked
    assert "cannot be opened again" in asked
    assert (await reviews.reviews.rounds.get(made.id, by=LOCAL)).closed_at is None
    (action,) = re.findall(r'method="post" action="(/console/review/rounds/[^"]+)"', asked)
    assert (await client.post(action)).headers["location"] == "/review"
    assert (await client.get(f"/review/{made.id}/close")).headers["location"] == "/review"
    assert (await client.get("/review/none/close")).status_code == 404

    assert "data-question" in (await client.get(f"/review/{made.id}/agreement?lang=ar")).text
    closed = (await client.get(f"/review/{made.id}?lang=ar")).text
    assert 'id="answer"' not in closed
    assert (await client.get("/review/none/agreement")).status_code == 404
    assert (await client.get("/review/none")).status_code == 404


NEW_ROUND = {"name": "أسبوع «أ»", "what": "score.sent", "readers": "2", "second": "7", "share": "33.5", "limit": "12"}


@pytest.mark.parametrize(
    ("changed", "faulty", "said"),
    [
        ({"since": "2026-06-08", "until": "2026-06-01"}, "until", "The date in “Before” must come after"),
        ({"since": "1999-01-01"}, "since", "The first day does not fit"),
        ({"readers": "12"}, "readers", "1 to 9 readers"),
        ({"name": ""}, "name", "needs a name"),
        ({"second": "140"}, "second", "one more reader is a number"),
    ],
)
async def test_a_new_round_at_fault_says_which_field_and_keeps_what_was_typed(
    reviews: Copilot, client: httpx.AsyncClient, changed: dict[str, str], faulty: str, said: str
) -> None:
    typed = NEW_ROUND | changed
    page = await client.post("/console/review/rounds?lang=en", data=typed)

    assert page.status_code == 422
    alert = re.search(r'role="alert">(.*?)</section>', page.text, re.DOTALL)
    assert alert is not None
    assert said in alert[1]
    assert page.text.count("Please correct<") == 1
    assert re.findall(r'id="(\w+)"[^>]* aria-invalid', page.text) == [faulty]
    for name in set(typed) - {"what"}:
        assert f'name="{name}" value="{typed[name]}"' in page.text
    assert '<option value="score.sent" selected>' in page.text
    assert not (await reviews.reviews.rounds.list(by=LOCAL)).items


async def test_too_few_or_unknown_readers_are_told_and_ticks_stay(reviews: Copilot, client: httpx.AsyncClient) -> None:
    for id_ in ("sara", "basma"):
        await a_person(reviews, id_, role="reviewer")
    for ticked in (["user:sara"], ["user:sara", "user:gone", "user:third"]):
        page = await client.post("/console/review/rounds?lang=en", data=NEW_ROUND | {"reviewer": ticked})
        assert page.status_code == 422
        assert page.text.count("has left the team") == 1
        assert re.search(r"<legend>Readers <span[^>]*>Please correct<", page.text)
        assert re.findall(r'name="reviewer" value="([^"]+)" checked', page.text) == ["user:sara"]


async def test_an_empty_round_says_what_was_left_out(reviews: Copilot, client: httpx.AsyncClient) -> None:
    none = await client.post("/console/review/rounds?lang=en", data=NEW_ROUND)
    assert "There are no messages or replies of this kind" in none.text
    assert "aria-invalid" not in none.text
    office = Office(reviews)
    await office.open()
    await office.fill(3)

    page = await client.post("/console/review/rounds?lang=en", data=NEW_ROUND | {"what": "score.draft", "share": "0"})

    assert page.status_code == 422
    assert re.search(r'not drawn: <bdi dir="ltr">3</bdi>', page.text), page.text
    assert 'value="أسبوع «أ»"' in page.text
    arabic = await client.post("/console/review/rounds?lang=ar", data=NEW_ROUND | {"what": "choose.pair"})
    assert re.search(r'لم يُرسَل رد: <bdi dir="ltr">3</bdi>', arabic.text), arabic.text


async def test_an_item_of_another_round_is_not_found(reviews: Copilot, client: httpx.AsyncClient) -> None:
    made, other = await a_round(reviews, count=1), await a_round(reviews, count=1, reviewers=(OTHER.actor, "user:b"))
    found = await reviews.reviews.desk.next(other.id, by=OTHER)
    assert found.sheet is not None
    item = found.sheet.item

    assert (await client.get(f"/review/{other.id}?item={item}")).status_code == 200
    assert (await client.get(f"/review/{made.id}?item={item}")).status_code == 404
    assert (await client.get(f"/review/{other.id}/disputes/{item}")).status_code == 200
    assert (await client.get(f"/review/{made.id}/disputes/{item}")).status_code == 404


async def test_a_dispute_is_settled_with_a_reason(reviews: Copilot, client: httpx.AsyncClient) -> None:
    readers = (OTHER, Principal("default", "user:third", OTHER.scopes))
    made = await a_round(reviews, count=1, reviewers=tuple(reader.actor for reader in readers))
    for reader, level in zip(readers, (1, 4), strict=True):
        found = await reviews.reviews.desk.next(made.id, by=reader)
        assert found.sheet is not None
        answer = Answer.model_validate({"scores": dict.fromkeys(CRITERIA, 3) | {"tone": level}})
        await reviews.reviews.desk.submit(found.sheet.item, answer, by=reader)

    item = re.findall(
        rf"/review/{made.id}/disputes/([^\"]+)\"", (await client.get(f"/review/{made.id}/disputes")).text
    )[0]
    page = (await client.get(f"/review/{made.id}/disputes/{item}?lang=en")).text
    assert page.count('value="3" data-key="3" checked') == len(CRITERIA) - 1
    assert "Readers differ here" in page
    without = await client.post(f"/console/review/items/{item}/verdict", data=WHOLE | {"why": " "})
    assert without.status_code == 422
    settled = await client.post(f"/console/review/items/{item}/verdict", data=WHOLE | {"why": "النبرة سليمة."})
    assert settled.headers["location"] == f"/review/{made.id}/disputes"
    assert item not in (await client.get(settled.headers["location"])).text


async def test_an_appeal_goes_from_the_agent_to_a_decision(reviews: Copilot, client: httpx.AsyncClient) -> None:
    office = Office(reviews)
    await office.open()
    await office.fill(2, sent="Your card is on its way. <b>Sara</b>")
    made = await office.round(target=Target.SENT, reviewers=(OTHER.actor,))
    await office.read_all(made, OTHER)
    await reviews.reviews.rounds.close(made.id, by=LOCAL)
    await office.is_agent(LOCAL)
    own = (await client.get("/review/own?lang=en")).text
    assert "On its way" not in own
    assert "&lt;b&gt;" in own
    assert "user:other" not in own
    first, second = re.findall(r'action="/console/review/items/([^"/]+)/appeals"', own)
    empty = await client.post(f"/console/review/items/{first}/appeals", data={"reason": " "})
    assert empty.status_code == 422
    sent = await client.post(f"/console/review/items/{first}/appeals", data={"reason": "الموعد من المصدر."})
    assert sent.headers["location"] == "/review/own"
    assert "الموعد من المصدر." in (await client.get("/review/own")).text

    await office.is_agent(SARA)
    await reviews.reviews.appeals.make(second, NewAppeal(reason="Read it again"), by=SARA)
    page = (await client.get(f"/review/appeals/{second}?lang=en")).text
    assert "Read it again" in page
    action = re.findall(r'action="(/console/review/appeals/[^"]+)"', page)[0]
    data = {"item": second, "why": "It is fine."}
    assert (await client.post(action, data=data | {"do": "uphold"})).status_code == 422
    assert re.findall(r"<button type=\"submit\"[^>]*>", page)[0].endswith("disabled hidden>"), "Enter decides nothing"
    assert (await client.post(action, data=WHOLE | data)).status_code == 422, "no button was pressed"
    done = await client.post(action, data=WHOLE | data | {"do": "uphold"})
    assert done.headers["location"] == "/review/appeals?state=open"
    assert "It is fine." in (await client.get("/review/appeals?state=upheld")).text


async def test_appeals_name_people_and_stay_with_their_reply(reviews: Copilot, client: httpx.AsyncClient) -> None:
    await a_person(reviews, "sara", name="سارة العلي")
    office = Office(reviews)
    await office.open()
    await office.fill(2, sent="Your card is on its way.")
    made = await office.round(target=Target.SENT, reviewers=(OTHER.actor,))
    await office.read_all(made, OTHER)
    await reviews.reviews.rounds.close(made.id, by=LOCAL)
    await office.is_agent(SARA)
    own = (await reviews.reviews.appeals.own(by=SARA)).items
    first, second = [await reviews.reviews.appeals.make(one.item, NewAppeal(reason="Why?"), by=SARA) for one in own]

    for address in ("/review/appeals", f"/review/appeals/{own[0].item}"):
        page = (await client.get(address)).text
        assert "سارة العلي" in page
        assert "user:sara" not in page
    data = {"do": "reject", "why": " "}
    right = await client.post(f"/console/review/appeals/{first.id}/decision", data=data | {"item": own[0].item})
    assert right.status_code == 422
    wrong = await client.post(f"/console/review/appeals/{first.id}/decision", data=data | {"item": own[1].item})
    assert wrong.status_code == 404
    assert second.item == own[1].item


async def test_own_replies_and_appeals_have_their_pages(client: httpx.AsyncClient) -> None:
    for address in ("/review/own", "/review/appeals", "/review/appeals?state=open"):
        assert (await client.get(address)).status_code == 200
    unknown = await client.post("/console/review/items/none/appeals", data={"reason": "x"})
    assert unknown.status_code == 404
    nothing = await client.post("/console/review/appeals/none/decision", data={"do": "reject", "item": "none"})
    assert nothing.status_code == 404
