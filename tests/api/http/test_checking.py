import httpx
import pytest
from fastapi import FastAPI

from inference.types import Message

ARRIVAL = "My new card has not arrived yet"
REFUND = "We will refund you today."


def _codes(checked: dict[str, list[dict[str, str]]]) -> set[str]:
    return {finding["code"] for finding in checked["findings"]}


async def test_an_edited_draft_is_judged_beside_what_the_draft_rests_on(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    stored = await app.state.tenants.copilot("default").propose(Message(text=ARRIVAL))
    address = f"/v1/drafts/{stored.id}/check"
    clean = await client.post(address, json={"reply": stored.draft.text})
    assert (clean.status_code, clean.json()["blocked"]) == (200, False)
    assert clean.json()["repaired"] == stored.draft.text
    edited = f"{stored.draft.text}\n\n{REFUND}"
    checked = (await client.post(address, json={"reply": edited})).json()
    assert checked["blocked"]
    assert {"unauthorised_refund", "unsupported_promise"} <= _codes(checked)
    for finding in checked["findings"]:
        if finding["span"]:
            assert edited[finding["span"]["start"] : finding["span"]["end"]] == finding["span"]["text"]
    assert REFUND not in checked["repaired"]
    assert checked["language"] == "en"
    again = (await client.post(address, json={"reply": checked["repaired"]})).json()
    assert not again["blocked"]


async def test_a_reply_without_a_stored_draft_is_judged_too(client: httpx.AsyncClient) -> None:
    body = {"text": ARRIVAL, "reply": "Please send us your PIN.", "notes_language": "ar"}
    checked = (await client.post("/v1/check", json=body)).json()
    assert "asks_for_secret" in _codes(checked)
    assert any("لا تطلب" in finding["message"] for finding in checked["findings"])


async def test_the_sender_s_role_is_asked_for_by_the_policy(client: httpx.AsyncClient) -> None:
    body = {"text": ARRIVAL, "reply": REFUND, "role": "supervisor"}
    # The default policy grants nobody anything.
    assert "unauthorised_refund" in _codes((await client.post("/v1/check", json=body)).json())


@pytest.mark.parametrize("body", [{}, {"reply": ""}, {"reply": "x" * 20_001}, {"reply": "x", "role": ""}])
async def test_what_cannot_be_judged_is_refused(client: httpx.AsyncClient, body: dict[str, str]) -> None:
    answer = await client.post("/v1/check", json={"text": ARRIVAL} | body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


async def test_an_unknown_draft_is_not_found(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/drafts/none/check", json={"reply": "x"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
