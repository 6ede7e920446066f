import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

import inference.writer.openai_api as module
from inference.writer import Outcome, Prompt
from inference.writer.base import ChatMessage, WriterBusyError, WriterTimeoutError, WriterUnavailableError
from inference.writer.openai_api import OpenAiServer, retry_after
from models.errors import ConfigurationError, MissingExtraError
from tests.inference.writer.fakes import answer, written
from tests.inference.writer.server import FakeServer, Reply, event, serving

PROMPT = Prompt((ChatMessage("system", "rules"), ChatMessage("user", "وين بطاقتي")), "completion", "{")
KEY = "sk-secret-93"
SCHEMA = {"type": "object"}


@asynccontextmanager
async def model_of(server: FakeServer, *, key: str | None = None) -> AsyncIterator[OpenAiServer]:
    model = OpenAiServer(server.url, "some-model", key=key)
    try:
        yield model
    finally:
        await model.close()


async def read(model: OpenAiServer, *, seconds: float = 10.0, schema: Any = None) -> str:
    async with aclosing(model.generate(PROMPT, max_tokens=99, seconds=seconds, schema=schema)) as pieces:
        return "".join([piece async for piece in pieces])


async def test_an_answer_is_streamed() -> None:
    reply = Reply(events=(event("أه"), event("لًا", system_fingerprint="fp_1"), "[DONE]", event("not read")))
    async with serving(reply) as server, model_of(server, key=KEY) as model:
        assert await read(model, schema=SCHEMA) == "أهلًا"
        headers, body = server.asked[0]
    assert headers[":path"] == "/v1/chat/completions"
    assert headers["authorization"] == f"Bearer {KEY}"
    assert body["messages"] == [{"role": "system", "content": "rules"}, {"role": "user", "content": "وين بطاقتي"}]
    assert (body["model"], body["max_tokens"], body["stream"], body["temperature"]) == ("some-model", 99, True, 0)
    assert body["response_format"]["json_schema"]["schema"] == SCHEMA
    assert (model.name, model.revision) == ("some-model", "fp_1")


async def test_no_key_no_header_and_odd_events_are_passed_over() -> None:
    reply = Reply(events=(event("a"), '{"choices": []}', '{"choices": [{"delta": {"content": null}}]}', event("b")))
    async with serving(reply) as server, model_of(server) as model:
        assert await read(model) == "ab"
        headers, body = server.asked[0]
    assert "authorization" not in headers
    assert "response_format" not in body
    assert model.revision == "unstated"


async def test_a_busy_server_is_asked_again_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    naps, sleep = [], asyncio.sleep

    async def nap(seconds: float) -> None:
        # The server beside it sleeps too, for tenths of a second.
        if seconds >= 1:
            naps.append(seconds)
        await sleep(0 if seconds >= 1 else seconds)

    monkeypatch.setattr("asyncio.sleep", nap)
    replies = (Reply(429, {"Retry-After": "2"}), Reply(503), Reply(events=(event("ok"),)))
    async with serving(*replies) as server, model_of(server) as model:
        assert await read(model, seconds=30) == "ok"
    assert naps == [2.0, 1.0]


async def test_a_server_that_wants_rest_is_left_alone() -> None:
    async with serving(Reply(429, {"Retry-After": "120"})) as server, model_of(server) as model:
        with pytest.raises(WriterBusyError) as first:
            await read(model, seconds=5)
        with pytest.raises(WriterBusyError) as second:
            await read(model, seconds=500)
        assert len(server.asked) == 1
    assert first.value.retry_after == 120
    assert 100 < second.value.retry_after <= 120


async def test_a_server_that_knows_no_schema_is_asked_without() -> None:
    replies = (Reply(400), Reply(events=(event("ok"),)), Reply(events=(event("ok"),)))
    async with serving(*replies) as server, model_of(server) as model:
        assert await read(model, schema=SCHEMA) == "ok"
        assert await read(model, schema=SCHEMA) == "ok"
        assert ["response_format" in body for _, body in server.asked] == [True, False, False]


@pytest.mark.parametrize(("status", "advice"), [(401, "RIFQ_WRITER_KEY"), (404, "name"), (500, "log"), (302, "log")])
async def test_a_refusal_says_what_to_do_and_quotes_nothing(
    status: int, advice: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    reply = Reply(status, {"Location": "http://127.0.0.1:1/"}, raw=b"your prompt was: secret-of-a-customer")
    async with serving(reply) as server, model_of(server, key=KEY) as model:
        with pytest.raises(WriterUnavailableError, match=advice) as caught:
            await read(model)
    assert "secret-of-a-customer" not in str(caught.value) + caplog.text
    assert KEY not in str(caught.value) + caplog.text


@pytest.mark.parametrize(
    "reply",
    [
        Reply(events=("no json",)),
        Reply(events=('"text"',)),
        Reply(events=('{"choices": 5}',)),
        Reply(events=(event("a"), '{"error": {"message": "out of memory"}}')),
        Reply(events=(event("a"),), breaks=True),
    ],
)
async def test_a_server_that_breaks_off_is_unavailable(reply: Reply) -> None:
    async with serving(reply) as server, model_of(server) as model:
        with pytest.raises(WriterUnavailableError):
            await read(model)


async def test_a_line_without_an_end_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MAX_LINE", 1_000)
    async with serving(Reply(raw=b"data: " + b"x" * 5_000)) as server, model_of(server) as model:
        with pytest.raises(WriterUnavailableError, match="without an end"):
            await read(model)


async def test_nobody_there() -> None:
    model = OpenAiServer("http://127.0.0.1:9/v1", "m")
    with pytest.raises(WriterUnavailableError, match="RIFQ_WRITER"):
        await read(model)
    await model.close()


async def test_silence_is_a_timeout() -> None:
    async with serving(Reply(events=(event("a"),), hangs=True)) as server, model_of(server) as model:
        with pytest.raises(WriterTimeoutError):
            await read(model, seconds=0.3)


async def test_leaving_closes_the_connection() -> None:
    async with serving(Reply(events=(event("a"),), hangs=True)) as server, model_of(server) as model:
        stream = model.generate(PROMPT, max_tokens=9, seconds=30)
        assert await anext(stream) == "a"
        await stream.aclose()
        await asyncio.wait_for(server.left.wait(), 10)


async def test_too_many_at_once_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_AT_ONCE", 1)
    async with serving(Reply(events=(event("a"),), hangs=True)) as server, model_of(server) as model:
        stream = model.generate(PROMPT, max_tokens=9, seconds=30)
        await anext(stream)
        with pytest.raises(WriterBusyError):
            await read(model)
        await stream.aclose()


async def test_a_draft_worded_over_the_wire() -> None:
    bad, good = answer("ar", explain="تصل خلال 3 أيام."), answer("ar")
    replies = [Reply(events=tuple(event(text[i : i + 9]) for i in range(0, len(text), 9))) for text in (bad, good)]
    async with serving(*replies) as server, model_of(server) as model:
        result = await written(model, "ar")
        repair = server.asked[1][1]["messages"]
    assert result.outcome is Outcome.REPAIRED
    assert result.draft.writer is not None
    assert "some-model@unstated" in result.draft.writer
    assert [item["role"] for item in repair] == ["system", "user", "assistant", "user"]


async def test_a_dead_server_costs_a_note() -> None:
    model = OpenAiServer("http://127.0.0.1:9/v1", "m")
    result = await written(model)
    await model.close()
    assert (result.outcome, result.why) == (Outcome.FELL_BACK, "unavailable")


@pytest.mark.parametrize(
    ("header", "seconds"), [(None, 1), ("0", 1), ("7", 7), ("soon", 1), ("-5", 1), ("Wed, 21 Oct 2015 07:28:00 GMT", 1)]
)
def test_retry_after(header: str | None, seconds: float) -> None:
    assert retry_after(header) == seconds


def test_retry_after_as_a_date() -> None:
    at = datetime.now(UTC) + timedelta(seconds=90)
    assert 80 < retry_after(format_datetime(at, usegmt=True)) <= 90


@pytest.mark.parametrize(
    "url", ["127.0.0.1:80", "ftp://x/v1", "http://", "http://user:pw@x/v1", "http://x/v1?api_key=1", "http://[::1/v1"]
)
def test_an_address_must_be_one(url: str) -> None:
    with pytest.raises(ConfigurationError, match="RIFQ_WRITER"):
        OpenAiServer(url, "m")


def test_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'rifq\[llm\]'"):
        OpenAiServer("http://127.0.0.1:9/v1", "m")
