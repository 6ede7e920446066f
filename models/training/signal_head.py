"""Train the signals' own head on the exported encoder's answers."""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.encoder import Encoder
from models.outputs import SIGNAL_NAMES, SIGNALS
from models.sets.rows import Row
from models.signal_head import BUCKETS, SignalHead, dense_features, gram_features
from models.training.recipe import OWN, OWN_SIGNALS
from models.training.scores import average_precision
from models.training.targets import targets_of

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

log = logging.getLogger(__name__)

RIDGE = 1.0
"""scikit-learn's C, chosen on dev rows."""
OWN_MESSAGES_WEIGHT = 0.5
"""Of ``support_messages`` beside ``support_signals``: they were written to differ in anger, not in signals."""
_DESPAIR, _THEFT = "self_harm", "fraud_or_theft"
_EVERYDAY_WEIGHT = {_DESPAIR: 1.0, _THEFT: 0.3}
"""Of everyday questions beside labelled messages; more of it for theft costs more of the told thefts than it saves."""
_TOLD_THEFTS = frozenset({"compromised_card", "card_payment_not_recognised", "cash_withdrawal_not_recognised"})
_MAY_BE_THEFT = _TOLD_THEFTS | {
    "lost_or_stolen_card",
    "lost_or_stolen_phone",
    "direct_debit_payment_not_recognised",
    "extra_charge_on_statement",
}


def train_signal_head(
    encoder: Encoder, rows: Sequence[Row], everyday: Sequence[Row] = ()
) -> tuple[SignalHead, dict[str, float]]:
    """Fit one logistic model a signal on the train rows whose signals are labelled.

    The three safety signals count as the others do: their cuts, not their weights, favour recall.

    Args:
        encoder: The exported one.
        rows: Of all parts.
        everyday: Banking messages that are labelled with an intent and no signals. Despair is learned against them,
            or closing an account sounds like an end; theft is learned from them too, where the intent tells.

    Returns:
        The head, and on the dev rows of ``support_signals``, which nothing learned from, the mean average precision
        of the signals read off the graph's logits alone and off the head.
    """
    from scipy.sparse import vstack  # noqa: PLC0415 - slow to import
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    chosen = [row for row in rows if row.split == "train" and row.signals is not None]
    truth = targets_of(chosen, [], {}).signals.T > 0
    weight = np.array([OWN_MESSAGES_WEIGHT if row.source == OWN else 1.0 for row in chosen])
    features, more = _features(encoder, chosen), _features(encoder, everyday) if everyday else None
    weights, bias = [], []
    for name, present in zip(SIGNAL_NAMES, truth, strict=True):
        model = LogisticRegression(C=RIDGE, solver="liblinear", random_state=0)
        if more is not None and name in _EVERYDAY_WEIGHT:
            told, also = _told(name, everyday)
            seen = vstack([features, more[told]]).tocsr()
            among = np.append(weight, np.full(len(told), _EVERYDAY_WEIGHT[name]))
            model.fit(seen, np.append(present, also), sample_weight=among)
        else:
            model.fit(features, present, sample_weight=weight)
        weights.append(model.coef_[0])
        bias.append(model.intercept_[0])
    labels = sum(len(row.signals or ()) for row in chosen)
    log.info("signal head: %d messages, %d labels, %d everyday", len(chosen), labels, len(everyday))
    whole = np.array(weights, np.float32)
    dense = whole.shape[1] - BUCKETS
    codes, scales = _packed(whole[:, dense:])
    head = SignalHead(whole[:, :dense], codes, scales, np.array(bias, np.float32))
    counts = {"train_rows": len(chosen), "everyday": len(everyday)}
    dev = [row for row in rows if row.split == "dev" and row.source == OWN_SIGNALS]
    return head, counts | _figures(encoder, head, dev)


def _features(encoder: Encoder, rows: Sequence[Row]) -> "csr_matrix":
    from scipy.sparse import csr_matrix, hstack  # noqa: PLC0415 - slow to import

    texts = [row.text for row in rows]
    return hstack([csr_matrix(dense_features(*encoder.bare(texts))), gram_features(texts)]).tocsr()


def _told(name: str, everyday: Sequence[Row]) -> tuple[list[int], list[bool]]:
    """Return which everyday rows tell whether they hold a signal, and whether they do; of a lost card nobody knows."""
    intents = [frozenset((row.intent or "").split("|")) for row in everyday]
    if name == _DESPAIR:
        return list(range(len(everyday))), [False] * len(everyday)
    thefts = {place: bool(own & _TOLD_THEFTS) for place, own in enumerate(intents)}
    told = [place for place, own in enumerate(intents) if thefts[place] or not own & _MAY_BE_THEFT]
    return told, [thefts[place] for place in told]


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
