from pathlib import Path

import numpy as np
import pytest

from models.backends.base import Outputs
from models.backends.float_graph import restore
from models.backends.onnx_session import OnnxBackend
from models.backends.torch_graph import TorchBackend
from models.encoder import feed
from models.errors import ArtifactError
from models.training.graph import Precision, build
from models.training.graph_search import PARTS, Additions, add_search
from tests.models.training import tiny

pytestmark = pytest.mark.torch
pytest.importorskip("onnx", reason="needs the train extra")

IDS = [[0, 5, 6, 7, 8, 2], [0, 9, 2], [0, 5, 6, 10, 11, 12, 13, 2]]
RANK = 3


def additions(scale: float, layers: tuple[int, ...] = (1,)) -> Additions:
    random = np.random.default_rng(4)
    sizes = {"qkv": (64, 192), "attention.output.dense": (64, 64), "intermediate.dense": (64, 128)}
    sizes["output.dense"] = (128, 64)

    def normal(*size: int) -> np.ndarray:
        made: np.ndarray = random.standard_normal(size).astype(np.float32)
        return made

    return {
        f"encoder.layer.{layer}.{part}": (
            (normal(sizes[part][0], RANK) / 8).astype(np.float32),
            (scale * normal(RANK, sizes[part][1])).astype(np.float32),
        )
        for layer in layers
        for part in PARTS
    }


def graph(added: Additions | None, *, first: int = 1, whole: bool = False) -> bytes:
    model = build(tiny.checkpoint(), Precision(embeddings=32), heads=tiny.heads())
    if added is not None:
        add_search(model, added, first)
    if whole:
        restore(model)
    made: bytes = model.SerializeToString()
    return made


def run(content: bytes) -> Outputs:
    return OnnxBackend(content, "onnx", threads=1).run(**feed(IDS))


def test_additions_of_nothing_change_nothing() -> None:
    made = run(graph(additions(0.0)))
    np.testing.assert_allclose(made.search, made.vector, atol=1e-6)


def test_what_is_said_of_a_customer_does_not_hang_on_search() -> None:
    before, after = run(graph(None)), run(graph(additions(0.5)))
    for name in ("vector", "logits", "contributions"):
        np.testing.assert_array_equal(getattr(before, name), getattr(after, name))
    np.testing.assert_array_equal(before.search, before.vector)
    assert np.abs(after.search - after.vector).max() > 0.01
    np.testing.assert_allclose(np.linalg.norm(after.search, axis=1), 1, atol=1e-4)


def test_an_addition_equals_a_changed_weight() -> None:
    """With additions folded into the weights of both layers, the graph's own vector is what search was."""
    both = additions(0.2, layers=(0, 1))
    halves = {name: tuple(part.astype(np.float16).astype(np.float32) for part in pair) for name, pair in both.items()}
    checkpoint = tiny.checkpoint()
    for name, (down, up) in halves.items():
        change = (down @ up).T
        prefix = name.removesuffix("qkv")
        if name.endswith("qkv"):
            for part, rows in zip(("query", "key", "value"), np.split(change, 3), strict=True):
                checkpoint.weights[f"{prefix}attention.self.{part}.weight"] += rows
        else:
            checkpoint.weights[f"{name}.weight"] += change
    folded = build(checkpoint, Precision(32, 32), heads=tiny.heads()).SerializeToString()
    exact = run(folded).vector
    made = run(graph(both, first=0, whole=True)).search
    assert (made * exact).sum(axis=1).min() > 0.999


def test_every_backend_runs_it(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="needs the train extra")
    path = tmp_path / "model.onnx"
    path.write_bytes(graph(additions(0.5)))
    exact = run(graph(additions(0.5), whole=True))
    torch = TorchBackend(path, device="cpu", fallback=False, threads=1).run(**feed(IDS))
    np.testing.assert_allclose(torch.search, exact.search, atol=1e-4)
    assert (run(path.read_bytes()).search * exact.search).sum(axis=1).min() > 0.99


def test_new_additions_take_the_place_of_old_ones() -> None:
    model = build(tiny.checkpoint(), Precision(embeddings=32), heads=tiny.heads())
    add_search(model, additions(0.1, layers=(0, 1)), 0)
    add_search(model, additions(0.5), 1)
    assert model.SerializeToString() == graph(additions(0.5))


def test_additions_that_do_not_fit_are_refused() -> None:
    model = build(tiny.checkpoint(), Precision(), heads=tiny.heads())
    with pytest.raises(ArtifactError, match=r"layer\.0\.qkv"):
        add_search(model, additions(0.5), 0)
    with pytest.raises(ArtifactError, match=r"layer\.0\.qkv"):
        add_search(model, additions(0.5, layers=(0, 1)), 1)
    with pytest.raises(ArtifactError, match="no packed product"):
        add_search(build(tiny.checkpoint(), Precision(32, 32)), additions(0.5), 1)
