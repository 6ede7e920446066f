import httpx
import pytest
from fastapi import FastAPI

from inference.types import Commitment, CommitmentKind, Feedback, Message, Verdict

ARRIVAL = "My new card has not arrived yet"
CALL = Commitment(text="We will call you back within 2 working days.", kind=CommitmentKind.CALLBACK, owner="Huda")


@pytest.fixture
async def commitment(app: FastAPI) -> str:
    """The id of a commitment of an accepted reply."""
    copilot = app.state.tenants.copilot("default")
    stored = await copilot.propose(Message(text=ARRIVAL, conversation="c-1"))
    promising = stored.draft.model_copy(update={"commitments": (CALL,)})
    (again,) = await copilot.drafts.add([stored.model_copy(update={"draft": promising})], tenant=copilot.tenant)
    await copilot.give_feedback(again.id, Feedback(verdict=Verdict.ACCEPTED))
    (item,) = (await copilot.ledger.list(tenant=copilot.tenant)).items
    return str(item.id)


async def test_a_commitment_is_listed_told_and_counted(client: httpx.AsyncClient, commitment: str) -> None:
    page = (await client.get("/v1/commitments", params={"state": "open", "conversation": "c-1"})).json()
    assert [(item["id"], item["kind"], item["owner"]) for item in page["items"]] == [(commitment, "callback", "Huda")]
    assert page["next"] is None
    assert (await client.get("/v1/commitments", params={"state": "overdue"})).json()["items"] == []

    address = f"/v1/commitments/{commitment}/events"
    event = {"event": "kept", "by": "helpdesk", "delivery": "e-1"}
    first = await client.post(address, json=event)
    assert (first.status_code, first.json()["state"]) == (200, "kept")
    assert (await client.post(address, json=event)).json() == first.json()
    assert (await client.get(f"/v1/commitments/{commitment}")).json() == first.json()
    refused = await client.post(address, json=event | {"delivery": "e-2"})
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert "is kept already" in refused.json()["detail"]

    figures = (await client.get("/v1/commitments/figures")).json()
    assert (figures["all"]["kept"], figures["all"]["open"], list(figures["kinds"])) == (1, 0, ["callback"])
    assert (await client.get("/v1/commitments/notices")).json() == {"items": [], "next": None}


async def test_listing_in_pages(client: httpx.AsyncClient, app: FastAPI, commitment: str) -> None:
    copilot = app.state.tenants.copilot("default")
    (stored,) = (await copilot.ledger.list(tenant=copilot.tenant)).items
    for _ in range(2):
        draft = await copilot.drafts.get(stored.draft_id, tenant=copilot.tenant)
        other = draft.model_copy(update={"message": Message(text=ARRIVAL)})
        (again,) = await copilot.drafts.add([other], tenant=copilot.tenant)
        await copilot.give_feedback(again.id, Feedback(verdict=Verdict.ACCEPTED))
    first = (await client.get("/v1/commitments", params={"limit": 2})).json()
    second = (await client.get("/v1/commitments", params={"limit": 2, "cursor": first["next"]})).json()
    ids = [item["id"] for page in (first, second) for item in page["items"]]
    assert (len(set(ids)), len(ids), second["next"]) == (3, 3, None)
    assert commitment in ids


@pytest.mark.parametrize("cursor", ["%%%", "é", "____", "gICA", "AA==", "bm9uZQ=="])
async def test_made_up_cursor_is_refused(client: httpx.AsyncClient, cursor: str) -> None:
    answer = await client.get("/v1/commitments", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


@pytest.mark.parametrize(
    "body",
    [
        {"event": "withdrawn", "by": "Sara"},
        {"event": "kept", "by": "rifq"},
        {"event": "kept", "by": "Sara", "at": "2099-01-01T00:00:00Z"},
        {"event": "kept", "by": "Sara\x00"},
        {"event": "late", "by": "Sara"},
        {},
    ],
)
async def test_an_event_that_does_not_fit_is_refused(
    client: httpx.AsyncClient, commitment: str, body: dict[str, str]
) -> None:
    assert (await client.post(f"/v1/commitments/{commitment}/events", json=body)).status_code == 422
    assert (await client.get(f"/v1/commitments/{commitment}")).json()["state"] == "open"


async def test_unknown_ids_and_states_are_refused(client: httpx.AsyncClient) -> None:
    told = {"event": "kept", "by": "Sara"}
    assert (await client.get("/v1/commitments/none")).status_code == 404
    assert (await client.post("/v1/commitments/none/events", json=told)).status_code == 404
    assert (await client.get("/v1/commitments", params={"state": "lost"})).status_code == 422
