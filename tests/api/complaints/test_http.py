from pathlib import Path

import httpx
import pytest
import yaml
from fastapi import FastAPI

from api.access.principal import Principal, Scope
from api.complaints import ComplaintEventName, ComplaintListing, ComplaintState, DutyKind, load_country
from api.complaints.country import countries
from api.console.strings import keys
from api.http.cursors import make_cursor
from api.settings import Settings
from inference.types import SignalName
from tests.inference.builders import POLICY

BASE = Path(__file__).parents[3] / "inference" / "policies" / "default.yaml"


@pytest.fixture
async def settings(settings: Settings, tmp_path: Path) -> Settings:
    """A tenant in Saudi Arabia."""
    path = tmp_path / "policy.yaml"
    path.write_text(BASE.read_text(encoding="utf-8") + "\ncomplaints: {country: sa}\n", encoding="utf-8")
    return settings.model_copy(update={"policy": path})


async def _raise(client: httpx.AsyncClient, **values: object) -> dict[str, object]:
    answer = await client.post("/v1/complaints", json=values)
    assert answer.status_code == 201, answer.text
    found: dict[str, object] = answer.json()
    return found


async def test_a_complaint_is_raised_read_told_and_listed(client: httpx.AsyncClient) -> None:
    made = await _raise(client, conversation="c1", summary="رسوم \u202eمكررة")
    assert made["summary"] == "رسوم مكررة"
    address = f"/v1/complaints/{made['id']}"
    told = await client.post(f"{address}/events", json={"event": "acknowledged"})
    assert told.json()["state"] == "acknowledged"
    again = await client.post(f"{address}/events", json={"event": "acknowledged"})
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    missing = await client.post(f"{address}/events", json={"event": "responded", "text": "Sorry."})
    assert (missing.status_code, missing.json()["code"]) == (422, "missing_wording")
    (item,) = (await client.get("/v1/complaints", params={"state": "running"})).json()["items"]
    assert item["reference"] == made["reference"]
    assert (await client.get("/v1/complaints/figures")).json()["states"] == {"acknowledged": 1}
    assert (await client.get("/v1/complaints/notices")).json() == {"items": [], "next": None}
    rule = (await client.get(address)).json()["duties"][0]["rule"]
    assert rule["verify_with_counsel"] is True


async def test_pages_follow_their_cursors(client: httpx.AsyncClient) -> None:
    for number in range(5):
        await _raise(client, conversation=f"c{number}")
    seen, cursor = [], None
    while True:
        page = (await client.get("/v1/complaints", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 5


async def test_a_message_that_threatens_raises_a_complaint_and_is_never_ready(client: httpx.AsyncClient) -> None:
    body = {"text": "لم تصل بطاقتي وسأشتكي عليكم عند ساما", "conversation": "42"}
    draft = (await client.post("/v1/drafts", json=body)).json()
    assert draft["draft"]["status"] == "no_safe_draft"
    (item,) = (await client.get("/v1/complaints", params={"conversation": "42"})).json()["items"]
    assert item["draft_id"] == draft["id"]
    assert item["reference"] in draft["draft"]["notes"][0]
    later = (await client.post("/v1/drafts", json={"text": "بطاقتي الجديدة لم تصل بعد", "conversation": "42"})).json()
    assert item["reference"] in later["draft"]["notes"][0]
    await client.post(f"/v1/drafts/{draft['id']}/again", json={})
    assert len((await client.get("/v1/complaints")).json()["items"]) == 1
    calm = (await client.post("/v1/drafts", json={"text": "متى يفتح الفرع؟", "conversation": "43"})).json()
    assert not any(item["reference"] in note for note in calm["draft"]["notes"])


async def test_an_agent_may_raise_and_read_and_a_reviewer_tells(app: FastAPI, client: httpx.AsyncClient) -> None:
    made = await _raise(client)
    agent = Principal(tenant="default", actor="user:9", scopes=frozenset({Scope.DRAFT}))

    class Gate:
        async def admit(self, _request: object) -> Principal:
            return agent

    app.state.gate = Gate()
    assert (await _raise(client))["raised_by"] == "user:9"
    assert (await client.get(f"/v1/complaints/{made['id']}")).status_code == 200
    refused = await client.post(f"/v1/complaints/{made['id']}/events", json={"event": "acknowledged"})
    assert refused.status_code == 403
    page = await client.get(f"/complaints/{made['id']}")
    assert page.status_code == 200
    assert "<form class" not in page.text


def test_both_languages_name_everything_that_a_page_may_show() -> None:
    named = {f"complaint.{state.value}" for state in (*ComplaintState, *ComplaintListing)}
    named |= {f"complaint_event.{event.value}" for event in ComplaintEventName}
    named |= {f"tell_complaint.{event.value}" for event in ComplaintEventName if event is not ComplaintEventName.RAISED}
    named |= {f"ground.{ground}" for ground in ("person", "tag", "explicit", *map(str, _THREATS))}
    sectors = [sector for code in countries() for sector in load_country(code).sectors.values()]
    duties = [duty for sector in sectors for duty in sector.duties]
    named |= {f"duty.{duty.name}" for duty in duties}
    assert named <= keys("ar")
    assert named <= keys("en")
    lexicon = yaml.safe_load((BASE.parents[1] / "lexicons" / "complaints.yaml").read_text(encoding="utf-8"))
    for notes in lexicon["notes"].values():
        assert set(notes["states"]) == {state.value for state in ComplaintState}
        assert set(notes["duties"]) >= {duty.name for duty in duties if duty.kind is not DutyKind.WINDOW}


_THREATS = (SignalName.REGULATOR_THREAT, SignalName.LEGAL_THREAT, SignalName.PUBLIC_THREAT)


@pytest.mark.parametrize("language", ["ar", "en"])
async def test_the_page_shows_clock_rules_and_wording(client: httpx.AsyncClient, language: str) -> None:
    made = await _raise(client, summary="<b>رسوم</b>")
    listed = (await client.get("/complaints", params={"lang": language})).text
    assert str(made["reference"]) in listed
    assert "&lt;b&gt;" in listed
    shown = (await client.get(f"/complaints/{made['id']}", params={"lang": language})).text
    assert 'value="paused"' not in shown  # no rule lets this clock stand still
    assert shown.count({"ar": "يُراجَع مع المستشار القانوني", "en": "verify with counsel"}[language]) == 3
    assert "ساما تهتم" in shown
    assert 'style="' not in shown
    done = await client.post(f"/console/complaints/{made['id']}/events", data={"event": "acknowledged"})
    assert done.status_code == 303
    refused = await client.post(f"/console/complaints/{made['id']}/events", data={"event": "responded", "text": "x"})
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    assert (await client.post(f"/console/complaints/{made['id']}/events", data={"event": "no"})).status_code == 422
    assert (await client.get("/complaints/nothing")).status_code == 404


def test_the_shipped_policy_raises_nothing() -> None:
    assert POLICY.complaints is None


async def test_a_made_up_cursor_on_the_last_day_there_is_is_refused(client: httpx.AsyncClient) -> None:
    cursor = make_cursor("9999-12-31T23:59:59-23:59 x")
    assert (await client.get("/v1/complaints", params={"cursor": cursor or ""})).status_code == 422
