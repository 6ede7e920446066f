import pytest

from models.errors import ArtifactError
from retrieval.lexical import LexicalIndex
from retrieval.relevance import FEATURES, load_relevance, parse_relevance


def test_lexical_scores() -> None:
    index = LexicalIndex(["أين بطاقتي الجديدة", "change my PIN", "رسوم التحويل الدولي", ""])
    assert index.scores("وصلت بطاقتى الجديده؟").argmax() == 0
    assert index.scores("pin").argmax() == 1
    assert index.scores("التحويلات").argmax() == 2
    exact = index.scores("change my PIN")
    assert exact[1] == pytest.approx(1.0, abs=1e-5)
    assert (exact[[0, 2, 3]] < 0.2).all()
    assert not index.scores("؟!").any()
    assert not index.scores("qqq xxx").any()
    assert index.scores("pin qqq").max() < index.scores("pin").max(), "unknown words count against"
    assert LexicalIndex([]).scores("x").shape == (0,)


def test_the_shipped_relevance_model_loads() -> None:
    relevance = load_relevance()
    assert all(0.0 < relevance.threshold(language) < 1.0 for language in ("ar", "en", None))
    assert relevance.threshold("fr") == max(relevance.thresholds.values())
    assert len(relevance.weights) == len(FEATURES)


WEIGHTS = dict.fromkeys(FEATURES, 1.0)
THRESHOLDS = {"en": 0.5}


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"intercept": 0, "weights": WEIGHTS, "thresholds": {}},
        {"intercept": 0, "weights": [], "thresholds": THRESHOLDS},
        {"intercept": "x", "weights": WEIGHTS, "thresholds": THRESHOLDS},
        {"intercept": float("nan"), "weights": WEIGHTS, "thresholds": THRESHOLDS},
    ],
)
def test_a_faulty_relevance_model_is_a_typed_error(values: dict[str, object]) -> None:
    with pytest.raises(ArtifactError):
        parse_relevance(values)


def test_a_relevance_model_is_logistic() -> None:
    model = parse_relevance({"intercept": 0, "weights": WEIGHTS, "thresholds": THRESHOLDS})
    assert model.probability([0.0] * len(FEATURES)) == 0.5
    assert model.probability([9.0] * len(FEATURES)) > 0.99
