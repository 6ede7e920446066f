import numpy as np
import pytest

from models.space import SearchSpace, unit
from models.training.search_head import SearchRecipe, fit_search_head

pytestmark = pytest.mark.torch


def _nearest_is_of_one_intent(points: np.ndarray, labels: np.ndarray) -> float:
    likeness = points @ points.T
    np.fill_diagonal(likeness, -2.0)
    return float((labels[likeness.argmax(axis=1)] == labels).mean())


def test_the_head_learns_to_overlook_what_does_not_tell_intents_apart() -> None:
    pytest.importorskip("torch", reason="needs the torch extra")
    generator = np.random.default_rng(0)
    labels = np.repeat(np.arange(8), 16)
    meaning = generator.normal(size=(8, 16))[labels] * 0.5
    wording = generator.normal(size=(len(labels), 16)) * np.r_[np.full(4, 3.0), np.full(12, 0.2)]
    points = unit((meaning + wording).astype(np.float32))
    recipe = SearchRecipe(epochs=60, batch=64, learning_rate=5e-3, pull=0.001)
    head = fit_search_head(points, [f"intent {label}" for label in labels], recipe)
    before = _nearest_is_of_one_intent(points, labels)
    after = _nearest_is_of_one_intent(SearchSpace({}, head)(points), labels)
    assert after > before + 0.2
    again = fit_search_head(points, [f"intent {label}" for label in labels], recipe)
    assert np.array_equal(head, again)
