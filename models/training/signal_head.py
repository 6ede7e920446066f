"""Train the signals' own head on the exported encoder's answers."""

import logging
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.encoder import Encoder
from models.outputs import SIGNAL_NAMES, SIGNALS
from models.sets.rows import Row
from models.signal_head import SignalHead, dense_features, gram_features
from models.training.recipe import OWN_SIGNALS
from models.training.scores import average_precision
from models.training.targets import targets_of

log = logging.getLogger(__name__)

RIDGE = 1.0
"""scikit-learn's C, chosen on dev rows."""
_DESPAIR = "self_harm"


def train_signal_head(
    encoder: Encoder, rows: Sequence[Row], unharmed: Sequence[str] = ()
) -> tuple[SignalHead, dict[str, float]]:
    """Fit one logistic model a signal on the train rows whose signals are labelled.

    The three safety signals count as the others do: their cuts, not their weights, favour recall.

    Args:
        encoder: The exported one.
        rows: Of all parts.
        unharmed: Everyday messages that are labelled with a matter and no signals: despair is learned against them too,
            or closing an account sounds like an end.

    Returns:
        The head, and on the dev rows of ``support_signals``, which nothing learned from, the mean average precision
        of the signals read off the graph's logits alone and off the head.
    """
    from scipy.sparse import csr_matrix, hstack, vstack  # noqa: PLC0415 - slow to import
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    chosen = [row for row in rows if row.split == "train" and row.signals is not None]
    texts = [row.text for row in chosen]
    dense = dense_features(*encoder.bare(texts))
    features = hstack([csr_matrix(dense), gram_features(texts)]).tocsr()
    calm = hstack([csr_matrix(dense_features(*encoder.bare(unharmed))), gram_features(unharmed)]) if unharmed else None
    weights, bias = [], []
    for name, present in zip(SIGNAL_NAMES, targets_of(chosen, [], {}).signals.T > 0, strict=True):
        model = LogisticRegression(C=RIDGE, solver="liblinear", random_state=0)
        if name == _DESPAIR and calm is not None:
            model.fit(vstack([features, calm]).tocsr(), np.append(present, np.zeros(len(unharmed), bool)))
        else:
            model.fit(features, present)
        weights.append(model.coef_[0])
        bias.append(model.intercept_[0])
    labels = sum(len(row.signals or ()) for row in chosen)
    log.info("signal head: %d messages, %d labels, %d unharmed", len(chosen), labels, len(unharmed))
    whole = np.array(weights, np.float32)
    codes, scales = _packed(whole[:, dense.shape[1] :])
    head = SignalHead(whole[:, : dense.shape[1]], codes, scales, np.array(bias, np.float32))
    seen = {"train_rows": len(chosen), "unharmed": len(unharmed)}
    dev = [row for row in rows if row.split == "dev" and row.source == OWN_SIGNALS]
    return head, seen | _figures(encoder, head, dev)


def _figures(encoder: Encoder, head: SignalHead, dev: Sequence[Row]) -> dict[str, float]:
    texts = [row.text for row in dev]
    vectors, logits = encoder.bare(texts)
    truth = targets_of(dev, [], {}).signals.T
    named = {"graph": logits[:, SIGNALS], "head": head(texts, vectors, logits)}
    precisions = {
        f"dev_average_precision_{name}": float(
            np.mean([average_precision(flags, own) for flags, own in zip(truth, scores.T, strict=True)])
        )
        for name, scores in named.items()
    }
    return {"dev_rows": len(dev)} | {name: round(value, 4) for name, value in precisions.items()}


def _packed(weights: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    scales = np.maximum(np.abs(weights).max(axis=1), 1e-9) / 127
    return np.rint(weights / scales[:, None]).astype(np.int8), scales.astype(np.float32)
