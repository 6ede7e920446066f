"""``/v1/quality`` and ``/v1/outcomes`` over the whole service."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.access.audit import read_audit
from api.access.principal import Scope
from api.quality import beginnings, reading
from api.turns import Turns
from inference.types import Feedback, FeedbackReason, Message, Verdict
from tests.api.access.conftest import Serve, Service

QUESTION = "My new card has not arrived yet"


def figure(figures: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(item for item in figures if item["name"] == name)


async def ask(client: httpx.AsyncClient, address: str) -> dict[str, Any]:
    answer = await client.get(address)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def answered(app: FastAPI, count: int) -> None:
    """Make drafts of both languages: of ten, six are sent as they are, three are edited, one is rejected."""
    copilot = app.state.tenants.copilot("default")
    for number in range(count):
        text = QUESTION if number % 2 else "بطاقتي الجديدة لم تصل بعد"
        made = await copilot.propose(Message(text=text, conversation=f"desk:{number}", received_at=datetime.now(UTC)))
        feedback = Feedback(verdict=Verdict.ACCEPTED, agent="سارة")
        if number % 10 in {3, 4, 5}:
            said = (
                f"{made.draft.text} We will call you tomorrow." if number % 2 else f"{made.draft.text} سنتصل بكم غدًا."
            )
            feedback = Feedback(verdict=Verdict.EDITED, final_text=said, agent="عمر")
        elif number % 10 == 6:
            feedback = Feedback(verdict=Verdict.REJECTED, reasons=(FeedbackReason.WRONG_TONE,))
        await copilot.give_feedback(made.id, feedback)


async def test_the_summary_counts_what_became_of_drafts(client: httpx.AsyncClient, app: FastAPI) -> None:
    await answered(app, 60)
    found = await ask(client, "/v1/quality?by=language")
    assert [(part["value"], part["drafts"]) for part in found["drafts"]] == [(None, 60), ("ar", 30), ("en", 30)]
    whole = found["drafts"][0]["figures"]
    points = {name: figure(whole, name)["point"] for name in ("accepted", "edited", "rejected", "unused")}
    assert points == {"accepted": 0.6, "edited": 0.3, "rejected": 0.1, "unused": 0.0}
    accepted = figure(whole, "accepted")
    assert accepted["low"] < 0.6 < accepted["high"]
    assert figure(whole, "verdict_inferred")["point"] == 0.0
    assert 0.0 < figure(whole, "words_edited")["point"] < 0.2
    assert figure(whole, "changed.promise")["n"] == 18
    assert figure(whole, "changed.promise")["note"] == "too few"
    assert figure(whole, "message_to_draft.median")["point"] < 60
    assert (found["support"]["conversations"], found["support"]["agents"]) == (60, 2)
    assert found["cut"] is False


async def test_outcomes_reach_the_figures(client: httpx.AsyncClient, app: FastAPI) -> None:
    await answered(app, 40)
    began = datetime.now(UTC) - timedelta(hours=2)
    told = [
        {
            "conversation": f"desk:{number}",
            "agent": "ليلى",
            "opened_at": began.isoformat(),
            "first_response_at": (began + timedelta(minutes=10)).isoformat(),
            "satisfaction": 0.0 if number % 4 == 0 else 1.0,
            "reopened": number % 2,
        }
        for number in range(40)
    ]
    answer = await client.post("/v1/outcomes", json={"outcomes": told})
    assert answer.status_code == 200, answer.text
    assert [item["conversation"] for item in answer.json()["items"]] == [item["conversation"] for item in told]
    team = (await ask(client, "/v1/quality"))["support"]
    assert (team["agents"], team["per_agent"]) == (1, 40.0)
    assert figure(team["figures"], "response.median")["point"] == 600.0
    assert figure(team["figures"], "satisfaction.bad")["point"] == 0.25
    assert figure(team["figures"], "reopened")["point"] == 0.5
    assert len((await ask(client, "/v1/outcomes?limit=30"))["items"]) == 30


@pytest.mark.parametrize(
    "query",
    [
        "?from=2026-02-02&to=2026-02-01",
        "?from=2024-01-01&to=2026-01-01",
        "?from=2026-13-01",
        "?to=0001-01-01",
        "?to=9999-12-31",
        "?from=0001-01-01",
        "?by=agent",
    ],
)
async def test_periods_and_columns_that_are_none_are_refused(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"/v1/quality{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


async def test_days_are_the_tenants_own(client: httpx.AsyncClient, app: FastAPI) -> None:
    await answered(app, 2)
    today = datetime.now(UTC).date()
    later = today + timedelta(days=3)
    assert (await ask(client, f"/v1/quality?from={later}&to={later}"))["drafts"][0]["drafts"] == 0
    assert (await ask(client, "/v1/quality"))["period"]["ends"] in {str(today), str(today + timedelta(days=1))}


async def test_drift_says_what_it_lacks(client: httpx.AsyncClient) -> None:
    found = await ask(client, "/v1/quality/drift")
    assert found["chart"]["note"].startswith("Too few")


async def test_agents_are_off_unless_the_operator_names_the_tenant(serving: Serve) -> None:
    async with serving() as service, service.client(await service.key(Scope.ADMIN)) as client:
        found = await ask(client, "/v1/quality/agents")
        assert (found["enabled"], found["report"]) == (False, None)
    async with serving(quality_agents=("default",)) as service:
        await answered(service.app, 10)
        async with service.client(await service.key(Scope.ADMIN)) as client:
            found = await ask(client, "/v1/quality/agents")
            assert found["enabled"] is True
            assert [item["agent"] for item in found["report"]["agents"]] == ["سارة", "عمر"]
            assert all(item["measures"] == [] for item in found["report"]["agents"])
            assert found["report"]["order"] == "name"
        async with service.client(await service.key(Scope.REVIEW, Scope.DRAFT)) as client:
            assert (await client.get("/v1/quality/agents")).status_code == 403
    async with (
        serving(quality_agents=("default",), quality_unnamed=("سارة",)) as service,
        service.client(await service.key(Scope.ADMIN)) as client,
    ):
        found = await ask(client, "/v1/quality/agents")
        assert [item["agent"] for item in found["report"]["agents"]] == ["عمر"]


async def test_there_is_no_way_to_rank_agents(app: FastAPI) -> None:
    parameters = app.openapi()["paths"]["/v1/quality/agents"]["get"].get("parameters", [])
    assert {item["name"] for item in parameters} == {"from", "to"}


async def test_another_tenant_counts_nothing(service: Service) -> None:
    await answered(service.app, 4)
    async with service.client(await service.key(Scope.REVIEW, tenant="acme")) as client:
        found = await ask(client, "/v1/quality")
        assert (found["drafts"][0]["drafts"], found["support"]["conversations"]) == (0, 0)
        assert (await ask(client, "/v1/outcomes"))["items"] == []


async def test_a_long_period_shows_the_latest_and_says_so(
    client: httpx.AsyncClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    await answered(app, 12)
    monkeypatch.setattr(reading, "MOST_DRAFTS", 7)
    monkeypatch.setattr(beginnings, "CHUNK", 3)
    found = await ask(client, "/v1/quality")
    assert (found["cut"], found["drafts"][0]["drafts"]) == (True, 7)


async def test_who_is_measured_does_not_write_outcomes_and_who_did_is_written_down(service: Service) -> None:
    told = {"outcomes": [{"conversation": "desk:1", "agent": "سارة", "satisfaction": 1.0}]}
    async with service.client(await service.key(Scope.ANALYSE, Scope.DRAFT)) as agent:
        assert (await agent.post("/v1/outcomes", json=told)).status_code == 403
    async with service.client(await service.key(Scope.REVIEW)) as helpdesk:
        assert (await helpdesk.post("/v1/outcomes", json=told)).status_code == 200
        assert (await helpdesk.post("/v1/outcomes", json={"outcomes": []})).status_code == 422
    entries = (await read_audit(service.access.database, tenant="default", action="outcomes.told")).items
    assert [entry.actor.partition(":")[0] for entry in entries] == ["key"]
    assert "سارة" not in str(entries)


@pytest.mark.parametrize("address", ["/v1/quality", "/v1/quality/agents", "/v1/quality/drift"])
async def test_who_asks_for_figures_while_too_many_are_computed_is_told_so(
    client: httpx.AsyncClient, app: FastAPI, address: str
) -> None:
    app.state.figures = Turns(at_once=1, waiting=0, refusal="busy")
    answer = await client.get(address)
    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (503, "overloaded", "5")
    assert (await client.get("/v1/outcomes")).status_code == 200
