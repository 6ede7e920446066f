"""Calibrate the heads on dev rows and fold the result into their weights, so that contributions stay exact.

Sentiment gets one temperature. Anger gets Platt's slope and intercept under a stated prior (half public posts, half
support messages). The level head's slope and thresholds are fitted on support messages, and calm questions stay calm.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.sets.rows import CALM
from models.training.heads import BINARY_SOURCES, Part

CALM_SHARE = 0.98
"""Least share of calm support questions that the level head must call calm."""

_CALM_SOURCES = ("banking77_en", "arbanking77")

_GAP = 1.6
"""Least distance of two cuts on the scale of the logit: below 1.39 the level between them is never the likeliest."""


@dataclass(frozen=True)
class Calibration:
    """What calibration found: anger becomes ``slope * logit + intercept``, sentiment ``logit / temperature``."""

    temperature: float
    slope: float
    intercept: float
    level_slope: float
    level_thresholds: tuple[float, float, float]


def calibrate(
    dev: Sequence[Part], logits: Sequence[NDArray[np.float32]], thresholds: NDArray[np.float32]
) -> Calibration:
    """Fit every calibration on dev rows.

    Args:
        dev: Dev parts.
        logits: The heads' logits [rows, 6] of each part.
        thresholds: The level head's thresholds as trained, where the search starts.
    """
    slope, intercept = _platt(*_anger_rows(dev, logits))
    level_slope, levels = _levels(dev, logits, thresholds)
    return Calibration(_temperature(dev, logits), slope, intercept, level_slope, levels)


def fold(heads: Mapping[str, NDArray[np.float32]], found: Calibration) -> dict[str, NDArray[np.float32]]:
    """Return head weights whose logits are calibrated."""
    scale = np.array([1 / found.temperature] * 3 + [found.slope, 1, found.level_slope], np.float32)
    shift = np.array([0, 0, 0, found.intercept, 0, 0], np.float32)
    return {
        **heads,
        "value": heads["value"] * scale[:, None],
        "lexical": heads["lexical"] * scale[None, :],
        "constant": heads["constant"] * scale + shift,
        "thresholds": np.array(found.level_thresholds, np.float32),
    }


def _temperature(dev: Sequence[Part], logits: Sequence[NDArray[np.float32]]) -> float:
    scores, labels, weights = [], [], []
    for part, made in zip(dev, logits, strict=True):
        labelled = np.array([row.sentiment is not None for row in part.rows])
        if labelled.any() and part.rows[0].source not in BINARY_SOURCES:
            scores.append(made[labelled, :3])
            labels.append(part.targets.sentiment[labelled])
            weights.append(np.full(int(labelled.sum()), 1 / labelled.sum()))
    all_scores, all_labels, weight = np.concatenate(scores), np.concatenate(labels), np.concatenate(weights)

    def loss(temperature: float) -> float:
        scaled = all_scores / temperature
        likelihood = scaled[np.arange(len(scaled)), all_labels] - np.logaddexp.reduce(scaled, axis=1)
        return -float((likelihood * weight).sum())

    return float(min(np.geomspace(0.3, 4.0, 200), key=loss))


def _anger_rows(dev: Sequence[Part], logits: Sequence[NDArray[np.float32]]) -> tuple[NDArray[Any], ...]:
    # Four groups count alike: Arabic posts, English posts, our support messages, calm questions.
    groups: dict[str, list[tuple[NDArray[np.float32], NDArray[np.float32]]]] = {}
    for part, made in zip(dev, logits, strict=True):
        source = part.rows[0].source
        if source.startswith(("semeval2018/E-c", "support_anger")) or source.startswith(_CALM_SOURCES):
            name = "calm" if source.startswith(_CALM_SOURCES) else source
            groups.setdefault(name, []).append((made[:, 3], part.targets.anger))
    scores = [np.concatenate([pair[0] for pair in pairs]) for pairs in groups.values()]
    labels = [np.concatenate([pair[1] for pair in pairs]) for pairs in groups.values()]
    weights = [np.full(len(each), 1 / len(each)) for each in scores]
    return np.concatenate(scores), np.concatenate(labels), np.concatenate(weights)


def _platt(scores: NDArray[Any], labels: NDArray[Any], weights: NDArray[Any]) -> tuple[float, float]:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - slow to import

    model = LogisticRegression(C=1e3).fit(scores[:, None], labels.astype(int), sample_weight=weights * len(scores))
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def _levels(
    dev: Sequence[Part], logits: Sequence[NDArray[np.float32]], thresholds: NDArray[np.float32]
) -> tuple[float, tuple[float, float, float]]:
    support = [(part, made) for part, made in zip(dev, logits, strict=True) if part.rows[0].source == "support_anger"]
    calm = [made[:, 5] for part, made in zip(dev, logits, strict=True) if part.rows[0].source.startswith(_CALM_SOURCES)]
    if not support or not calm:
        first, second, third = (float(value) for value in thresholds)
        return 1.0, (first, second, third)
    levels = np.concatenate([part.targets.level for part, _ in support] + [np.zeros(len(each), int) for each in calm])
    scores = np.concatenate([made[:, 5] for _, made in support] + calm)
    own = np.arange(len(scores)) < sum(len(made) for _, made in support)
    weights = np.zeros(len(scores))
    for level in range(4):
        # The four levels count alike; the calm one is half our own messages and half banking questions.
        groups = [own & (levels == level)] + ([~own] if level == CALM else [])
        for group in groups:
            weights[group] = 1 / (len(groups) * max(1, int(group.sum())))
    fits = [_platt(scores, levels > level, weights) for level in range(3)]
    slope = float(np.mean([each[0] for each in fits]))
    cuts = [-intercept / each for each, intercept in fits]
    # The least calm of the calm questions: the first cut stands above CALM_SHARE of them, whatever the language.
    cuts[0] = max(cuts[0], *(float(np.quantile(each, CALM_SHARE)) for each in calm))
    cuts[1] = max(cuts[1], cuts[0] + 0.2)
    cuts[2] = max(cuts[2], cuts[1] + 0.2)
    slope = max(slope, _GAP / min(cuts[1] - cuts[0], cuts[2] - cuts[1]))
    return slope, (slope * cuts[0], slope * cuts[1], slope * cuts[2])
