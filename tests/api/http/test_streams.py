import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn

from api.http import streams
from api.http.app import create_app
from api.opening import open_tenants
from api.settings import Settings
from inference.writer import Prompt
from models.errors import StorageError
from tests.api.fakes import TODAY, FakeEncoder
from tests.api.test_writing import ARRIVAL, WritingModel
from tests.inference.writer.fakes import ScriptedModel


def parse(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Read server-sent events as (event, data); comments as ("", {})."""
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


@asynccontextmanager
async def serving(settings: Settings, model: ScriptedModel | None) -> AsyncIterator[httpx.AsyncClient]:
    """The application in this process, with a language model."""
    app = create_app(
        settings, lambda given: open_tenants(given, today=lambda: TODAY, encoder=FakeEncoder(), language_model=model)
    )
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            yield client


async def test_analysis_then_pieces_then_the_stored_draft(settings: Settings) -> None:
    async with serving(settings, WritingModel()) as client:
        answer = await client.post("/v1/drafts/stream", json={"text": ARRIVAL})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        events = parse(answer.text)
        names = [name for name, _ in events]
        assert (names[0], names[-1], set(names[1:-1])) == ("analysis", "draft", {"delta"})
        final = events[-1][1]
        assert (await client.get(f"/v1/drafts/{final['id']}")).json() == final
        told = "".join(data["text"] for name, data in events if name == "delta" and data["step"] == "explain")
        assert told == "In my own words, explain."
        assert told in final["draft"]["text"]
        assert events[0][1]["analysis"] == final["analysis"]


async def test_a_repair_begins_anew_and_only_the_draft_counts(settings: Settings) -> None:
    async with serving(settings, WritingModel(" We will refund you.")) as client:
        events = parse((await client.post("/v1/drafts/stream", json={"text": ARRIVAL})).text)
    assert {data["attempt"] for name, data in events if name == "delta"} == {1, 2}
    final = events[-1][1]["draft"]
    assert "refund" not in final["text"]
    assert final["writer"] is None


async def test_without_a_language_model_there_are_no_pieces(client: httpx.AsyncClient) -> None:
    for text in (ARRIVAL, "", "شكرًا لكم"):
        events = parse((await client.post("/v1/drafts/stream", json={"text": text})).text)
        assert [name for name, _ in events] == ["analysis", "draft"]


@pytest.mark.parametrize(
    ("content", "status"),
    [('{"text": "a", "tenant": "other"}', 422), ('{"text": 5}', 422), ("{", 400), ('{"text": "a\\u0000"}', 422)],
)
async def test_what_cannot_begin_is_an_ordinary_problem(client: httpx.AsyncClient, content: str, status: int) -> None:
    answer = await client.post("/v1/drafts/stream", content=content, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


async def test_what_fails_later_is_a_problem_event(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(*_: Any, **__: Any) -> None:
        msg = "The disk is full."
        raise StorageError(msg)

    monkeypatch.setattr("api.drafts.DraftStore.add", full)
    async with serving(settings, WritingModel()) as client:
        events = parse((await client.post("/v1/drafts/stream", json={"text": ARRIVAL})).text)
    assert events[-1][0] == "problem"
    assert (events[-1][1]["code"], events[-1][1]["detail"]) == ("storage", "The disk is full.")
    assert "draft" not in [name for name, _ in events]


class SlowModel(ScriptedModel):
    """Begins, then thinks until it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go = asyncio.Event(), asyncio.Event()

    async def say(self, prompt: Prompt) -> AsyncIterator[str]:  # noqa: ARG002 - the same for each
        yield '{"steps": [{"name": "listen", "text": "I'
        self.begun.set()
        await self.go.wait()


async def test_silence_is_filled_with_comments(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT", 0.01)
    model = SlowModel()
    async with serving(settings, model) as client:
        request = asyncio.create_task(client.post("/v1/drafts/stream", json={"text": ARRIVAL}))
        await model.begun.wait()
        await asyncio.sleep(0.1)
        model.go.set()
        text = (await request).text
    assert text.count(": ping\n\n") >= 2
    assert parse(text)[-1][0] == "draft"


async def test_leaving_stops_the_model_and_stores_nothing(settings: Settings) -> None:
    model = SlowModel()
    app = create_app(
        settings, lambda given: open_tenants(given, today=lambda: TODAY, encoder=FakeEncoder(), language_model=model)
    )
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False, ws="none"))
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        async with client.stream("POST", "/v1/drafts/stream", json={"text": ARRIVAL}) as answer:
            seen = ""
            async for piece in answer.aiter_text():
                seen += piece
                if "event: delta" in seen:
                    break
            assert model.open == 1
        async with asyncio.timeout(10):
            while model.open:  # noqa: ASYNC110 - the connection's end reaches the server when it may
                await asyncio.sleep(0.01)
        assert (await client.get("/livez")).status_code == 200
    server.should_exit = True
    await running
