import copy
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.fusion import DialectFusion, LevelFusion, LevelStep, SignalFusion, load_fusion, parse_fusion
from inference.signals import find_signals
from inference.types import Dialect, SignalName
from models.encoder import TokenWeight
from models.errors import ArtifactError
from models.outputs import DIALECTS, SIGNAL_NAMES
from tests.inference.builders import FUSED, FUSION

MODEL = SignalFusion(head=1.0, rule=2.0, bias=-1.0, cut=0.5)
EVEN = [1 / len(DIALECTS)] * len(DIALECTS)


def scores(**marked: float) -> dict[Dialect, float]:
    return {Dialect(name): marked.get(name, 0.0) for name in DIALECTS}


def test_the_confidence_is_the_logistic_of_head_rule_and_bias() -> None:
    assert MODEL.confidence(0.5, rule=False) == pytest.approx(0.26894, abs=1e-5)
    assert MODEL.confidence(0.5, rule=True) == pytest.approx(0.73106, abs=1e-5)
    assert SignalFusion(1.0, 0.0, 0.0, 0.5).confidence(0.3, rule=True) == pytest.approx(0.3)


@given(st.floats(0, 1), st.booleans(), st.floats(-50, 50), st.floats(-50, 50))
def test_a_confidence_is_a_probability_even_at_the_ends(chance: float, rule: bool, weight: float, bias: float) -> None:
    assert 0 < SignalFusion(weight, 1.0, bias, 0.5).confidence(chance, rule=rule) < 1


LEVELS = LevelFusion(LevelStep(1.0, 2.0, 0.0, 0.5), LevelStep(1.0, 0.0, 0.0, 0.5))
CALM, IRRITATED, NEAR, FURIOUS = [0.9, 0.1, 0, 0], [0.2, 0.6, 0.1, 0.1], [0.1, 0.5, 0.3, 0.1], [0, 0.1, 0.2, 0.7]


@pytest.mark.parametrize(
    ("called", "head", "anger", "weary", "level"),
    [
        (0, CALM, 0.0, False, 0),
        (0, CALM, 9.0, False, 0),
        (0, CALM, 0.0, True, 1),
        (1, IRRITATED, 0.0, False, 1),
        (1, NEAR, 0.0, False, 1),
        (1, NEAR, 1.0, False, 2),
        (1, NEAR, -1.0, True, 1),
        (3, FURIOUS, 0.0, False, 3),
        (3, FURIOUS, 0.0, True, 3),
        (3, FURIOUS, -9.0, False, 1),
    ],
)
def test_the_head_says_whether_and_head_and_words_how_angry(
    called: int, head: list[float], anger: float, weary: bool, level: int
) -> None:
    assert LEVELS.decide(called, head, anger, weary=weary) == level


@given(st.integers(0, 3), st.lists(st.floats(0.01, 1), min_size=4, max_size=4), st.floats(-5, 5), st.booleans())
def test_more_anger_in_the_words_never_lowers_the_level(
    called: int, parts: list[float], anger: float, weary: bool
) -> None:
    head = [part / sum(parts) for part in parts]
    assert LEVELS.decide(called, head, anger, weary=weary) <= LEVELS.decide(called, head, anger + 1, weary=weary)


def test_markers_and_head_are_added_as_logits() -> None:
    model = DialectFusion(weight=np.log(2.0), cut=0.5)
    head = [0.4, 0.4, 0.04, 0.04, 0.04, 0.04, 0.04]
    joint = model.probabilities(scores(gulf=1.0), head)
    assert joint.sum() == pytest.approx(1)
    assert joint[DIALECTS.index("gulf")] == pytest.approx(2 * joint[DIALECTS.index("msa")])
    assert model.decide(scores(gulf=1.0), head) is Dialect.GULF


def test_a_variety_that_does_not_clearly_lead_is_not_named() -> None:
    model = DialectFusion(weight=1.0, cut=0.5)
    assert model.decide(scores(), EVEN) is None
    assert model.decide(scores(gulf=2.0, levantine=2.0), EVEN) is None
    assert model.decide(scores(sudanese=3.0), EVEN) is Dialect.SUDANESE


def test_a_head_that_excludes_a_variety_leaves_finite_numbers() -> None:
    joint = DialectFusion(1.0, 0.5).probabilities(scores(gulf=400.0), [1.0, 0, 0, 0, 0, 0, 0])
    assert np.isfinite(joint).all()
    assert joint.argmax() == DIALECTS.index("gulf")


def test_the_values_are_read_where_they_belong() -> None:
    values = copy.deepcopy(FUSED)
    values["signals"]["urgency"] = {"head": 0.1, "rule": 0.2, "bias": 0.3, "cut": 0.4}
    made = parse_fusion(values)
    assert made.signals[SignalName.URGENCY] == SignalFusion(head=0.1, rule=0.2, bias=0.3, cut=0.4)
    assert made.dialect == DialectFusion(weight=0.5, cut=0.5)
    assert (made.unsure_margin, made.unsure_sentiment) == (0.5, 0.45)


@pytest.mark.parametrize(
    "values",
    [
        {},
        [],
        FUSED | {"signals": {}},
        FUSED | {"level": {"angry": {"head": 1.0, "anger": 1.0, "bias": 0.0, "cut": 0.5}}},
        FUSED | {"dialect": {"weight": "heavy", "cut": 0.5}},
        FUSED | {"uncertain": {"margin": None, "sentiment": 0.4}},
    ],
)
def test_broken_values_say_what_to_run(values: Any) -> None:
    with pytest.raises(ArtifactError, match=r"inference\.calibrate"):
        parse_fusion(values)


@pytest.mark.parametrize("content", [None, "not json", "[]"])
def test_a_file_that_is_absent_or_broken_says_what_to_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "fusion.json").write_text(content, encoding="utf-8")
    monkeypatch.setattr("inference.fusion.resources.files", lambda _: tmp_path)
    with pytest.raises(ArtifactError, match=r"inference\.calibrate"):
        load_fusion.__wrapped__()


def test_the_shipped_weights_trust_the_heads_and_the_rules() -> None:
    shipped = load_fusion()
    for model in shipped.signals.values():
        assert 0 < model.cut < 1
        assert model.confidence(0.9, rule=True) > model.confidence(0.1, rule=True)
        assert model.confidence(0.5, rule=True) >= model.confidence(0.5, rule=False)
    assert all(step.head > 0 <= step.anger for step in (shipped.level.angry, shipped.level.furious))
    assert shipped.dialect.weight >= 0
    assert 0 < shipped.dialect.cut < 1
    assert shipped.unsure_margin > 0


def head(**chances: float) -> np.ndarray:
    return np.array([chances.get(name, 0.01) for name in SIGNAL_NAMES], np.float32)


def heavy(text: str, word: str, signal: str) -> list[TokenWeight]:
    terms = tuple(2.0 if name == signal else 0.0 for name in SIGNAL_NAMES)
    start = text.index(word)
    return [TokenWeight(start, start + len(word), 0.0, 0.0, terms)]


def test_a_signal_needs_its_own_cut() -> None:
    text = "aa bb moving cc"
    tokens = heavy(text, "moving", "broken_promise")
    assert find_signals(text, head(broken_promise=0.59), tokens, FUSION) == ()
    (signal,) = find_signals(text, head(broken_promise=0.61), tokens, FUSION)
    assert (signal.name, [span.text for span in signal.evidence]) == (SignalName.BROKEN_PROMISE, ["moving"])


def test_where_a_rule_fires_its_words_are_the_evidence() -> None:
    text = "please read: I'm closing my account today"
    (signal,) = find_signals(text, head(churn_risk=0.9), heavy(text, "please", "churn_risk"), FUSION)
    assert signal.name is SignalName.CHURN_RISK
    assert signal.confidence > 0.9
    assert all("please" not in span.text for span in signal.evidence)


def test_a_head_that_is_sure_overrules_a_rule_that_fired() -> None:
    text = "I'm closing my account today"
    assert find_signals(text, head(churn_risk=0.001), [], FUSION) == ()


def test_signals_come_in_the_order_of_their_names() -> None:
    found = find_signals("it is late", head(thanks=0.9, urgency=0.9, abuse=0.9), [], FUSION)
    assert [signal.name for signal in found] == [SignalName.ABUSE, SignalName.URGENCY, SignalName.THANKS]
