import random
from pathlib import Path

import numpy as np
import pytest

from models.errors import ConfigurationError
from models.sets.folder import sets_folder
from models.space import SearchSpace
from retrieval import sample
from retrieval.calibrate.bench import ELSEWHERE, IN_STORE, LEFT_OUT, STORE_SIZES, TOLD, Bench, Observations
from retrieval.calibrate.fit import FALSE_ANSWERS, fit
from retrieval.calibrate.questions import Question, intent_name, load_questions
from retrieval.search import Weights
from tests.retrieval.conftest import DIMENSION, fake_encode

QUESTIONS = [
    Question("وين وصلت بطاقتي الجديدة؟", "ar", ("card_arrival",)),
    Question("how do i change my pin", "en", ("change_pin",)),
    Question("what is the capital of peru", "en"),
    Question("the pin again! i told you twice", "en", ("change_pin", "pin_blocked"), told=True),
]


def seeded() -> random.Random:
    return random.Random(0)  # noqa: S311 - a repeatable sample, no secret


def synthetic(generator: np.random.Generator, count: int = 400) -> Observations:
    group = np.array([(IN_STORE, LEFT_OUT, ELSEWHERE, TOLD)[number % 4] for number in range(count)])
    answered = (group != ELSEWHERE) & ((group != TOLD) | (np.arange(count) % 3 == 0))
    centre = np.select([group == IN_STORE, group == LEFT_OUT, (group == TOLD) & answered], [1.0, 0.3, 0.8], 0.0)
    table = centre[:, None] + generator.normal(scale=0.3, size=(count, 4))
    right = ((group == IN_STORE) | ((group == TOLD) & answered)) & (generator.random(count) < 0.8)
    language = np.where(np.arange(count) // 4 % 2 == 0, "ar", "en")
    return Observations(table, right, answered, group, np.arange(count), language, np.zeros(count, dtype=np.int64))


def test_fit_parts_what_can_be_answered_from_what_cannot() -> None:
    fitted = fit(synthetic(np.random.default_rng(1)))
    assert set(fitted.relevance.thresholds) == {"ar", "en"}
    for figures in fitted.figures.values():
        assert figures["auroc_in_domain"] > 0.95
        assert figures["answered_elsewhere"] <= FALSE_ANSWERS + 0.05
        assert figures["coverage_in_store"] > 0.8
        assert figures["precision_told"] > 0.5
    assert fit(synthetic(np.random.default_rng(1))) == fitted, "the same rows give the same model"


def test_bench_on_the_sample_helpdesk() -> None:
    bench = Bench(QUESTIONS, fake_encode, SearchSpace({}), DIMENSION)
    recall = bench.recall(Weights())
    assert {language: figures["n"] for language, figures in recall.items()} == {"ar": 1, "en": 1}
    assert recall["en"]["recall@1"] == 1.0
    seen = bench.observe(Weights(), seeded())
    assert len(seen.right) == len(QUESTIONS) * len(STORE_SIZES)
    assert seen.features.shape == (len(seen.right), 4)
    assert not seen.right[np.isin(seen.group, [LEFT_OUT, ELSEWHERE])].any()
    assert set(seen.group[seen.question == 2]) == {ELSEWHERE}
    assert set(seen.group[seen.question == 3]) == {TOLD}, "whatever the store holds"
    assert seen.answered[seen.question == 3].all()
    assert not seen.answered[seen.question == 2].any()


def test_intent_names_are_file_names() -> None:
    assert intent_name("Reverted card payment?") == "reverted_card_payment"


def test_absent_sets_are_a_typed_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIFQ_SETS", str(tmp_path / "none"))
    with pytest.raises(ConfigurationError):
        load_questions(1, 1, seeded())


@pytest.mark.sets
def test_questions_come_from_parts_that_nothing_learns_from() -> None:
    try:
        sets_folder()
    except ConfigurationError as error:
        pytest.skip(error.message)
    questions = load_questions(20, 5, seeded())
    asked = [question for question in questions if question.intents and not question.told]
    told = [question for question in questions if question.told]
    assert len(asked) == 60
    assert {intent for question in (*asked, *told) for intent in question.intents} <= set(sample.intents())
    assert len(questions) - len(told) == 60 + 5 * 10
    assert len(told) > 400
    assert questions == load_questions(20, 5, seeded())
