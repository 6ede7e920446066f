import numpy as np
import pytest

from models.errors import ArtifactError
from retrieval.index import Centring
from retrieval.lexical import LexicalIndex
from retrieval.relevance import FEATURES, load_relevance, parse_relevance

GENERATOR = np.random.default_rng(7)


def test_centring_takes_the_language_away() -> None:
    meanings = GENERATOR.normal(size=(20, 64)).astype(np.float32)
    offsets = {"ar": np.eye(64, dtype=np.float32)[0] * 60, "en": np.eye(64, dtype=np.float32)[1] * 60}
    sides = {name: meanings + offset for name, offset in offsets.items()}
    means = {name: side.mean(axis=0) for name, side in sides.items()}
    arabic, english = (Centring(means)(sides[name]) for name in ("ar", "en"))
    assert ((arabic @ english.T).argmax(axis=1) == np.arange(20)).all()
    np.testing.assert_allclose(np.linalg.norm(arabic, axis=1), 1.0, rtol=1e-5)


def test_centring_without_means_changes_nothing() -> None:
    vectors = GENERATOR.normal(size=(3, 8)).astype(np.float32)
    np.testing.assert_array_equal(Centring({})(vectors), vectors)


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
