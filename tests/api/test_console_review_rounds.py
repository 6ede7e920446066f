"""The pages on which rounds of review are made."""

import re

import httpx
import pytest

from api.copilot import Copilot
from inference.types import Message
from tests.api.review.conftest import Office
from tests.api.reviewing import LOCAL, a_person, a_round


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
        ({"readers": "12"}, "readers", "1 to 9 reviewers"),
        ({"name": ""}, "name", "needs a name"),
        ({"second": "140"}, "second", "one more reviewer is a number"),
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
        assert re.search(r"<legend>Reviewers <span[^>]*>Please correct<", page.text)
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
