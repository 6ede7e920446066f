"""Vectors of texts, from an encoder that takes them by the batch."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from models.errors import ArtifactError

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]
"""Encodes texts to L2-normalised vectors [n, dimension], order kept."""

ENCODE_BATCH = 64


def encode_all(
    texts: Sequence[str], encode: Encode, dimension: int, progress: Callable[[int], None] | None = None
) -> Vectors:
    """Return the vectors of texts [n, dimension].

    Args:
        texts: any texts.
        encode: is called with batches of at most ``ENCODE_BATCH`` texts.
        dimension: what the encoder's vectors must have.
        progress: is called after each batch with how many texts have been encoded.

    Raises:
        ArtifactError: the encoder returned vectors of another shape, or not finite.
    """
    made = np.zeros((len(texts), dimension), dtype=np.float32)
    for start in range(0, len(texts), ENCODE_BATCH):
        batch = texts[start : start + ENCODE_BATCH]
        vectors = np.asarray(encode(batch), dtype=np.float32)
        if vectors.shape != (len(batch), dimension) or not np.isfinite(vectors).all():
            msg = f"The encoder returned {vectors.shape} for {len(batch)} texts of dimension {dimension}."
            raise ArtifactError(msg)
        made[start : start + len(batch)] = vectors
        if progress is not None:
            progress(start + len(batch))
    return made
