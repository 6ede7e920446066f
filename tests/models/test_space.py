import numpy as np
import pytest

from models.space import SearchSpace, unit


def test_each_vector_loses_the_mean_that_it_lies_nearest_to() -> None:
    means = {"ar": np.array([1, 0, 0], np.float32), "en": np.array([0, 1, 0], np.float32)}
    mapped = SearchSpace(means)(np.array([[1, 0, 0.5], [0, 1, 0.25]], np.float32))
    assert mapped == pytest.approx(np.array([[0, 0, 1], [0, 0, 1]], np.float32))


def test_centring_takes_the_language_away() -> None:
    meanings = np.random.default_rng(7).normal(size=(20, 64)).astype(np.float32)
    offsets = {"ar": np.eye(64, dtype=np.float32)[0] * 60, "en": np.eye(64, dtype=np.float32)[1] * 60}
    sides = {name: meanings + offset for name, offset in offsets.items()}
    space = SearchSpace({name: side.mean(axis=0) for name, side in sides.items()})
    assert ((space(sides["ar"]) @ space(sides["en"]).T).argmax(axis=1) == np.arange(20)).all()


def test_without_means_nothing_changes() -> None:
    vectors = unit(np.array([[3, 4, 0]], np.float32))
    assert SearchSpace({})(vectors) == pytest.approx(vectors)


def test_zero_and_no_vectors_are_survived() -> None:
    space = SearchSpace({"ar": np.zeros(3, np.float32)})
    assert np.isfinite(space(np.zeros((1, 3), np.float32))).all()
    assert space(np.zeros((0, 3), np.float32)).shape == (0, 3)
