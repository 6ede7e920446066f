"""Metrics as functions of row weights, so that a bootstrap costs one matrix product and not a thousand calls.

Each builder returns a ``Measure``; its statistic equals scikit-learn's or scipy's function of the same name with
``sample_weight`` (the tests hold them together), except ``concordance``, which neither has.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.bootstrap import Floats, Statistic

Column = NDArray[Any]
"""One value a row: numbers, truth values or objects."""


@dataclass(frozen=True)
class Measure:
    """A metric bound to its data.

    Attributes:
        n: How many rows (or groups of pairs) have a weight.
        statistic: Weights [resamples, n] -> values [resamples].
        binary: Whether the statistic is a share of the n.
        first: The row that stands for each of the n, where they are groups of rows.
        paired: The differences [n], where two answers to the same rows are compared.
    """

    n: int
    statistic: Statistic
    binary: bool = False
    first: NDArray[np.intp] | None = None
    paired: Floats | None = None


def mean(values: Column) -> Measure:
    """Mean of numbers, or the share of true values."""
    numbers = values.astype(np.float64)
    return Measure(
        len(numbers), lambda weights: ratio(weights @ numbers, weights.sum(axis=1)), values.dtype == np.bool_
    )


def difference(values: Column, than: Column) -> Measure:
    """Mean of one column less another, row by row: what the rows have in common falls out of the interval."""
    gaps = values.astype(np.float64) - than.astype(np.float64)
    return replace(mean(gaps), paired=gaps)


def maximum(values: Column) -> Measure:
    """Return the largest value drawn; resampling can only find less, so the interval ends at the point itself."""
    numbers = values.astype(np.float64)

    def statistic(weights: Floats) -> Floats:
        return np.asarray(np.where(weights > 0, numbers, -np.inf).max(axis=1))

    return Measure(len(numbers), statistic)


def quantile(values: Column, at: float) -> Measure:
    """Return the smallest value that at least the share ``at`` of the rows does not exceed."""
    numbers = values.astype(np.float64)
    order = np.argsort(numbers, kind="stable")

    def statistic(weights: Floats) -> Floats:
        reached = np.cumsum(weights[:, order], axis=1) >= at * weights.sum(axis=1, keepdims=True) - 1e-9
        return np.asarray(numbers[order][reached.argmax(axis=1)])

    return Measure(len(numbers), statistic)


def accuracy(truth: Column, predicted: Column) -> Measure:
    """Share of rows whose answer is the truth."""
    return mean(np.asarray(truth == predicted, dtype=np.bool_))


def macro_f1(truth: Column, predicted: Column, labels: Sequence[object]) -> Measure:
    """F1 of each label, averaged over ``labels``; with one label this is plain F1. A label never met counts 0."""
    true = np.stack([truth == label for label in labels], axis=1)
    guessed = np.stack([predicted == label for label in labels], axis=1)
    hits, total = (true & guessed).astype(np.float64), true.astype(np.float64) + guessed

    def statistic(weights: Floats) -> Floats:
        scores = ratio(2 * (weights @ hits), weights @ total)
        return np.asarray(np.nan_to_num(scores).mean(axis=1))

    return Measure(len(truth), statistic)


def average_precision(truth: Column, score: Column) -> Measure:
    """Area under the precision-recall steps."""
    order, ends = ranking(score)
    positive = truth.astype(np.float64)[order]

    def statistic(weights: Floats) -> Floats:
        drawn = weights[:, order]
        found = np.cumsum(drawn * positive, axis=1)[:, ends]
        precision = np.nan_to_num(ratio(found, np.cumsum(drawn, axis=1)[:, ends]))
        gained = np.diff(found, axis=1, prepend=0.0)
        return ratio((precision * gained).sum(axis=1), found[:, -1])

    return Measure(len(truth), statistic)


def auroc(truth: Column, score: Column) -> Measure:
    """Area under the ROC curve: the chance that a positive row scores above a negative one, ties counting half."""
    order, ends = ranking(score)
    positive = truth.astype(np.float64)[order]

    def statistic(weights: Floats) -> Floats:
        drawn = weights[:, order]
        found = np.cumsum(drawn * positive, axis=1)[:, ends]
        false = np.cumsum(drawn * (1.0 - positive), axis=1)[:, ends]
        height = found - np.diff(found, axis=1, prepend=0.0) / 2
        area = (np.diff(false, axis=1, prepend=0.0) * height).sum(axis=1)
        return ratio(area, found[:, -1] * false[:, -1])

    return Measure(len(truth), statistic)


def pearson(truth: Column, score: Column) -> Measure:
    """Pearson's correlation."""
    # Centring first keeps the differences of large sums exact.
    x, y = (values.astype(np.float64) - values.astype(np.float64).mean() for values in (truth, score))
    parts = np.stack([x, y, x * x, y * y, x * y], axis=1)

    def statistic(weights: Floats) -> Floats:
        mx, my, xx, yy, xy = (weights @ parts / weights.sum(axis=1, keepdims=True)).T
        return ratio(xy - mx * my, np.sqrt(np.maximum(xx - mx * mx, 0.0) * np.maximum(yy - my * my, 0.0)))

    return Measure(len(truth), statistic)


def quadratic_kappa(truth: Column, predicted: Column, labels: Sequence[object]) -> Measure:
    """Cohen's kappa with quadratic weights over labels in their order (Cohen 1968)."""
    true = np.stack([truth == label for label in labels], axis=1).astype(np.float64)
    guessed = np.stack([predicted == label for label in labels], axis=1).astype(np.float64)
    ranks = np.arange(len(labels), dtype=np.float64)
    cost = (ranks[:, None] - ranks[None, :]) ** 2
    observed = ((true @ cost) * guessed).sum(axis=1)

    def statistic(weights: Floats) -> Floats:
        n = weights.sum(axis=1)
        expected = np.einsum("bi,ij,bj->b", weights @ true, cost, weights @ guessed) / n
        return 1.0 - ratio(weights @ observed, expected)

    return Measure(len(truth), statistic)


def concordance(truth: Column, score: Column, group: Column) -> Measure:
    """Share of pairs within a group whose order by ``score`` is that of ``truth``, ties of the score counting half.

    Groups are what is weighted, since the pairs of one group are not independent.
    """
    right, pairs, first = [], [], []
    names = group.astype(str)
    for name in np.unique(names):
        inside = names == name
        gap = np.subtract.outer(truth[inside].astype(np.float64), truth[inside].astype(np.float64))
        rise = np.subtract.outer(score[inside].astype(np.float64), score[inside].astype(np.float64))
        ordered = gap > 0
        if ordered.any():
            right.append(float((rise[ordered] > 0).sum() + 0.5 * (rise[ordered] == 0).sum()))
            pairs.append(float(ordered.sum()))
            first.append(int(np.flatnonzero(inside)[0]))
    numerator, denominator = np.array(right), np.array(pairs)

    def statistic(weights: Floats) -> Floats:
        return ratio(weights @ numerator, weights @ denominator)

    return Measure(len(pairs), statistic, first=np.array(first, dtype=np.intp))


def best_cut(truth: Column, score: Column) -> float:
    """Return the score from which on a yes gives the best F1; of equals the highest."""
    order, ends = ranking(score)
    positive = truth.astype(np.float64)[order]
    found, called = np.cumsum(positive)[ends], np.arange(1, len(score) + 1)[ends]
    return float(score.astype(np.float64)[order][ends][np.argmax(2 * found / (called + positive.sum()))])


def ranking(score: Column) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return rows by falling score, and the last place of each run of equal scores."""
    order = np.argsort(-score.astype(np.float64), kind="stable")
    ends = np.flatnonzero(np.append(np.diff(score.astype(np.float64)[order]) != 0, True))
    return order, ends


def ratio(numerator: Floats, denominator: Floats) -> Floats:
    """Divide; NaN where the denominator is 0."""
    return np.divide(numerator, denominator, out=np.full_like(numerator, np.nan), where=denominator != 0)
