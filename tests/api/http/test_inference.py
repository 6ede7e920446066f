import httpx
import pytest

ARRIVAL = "My new card has not arrived yet"


async def test_one_message_or_a_batch(client: httpx.AsyncClient) -> None:
    one = await client.post("/v1/analyze", json={"text": "this is ridiculous"})
    assert one.status_code == 200
    assert one.json()["analysis"]["anger"]["level"] == "angry"
    many = await client.post("/v1/analyze", json={"messages": [{"text": "this is ridiculous"}, {"text": "شكرًا لكم"}]})
    assert [item["language"] for item in many.json()["analyses"]] == ["en", "ar"]
    assert many.json()["analyses"][0] == one.json()["analysis"]


@pytest.mark.parametrize("text", ["", "   ", "😀😀", "😡", "\u200f", "١٢٣", "Ωμέγα", "こんにちは", "a" * 20_000])
async def test_odd_texts_get_an_honest_answer(client: httpx.AsyncClient, text: str) -> None:
    assert (await client.post("/v1/analyze", json={"text": text})).status_code == 200
    assert (await client.post("/v1/search", json={"text": text})).status_code == 200
    draft = await client.post("/v1/drafts", json={"text": text})
    assert draft.status_code == 201
    assert draft.json()["draft"]["status"] in {"needs_information", "no_safe_draft", "ready"}


async def test_unsupported_language_is_said_to_be_so(client: httpx.AsyncClient) -> None:
    text = "Ma carte bancaire n'est toujours pas arrivée, pouvez-vous m'aider s'il vous plaît ?"
    draft = (await client.post("/v1/drafts", json={"text": text})).json()["draft"]
    assert (draft["status"], draft["reason"], draft["text"]) == ("no_safe_draft", "unsupported_language", "")


async def test_search_returns_k_hits_with_ids(client: httpx.AsyncClient) -> None:
    found = (await client.post("/v1/search", json={"text": ARRIVAL, "k": 2})).json()
    assert found["hits"][0]["id"] == "card.en"
    assert len(found["hits"]) == 2
    assert found["hits"][0]["resolution"]["problem"] == ARRIVAL
    assert found["answerable"] is True
    filtered = (await client.post("/v1/search", json={"text": ARRIVAL, "languages": ["ar"]})).json()
    assert {hit["resolution"]["language"] for hit in filtered["hits"]} == {"ar"}


async def test_draft_is_stored_and_explains_itself(client: httpx.AsyncClient) -> None:
    made = await client.post("/v1/drafts", json={"text": ARRIVAL, "channel": "email"})
    assert made.status_code == 201
    body = made.json()
    assert body["draft"]["status"] == "ready"
    assert {"model", "model_revision", "index_generation", "policy_revision"} <= set(body["draft"])
    assert (await client.get(f"/v1/drafts/{body['id']}")).json() == body


async def test_feedback_is_kept(client: httpx.AsyncClient) -> None:
    made = (await client.post("/v1/drafts", json={"text": ARRIVAL})).json()
    address = f"/v1/drafts/{made['id']}/feedback"
    given = await client.post(address, json={"verdict": "rejected", "reasons": ["wrong_tone"], "comment": "قاسٍ"})
    assert given.status_code == 201
    await client.post(address, json={"verdict": "edited", "final_text": "أهلًا، بطاقتكم في الطريق."})
    kept = (await client.get(f"/v1/drafts/{made['id']}")).json()["feedback"]
    assert [item["verdict"] for item in kept] == ["rejected", "edited"]
    assert kept[0]["reasons"] == ["wrong_tone"]
    no_text = await client.post(address, json={"verdict": "edited"})
    assert (no_text.status_code, no_text.json()["errors"][0]["field"]) == (422, "final_text")


async def test_nothing_to_accept_is_a_conflict(client: httpx.AsyncClient) -> None:
    made = (await client.post("/v1/drafts", json={"text": ""})).json()
    answer = await client.post(f"/v1/drafts/{made['id']}/feedback", json={"verdict": "accepted"})
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


async def test_another_tenant_is_refused(client: httpx.AsyncClient) -> None:
    for path in ("/v1/analyze", "/v1/search", "/v1/drafts"):
        answer = await client.post(path, json={"text": ARRIVAL, "tenant": "other"})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "tenant")


async def test_phase_times_and_request_id(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/drafts", json={"text": ARRIVAL}, headers={"X-Request-ID": "abc-1"})
    assert answer.headers["X-Request-ID"] == "abc-1"
    phases = [part.split(";")[0].strip() for part in answer.headers["Server-Timing"].split(",")]
    assert phases == ["queue", "model", "search", "compose", "store", "total"]
    made_up = await client.get("/livez", headers={"X-Request-ID": "bad id\n"[:6]})
    assert made_up.headers["X-Request-ID"] != "bad id"


async def test_health(client: httpx.AsyncClient) -> None:
    assert (await client.get("/livez")).json() == {"status": "alive"}
    ready = (await client.get("/readyz")).json()
    assert ready["status"] == "ready"
    assert ready["resolutions"] == 5
    assert ready["model_revision"] == "fake-1"


async def test_a_draft_can_be_wanted_differently(client: httpx.AsyncClient) -> None:
    first = (await client.post("/v1/drafts", json={"text": ARRIVAL, "channel": "email"})).json()
    address = f"/v1/drafts/{first['id']}/again"
    shorter = await client.post(address, json={"wish": "shorter"})
    assert shorter.status_code == 201
    body = shorter.json()
    assert body["id"] != first["id"]
    assert body["message"] == first["message"]
    assert body["draft"]["plan"]["wish"] == "shorter"
    assert len(body["draft"]["text"]) < len(first["draft"]["text"])
    arabic = (await client.post(address, json={"language": "ar"})).json()["draft"]
    assert arabic["language"] == "ar"
    assert (await client.get(f"/v1/drafts/{first['id']}")).json()["draft"] == first["draft"]
    assert (await client.post(address, json={"wish": "ruder"})).status_code == 422
    assert (await client.post("/v1/drafts/none/again", json={})).status_code == 404


async def test_a_message_has_a_time_of_arrival(client: httpx.AsyncClient) -> None:
    assert (await client.post("/v1/drafts", json={"text": ARRIVAL})).json()["message"]["received_at"] is not None
    given = "2026-11-02T10:00:00Z"
    kept = (await client.post("/v1/drafts", json={"text": ARRIVAL, "received_at": given})).json()
    assert kept["message"]["received_at"] == given
