import asyncio
import json
import logging
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
import structlog

from api.cli.evaluate import open_for_evaluation
from api.copilot import Copilot
from api.opening import open_copilot
from api.settings import Settings, load_settings
from api.writing import open_writer
from inference.types import Analysis, Message, Status
from inference.writer import Delta, Prompt
from inference.writer.base import WriterUnavailableError
from models.errors import ConfigurationError
from tests.api.fakes import TODAY, FakeEncoder
from tests.inference.writer.fakes import ScriptedModel

ARRIVAL = "My new card has not arrived yet"


class WritingModel(ScriptedModel):
    """Writes a good answer for whichever steps it is asked; ``fault`` is what it puts into the explanation."""

    def __init__(self, fault: str = "") -> None:
        super().__init__()
        self._fault = fault

    async def say(self, prompt: Prompt) -> AsyncIterator[str]:
        names = prompt.chat[1].content.rsplit("steps ", 1)[1].rstrip(".").split(", ")
        steps = [{"name": name, "text": f"In my own words, {name.replace('_', ' ')}.{self._fault}"} for name in names]
        text = json.dumps({"steps": steps})
        for start in range(0, len(text), 10):
            yield text[start : start + 10]


async def opened(settings: Settings, model: ScriptedModel) -> AsyncIterator[Copilot]:
    async with open_copilot(settings, today=lambda: TODAY, encoder=FakeEncoder(), language_model=model) as copilot:
        yield copilot


async def test_a_worded_draft_is_stored_with_its_writer(settings: Settings) -> None:
    model = WritingModel()
    async for copilot in opened(settings, model):
        stored = await copilot.propose(Message(text=ARRIVAL))
        assert stored.draft.status is Status.READY
        assert "In my own words, explain." in stored.draft.text
        assert stored.draft.writer is not None
        assert (await copilot.drafts.get(stored.id, tenant=copilot.tenant)).draft == stored.draft
        assert [draft.writer for draft in await copilot.draft([Message(text=ARRIVAL)])] == [stored.draft.writer]
    assert model.closed


@pytest.mark.parametrize("model", [WritingModel(" We will refund you."), ScriptedModel(WriterUnavailableError("no"))])
async def test_what_fails_is_the_composers_draft(settings: Settings, model: ScriptedModel) -> None:
    async for copilot in opened(settings, model):
        draft = (await copilot.draft([Message(text=ARRIVAL)]))[0]
    async with open_copilot(settings, today=lambda: TODAY, encoder=FakeEncoder()) as plain:
        composed = (await plain.draft([Message(text=ARRIVAL)]))[0]
    assert (draft.text, draft.steps, draft.writer) == (composed.text, composed.steps, composed.writer)
    assert composed.writer is None
    assert draft.notes[1:] == composed.notes


async def test_news_come_while_it_is_made(settings: Settings) -> None:
    news: list[Analysis | Delta] = []
    async for copilot in opened(settings, WritingModel()):
        await copilot.propose(Message(text=ARRIVAL), tell=news.append)
    assert isinstance(news[0], Analysis)
    assert all(isinstance(item, Delta) for item in news[1:])
    assert "In my own words" in "".join(item.text for item in news[1:] if isinstance(item, Delta))


async def test_cancelling_stores_nothing_and_stops_the_model(settings: Settings) -> None:
    class Stuck(ScriptedModel):
        begun = asyncio.Event()

        async def say(self, prompt: Prompt) -> AsyncIterator[str]:  # noqa: ARG002 - the same for each
            yield "{"
            self.begun.set()
            await asyncio.Event().wait()

    model = Stuck()
    async for copilot in opened(settings, model):
        task = asyncio.create_task(copilot.propose(Message(text=ARRIVAL)))
        await model.begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert model.open == 0


async def test_the_log_says_what_became_of_it_and_no_word_of_it(settings: Settings) -> None:
    with structlog.testing.capture_logs() as logs:
        async for copilot in opened(settings, WritingModel(" We will refund you.")):
            await copilot.draft([Message(text=ARRIVAL)])
    (entry,) = [log for log in logs if log["event"] == "draft_worded"]
    assert (entry["outcome"], entry["why"], entry["writer"]) == ("fell_back", "failed_checks", "scripted")
    assert entry["refused"] == [["unauthorised_refund", "unsupported_promise"]] * 2
    assert "We will" not in str(entry)
    assert ARRIVAL not in str(logs)


def test_an_evaluation_drafts_with_the_composer_whatever_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_with: list[Settings] = []
    monkeypatch.setattr("api.opening.open_copilot", lambda settings, **_: opened_with.append(settings))
    monkeypatch.setenv("RIFQ_WRITER", "openai:http://127.0.0.1:9/v1#some-model")
    open_for_evaluation(tmp_path, today=date(2026, 1, 15))
    assert [settings.writer for settings in opened_with] == ["composer"]


async def test_the_writer_is_a_setting(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    settings = load_settings()
    assert (settings.writer, settings.writer_key) == ("composer", None)
    async with open_writer(settings) as writer:
        assert writer is None
    monkeypatch.setenv("RIFQ_WRITER", "openai:http://127.0.0.1:9/v1#some-model")
    monkeypatch.setenv("RIFQ_WRITER_KEY", "sk-secret-93")
    monkeypatch.setenv("RIFQ_WRITER_SECONDS", "5")
    monkeypatch.setenv("RIFQ_WRITER_TOKENS", "100")
    chosen = load_settings()
    assert "sk-secret-93" not in repr(chosen)
    async with open_writer(chosen) as writer:
        assert writer is not None
        assert writer.model.name == "some-model"
    assert "sk-secret-93" not in caplog.text
    with pytest.raises(ConfigurationError, match="RIFQ_WRITER"):
        async with open_writer(Settings(writer="gpt")):
            pass
    monkeypatch.setenv("RIFQ_WRITER_SECONDS", "0")
    with pytest.raises(ConfigurationError, match="RIFQ_WRITER_SECONDS"):
        load_settings()
