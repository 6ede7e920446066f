"""The weights of the plainness score, fitted on the train parts: a logistic model with weights that cannot be negative.

English: which text of a pair is the one before the rewrite. Arabic: which passages are of the hardest third by their
readers' word levels, which of the easiest. SAMER's fragments are pieces of sentences from novels, so sentence length,
passives and chains of verbal nouns cannot be learnt there: their weights, in the same log-odds, are the English ones.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from evaluation.plainness.texts import fragments, pairs, passages
from inference.plain.counts import count
from inference.plain.plainness import MEASURES, scaled

Floats = NDArray[np.float64]
_PENALTY = 0.02
"""Weight of the squared weights beside the mean loss."""
_WORDS = ("uncommon", "rare", "long")
_REFERENCE_SENTENCE = 1.4
"""Scaled words a sentence (14) at which an Arabic text of median words scores 50."""


def fit_weights(folder: Path) -> dict[str, dict[str, object]]:
    """Return the weights of both languages, as they are written to ``weights.json``."""
    english = _english(folder)
    return {"ar": _arabic(folder, english), "en": _rounded(english, _english_middle(folder, english))}


def _english(folder: Path) -> dict[str, float]:
    rows = pairs(folder, "train")
    gaps = np.array([measures(pair.before, "en") - measures(pair.after, "en") for pair in rows])
    return dict(zip(MEASURES, map(float, _logistic(gaps, np.ones(len(gaps)))), strict=True))


def _english_middle(folder: Path, weights: dict[str, float]) -> float:
    vector = np.array([weights[name] for name in MEASURES])
    sums = [measures(text, "en") @ vector for pair in pairs(folder, "train") for text in (pair.before, pair.after)]
    return float(np.median(sums))


def _arabic(folder: Path, english: dict[str, float]) -> dict[str, object]:
    rows = passages(fragments(folder, "train"))
    levels = np.array([row.level for row in rows])
    low, high = np.quantile(levels, [1 / 3, 2 / 3])
    columns = [MEASURES.index(name) for name in _WORDS]
    counted = np.array([measures(row.text, "ar")[columns] for row in rows])
    chosen = (levels <= low) | (levels >= high)
    hard = np.where(levels[chosen] >= high, 1.0, -1.0)
    centred = counted[chosen] - np.median(counted, axis=0)
    found = dict(zip(_WORDS, map(float, _logistic(centred, hard)), strict=True))
    middle = float(np.median(counted @ np.array([found[name] for name in _WORDS])))
    return _rounded(english | found, middle + english["sentence_words"] * _REFERENCE_SENTENCE)


def measures(text: str, language: str) -> Floats:
    """Return the scaled measures of a text [len(MEASURES)]."""
    values = scaled(count(text, language))
    return np.array([values[name] for name in MEASURES])


def _logistic(rows: Floats, signs: Floats) -> Floats:
    """Return weights >= 0 [columns] under which ``rows @ weights`` has the sign that each row should have."""
    signed = rows * signs[:, None]

    def loss(weights: Floats) -> tuple[float, Floats]:
        margins = signed @ weights
        slopes = -1.0 / (1.0 + np.exp(margins))
        value = np.logaddexp(0.0, -margins).mean() + _PENALTY * float(weights @ weights)
        return float(value), slopes @ signed / len(signed) + 2 * _PENALTY * weights

    columns = rows.shape[1]
    found = minimize(loss, np.zeros(columns), jac=True, method="L-BFGS-B", bounds=[(0.0, None)] * columns)
    return np.asarray(found.x, dtype=np.float64)


def _rounded(weights: dict[str, float], middle: float) -> dict[str, object]:
    return {"middle": round(middle, 4), "measures": {name: round(weights[name], 4) for name in MEASURES}}
