"""Calibrate the heads on dev rows and fold the result into their weights, so that contributions stay exact.

Sentiment gets one temperature. Anger and its level get Platt's method under a stated prior: what an inbox holds, not
what a corpus with four equal parts holds. The level that is *called* comes from cuts of its own, because a prior that
is right on average would call too many angry customers calm.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.outputs import ANGER, COLUMNS, LEVEL, SENTIMENT
from models.sets.rows import CALM, LEVELS, Row
from models.training.recipe import OWN
from models.training.targets import BINARY_SOURCES, targets_of

INBOX = (0.70, 0.15, 0.10, 0.05)
"""Assumed shares of calm, irritated, angry and furious messages in an inbox; half of the calm are banking questions.

No public inbox has such labels; contact centres report one message in four to ten as upset. Another share moves every
probability by the same amount on the logit scale."""

CALM_SHARE = 0.98
"""Least share of calm questions of each intent set that must be called calm."""

_CALM_SOURCES = ("banking77_en", "arbanking77")
_POSTS = "semeval2018/E-c"

Rows = Mapping[str, Sequence[Row]]
Logits = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Calibration:
    """What calibration found.

    Attributes:
        temperature: Sentiment logits are divided by it.
        slope: Anger's logit becomes ``slope * logit + intercept``.
        intercept: See ``slope``.
        level_slope: The level score is multiplied by it.
        level_thresholds: P(level >= k) is the logistic function of the score minus the k-th of these.
        level_cuts: A message is called irritated or worse, angry or worse, furious where P(level >= k) reaches these.
    """

    temperature: float
    slope: float
    intercept: float
    level_slope: float
    level_thresholds: tuple[float, float, float]
    level_cuts: tuple[float, float, float]


def is_calibrated_on(source: str) -> bool:
    """Tell whether the dev rows of a source enter calibration."""
    return source.startswith((*_CALM_SOURCES, _POSTS, OWN, "arsarcasm", "xlmt", "semeval2017", "mac", "narabizi"))


def calibrate(dev: Rows, logits: Logits, thresholds: NDArray[np.float32]) -> Calibration:
    """Fit every calibration.

    Args:
        dev: Dev rows by source.
        logits: The heads' logits [rows, columns] of the same rows.
        thresholds: The level head's thresholds as trained: the answer where there is nothing to fit on.
    """
    slope, intercept = _platt(*_anger_rows(dev, logits))
    if OWN not in dev:
        first, second, third = (float(value) for value in thresholds)
        return Calibration(_temperature(dev, logits), slope, intercept, 1.0, (first, second, third), (0.5, 0.5, 0.5))
    level_slope, levels = _levels(dev, logits)
    cuts = _cuts(dev, {source: made[:, LEVEL] * level_slope for source, made in logits.items()}, levels)
    return Calibration(_temperature(dev, logits), slope, intercept, level_slope, levels, cuts)


def fold(heads: Mapping[str, NDArray[np.float32]], found: Calibration) -> dict[str, NDArray[np.float32]]:
    """Return head weights whose logits are calibrated."""
    scale, shift = np.ones(COLUMNS, np.float32), np.zeros(COLUMNS, np.float32)
    scale[SENTIMENT] = 1 / found.temperature
    scale[ANGER], shift[ANGER], scale[LEVEL] = found.slope, found.intercept, found.level_slope
    return {
        **heads,
        "value": heads["value"] * scale[:, None],
        "lexical": heads["lexical"] * scale[None, : heads["lexical"].shape[1]],
        "constant": heads["constant"] * scale + shift,
        "thresholds": np.array(found.level_thresholds, np.float32),
    }


def _temperature(dev: Rows, logits: Logits) -> float:
    scores, labels, weights = [], [], []
    for source, rows in dev.items():
        labelled = np.array([row.sentiment is not None for row in rows])
        if labelled.any() and source not in BINARY_SOURCES:
            scores.append(logits[source][labelled, SENTIMENT])
            labels.append(np.array([row.sentiment for row in rows if row.sentiment is not None]))
            weights.append(np.full(int(labelled.sum()), 1 / labelled.sum()))
    all_scores, all_labels, weight = np.concatenate(scores), np.concatenate(labels), np.concatenate(weights)

    def loss(temperature: float) -> float:
        scaled = all_scores / temperature
        likelihood = scaled[np.arange(len(scaled)), all_labels] - np.logaddexp.reduce(scaled, axis=1)
        return -float((likelihood * weight).sum())

    return float(min(np.geomspace(0.3, 4.0, 200), key=loss))


def _support(dev: Rows) -> tuple[dict[str, NDArray[np.float64]], dict[str, NDArray[np.int64]]]:
    # Weights of our own messages and of calm questions that add up to INBOX, and their levels.
    levels = {OWN: targets_of(dev[OWN], [], {}).level}
    weights = {OWN: np.zeros(len(levels[OWN]))}
    calm = [source for source in dev if source.startswith(_CALM_SOURCES)]
    for level, share in enumerate(INBOX):
        here = levels[OWN] == level
        part = share / 2 if level == CALM and calm else share
        weights[OWN][here] = part / max(1, here.sum())
    for source in calm:
        levels[source] = np.zeros(len(dev[source]), np.int64)
        weights[source] = np.full(len(dev[source]), INBOX[CALM] / 2 / len(calm) / len(dev[source]))
    return weights, levels


def _anger_rows(dev: Rows, logits: Logits) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    # A quarter Arabic posts, a quarter English posts, half what an inbox holds.
    parts: list[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]] = []
    for source, rows in dev.items():
        if source.startswith(_POSTS):
            parts.append(
                (logits[source][:, ANGER], targets_of(rows, [], {}).anger, np.full(len(rows), 0.25 / len(rows)))
            )
    if OWN in dev:
        weights, levels = _support(dev)
        parts += [(logits[source][:, ANGER], levels[source] > CALM, 0.5 * weights[source]) for source in weights]
    scores, labels, weight = (np.concatenate(column) for column in zip(*parts, strict=True))
    return scores, labels, weight


def _platt(scores: NDArray[Any], labels: NDArray[Any], weights: NDArray[Any]) -> tuple[float, float]:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - slow to import

    model = LogisticRegression(C=1e3).fit(scores[:, None], labels.astype(int), sample_weight=weights * len(scores))
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def _levels(dev: Rows, logits: Logits) -> tuple[float, tuple[float, float, float]]:
    weights, levels = _support(dev)
    scores = np.concatenate([logits[source][:, LEVEL] for source in weights])
    truth, weight = np.concatenate(list(levels.values())), np.concatenate(list(weights.values()))
    fits = [_platt(scores, truth > level, weight) for level in range(len(LEVELS) - 1)]
    slope = float(np.mean([each[0] for each in fits]))
    first, second, third = sorted(-intercept / each * slope for each, intercept in fits)
    return slope, (first, second, third)


def _cuts(
    dev: Rows, scores: Mapping[str, NDArray[np.float32]], thresholds: tuple[float, float, float]
) -> tuple[float, float, float]:
    """Choose each cut for the best mean of the two shares called right on our own dev messages."""
    truth, own = targets_of(dev[OWN], [], {}).level, scores[OWN]
    calm = [scores[source] for source in dev if source.startswith(_CALM_SOURCES)]
    chosen: list[float] = []
    for level in range(len(thresholds)):
        above = truth > level
        found = max(
            np.unique(own).tolist(),
            key=lambda cut, above=above: float((own[above] >= cut).mean() + (own[~above] < cut).mean()),  # type: ignore[misc]
        )
        if level == CALM:
            # The least calm of the calm questions: the first cut stands above CALM_SHARE of each set.
            found = max(found, *(float(np.quantile(each, CALM_SHARE)) for each in calm)) if calm else found
        # Cuts of the score never cross.
        found = max(found, chosen[-1] if chosen else found)
        chosen.append(found)
    exceed = [1 / (1 + np.exp(threshold - cut)) for cut, threshold in zip(chosen, thresholds, strict=True)]
    first, second, third = (round(float(value), 4) for value in exceed)
    return first, second, third
