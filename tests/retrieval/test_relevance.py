import pytest

from models.errors import ArtifactError
from retrieval.relevance import FEATURES, load_relevance, parse_relevance


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
