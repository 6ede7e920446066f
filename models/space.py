"""The space that resolutions are searched in: the encoder's search vectors without their language."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class SearchSpace:
    """Maps the encoder's search vectors to those that are compared.

    Vectors of one language lie close together whatever they say. Each vector loses the mean of the language
    that it lies nearest to; so neither queries nor keys need a detected language, and Arabizi or mixed text goes where
    the encoder puts it.

    Args:
        means: Mean vector [dimension] by language (``ar``, ``en``, ``arabizi``); may be empty.
    """

    def __init__(self, means: Mapping[str, Vectors]) -> None:
        self.means = means
        self._means = np.stack([means[name] for name in sorted(means)]).astype(np.float32) if means else None

    def __call__(self, vectors: Vectors) -> Vectors:
        """Return unit vectors [n, dimension] of vectors [n, dimension]."""
        mapped = np.asarray(vectors, dtype=np.float32)
        if self._means is not None and len(mapped):
            # Nearest by Euclidean distance, so that a short mean is no disadvantage.
            distance = (self._means**2).sum(axis=1) - 2.0 * (mapped @ self._means.T)
            mapped = unit(mapped - self._means[distance.argmin(axis=1)])
        return mapped


def unit(vectors: Vectors) -> Vectors:
    """Return the vectors [n, dimension] scaled to length 1; a zero vector stays zero."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.ascontiguousarray(vectors / np.maximum(norms, 1e-9), dtype=np.float32)
