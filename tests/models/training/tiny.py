"""A random BERT with a small Unigram vocabulary: a real model in everything but size."""

import numpy as np

from models.outputs import ATTENTION_OF, COLUMNS
from models.training.convert import Checkpoint, Shape
from models.training.graph_heads import LEXICAL

WORDS = ("query", ":", "where", "is", "my", "card", "thanks", "وين", "بطاق", "تي", "شكرا", "؟", "!", "😡")
HIDDEN, INNER, LAYERS = 64, 128, 2


def pieces() -> tuple[tuple[str, float], ...]:
    specials = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    letters = sorted({letter for word in WORDS for letter in word} | set("abcdefghijklmnopqrstuvwxyz"))
    words = [("▁" + word, -3.0) for word in WORDS] + [(word, -4.0) for word in WORDS if len(word) > 1]
    foreign = [("слово", -5.0), ("▁слово", -5.0)]
    return (*specials, ("▁", -6.0), *words, *foreign, *((letter, -9.0) for letter in letters), ("<mask>", 0.0))


def checkpoint(seed: int = 0, layers: int = LAYERS) -> Checkpoint:
    random = np.random.default_rng(seed)
    shape = Shape(HIDDEN, layers, 4, INNER, 512, 1e-12)

    def normal(*size: int) -> np.ndarray:
        return (0.3 * random.standard_normal(size)).astype(np.float32)

    weights = {
        "embeddings.word_embeddings.weight": normal(len(pieces()), HIDDEN),
        "embeddings.position_embeddings.weight": normal(512, HIDDEN),
        "embeddings.token_type_embeddings.weight": normal(1, HIDDEN),
        "embeddings.LayerNorm.weight": 1 + normal(HIDDEN),
        "embeddings.LayerNorm.bias": normal(HIDDEN),
    }
    for layer in range(layers):
        prefix = f"encoder.layer.{layer}."
        for name in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            weights |= {f"{prefix}{name}.weight": normal(HIDDEN, HIDDEN), f"{prefix}{name}.bias": normal(HIDDEN)}
        for name, out, inside in (("intermediate.dense", INNER, HIDDEN), ("output.dense", HIDDEN, INNER)):
            weights |= {f"{prefix}{name}.weight": normal(out, inside), f"{prefix}{name}.bias": normal(out)}
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            weights |= {f"{prefix}{name}.weight": 1 + normal(HIDDEN), f"{prefix}{name}.bias": normal(HIDDEN)}
    return Checkpoint("tiny", shape, weights, pieces())


def heads(layers: tuple[int, ...] = (0, 1, 2), width: int = 16, seed: int = 1) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)

    def normal(*size: int) -> np.ndarray:
        return random.standard_normal(size).astype(np.float32)

    return {
        "layers": np.array(layers, np.float32),
        "weight": normal(width, len(layers) * HIDDEN) / 8,
        "bias": normal(width),
        "attention": normal(max(ATTENTION_OF) + 1, width),
        "value": normal(COLUMNS, width),
        "constant": normal(COLUMNS),
        "thresholds": np.array([0.0, 1.0, 2.0], np.float32),
        "lexical": normal(len(pieces()), LEXICAL),
        "prefix": np.array([3], np.float32),
    }
