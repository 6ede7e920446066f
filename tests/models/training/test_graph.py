from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from scipy.special import erf, softmax

from models.encoder import feed
from models.outputs import ATTENTION_OF, COLUMNS, SIGNAL_NAMES
from models.registry import load_encoder, read_card
from models.training.convert import Checkpoint, build_tokenizer
from models.training.export import export
from models.training.graph import Precision, build
from models.training.graph_heads import LEXICAL
from models.training.network import reference_vectors, torch_model
from models.training.pack import pack
from tests.models.training import tiny

pytestmark = pytest.mark.torch
pytest.importorskip("torch")
pytest.importorskip("onnx")

IDS = [[0, 5, 6, 7, 8, 9, 2], [0, 5, 6, 12, 13, 2], [0, 5, 6, 2]]


def run(
    precision: Precision, ids: list[list[int]], checkpoint: Checkpoint | None = None, **extra: Any
) -> dict[str, np.ndarray]:
    model = build(checkpoint or tiny.checkpoint(), precision, **extra)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, feed(ids)), strict=True))


def test_float_graph_equals_torch() -> None:
    expected = reference_vectors(torch_model(tiny.checkpoint()), IDS)
    np.testing.assert_allclose(run(Precision(32, 32), IDS)["vector"], expected, atol=2e-5)


@pytest.mark.parametrize("bits", [8, 4])
def test_packed_graph_is_close_to_torch_with_the_same_weights(bits: int) -> None:
    whole = tiny.checkpoint()
    matrices = {
        name: value
        for name, value in whole.weights.items()
        if name.endswith(("dense.weight", "query.weight", "key.weight", "value.weight"))
    }
    packed = {
        name: pack(value, bits, min(Precision().block, value.shape[1])).restore() for name, value in matrices.items()
    }
    packed["embeddings.word_embeddings.weight"] = pack(
        whole.weights["embeddings.word_embeddings.weight"], bits
    ).restore()
    same = replace(whole, weights={**whole.weights, **packed})
    expected = reference_vectors(torch_model(same), IDS)
    assert (run(Precision(bits, bits), IDS, same)["vector"] * expected).sum(axis=1).min() >= 0.999


def test_heads_equal_their_definition() -> None:
    heads = tiny.heads()
    made = run(Precision(32, 32), IDS, heads=heads, states=(0, 1, 2))
    for row, ids in enumerate(IDS):
        states = np.concatenate([made[f"state.{layer}"][row, : len(ids)] for layer in (0, 1, 2)], axis=1)
        wide = states @ heads["weight"].T + heads["bias"]
        active = wide * 0.5 * (1 + erf(wide / np.sqrt(2)))
        attention = softmax((active @ heads["attention"].T)[3:], axis=0)[:, list(ATTENTION_OF)]
        lexical = np.pad(heads["lexical"][ids], ((0, 0), (0, COLUMNS - LEXICAL)))
        terms = attention * (active @ heads["value"].T + lexical)[3:]
        np.testing.assert_allclose(made["contributions"][row, 3 : len(ids)], terms, atol=2e-3)
        np.testing.assert_allclose(made["contributions"][row, :3], 0, atol=1e-6)
        np.testing.assert_allclose(made["logits"][row], terms.sum(axis=0) + heads["constant"], atol=2e-3)


def test_weights_of_a_blob_are_packed_without_loss() -> None:
    random = np.random.default_rng(0)
    codes = random.integers(0, 16, (8, 64)).astype(np.float32)
    codes[:, ::32] = 0
    scales = np.repeat(random.uniform(0.01, 0.1, (8, 2)).astype(np.float16).astype(np.float32), 32, axis=1)
    weight = ((codes - 8) * scales).astype(np.float32)
    for bits in (4, 8):
        np.testing.assert_array_equal(pack(weight, bits).restore(), weight)


def test_an_exported_artefact_loads(tmp_path: Path) -> None:
    checkpoint = tiny.checkpoint()
    means = {"ar": np.ones(tiny.HIDDEN, np.float32)}
    export(tmp_path, checkpoint, build_tokenizer(checkpoint.pieces), tiny.heads(), means, cuts=(0.2, 0.3, 0.4))
    assert read_card(tmp_path)["level_cuts"] == [0.2, 0.3, 0.4]
    encoder = load_encoder(tmp_path)
    made = encoder.encode(["وين بطاقتي؟", "where is my card"])
    assert made.vectors.shape == (2, tiny.HIDDEN)
    assert made.signals.shape == (2, len(SIGNAL_NAMES))
    assert encoder.space.means["ar"].tolist() == [1.0] * tiny.HIDDEN
    assert [token.start for token in made.tokens[1]] == [0, 6, 9, 12]
