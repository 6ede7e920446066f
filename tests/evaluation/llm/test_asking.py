from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from evaluation.llm.asking import BATCH, Asker, BatchedModel, KeptAnswers, Question, open_asker
from inference.writer import Prompt
from inference.writer.base import ChatMessage, WriterUnavailableError
from models.errors import ConfigurationError
from tests.inference.writer.conftest import make_model
from tests.inference.writer.fakes import ScriptedModel

OPENING = '{"why": "'


class EchoingModel(ScriptedModel):
    """Says what it was asked."""

    async def say(self, prompt: Prompt) -> AsyncIterator[str]:
        yield prompt.chat[0].content


def question(name: str) -> Question:
    return Question((name,), Prompt((ChatMessage("user", name),), f"{name}\n{OPENING}", OPENING))


async def test_answers_come_in_order_and_end_with_their_object() -> None:
    model = ScriptedModel('{"a": 1} and more', '{"a": 2}', "none", piece=3)
    replies = await Asker(model, 50).ask([question(name) for name in "xyz"])
    assert {str(reply.text)[:8] for reply in replies} == {'{"a": 1}', '{"a": 2}', "none"}
    assert [len(str(reply.text)) < 11 for reply in replies] == [True, True, True]
    assert replies[0].read == 1


async def test_what_is_kept_is_not_asked_again_and_a_failure_is(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "answers.ndjson"
    model = ScriptedModel("one", WriterUnavailableError("gone"))
    first = await Asker(model, 50, KeptAnswers(path)).ask([question("x"), question("y")])
    assert sorted((str(reply.text), reply.error) for reply in first) == [("None", "unavailable"), ("one", "")]
    again = ScriptedModel("two")
    second = await Asker(again, 50, KeptAnswers(path)).ask([question("x"), question("y")])
    assert {str(reply.text) for reply in second} == {"one", "two"}
    assert len(again.prompts) == 1


async def test_another_cap_is_another_question() -> None:
    kept = KeptAnswers(None)
    model = ScriptedModel("one", "two")
    replies = [await Asker(model, tokens, kept).ask([question("x")]) for tokens in (50, 60)]
    assert [reply[0].text for reply in replies] == ["one", "two"]


async def test_a_batch_holds_prompts_of_like_length_and_answers_come_as_asked() -> None:
    model = EchoingModel()
    lengths = [7, 1, 9, 3, 8, 2, 6, 4, 5, 10]
    replies = await Asker(model, 50).ask([question("x" * length) for length in lengths])
    assert [len(str(reply.text)) for reply in replies] == lengths
    asked = [len(prompt.chat[0].content) for prompt in model.prompts]
    assert max(asked[:BATCH]) < min(asked[BATCH:])


def test_a_batch_answers_as_each_prompt_alone(base_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cpu.get_capabilities", dict)  # random weights come to ties when rounded
    model = BatchedModel(str(base_model), device="cpu", fallback=True, threads=1)
    prompts = [Prompt((), f"{text}{OPENING}", OPENING) for text in ("a", "where is my card? ", "the card " * 9)]
    together = model.answers(prompts, max_tokens=8)
    alone = [model.answers([prompt], max_tokens=8)[0] for prompt in prompts]
    assert together == alone
    assert all(text.startswith(OPENING) for text in together)


@pytest.mark.parametrize(("able", "kind"), [(True, "bfloat16"), (False, "float32")])
def test_a_cpu_computes_in_bfloat16_where_it_can(
    able: bool, kind: str, base_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.cpu.get_capabilities", lambda: {"avx512_bf16": able})
    model = BatchedModel(str(base_model), device="cpu", fallback=True, threads=1)
    assert str(model._model.dtype) == f"torch.{kind}"
    assert model.answers([Prompt((), f"a{OPENING}", OPENING)], max_tokens=8)[0] > OPENING


async def test_a_model_of_this_process_is_asked_in_batches(base_model: Path) -> None:
    async with open_asker(f"transformers:{base_model}", tokens=4, kept=None, threads=1) as asker:
        assert isinstance(asker.model, BatchedModel)
        replies = await asker.ask([question(str(number)) for number in range(BATCH + 2)])
    assert len(replies) == BATCH + 2
    assert all(reply.text and reply.text.startswith(OPENING) for reply in replies)
    assert all(reply.written for reply in replies)


async def test_the_composer_is_no_language_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RIFQ_WRITER", raising=False)
    with pytest.raises(ConfigurationError, match="RIFQ_WRITER"):
        async with open_asker(tokens=4, kept=None):
            pass


@pytest.fixture(scope="module")
def base_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("base"))
