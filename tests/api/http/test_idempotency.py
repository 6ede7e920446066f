"""A request with a key is carried out once, whatever happens to its answer."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from api.clock import utc_now
from api.idempotency import LIFETIME, AnswerKeeper, KeptAnswer
from api.idempotency.claim import Claim
from api.idempotency.keeping import LEASE
from api.idempotency.tables import IdempotencyRow
from api.tables import DraftRow, FeedbackRow
from api.tenants import Tenants

ARRIVAL = {"text": "My new card has not arrived yet", "channel": "email"}
pytestmark = pytest.mark.databases("sqlite", "postgres")
KEY = {"Idempotency-Key": "8e03978e-40d5"}
Move = Callable[[timedelta], None]


class LostAnswerError(Exception):
    """The process died between the effect and the keeping of its answer."""


@pytest.fixture
def tenants(app: FastAPI) -> Tenants:
    found: Tenants = app.state.tenants
    return found


@pytest.fixture
def move(tenants: Tenants) -> Move:
    passed = timedelta()

    def now() -> datetime:
        return utc_now() + passed

    def forward(by: timedelta) -> None:
        nonlocal passed
        passed += by

    tenants.ledger.now = now
    return forward


@pytest.fixture
def lose_answers(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    keep = AnswerKeeper.keep

    async def lost(self: AnswerKeeper, claim: Claim, answer: KeptAnswer) -> None:
        raise LostAnswerError

    def switch(losing: bool) -> None:
        monkeypatch.setattr(AnswerKeeper, "keep", lost if losing else keep)

    return switch


async def count(tenants: Tenants, table: Any) -> int:
    async with tenants.database.reading() as session:
        return int(await session.scalar(select(func.count()).select_from(table)) or 0)


async def test_a_repeat_gets_the_first_answer(client: httpx.AsyncClient, tenants: Tenants) -> None:
    first = await client.post("/v1/drafts", json=ARRIVAL, headers=KEY)
    assert first.status_code == 201
    assert "Idempotency-Replayed" not in first.headers
    again = await client.post("/v1/drafts", json=ARRIVAL, headers=KEY)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert again.headers["X-Request-ID"] != first.headers["X-Request-ID"]
    assert await count(tenants, DraftRow) == 1
    quoted = await client.post("/v1/drafts", json=ARRIVAL, headers={"Idempotency-Key": '"8e03978e-40d5"'})
    assert quoted.json()["id"] == first.json()["id"]


async def test_without_a_key_each_request_is_its_own(client: httpx.AsyncClient, tenants: Tenants) -> None:
    made = [(await client.post("/v1/drafts", json=ARRIVAL)).json()["id"] for _ in range(2)]
    assert made[0] != made[1]
    assert await count(tenants, IdempotencyRow) == 0


async def test_another_request_under_the_same_key_is_refused(client: httpx.AsyncClient, tenants: Tenants) -> None:
    made = (await client.post("/v1/drafts", json=ARRIVAL, headers=KEY)).json()
    other = await client.post("/v1/drafts", json=ARRIVAL | {"channel": "chat"}, headers=KEY)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_conflict")
    # A key belongs to an operation: the same one elsewhere is another.
    feedback = await client.post(f"/v1/drafts/{made['id']}/feedback", json={"verdict": "accepted"}, headers=KEY)
    assert feedback.status_code == 201
    assert await count(tenants, DraftRow) == 1


async def test_two_at_once(client: httpx.AsyncClient, tenants: Tenants) -> None:
    answers = await asyncio.gather(*(client.post("/v1/drafts", json=ARRIVAL, headers=KEY) for _ in range(6)))
    made = [answer for answer in answers if answer.status_code == 201]
    waiting = [answer for answer in answers if answer.status_code == 409]
    assert len(made) + len(waiting) == 6
    assert len({answer.json()["id"] for answer in made}) == 1
    assert await count(tenants, DraftRow) == 1
    for answer in waiting:
        assert answer.json()["code"] == "still_running"
        assert 1 <= int(answer.headers["Retry-After"]) <= 5


async def test_a_refused_request_keeps_nothing(client: httpx.AsyncClient, tenants: Tenants) -> None:
    for body in ({"text": 5}, {"text": "x", "tenant": "other"}):
        assert (await client.post("/v1/drafts", json=body, headers=KEY)).status_code == 422
    assert await count(tenants, IdempotencyRow) == 0
    assert (await client.post("/v1/drafts", json=ARRIVAL, headers=KEY)).status_code == 201


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 201, '"open', "a\\b"])
async def test_a_bad_key_is_said_to_be_so(client: httpx.AsyncClient, tenants: Tenants, key: str) -> None:
    answer = await client.post("/v1/drafts", json=ARRIVAL, headers={b"Idempotency-Key": key.encode()})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert "idempotency-key" in answer.json()["errors"][0]["field"].lower()
    assert await count(tenants, DraftRow) == 0


async def test_answers_are_kept_for_a_day(client: httpx.AsyncClient, tenants: Tenants, move: Move) -> None:
    first = (await client.post("/v1/drafts", json=ARRIVAL, headers=KEY)).json()
    move(LIFETIME - timedelta(minutes=1))
    assert (await client.post("/v1/drafts", json=ARRIVAL, headers=KEY)).json()["id"] == first["id"]
    move(timedelta(minutes=2))
    assert (await client.post("/v1/drafts", json=ARRIVAL, headers=KEY)).json()["id"] != first["id"]
    assert await count(tenants, IdempotencyRow) == 1


@pytest.mark.parametrize("path", ["/v1/drafts", "/v1/drafts/batch", "/v1/drafts/stream"])
async def test_a_draft_whose_answer_was_lost_is_made_once(
    client: httpx.AsyncClient, tenants: Tenants, move: Move, lose_answers: Callable[[bool], None], path: str
) -> None:
    body = {"messages": [ARRIVAL, {"text": 5}, {"text": "شكرًا لكم"}]} if path.endswith("batch") else ARRIVAL
    expected = 2 if path.endswith("batch") else 1
    lose_answers(True)
    with contextlib.suppress(AssertionError):  # httpx's, of a stream that breaks off; the others answer 500
        await client.post(path, json=body, headers=KEY)
    assert await count(tenants, DraftRow) == expected
    lose_answers(False)
    assert (await client.post(path, json=body, headers=KEY)).json()["code"] == "still_running"
    move(LEASE)
    repeated = await client.post(path, json=body, headers=KEY)
    assert repeated.status_code == (200 if path != "/v1/drafts" else 201)
    assert await count(tenants, DraftRow) == expected
    assert (await client.post(path, json=body, headers=KEY)).content == repeated.content


async def test_feedback_whose_answer_was_lost_is_given_once(
    client: httpx.AsyncClient, tenants: Tenants, move: Move, lose_answers: Callable[[bool], None]
) -> None:
    made = (await client.post("/v1/drafts", json=ARRIVAL)).json()
    path, body = f"/v1/drafts/{made['id']}/feedback", {"verdict": "rejected", "reasons": ["wrong_tone"]}
    lose_answers(True)
    assert (await client.post(path, json=body, headers=KEY)).status_code == 500
    lose_answers(False)
    move(LEASE)
    assert (await client.post(path, json=body, headers=KEY)).status_code == 201
    assert await count(tenants, FeedbackRow) == 1


@pytest.mark.parametrize(
    "request_",
    [
        ("/v1/resolutions", {"problem": "How do I freeze my card", "answer": "Tap Cards, then Freeze."}, 201),
        ("/v1/resolutions/card.en/verify", {"by": "Sara", "review_in_days": 30}, 200),
        ("/v1/resolutions/card.en/retire", {"by": "Sara", "reason": "Ended."}, 200),
        ("/v1/resolutions/import", [{"id": "a", "problem": "p", "answer": "a"}], 200),
    ],
)
async def test_knowledge_whose_answer_was_lost_is_not_refused(
    client: httpx.AsyncClient, move: Move, lose_answers: Callable[[bool], None], request_: tuple[str, Any, int]
) -> None:
    path, body, status = request_
    before = len((await client.get("/v1/resolutions")).json()["items"])
    lose_answers(True)
    assert (await client.post(path, json=body, headers=KEY)).status_code == 500
    lose_answers(False)
    after = len((await client.get("/v1/resolutions")).json()["items"])
    assert after == before + (path in {"/v1/resolutions", "/v1/resolutions/import"})
    move(LEASE)
    assert (await client.post(path, json=body, headers=KEY)).status_code == status
    assert len((await client.get("/v1/resolutions")).json()["items"]) == after


async def test_a_failure_on_our_side_can_be_repeated_at_once(
    client: httpx.AsyncClient, tenants: Tenants, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("api.copilot.Copilot._check_built", _unbuilt)
        assert (await client.post("/v1/drafts", json=ARRIVAL, headers=KEY)).status_code == 500
    assert (await client.post("/v1/drafts", json=ARRIVAL, headers=KEY)).status_code == 201
    assert await count(tenants, DraftRow) == 1


def _unbuilt(_copilot: object) -> None:
    raise RuntimeError


async def test_a_stream_is_replayed_whole(client: httpx.AsyncClient, tenants: Tenants) -> None:
    first = await client.post("/v1/drafts/stream", json=ARRIVAL, headers=KEY)
    again = await client.post("/v1/drafts/stream", json=ARRIVAL, headers=KEY)
    assert again.text == first.text
    assert again.headers["Content-Type"].startswith("text/event-stream")
    assert await count(tenants, DraftRow) == 1
