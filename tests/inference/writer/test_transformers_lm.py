import asyncio
import sys
import threading
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

import inference.writer.transformers_lm as module
from inference.writer import Outcome, Prompt
from inference.writer.base import ChatMessage, WriterBusyError, WriterTimeoutError, WriterUnavailableError
from inference.writer.transformers_lm import TransformersModel, find_model, fingerprint
from models.errors import ConfigurationError, MissingExtraError
from tests.inference.writer.fakes import written

pytestmark = pytest.mark.torch

CHAT = (ChatMessage("system", "rules"), ChatMessage("user", "وين بطاقتي"))
PROMPT = Prompt(CHAT, "وين بطاقتي", '{"steps": [')


def open_tiny(folder: Path) -> TransformersModel:
    return TransformersModel(str(folder), device="cpu", fallback=False, threads=1)


async def read(model: TransformersModel, *, prompt: Prompt = PROMPT, tokens: int = 12, seconds: float = 60) -> str:
    async with aclosing(model.generate(prompt, max_tokens=tokens, seconds=seconds)) as pieces:
        return "".join([piece async for piece in pieces])


async def test_a_base_model_goes_on_with_the_text(base_model: Path) -> None:
    model = open_tiny(base_model)
    assert not model.chats
    first = await read(model)
    assert first.startswith('{"steps": [')
    assert len(first) > len('{"steps": [')
    assert await read(model) == first  # greedy
    assert model.name == "tiny-base"
    await model.close()


async def test_a_chat_model_is_given_the_chat(chat_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = open_tiny(chat_model)
    assert model.chats
    seen: list[Any] = []
    template = model.tokenizer.apply_chat_template

    def templated(chat: Any, **options: Any) -> Any:
        seen.append(chat)
        return template(chat, **options)

    monkeypatch.setattr(model.tokenizer, "apply_chat_template", templated)
    assert "steps" not in await read(model)
    assert seen == [[{"role": "system", "content": "rules"}, {"role": "user", "content": "وين بطاقتي"}]]
    await model.close()


async def test_a_template_without_a_system_role_gets_the_rules_all_the_same(no_system_model: Path) -> None:
    model = open_tiny(no_system_model)
    fed = model._encode(PROMPT)
    assert model.tokenizer.decode(fed["input_ids"][0]) == "<user>rules\n\nوين بطاقتي<assistant>"
    assert await read(model)
    await model.close()


async def test_a_prompt_that_does_not_fit_is_refused(short_model: Path) -> None:
    model = open_tiny(short_model)
    with pytest.raises(WriterUnavailableError, match="64 tokens"):
        await read(model, prompt=Prompt(CHAT, "x" * 60, "{"))
    await model.close()


async def test_time_runs_out(base_model: Path) -> None:
    model = open_tiny(base_model)
    with pytest.raises(WriterTimeoutError):
        await read(model, tokens=60_000, seconds=0.3)
    await model.close()


async def test_leaving_stops_the_model(base_model: Path) -> None:
    model = open_tiny(base_model)
    stream = model.generate(PROMPT, max_tokens=60_000, seconds=600)
    await anext(stream)
    await stream.aclose()
    await asyncio.wait_for(model.close(), 60)  # waits for the generation at work


async def test_one_at_a_time_and_few_wait(base_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_WAITING", 1)
    model = open_tiny(base_model)
    go = threading.Event()
    model._pool.submit(go.wait)
    waiting = [asyncio.create_task(read(model)) for _ in range(2)]
    while len(model._jobs) < 2:  # noqa: ASYNC110 - of the model's own
        await asyncio.sleep(0)
    with pytest.raises(WriterBusyError):
        await read(model)
    go.set()
    one, other = await asyncio.gather(*waiting)
    assert one == other
    await model.close()


async def test_a_failure_inside_is_typed(base_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = open_tiny(base_model)

    def fail(**_: Any) -> None:
        msg = "out of memory at a customer's text"
        raise RuntimeError(msg)

    monkeypatch.setattr(model._model, "generate", fail)
    with pytest.raises(WriterUnavailableError) as caught:
        await read(model)
    assert "customer" not in str(caught.value)
    await model.close()


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("kind", ["base_model", "chat_model"])
async def test_nonsense_never_comes_out(kind: str, language: str, request: pytest.FixtureRequest) -> None:
    model = open_tiny(request.getfixturevalue(kind))
    result = await written(model, language)
    assert result.outcome is Outcome.FELL_BACK
    assert result.draft.writer is None
    await model.close()


def test_a_revision_follows_the_weights(base_model: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in base_model.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    assert fingerprint(copy) == fingerprint(base_model)
    weights = copy / "model.safetensors"
    changed = bytearray(weights.read_bytes())
    changed[-1] ^= 1
    weights.write_bytes(changed)
    assert fingerprint(copy) != fingerprint(base_model)


def test_where_a_model_may_be(base_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_model(str(base_model)) == base_model.resolve()
    package = tmp_path / "carries_weights"
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ConfigurationError, match="names no model"):
        find_model("carries_weights")
    (package / "one.gguf").write_bytes(b"GGUF")
    assert find_model("carries_weights") == package / "one.gguf"
    assert find_model(str(package / "one.gguf")) == (package / "one.gguf").resolve()
    (package / "two.gguf").write_bytes(b"GGUF")
    with pytest.raises(ConfigurationError, match="exactly one"):
        find_model("carries_weights")


@pytest.mark.parametrize("place", ["no_such_package", "/no/such/folder", "json", "org/name"])
def test_no_model_there(place: str) -> None:
    with pytest.raises(ConfigurationError, match="RIFQ_WRITER=transformers:"):
        find_model(place)


def test_broken_weights_are_named(tmp_path: Path) -> None:
    pytest.importorskip("transformers", reason="needs the torch extra")
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="cannot be loaded"):
        open_tiny(tmp_path)


def test_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'rifq\[torch\]'"):
        open_tiny(Path("anywhere"))


def test_the_extra_for_a_gguf_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("transformers", reason="needs the torch extra")
    (tmp_path / "one.gguf").write_bytes(b"GGUF")
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'rifq\[gguf\]'"):
        open_tiny(tmp_path / "one.gguf")
