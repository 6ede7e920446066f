"""How likely a text in Latin letters is Arabizi, from the letters of its words alone.

No published detector of languages knows Arabizi, and what one makes of a short message is Spanish, Italian or English.
A linear model over runs of letters learned it (``python -m inference.calibrate_arabizi``).
"""

import io
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import resources
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from inference.salience import BUCKETS, buckets
from models.errors import ArtifactError

_REMEDY = "inference/arabizi.npz is missing or broken: run 'python -m inference.calibrate_arabizi'."


def arabizi(words: Sequence[str]) -> float:
    """Return the log-odds that words are of Arabizi, English and French words in its midst included.

    Args:
        words: The words in Latin letters of a text, folded (``inference.text.fold``); at least one.

    Raises:
        ArtifactError: The model's file is absent or breaks the format.
    """
    return _model()[1] + sum(map(_term, words)) / sqrt(len(words))


@lru_cache(maxsize=8_192)
def _term(word: str) -> float:
    found = list(buckets(word))
    return float(_model()[0][found].sum()) / sqrt(len(found))


@cache
def _model() -> tuple[NDArray[np.float32], float]:
    """Return the weights [BUCKETS] and the constant."""
    try:
        data = resources.files("inference").joinpath("arabizi.npz").read_bytes()
        with np.load(io.BytesIO(data), allow_pickle=False) as table:
            weights = table["weights"].astype(np.float32) * float(table["scale"])
            constant = float(table["constant"])
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise ArtifactError(_REMEDY) from error
    if weights.shape != (BUCKETS,):
        raise ArtifactError(_REMEDY)
    return weights, constant
