import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.types import StepName
from inference.writer.answer import (
    MAX_ANSWER,
    MalformedAnswerError,
    is_whole,
    partial_steps,
    read_answer,
    visible,
)

WHOLE = '{"steps": [{"name": "listen", "text": "فهمنا ذلك."}, {"name": "solve", "text": "افتحوا التطبيق."}]}'


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        f"  \n{WHOLE}",
        f"```json\n{WHOLE}\n```",
        f"```\n{WHOLE}\n``` I hope this helps!",
        f"{WHOLE} {WHOLE}",
        WHOLE.replace("ذلك.", "ذلك.\nحقًّا."),  # a line break inside a string
        WHOLE.replace('{"name": "listen",', '{"name": "listen", "sources": ["x"],'),
        WHOLE.replace('{"steps"', '{"status": "ready", "steps"'),
    ],
)
def test_what_is_read(text: str) -> None:
    assert [step.name for step in read_answer(text).steps] == [StepName.LISTEN, StepName.SOLVE]
    assert is_whole(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Here is your reply.",
        f"Sure! {WHOLE}",
        WHOLE[:-3],
        "[]",
        "{}",
        '{"steps": []}',
        '{"steps": "listen"}',
        '{"steps": [{"name": "refund", "text": "x"}]}',
        '{"steps": [{"name": "listen", "text": "  "}]}',
        '{"steps": [{"name": "listen"}]}',
        '{"steps": [{"name": "listen", "text": 5}]}',
        '{"steps": [{"name": "listen", "text": "\\ud800"}]}',
        '{"a":' * 100_000,
        '{"steps": [{"name": "listen", "text": "' + "a" * MAX_ANSWER + '"}]}',
    ],
)
def test_what_is_refused(text: str) -> None:
    with pytest.raises(MalformedAnswerError):
        read_answer(text)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for candidate in (text, f'{{"steps": [{{"name": "listen", "text": {text}'):
        with contextlib.suppress(MalformedAnswerError):
            read_answer(candidate)
        partial_steps(candidate)


@given(st.lists(st.text(min_size=1).filter(str.strip), min_size=1, max_size=3), st.integers(1, 9))
def test_a_growing_answer_never_takes_back_what_it_showed(texts: list[str], piece: int) -> None:
    whole = json.dumps({"steps": [{"name": "solve", "text": text} for text in texts]})
    seen: list[str] = []
    for end in range(piece, len(whole) + piece, piece):
        now = [text for _, text in partial_steps(whole[:end])]
        assert len(now) >= len(seen)
        assert all(later.startswith(earlier) for earlier, later in zip(seen, now, strict=False))
        seen = now
    assert seen == texts


def test_hidden_characters_are_dropped() -> None:
    assert visible("a\u202eb\u200b\u2066c\x00\r\nd\te") == "abc\nd\te"
