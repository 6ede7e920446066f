from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from models.backends.base import BackendName, Compute, Outputs
from models.backends.choose import open_backend
from models.encoder import PREFIX, Encoded, Encoder, feed
from models.normalise import normalise
from models.outputs import ANGER, SENTIMENT
from models.registry import DEFAULT, load_encoder, load_tokenizer, read_card

pytestmark = pytest.mark.torch

BACKENDS: tuple[BackendName, ...] = get_args(BackendName)
TEXTS = ("وين بطاقتي؟", "where is my card", "thanks", "شكرا!", "", "is my card where? 😡", "card " * 30)
REAL = (
    "وين بطاقتي؟ صارلي أسبوعين أستنى ومحد يرد، نصابين!",
    "Where can I change my PIN?",
    "شكرا جزيلا، انحلت المشكلة ❤️",
    "I'm furious. Third time I ask, and nobody answers!",
)


@pytest.fixture(scope="module")
def encoders(artefact: Path) -> dict[BackendName, Encoder]:
    pytest.importorskip("torch", reason="needs the train extra")
    return {name: load_encoder(artefact, compute=Compute(name, "cpu")) for name in BACKENDS}


def probabilities(made: Encoded) -> np.ndarray:
    return np.concatenate([made.sentiment, made.anger[:, None], made.intensity[:, None], made.level], axis=1)


def cosines(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.asarray((left * right).sum(axis=1))


def test_torch_equals_the_float32_graph(encoders: dict[BackendName, Encoder]) -> None:
    expected, made = encoders["onnx-float32"].encode(TEXTS), encoders["torch"].encode(TEXTS)
    np.testing.assert_allclose(made.vectors, expected.vectors, atol=1e-4)
    np.testing.assert_allclose(probabilities(made), probabilities(expected), atol=1e-3)
    for left, right in zip(made.tokens, expected.tokens, strict=True):
        assert [(token.start, token.end) for token in left] == [(token.start, token.end) for token in right]
        np.testing.assert_allclose([t.anger for t in left], [t.anger for t in right], atol=1e-3)


def test_the_quantised_graph_is_close_to_float32(encoders: dict[BackendName, Encoder]) -> None:
    expected, made = encoders["onnx-float32"].encode(TEXTS), encoders["onnx"].encode(TEXTS)
    assert cosines(made.vectors, expected.vectors).min() >= 0.99
    clear = np.abs(expected.anger - 0.5) > 0.1
    np.testing.assert_array_equal((made.anger > 0.5)[clear], (expected.anger > 0.5)[clear])


@pytest.mark.parametrize("name", BACKENDS)
def test_an_answer_does_not_depend_on_its_batch(encoders: dict[BackendName, Encoder], name: BackendName) -> None:
    together = encoders[name].encode(TEXTS)
    alone = [encoders[name].encode([text]) for text in TEXTS]
    difference = np.abs(probabilities(together) - np.concatenate([probabilities(made) for made in alone]))
    assert difference.max() <= 0.01
    assert cosines(together.vectors, np.concatenate([made.vectors for made in alone])).min() > 0.9999


def test_every_backend_has_a_revision_of_its_own(artefact: Path, encoders: dict[BackendName, Encoder]) -> None:
    assert encoders["onnx"].revision == read_card(artefact)["revision"]
    assert len({encoder.revision for encoder in encoders.values()}) == len(BACKENDS)
    assert all(len(encoder.revision) <= 64 for encoder in encoders.values())


def run_shipped(name: BackendName, texts: Sequence[str]) -> Outputs:
    tokenizer = load_tokenizer(DEFAULT)
    tokenizer.no_padding()
    ids = [tokenizer.encode(PREFIX + normalise(text).text).ids for text in texts]
    return open_backend(DEFAULT / "model.onnx", Compute(name, "cpu"), threads=1).run(**feed(ids))


def test_the_shipped_graph_says_the_same_everywhere() -> None:
    pytest.importorskip("torch", reason="needs the train extra")
    pytest.importorskip("onnx", reason="needs the train extra")
    quantised, whole, torch = (run_shipped(name, REAL) for name in BACKENDS)
    for name in ("vector", "search"):
        exact = getattr(whole, name)
        assert cosines(getattr(torch, name), exact).min() >= 0.9999
        assert cosines(getattr(quantised, name), exact).min() >= 0.99
    np.testing.assert_allclose(torch.logits, whole.logits, atol=1e-2)
    for made in (quantised, torch):
        np.testing.assert_array_equal(
            made.logits[:, SENTIMENT].argmax(axis=1), whole.logits[:, SENTIMENT].argmax(axis=1)
        )
        np.testing.assert_array_equal(made.logits[:, ANGER] > 0, whole.logits[:, ANGER] > 0)
