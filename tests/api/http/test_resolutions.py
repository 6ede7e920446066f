from urllib.parse import quote

import httpx
import pytest

NEW = {"problem": "How do I freeze my card", "answer": "Tap Cards, then Freeze."}


async def test_life_of_a_resolution(client: httpx.AsyncClient) -> None:
    made = await client.post("/v1/resolutions", json=NEW | {"id": "freeze.en"})
    assert made.status_code == 201
    assert made.json()["language"] == "en"
    found = (await client.post("/v1/search", json={"text": NEW["problem"], "k": 1})).json()
    assert (found["hits"][0]["id"], found["hits"][0]["freshness"]) == ("freeze.en", "unverified")

    verified = await client.post("/v1/resolutions/freeze.en/verify", json={"by": "Sara", "review_in_days": 180})
    assert verified.json()["review_by"] == "2025-12-12"
    draft = (await client.post("/v1/drafts", json={"text": NEW["problem"]})).json()["draft"]
    assert draft["status"] == "ready"

    body = (await client.get("/v1/resolutions/freeze.en")).json() | {"answer": "Cards, then Freeze."}
    assert (await client.put("/v1/resolutions/freeze.en", json=body)).json()["answer"] == "Cards, then Freeze."
    assert (await client.delete("/v1/resolutions/freeze.en")).status_code == 204
    assert (await client.get("/v1/resolutions/freeze.en")).status_code == 404
    gone = (await client.post("/v1/search", json={"text": NEW["problem"], "k": 10})).json()
    assert "freeze.en" not in [hit["id"] for hit in gone["hits"]]


async def test_id_is_made_up_and_language_detected(client: httpx.AsyncClient) -> None:
    made = (await client.post("/v1/resolutions", json={"problem": "كيف أجمد بطاقتي؟", "answer": "من التطبيق."})).json()
    assert made["language"] == "ar"
    assert len(made["id"]) == 32


@pytest.mark.parametrize("name", ["a/b", "بطاقة 1", "x/verify", "a?b#c", "100%"])
async def test_any_id_can_be_addressed(client: httpx.AsyncClient, name: str) -> None:
    address = f"/v1/resolutions/{quote(name, safe='')}"
    assert (await client.post("/v1/resolutions", json=NEW | {"id": name})).status_code == 201
    assert (await client.get(address)).json()["id"] == name
    assert (await client.post(f"{address}/verify", json={"by": "Sara", "review_by": "2025-12-01"})).status_code == 200
    assert (await client.delete(address)).status_code == 204


async def test_listing_in_pages(client: httpx.AsyncClient) -> None:
    seen, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/v1/resolutions", params=query)).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == ["card.ar", "card.en", "draft.en", "fee.ar", "fee.en"]
    unverified = (await client.get("/v1/resolutions", params={"freshness": "unverified"})).json()
    assert [item["id"] for item in unverified["items"]] == ["draft.en"]


@pytest.mark.parametrize("cursor", ["%%%", "é", "____", "gICA", "AA=="])
async def test_made_up_cursor_is_refused(client: httpx.AsyncClient, cursor: str) -> None:
    answer = await client.get("/v1/resolutions", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "cursor")


async def test_faults_name_their_field(client: httpx.AsyncClient) -> None:
    again = await client.post("/v1/resolutions", json=NEW | {"id": "card.en"})
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    unknown = await client.put("/v1/resolutions/nope", json=NEW)
    assert unknown.status_code == 404
    other = await client.put("/v1/resolutions/card.en", json=NEW | {"id": "fee.en"})
    assert (other.status_code, other.json()["errors"][0]["field"]) == (422, "id")
    both = {"by": "Sara", "review_in_days": 3, "review_by": "2026-01-01"}
    for body in (both, {"by": "Sara"}, {"by": "", "review_in_days": 3}, {"by": "S", "review_by": "2020-01-01"}):
        answer = await client.post("/v1/resolutions/card.en/verify", json=body)
        assert answer.status_code == 422, body
    tenant = await client.post("/v1/resolutions", json=NEW | {"tenant": "other"})
    assert (tenant.status_code, tenant.json()["errors"][0]["field"]) == (422, "tenant")
