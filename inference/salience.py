"""How likely a clause tells the problem, and how likely it tells of anger, from its words alone.

The tempers of one problem differ in what is felt and share what happened. A clause of our own messages counts as
telling the problem where a calm message about the same problem says the like and messages about others do not; as
telling of anger, where its message is angry rather than calm. Two linear models over the letters of its words learned
that (``python -m inference.calibrate_salience``).
"""

import io
import zlib
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import resources
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.errors import ArtifactError

BUCKETS = 16_384
"""Weights of each model: runs of letters share one by their hash."""
_RUNS = range(2, 6)
_REMEDY = "inference/salience.npz is missing or broken: run 'python -m inference.calibrate_salience'."


class Salience(NamedTuple):
    """Log-odds that a clause tells the problem, and that it tells of anger."""

    problem: float
    anger: float


def salience(words: Sequence[str]) -> Salience:
    """Return what a clause tells.

    Args:
        words: Its words, folded (``inference.text.fold``).

    Raises:
        ArtifactError: The models' file is absent or breaks the format.
    """
    _, constant = _models()
    terms = [_terms(word) for word in words]
    root = max(1, len(words)) ** 0.5
    problem, anger = (base + sum(term[place] for term in terms) / root for place, base in enumerate(constant))
    return Salience(problem, anger)


def word_anger(word: str) -> float:
    """Return what one folded word adds to the log-odds of anger of the clause in which it stands alone."""
    return _terms(word)[1]


def buckets(word: str) -> tuple[int, ...]:
    """Return the features of a word: the buckets of its runs of two to five letters, its edges marked."""
    marked = f" {word} "
    runs = chain.from_iterable(
        (marked[start : start + length] for start in range(len(marked) - length + 1)) for length in _RUNS
    )
    return tuple(zlib.crc32(run.encode()) % BUCKETS for run in runs)


@lru_cache(maxsize=8_192)
def _terms(word: str) -> tuple[float, float]:
    found = list(buckets(word))
    problem, anger = (_models()[0][:, found].sum(axis=1) / max(1, len(found)) ** 0.5).tolist()
    return problem, anger


@cache
def _models() -> tuple[NDArray[np.float32], tuple[float, float]]:
    """Return the weights [2, BUCKETS] and the constants."""
    try:
        data = resources.files("inference").joinpath("salience.npz").read_bytes()
        with np.load(io.BytesIO(data), allow_pickle=False) as table:
            weights = table["weights"].astype(np.float32) * table["scale"].astype(np.float32)[:, None]
            problem, anger = table["constant"].tolist()
    except (OSError, EOFError, ValueError, KeyError, IndexError) as error:
        raise ArtifactError(_REMEDY) from error
    if weights.shape != (len(Salience._fields), BUCKETS):
        raise ArtifactError(_REMEDY)
    return weights, (problem, anger)
