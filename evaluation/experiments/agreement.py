"""Does an answer change with its batch-mates?"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evaluation.data import Example
from evaluation.experiments.encoding import Answer, encode, tables
from models.encoder import Encoded, Encoder

BATCH = 32


def batch_answers(encoder: Encoder, examples: Sequence[Example]) -> list[Answer]:
    """Encode each text alone and in a batch of 32, and give the largest difference of any probability."""
    texts = [row.text for row in examples]
    together, alone = encode(encoder, texts, BATCH), [encoder.encode([text]) for text in texts]
    single = np.concatenate([probabilities(each) for each in alone])
    vectors = np.concatenate([each.search for each in alone])
    gap = np.abs(probabilities(together) - single).max(axis=1)
    cosine = (together.search * vectors).sum(axis=1)
    return [{"largest_gap": float(gap[at]), "cosine": float(cosine[at])} for at in range(len(texts))]


def probabilities(encoded: Encoded) -> NDArray[np.float32]:
    """Return every probability and intensity of n texts side by side [n, columns]."""
    return np.concatenate(list(tables(encoded).values()), axis=1)
