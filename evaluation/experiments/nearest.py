"""How well vectors alone find the same intent: the nearest row of another set."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from evaluation.data import Example
from evaluation.experiments.encoding import Answer, encode
from models.encoder import Encoder
from models.errors import ConfigurationError

_BLOCK = 512


def nearest_answers(encoder: Encoder, examples: Sequence[Example], against: Sequence[Example]) -> list[Answer]:
    """Take the intent of the nearest row in the served search space, and among the vectors as they are (``bare``).

    Raises:
        ConfigurationError: a row of either side has no intent.
    """
    for row in (*examples, *against):
        if row.columns.get("true_intent") is None:
            raise ConfigurationError("A nearest-neighbour task needs rows with an intent on both sides.")
    keys = _vectors(encoder, tuple(row.text for row in against))
    asked = _vectors(encoder, tuple(row.text for row in examples))
    served, bare = _nearest(encoder.space(asked), encoder.space(keys)), _nearest(asked, keys)
    intents = [str(row.columns["true_intent"]) for row in against]
    return [
        {
            "found_intent": intents[place],
            "bare_intent": intents[other],
            "hit_1": intents[place] == row.columns["true_intent"],
            "bare_hit_1": intents[other] == row.columns["true_intent"],
        }
        for row, place, other in zip(examples, served, bare, strict=True)
    ]


@lru_cache(maxsize=4)  # every task of a suite asks the same index
def _vectors(encoder: Encoder, texts: tuple[str, ...]) -> NDArray[np.float32]:
    return encode(encoder, texts).search


def _nearest(asked: NDArray[np.float32], keys: NDArray[np.float32]) -> list[int]:
    """Return the row of ``keys`` with the largest cosine to each of ``asked``, both of unit length."""
    found: list[int] = []
    for start in range(0, len(asked), _BLOCK):
        found += (asked[start : start + _BLOCK] @ keys.T).argmax(axis=1).tolist()
    return found
