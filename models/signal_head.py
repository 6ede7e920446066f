"""The signals' own head: a linear model over what the encoder says of a text and over its character n-grams.

A few thousand labelled messages teach a token-wise head too little. The sentence vector holds what a message is about,
and hashed n-grams hold its words in every spelling. The card has the mean average precision on dev of the graph's
logits alone and of this head.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.normalise import normalise
from models.outputs import LEVEL, SENTIMENT, SIGNALS

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import HashingVectorizer

BUCKETS = 1 << 15
_SHORTEST, _LONGEST = 2, 5
VECTOR_SCALE, GRAM_SCALE = 5.0, 8.0
"""How the parts weigh against each other under one ridge penalty; chosen on dev rows."""


@dataclass(frozen=True)
class SignalHead:
    """Weights of one logistic model a signal.

    Attributes:
        dense: float32 [signals, dense features].
        codes: int8 [signals, BUCKETS]: n-gram weights over ``scales``.
        scales: float32 [signals].
        bias: float32 [signals].
    """

    dense: NDArray[np.float32]
    codes: NDArray[np.int8]
    scales: NDArray[np.float32]
    bias: NDArray[np.float32]

    def __call__(
        self, texts: Sequence[str], vectors: NDArray[np.float32], logits: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Return the probability of each signal [n, signals].

        Args:
            texts: n texts.
            vectors: The encoder's vectors [n, dimension].
            logits: Its logits [n, columns].
        """
        scores = dense_features(vectors, logits) @ self.dense.T + self.bias + gram_features(texts) @ self._grams
        out: NDArray[np.float32] = (0.5 * (1 + np.tanh(0.5 * scores))).astype(np.float32)
        return out

    @cached_property
    def _grams(self) -> NDArray[np.float32]:
        return np.ascontiguousarray((self.codes * self.scales[:, None]).T.astype(np.float32))


def dense_features(vectors: NDArray[np.float32], logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return [n, dimension + 17] features of the encoder's answers: vector, and signal, level and sentiment logits."""
    parts = (vectors * VECTOR_SCALE, logits[:, SIGNALS], logits[:, LEVEL, None], logits[:, SENTIMENT])
    return np.concatenate(parts, axis=1)


def gram_features(texts: Sequence[str]) -> "csr_matrix":
    """Return hashed character n-grams [n, BUCKETS] of normalised texts in lower case, each row of one length."""
    return _hasher().transform([normalise(text).text.lower() for text in texts]) * GRAM_SCALE


def _hasher() -> "HashingVectorizer":
    from sklearn.feature_extraction.text import HashingVectorizer  # noqa: PLC0415 - slow to import

    return HashingVectorizer(analyzer="char_wb", ngram_range=(_SHORTEST, _LONGEST), n_features=BUCKETS, lowercase=False)


def save_signal_head(head: SignalHead, path: Path) -> None:
    """Write the weights as one ``.npz``."""
    np.savez(path, dense=head.dense, codes=head.codes, scales=head.scales, bias=head.bias)


def load_signal_head(path: Path) -> SignalHead:
    """Read what ``save_signal_head`` wrote."""
    with np.load(path) as file:
        return SignalHead(file["dense"], file["codes"], file["scales"], file["bias"])
