"""The pages on which somebody decides what readers differ on, and appeals."""

import re

import httpx
import pytest
from fastapi import FastAPI

from api.access.principal import Principal
from api.copilot import Copilot
from api.review import Answer, NewAppeal, Target
from api.turns import Turns
from tests.api.review.conftest import SARA, Office
from tests.api.reviewing import CRITERIA, LOCAL, OTHER, WHOLE, a_person, a_round


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
    assert "Reviewers differ here" in page
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


@pytest.mark.parametrize("what", ["disputes", "agreement"])
async def test_a_page_of_figures_says_when_too_many_are_computed(
    reviews: Copilot, app: FastAPI, client: httpx.AsyncClient, what: str
) -> None:
    made = await a_round(reviews, count=1)
    app.state.figures = Turns(at_once=1, waiting=0, refusal="busy")
    answer = await client.get(f"/review/{made.id}/{what}")
    assert answer.status_code == 503
    assert "text/html" in answer.headers["content-type"]
