from typing import Any

import numpy as np
import onnxruntime
import pytest

from models.encoder import feed
from models.training.graph import Precision, build
from models.training.network import LAYERS, export_heads, forward, make_heads, tensors, torch_model
from tests.models.training import tiny

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("onnx")

PREFIX = 3
IDS = [[0, 5, 6, 7, 8, 9, 2], [0, 5, 6, 12, 13, 2], [0, 5, 6, 2]]
CHECKPOINT = tiny.checkpoint(layers=max(LAYERS))


@pytest.fixture
def heads() -> Any:
    """Heads with random weights everywhere: as made, half of them are zero and would agree with anything."""
    torch.manual_seed(0)
    made = make_heads(len(CHECKPOINT.pieces), tiny.HIDDEN, 2, width=16, dropout=0.5, prefix=PREFIX).eval()
    with torch.no_grad():
        for value in made.parameters():
            value.copy_(0.2 * torch.randn_like(value))
    return made


def test_the_exported_graph_says_what_the_network_says(heads: Any) -> None:
    encoder = torch_model(CHECKPOINT)
    with torch.inference_mode():
        logits, _, vectors = forward(encoder, heads, *tensors(IDS))
    exported = export_heads(heads)
    graph = build(CHECKPOINT, Precision(32, 32), heads=exported)
    session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    vector, made, contributions = session.run(["vector", "logits", "contributions"], feed(IDS))
    np.testing.assert_allclose(made, logits.numpy(), atol=1e-3)
    np.testing.assert_allclose(vector, vectors.numpy(), atol=1e-3)
    np.testing.assert_allclose(contributions.sum(axis=1), made - exported["constant"], atol=1e-4)
    assert np.abs(contributions[:, :PREFIX]).max() == 0


def test_padding_and_neighbours_change_nothing(heads: Any) -> None:
    encoder = torch_model(CHECKPOINT)
    with torch.inference_mode():
        together = forward(encoder, heads, *tensors(IDS))
        for row, ids in enumerate(IDS):
            alone = forward(encoder, heads, *tensors([ids]))
            for each, every in zip(alone, together, strict=True):
                torch.testing.assert_close(each[0], every[row], atol=1e-4, rtol=1e-4)


def test_thresholds_ascend_whatever_was_learned(heads: Any) -> None:
    with torch.no_grad():
        heads.steps.copy_(torch.tensor([3.0, -8.0, -20.0]))
    first, second, third = export_heads(heads)["thresholds"].astype(np.float64)
    assert first < second
    assert second <= third
