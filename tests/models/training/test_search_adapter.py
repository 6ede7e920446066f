from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.backends.onnx_session import OnnxBackend
from models.encoder import feed
from models.training.contrast import Contrast, Draw, Mixture
from models.training.graph import Precision, build
from models.training.graph_search import Additions, add_search
from models.training.search_adapter import AdapterRecipe, train_additions
from tests.models.training import tiny

pytestmark = pytest.mark.torch
RECIPE = AdapterRecipe(
    first=0,
    rank=16,
    steps=150,
    warm=5,
    rate=2e-2,
    dropout=0.0,
    mixture=Mixture(pairs=0.0, problems=0.0, intent=Draw(8, each=2)),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    onnx = pytest.importorskip("onnx", reason="needs the train extra")
    pytest.importorskip("torch", reason="needs the train extra")
    made = tmp_path / "model.onnx"
    onnx.save(build(tiny.checkpoint(), Precision(), heads=tiny.heads()), str(made))
    return made


def matters() -> tuple[list[list[int]], Contrast]:
    """Eight matters of six texts each: one token tells the matter, the others and their number vary."""
    random = np.random.default_rng(1)
    ids: list[list[int]] = []
    classes = {}
    for matter in range(8):
        texts = []
        for _ in range(6):
            around = random.integers(20, 40, random.integers(3, 9)).tolist()
            around.insert(int(random.integers(len(around))), 5 + matter)
            texts.append(str(len(ids)))
            ids.append([0, *around, 2])
        classes[f"bank:{matter}"] = (tuple(texts),)
    return ids, Contrast(classes, {}, ())


def trained(path: Path, recipe: AdapterRecipe = RECIPE) -> Additions:
    ids, contrast = matters()
    return train_additions(path, ids, [str(number) for number in range(len(ids))], contrast, recipe)


def nearest_is_of_one_matter(path: Path) -> float:
    ids, _ = matters()
    vectors = OnnxBackend(path, "onnx", threads=1).run(**feed(ids)).search
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -2.0)
    labels = np.arange(len(ids)) // 6
    return float((labels[likeness.argmax(axis=1)] == labels).mean())


def test_search_learns_what_belongs_together_in_the_graph_that_serves(path: Path) -> None:
    import onnx  # noqa: PLC0415 - an extra

    before = nearest_is_of_one_matter(path)
    model = onnx.load(str(path))
    add_search(model, trained(path), RECIPE.first)
    onnx.save(model, str(path))
    assert nearest_is_of_one_matter(path) > before + 0.2


def test_the_seed_decides(path: Path) -> None:
    short = replace(RECIPE, steps=3)
    first, again, other = trained(path, short), trained(path, short), trained(path, replace(short, seed=1))
    for name, pair in first.items():
        for part, same in zip(pair, again[name], strict=True):
            np.testing.assert_array_equal(part, same)
        assert not np.array_equal(pair[0], other[name][0])
