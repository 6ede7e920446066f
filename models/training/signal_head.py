"""Train the signals' own head on the exported encoder's answers."""

import logging
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.encoder import Encoder
from models.outputs import SIGNAL_NAMES
from models.sets.rows import Row
from models.signal_head import SignalHead, dense_features, gram_features

log = logging.getLogger(__name__)

RIDGE = 1.0
"""scikit-learn's C, chosen on dev rows."""


def train_signal_head(encoder: Encoder, rows: Sequence[Row]) -> SignalHead:
    """Fit one logistic model a signal on the train rows whose signals are labelled.

    The three safety signals count as the others do: their cuts, not their weights, favour recall.
    """
    from scipy.sparse import csr_matrix, hstack  # noqa: PLC0415 - slow to import
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    chosen = [row for row in rows if row.split == "train" and row.signals is not None]
    texts = [row.text for row in chosen]
    vectors, logits = encoder.encode(texts).vectors, encoder.logits(texts)
    dense = dense_features(vectors, logits)
    features = hstack([csr_matrix(dense), gram_features(texts)]).tocsr()
    weights, bias = [], []
    for name in SIGNAL_NAMES:
        present = np.array([name in (row.signals or ()) for row in chosen])
        model = LogisticRegression(C=RIDGE, solver="liblinear", random_state=0).fit(features, present)
        weights.append(model.coef_[0])
        bias.append(model.intercept_[0])
    log.info("signal head: %d messages, %d labels", len(chosen), sum(len(row.signals or ()) for row in chosen))
    whole = np.array(weights, np.float32)
    codes, scales = _packed(whole[:, dense.shape[1] :])
    return SignalHead(whole[:, : dense.shape[1]], codes, scales, np.array(bias, np.float32))


def _packed(weights: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    scales = np.maximum(np.abs(weights).max(axis=1), 1e-9) / 127
    return np.rint(weights / scales[:, None]).astype(np.int8), scales.astype(np.float32)
