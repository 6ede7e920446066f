"""An agent chooses the resolution to answer from: what is offered, what comes of it, and what is refused."""

import httpx
import pytest

from api.copilot import Copilot
from api.drafts import StoredDraft
from api.helpdesks.notes import note_of
from inference.types import Message, Status
from models.errors import InputError, NotFoundError
from tests.api.fakes import TODAY

VAGUE = "zzz the thing you sent the card vvv"
ARRIVAL = "My new card has not arrived yet"


@pytest.fixture
async def unanswered(copilot: Copilot) -> StoredDraft:
    stored = await copilot.propose(Message(text=VAGUE))
    assert stored.draft.status is not Status.READY
    return stored


async def test_the_nearest_reliable_ones_in_the_reply_s_language_are_offered(unanswered: StoredDraft) -> None:
    assert {offer.id for offer in unanswered.draft.offered} == {"card.en", "fee.en"}
    assert unanswered.draft.awaits_choice


@pytest.mark.databases("sqlite", "postgres")
async def test_a_choice_is_drafted_from_and_kept_when_asked_again(copilot: Copilot, unanswered: StoredDraft) -> None:
    made = await copilot.propose_again(unanswered.id, source="fee.en")
    assert (made.draft.status, made.draft.chosen) == (Status.READY, "fee.en")
    assert "20 riyals" in made.draft.text
    assert "fee.en" not in {offer.id for offer in made.draft.offered}
    assert (await copilot.drafts.get(made.id, tenant=copilot.tenant)).draft.chosen == "fee.en"
    shorter = await copilot.propose_again(made.id, language=None, source=None)
    assert shorter.draft.chosen == "fee.en"
    arabic = await copilot.propose_again(made.id, language="ar")
    assert arabic.draft.chosen is None  # it is not written in that language: the search is asked again


async def test_what_the_search_did_not_find_can_be_chosen(copilot: Copilot, unanswered: StoredDraft) -> None:
    fee = await copilot.resolutions.get("fee.en")
    fresh = fee.model_copy(update={"id": "late.en", "answer": "It costs 7 riyals."})
    await copilot.resolutions.put_many([fresh])
    made = await copilot.propose_again(unanswered.id, source="late.en")
    assert (made.draft.status, made.draft.sources[0].id) == (Status.READY, "late.en")


async def test_what_is_not_there_or_retired_is_refused(copilot: Copilot, unanswered: StoredDraft) -> None:
    with pytest.raises(NotFoundError, match=r"no resolution with the id 'nowhere'") as missing:
        await copilot.propose_again(unanswered.id, source="nowhere")
    assert missing.value.field == "source"
    await copilot.resolutions.retire("fee.en", by="Sara", reason="merged", on=TODAY)
    with pytest.raises(InputError, match="retired") as retired:
        await copilot.propose_again(unanswered.id, source="fee.en")
    assert retired.value.field == "source"


async def test_over_http(client: httpx.AsyncClient, unanswered: StoredDraft) -> None:
    made = await client.post(f"/v1/drafts/{unanswered.id}/again", json={"source": "fee.en"})
    assert (made.status_code, made.json()["draft"]["chosen"]) == (201, "fee.en")
    missing = await client.post(f"/v1/drafts/{unanswered.id}/again", json={"source": "nowhere"})
    assert (missing.status_code, missing.json()["errors"][0]["field"]) == (404, "source")


async def test_on_the_page(client: httpx.AsyncClient, unanswered: StoredDraft) -> None:
    page = (await client.get("/", params={"draft": unanswered.id, "lang": "en"})).text
    assert "Is the answer one of these?" in page
    assert 'name="source" value="fee.en" lang="en"' in page
    made = await client.post(
        f"/console/drafts/{unanswered.id}/again", data={"source": "fee.en"}, headers={"HX-Request": "true"}
    )
    assert "from a resolution the agent chose" in made.text
    assert "20 riyals" in made.text


async def test_an_agent_looks_for_another_one(client: httpx.AsyncClient, unanswered: StoredDraft) -> None:
    address = f"/console/drafts/{unanswered.id}/offers"
    page = (await client.post(address, data={"sought": "charged a fee abroad"})).text
    assert page.index('value="fee.en"') < page.index('value="card.en"')
    assert 'value="draft.en"' not in page  # nobody has verified it
    assert 'value="charged a fee abroad"' in page
    assert (await client.post(address, data={"sought": " "})).status_code == 422


async def test_a_helpdesk_s_note_names_them(unanswered: StoredDraft) -> None:
    remarks = note_of(unanswered, conversation="7", language="ar").remarks
    assert any("«Why was I charged a fee abroad»" in remark and "فافتحوا المسودة" in remark for remark in remarks)
