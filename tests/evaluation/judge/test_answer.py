import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.judge.answer import JudgeAnswerError, read_choice, read_scores, score_schema
from evaluation.scorecard import load_rubric

RUBRIC = load_rubric()
NAMES = [item.id for item in RUBRIC.criteria]


def scores(level: object = 3, **more: object) -> str:
    return json.dumps({"scores": {name: {"why": "", "score": level} for name in NAMES} | more, "failures": []})


@pytest.mark.parametrize(
    "text",
    ['{"better": "second"}', ' {"why": "clear", "better": "second"}\n', '```json\n{"better": "second"}\n```'],
)
def test_what_is_read(text: str) -> None:
    assert read_choice(text).better == "second"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "not_json"),
        ("second", "not_json"),
        ('{"better": "second"', "not_json"),
        ('{"better": "second"} but the first is fine too', "not_json"),
        ('{"better": "first"} {"better": "second"}', "not_json"),
        ('[{"better": "second"}]', "not_json"),
        ('{"better": "first", "better": "second"}', "twice"),
        ('{"better": "Second"}', "form"),
        ('{"better": 2}', "form"),
        ('{"better": "second", "sure": true}', "form"),
        ("{}", "form"),
    ],
)
def test_a_choice_that_does_not_fit_is_refused(text: str, fault: str) -> None:
    with pytest.raises(JudgeAnswerError) as caught:
        read_choice(text)
    assert caught.value.fault == fault


@pytest.mark.parametrize("level", [1, 4, None])
def test_scores_are_read(level: int | None) -> None:
    assert {item.score for item in read_scores(scores(level), RUBRIC).scores.values()} == {level}


@pytest.mark.parametrize("level", [0, 5, "4", 3.0, 2.5, True, [4]])
def test_a_score_is_one_of_four_whole_numbers_or_nothing(level: object) -> None:
    with pytest.raises(JudgeAnswerError) as caught:
        read_scores(scores(level), RUBRIC)
    assert caught.value.fault == "form"


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"scores": {}, "failures": []}),
        scores(politeness={"score": 4}),
        scores().replace('"failures": []', '"failures": [{"id": "rude"}]'),
    ],
)
def test_only_the_rubric_s_criteria_and_failures_count(text: str) -> None:
    with pytest.raises(JudgeAnswerError) as caught:
        read_scores(text, RUBRIC)
    assert caught.value.fault == "rubric"


def test_an_error_quotes_nothing_of_the_answer() -> None:
    with pytest.raises(JudgeAnswerError) as caught:
        read_choice('{"better": "card 4111"}')
    assert "4111" not in str(caught.value)


def test_the_schema_asks_for_what_is_read() -> None:
    schema = score_schema(RUBRIC, NAMES)
    assert schema["properties"]["scores"]["required"] == NAMES
    assert schema["properties"]["scores"]["properties"][NAMES[0]]["properties"]["score"]["enum"] == [1, 2, 3, 4, None]


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (read_choice, lambda said: read_scores(said, RUBRIC)):
        try:
            read(text)
        except JudgeAnswerError:
            continue
        raise AssertionError(text)
