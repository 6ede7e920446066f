"""Lists: newest first, filtered, page by page, whatever is stored meanwhile."""

import base64
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.databases("sqlite", "postgres")
ARRIVAL = "My new card has not arrived yet"


async def make(client: httpx.AsyncClient, text: str = ARRIVAL, **fields: Any) -> str:
    answer = await client.post("/v1/drafts", json={"text": text, **fields})
    return str(answer.json()["id"])


async def ids(client: httpx.AsyncClient, query: str = "") -> list[str]:
    answer = await client.get(f"/v1/drafts?{query}")
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


async def test_pages_are_stable_while_drafts_are_made(client: httpx.AsyncClient) -> None:
    made = [await make(client) for _ in range(5)]
    first = (await client.get("/v1/drafts?limit=2")).json()
    newer = await make(client)
    second = (await client.get("/v1/drafts", params={"limit": 2, "cursor": first["next"]})).json()
    third = (await client.get("/v1/drafts", params={"limit": 2, "cursor": second["next"]})).json()
    walked = [item["id"] for page in (first, second, third) for item in page["items"]]
    assert walked == made[::-1]
    assert third["next"] is None
    assert (await ids(client))[0] == newer


async def test_filters(client: httpx.AsyncClient) -> None:
    calm = await make(client, channel="email", conversation="c-1")
    urgent = await make(client, "This is urgent, I need my card today!", channel="whatsapp", conversation="c-2")
    empty = await make(client, "", conversation="c-1")
    await client.post(f"/v1/drafts/{calm}/feedback", json={"verdict": "rejected", "reasons": ["unclear"]})
    await client.post(f"/v1/drafts/{calm}/feedback", json={"verdict": "accepted"})
    assert await ids(client, "conversation=c-1") == [empty, calm]
    assert await ids(client, "channel=whatsapp") == [urgent]
    assert await ids(client, "urgent=true") == [urgent]
    assert set(await ids(client, "urgent=false")) == {calm, empty}
    assert await ids(client, "verdict=accepted") == [calm]
    assert await ids(client, "verdict=rejected") == []  # the last verdict counts
    assert set(await ids(client, "verdict=none")) == {urgent, empty}
    assert calm in await ids(client, "status=ready")
    assert empty not in await ids(client, "status=ready")
    moment = (await client.get(f"/v1/drafts/{urgent}")).json()["created_at"]
    assert await ids(client, f"since={moment.replace('+', '%2B')}") == [empty, urgent]
    assert await ids(client, f"until={moment.replace('+', '%2B')}") == [calm]
    assert await ids(client, "conversation=c-1&channel=chat") == [empty]


async def test_a_summary_shows_what_a_list_needs(client: httpx.AsyncClient) -> None:
    text = "this is ridiculous\n" + "card " * 60
    made = await make(client, text, conversation="c-9")
    item = (await client.get("/v1/drafts")).json()["items"][0]
    assert (item["id"], item["conversation"], item["anger"]) == (made, "c-9", "irritated")
    assert item["excerpt"].startswith("this is ridiculous card")
    assert len(item["excerpt"]) == 140
    assert item["verdict"] is None


async def test_feedback_is_listed_newest_first(client: httpx.AsyncClient) -> None:
    made = await make(client)
    for verdict in ("rejected", "accepted"):
        await client.post(f"/v1/drafts/{made}/feedback", json={"verdict": verdict})
    page = (await client.get("/v1/feedback?limit=1")).json()
    rest = (await client.get("/v1/feedback", params={"cursor": page["next"]})).json()
    assert [item["verdict"] for item in (*page["items"], *rest["items"])] == ["accepted", "rejected"]
    assert page["items"][0]["draft_id"] == made
    assert [item["verdict"] for item in (await client.get("/v1/feedback?verdict=rejected")).json()["items"]] == [
        "rejected"
    ]


@pytest.mark.parametrize(
    "path", ["/v1/drafts", "/v1/feedback", "/v1/commitments/notices", "/v1/knowledge/contradictions"]
)
@pytest.mark.parametrize(
    "text", ["x", "2026", "2026-01-01T00:00:00 id", "9999-12-31T23:59:59-14:00 id",
     "0001-01-01T00:00:00+14:00 id", "[1]", "-5", "[" * 3000]
)  # fmt: skip
async def test_a_cursor_of_another_place_is_refused(client: httpx.AsyncClient, path: str, text: str) -> None:
    cursor = base64.urlsafe_b64encode(text.encode()).decode()
    answer = await client.get(path, params={"cursor": cursor})
    assert answer.status_code in {200, 422}
    if answer.status_code == 200:
        assert answer.json()["items"] == []
    else:
        assert answer.json()["errors"][0]["field"] == "cursor"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
async def test_moments_beyond_the_calendar_are_refused(client: httpx.AsyncClient, moment: str) -> None:
    for path in ("/v1/drafts", "/v1/feedback"):
        assert (await client.get(path, params={"since": moment})).status_code == 422
