import json

import pytest

from evaluation.llm.asking import Asker
from evaluation.llm.unchecked import TOKENS, Words, unchecked_words
from inference.types import Message
from inference.writer.base import WriterTimeoutError
from inference.writer.wording import wording
from tests.inference.builders import ARABIC, ENGLISH, POLICY, analysis, found, resolution
from tests.inference.writer.fakes import ASKED, ScriptedModel, answer

BASES = {"ar": ARABIC, "en": ENGLISH}


async def words(language: str, said: object, *, relevance: float = 0.9) -> Words:
    text = ASKED[language]
    model = ScriptedModel(said)  # type: ignore[arg-type]
    hits = found(resolution(BASES[language]), relevance=relevance)
    replies = await unchecked_words(Asker(model, TOKENS), [Message(text=text)], [analysis(text)], [hits], POLICY)
    return replies[0]


def example(language: str) -> str:
    steps = wording()["examples"][language]["steps"]
    return json.dumps({"steps": [{"name": name, "text": text} for name, text in steps.items()]}, ensure_ascii=False)


@pytest.mark.parametrize("language", ["ar", "en"])
async def test_a_reply_from_the_resolution_follows_it(language: str) -> None:
    reply = await words(language, answer(language))
    assert reply.follows
    assert {"ar": "تتبع البطاقة", "en": "Track Card"}[language] in reply.text


@pytest.mark.parametrize("language", ["ar", "en"])
async def test_the_prompt_s_own_example_comes_as_it_is_and_follows_nothing(language: str) -> None:
    reply = await words(language, example(language))
    assert not reply.follows
    assert {"ar": "المتحف", "en": "museum"}[language] in reply.text


async def test_whether_the_hit_answers_is_nobody_s_question() -> None:
    assert (await words("en", answer("en"), relevance=0.01)).follows


async def test_an_answer_that_breaks_off_comes_as_far_as_it_goes() -> None:
    reply = await words("en", answer("en")[:-60])
    assert "Open the app" in reply.text


async def test_what_is_no_answer_comes_as_it_is() -> None:
    assert await words("en", "Sure! I will refund you.") == Words("Sure! I will refund you.")


async def test_no_answer_is_no_text() -> None:
    assert await words("en", WriterTimeoutError("late")) == Words()


async def test_without_a_hit_nothing_is_asked() -> None:
    model = ScriptedModel()
    replies = await unchecked_words(
        Asker(model, TOKENS), [Message(text=ASKED["en"])], [analysis(ASKED["en"])], [found()], POLICY
    )
    assert replies == [Words()]
    assert model.prompts == []
