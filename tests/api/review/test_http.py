"""``/v1/reviews``: a reader is blind in every answer, and the doors pass on what the service says."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from api.access.principal import Principal, Role, Scope
from api.access.tables import AuditRow
from api.turns import Turns
from evaluation import fuzz
from tests.api.access.conftest import Serve, Service, _cheap_passwords, limits_clock, operator, serving
from tests.api.review.conftest import AR, CRITERIA, EN, Office, scores

__all__ = ["_cheap_passwords", "limits_clock", "serving"]
MARK = "zumurrud7731"
HIDDEN = {"cards", "origin", "writer", "agent", "status", "chosen", "total", "findings", "target", "made_from"}
"""Names under which an answer would tell a reader what they must not know; ``target`` may stand there empty."""


@pytest.fixture
async def service(serving: Serve) -> AsyncIterator[Service]:
    async with serving(requests_per_minute=1_000_000) as opened:
        yield opened


@pytest.fixture
async def office(service: Service) -> Office:
    opened = Office(service.app.state.tenants.copilot("default"))
    await opened.open()
    return opened


async def _client(service: Service, role: Role) -> tuple[httpx.AsyncClient, Principal]:
    scopes = {Role.REVIEWER: (Scope.ANALYSE, Scope.DRAFT, Scope.REVIEW), Role.AGENT: (Scope.ANALYSE, Scope.DRAFT)}
    key = await service.key(*scopes.get(role, ()))
    made = (await service.access.keys.list(tenant="default")).items
    newest = max(made, key=lambda item: item.created_at)
    return service.client(key), Principal("default", f"key:{newest.id}", frozenset(scopes.get(role, Scope)))


def _named(found: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(found, dict):
        for key, value in found.items():
            yield key, value
            yield from _named(value)
    elif isinstance(found, list):
        for item in found:
            yield from _named(item)


def _told(answer: httpx.Response) -> set[str]:
    """Return what an answer tells that a reader must not know."""
    if MARK in answer.text:
        return {MARK}
    if answer.status_code >= 400 or not answer.content:  # a problem's "status" is its own
        return set()
    if "json" not in answer.headers.get("content-type", ""):
        return {answer.headers.get("content-type", "")}
    return {name for name, value in _named(answer.json()) if name in HIDDEN and value is not None}


async def test_a_reader_is_blind_in_every_answer_until_they_have_submitted(service: Service, office: Office) -> None:
    for number in range(1, 4):
        await office.draft(number, sent=f"We are sorry. Best, {MARK}", agent=MARK)
    async with service.client(await service.key()) as lead:
        agent = {"connection": "desk", "agent": MARK, "actor": "key:gone", "names": [MARK]}
        assert (await lead.put("/v1/reviews/agents", json=agent)).status_code == 200
    first, first_actor = await _client(service, Role.REVIEWER)
    other, other_actor = await _client(service, Role.REVIEWER)
    assert first_actor.actor != other_actor.actor
    texts = [{"message": EN, "replies": [{"text": "Soon.", "writer": MARK}, {"text": "Now.", "writer": f"not-{MARK}"}]}]
    made = [
        await office.round(target="both", readers=2),
        await office.round(kind="choose", target="pair", readers=2, seed=2),
        await office.round(kind="choose", target="texts", texts=texts, readers=2),
    ]
    async with first, other:
        for round_ in made:
            await _read(other, round_.id)
        items = [(await first.post(f"/v1/reviews/rounds/{round_.id}/next")).json()["sheet"]["item"] for round_ in made]
        asked = 0
        for path, methods in service.app.openapi()["paths"].items():
            if not path.startswith("/v1/reviews") or path.startswith(("/v1/reviews/agents", "/v1/reviews/imports")):
                continue
            for method, ids in ((method, [*items, *(round_.id for round_ in made)]) for method in methods):
                for id_ in ids if "{id}" in path else [""]:
                    body = json.dumps({"comment": "x"}) if method in {"post", "put"} else None
                    if path.endswith("/submit"):
                        continue
                    answer = await first.request(
                        method, path.replace("{id}", id_), content=body, headers={"Content-Type": "application/json"}
                    )
                    assert answer.status_code < 500
                    assert _told(answer) == set(), (method, path, answer.text)
                    asked += 1
        assert asked > 40
        await _read(first, made[0].id)
        shown = (await first.get(f"/v1/reviews/items/{items[0]}")).json()
        assert {reply["origin"] for reply in shown["revealed"]["replies"]} <= {"draft", "sent"}
        assert {card["name"] for card in shown["revealed"]["cards"]} == {first_actor.actor, other_actor.actor}


async def _read(client: httpx.AsyncClient, round_id: str) -> None:
    while (sheet := (await client.post(f"/v1/reviews/rounds/{round_id}/next")).json()["sheet"]) is not None:
        if sheet["kind"] == "score":
            body = scores().model_dump() | {"comment": MARK}
        else:
            body = {"choice": "first", "comment": MARK}
        answer = await client.post(f"/v1/reviews/items/{sheet['item']}/submit", json=body)
        assert answer.status_code == 200, answer.text


async def _make(lead: httpx.AsyncClient, reader: httpx.AsyncClient) -> str:
    new = {"name": "أسبوع", "target": "sent", "share": 1}
    assert (await reader.post("/v1/reviews/rounds", json=new)).status_code == 403
    headers = {"Idempotency-Key": "round-1"}
    made = await lead.post("/v1/reviews/rounds", json=new, headers=headers)
    assert made.status_code == 201, made.text
    assert (await lead.post("/v1/reviews/rounds", json=new, headers=headers)).json() == made.json()
    id_ = str(made.json()["id"])
    assert made.json()["rubric_text"]["criteria"][0]["levels"]["4"]["ar"]
    read = await reader.get(f"/v1/reviews/rounds/{id_}")
    assert (
        await reader.get(f"/v1/reviews/rounds/{id_}", headers={"If-None-Match": read.headers["etag"]})
    ).status_code == 304
    return id_


async def _import(lead: httpx.AsyncClient, reader: httpx.AsyncClient) -> None:
    body = {"csv": "id,c\n1,4\n", "columns": {"rubric": "old", "external_id": "id", "scores": {"clarity": "c"}}}
    assert (await lead.post("/v1/reviews/imports", json=body)).json()["stored"] == 1
    assert (await reader.get("/v1/reviews/imports")).json()["items"][0]["external_id"] == "1"
    assert (await lead.delete("/v1/reviews/agents/desk/7")).status_code == 204


async def test_a_round_from_its_making_to_its_scores(service: Service, office: Office) -> None:
    await office.draft(1, sent="We are sorry.", agent="7")
    await office.draft(2, AR, sent="نعتذر لكم", agent="8")
    reader, _ = await _client(service, Role.REVIEWER)
    agent, agent_actor = await _client(service, Role.AGENT)
    async with service.client(await service.key()) as lead, reader, agent:
        id_ = await _make(lead, reader)
        identity = {"connection": "desk", "agent": "7", "actor": agent_actor.actor}
        assert (await lead.put("/v1/reviews/agents", json=identity)).status_code == 200
        await _read(reader, id_)
        assert (await reader.get(f"/v1/reviews/rounds/{id_}/scores.csv")).status_code == 403
        assert (await agent.get("/v1/reviews/own")).json()["items"] == []
        assert (await lead.post(f"/v1/reviews/rounds/{id_}/close")).json()["closed_at"]
        table = await reader.get(f"/v1/reviews/rounds/{id_}/scores.csv?bom=true")
        assert table.headers["content-type"] == "text/csv; charset=utf-8"
        assert len(table.content.decode("utf-8-sig").splitlines()) > 2 * len(CRITERIA)
        (own,) = (await agent.get("/v1/reviews/own")).json()["items"]
        appeal = await agent.post(f"/v1/reviews/items/{own['item']}/appeals", json={"reason": "لا"})
        assert appeal.status_code == 201
        assert (await agent.get("/v1/reviews/appeals")).status_code == 403
        decision = {"upheld": False, "reason": "As it is."}
        assert (
            await reader.post(f"/v1/reviews/appeals/{appeal.json()['id']}/decision", json=decision)
        ).status_code == 403
        decided = await lead.post(f"/v1/reviews/appeals/{appeal.json()['id']}/decision", json=decision)
        assert decided.json()["state"] == "rejected"
        agreement = (await lead.get(f"/v1/reviews/rounds/{id_}/agreement")).json()
        assert (agreement["items"], len(agreement["raters"])) == (2, 1)
        await _import(lead, reader)
    actions = [row.action for row in await office.rows(AuditRow) if row.action.startswith("review.")]
    assert actions == [
        "review.round_made", "review.agent_set", "review.submitted", "review.submitted", "review.round_closed",
        "review.exported", "review.appealed", "review.appeal_decided", "review.imported", "review.agent_removed",
    ]  # fmt: skip
    told = " ".join(json.dumps(row.details) for row in await office.rows(AuditRow))
    assert not re.search("sorry|نعتذر|As it is", told)


async def test_people_who_are_unknown_are_refused(service: Service, office: Office) -> None:
    await office.draft(1)
    await service.access.tenants.add("acme", by=operator())
    known, theirs = await service.person(), await service.person("ali@example.com", tenant="acme")
    async with service.client(await service.key()) as lead:
        for unknown in ("user:sami@example.com", f"user:{theirs}"):
            agent = {"connection": "desk", "agent": "7", "actor": unknown}
            refused = await lead.put("/v1/reviews/agents", json=agent)
            assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "actor")
            assert "rifq access person list" in refused.json()["detail"]
            new = {"name": "A week", "share": 1, "reviewers": [f"user:{known}", unknown]}
            answer = await lead.post("/v1/reviews/rounds", json=new)
            assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "reviewers")
        assert (await lead.get("/v1/reviews/agents")).json()["items"] == []
        agent = {"connection": "desk", "agent": "7", "actor": f"user:{known}"}
        assert (await lead.put("/v1/reviews/agents", json=agent)).status_code == 200
        new = {"name": "A week", "share": 1, "reviewers": [f"user:{known}"]}
        assert (await lead.post("/v1/reviews/rounds", json=new)).status_code == 201


async def test_a_period_that_ends_before_it_begins_is_refused(service: Service) -> None:
    new = {"name": "A week", "since": "2026-06-08T00:00:00Z", "until": "2026-06-01T00:00:00Z"}
    async with service.client(await service.key()) as lead:
        refused = await lead.post("/v1/reviews/rounds", json=new)
    assert refused.status_code == 422
    assert "until: it does not lie after since" in refused.text


@pytest.mark.filterwarnings("ignore")
def test_reviews_answer_as_documented(live: str) -> None:
    tallies = list(fuzz.fuzz(fuzz.Service(live, None), examples=3, only="/v1/reviews"))
    assert len(tallies) >= 20
    assert {tally.operation: tally.faults for tally in tallies if tally.faults} == {}


@pytest.mark.parametrize("what", ["disputes", "agreement", "export", "scores.csv"])
async def test_what_counts_a_whole_round_is_refused_while_too_much_is_computed(service: Service, what: str) -> None:
    service.app.state.figures = Turns(at_once=1, waiting=0, refusal="busy")
    async with service.client(await service.key(Scope.REVIEW)) as client:
        answer = await client.get(f"/v1/reviews/rounds/none/{what}")
        assert (answer.status_code, answer.json()["code"]) == (503, "overloaded")
        assert (await client.get("/v1/reviews/rounds/none")).status_code == 404
    async with service.client(await service.key(Scope.DRAFT)) as client:
        assert (await client.get(f"/v1/reviews/rounds/none/{what}")).status_code == 403
