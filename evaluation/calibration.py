"""How honest probabilities are, as functions of row weights: calibration, and what abstaining buys.

Brier score (1950), logistic recalibration (Cox 1958), the debiased plug-in calibration error (Kumar, Liang and Ma 2019)
and risk against coverage (El-Yaniv and Wiener 2010). ``yes`` is what happened, 0 or 1; ``p`` is what was said.
"""

import numpy as np
from numpy.typing import NDArray

from evaluation.bootstrap import Floats
from evaluation.metrics import Column, Measure, mean, ranking, ratio

BINS = 10
_EDGE = 5e-5
"""Probabilities are published to four places: nearer to 0 or 1 than this they cannot be told from certainty."""
_LEAST = 1e-9
_STEPS = 30
_STEEPEST = 50.0
_COVERAGES = np.arange(1, 101) / 100


def brier(yes: Column, p: Column) -> Measure:
    """Mean squared error of probabilities; [n] for one event, [n, classes] for classes, summed over them."""
    error = (p.astype(np.float64) - yes.astype(np.float64)) ** 2
    return mean(error if error.ndim == 1 else error.sum(axis=1))


def recalibration(yes: Column, p: Column, *, slope: bool) -> Measure:
    """Slope or intercept of the logistic regression of what happened on logit(p): 1 and 0 where p is honest.

    A slope under 1 means overconfidence. Undefined where one outcome is missing or the two are separable.
    """
    happened = yes.astype(np.float64)
    clipped = np.clip(p.astype(np.float64), _EDGE, 1.0 - _EDGE)
    logit = np.log(clipped) - np.log1p(-clipped)

    def statistic(weights: Floats) -> Floats:
        return _logistic(weights, logit, happened)[1 if slope else 0]

    return Measure(len(yes), statistic)


def _logistic(weights: Floats, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Fit intercept and slope for each row of weights by Newton's method; NaN where it does not settle."""
    # From a slope of 0 the fit also settles where what was said has little to do with what happened.
    yes, no = weights @ y, weights @ (1.0 - y)
    intercept, slope = np.log(np.maximum(yes, _LEAST) / np.maximum(no, _LEAST)), np.zeros(len(weights))
    settled = np.zeros(len(weights), dtype=np.bool_)
    for _ in range(_STEPS):
        chance = 0.5 * (1.0 + np.tanh(0.5 * (intercept[:, None] + slope[:, None] * x)))
        curve, rest = weights * chance * (1.0 - chance), weights * (y - chance)
        a, b, c = curve.sum(axis=1), curve @ x, curve @ (x * x)
        first, second = rest.sum(axis=1), rest @ x
        determinant = a * c - b * b
        up = ratio(c * first - b * second, determinant)
        turn = ratio(a * second - b * first, determinant)
        settled = (np.abs(up) < 1e-8) & (np.abs(turn) < 1e-8)
        intercept, slope = intercept + np.clip(up, -5, 5), slope + np.clip(turn, -5, 5)
        if settled.all():
            break
    wrong = ~settled | (np.abs(slope) > _STEEPEST)
    return np.where(wrong, np.nan, intercept), np.where(wrong, np.nan, slope)


def mass_bins(p: Column, bins: int = BINS) -> NDArray[np.intp]:
    """Return the bin of each row, ``bins`` of about equal mass by rising p; equal values are never parted."""
    values = p.astype(np.float64)
    edges = np.unique(np.quantile(values, np.arange(1, bins) / bins))
    return np.unique(np.searchsorted(edges, values, side="right"), return_inverse=True)[1].astype(np.intp)


def calibration_error(yes: Column, p: Column, bins: int = BINS) -> Measure:
    """Root mean squared calibration error over bins of equal mass, less what chance alone puts there.

    Each bin's share of yes has a variance of its own, which the squared gap to its mean p contains. It is taken off as
    the variance of a weighted mean: on the rows themselves this is Kumar's estimator, on a resample it also takes off
    the noise that resampling adds, so that the interval is not pushed upwards.
    """
    happened, said = yes.astype(np.float64), p.astype(np.float64)
    inside = np.eye(int(mass_bins(p, bins).max()) + 1)[mass_bins(p, bins)]

    def statistic(weights: Floats) -> Floats:
        mass = weights @ inside
        share = ratio(weights @ (inside * happened[:, None]), mass)
        gap = share - ratio(weights @ (inside * said[:, None]), mass)
        spread = ratio((weights**2) @ inside, mass**2)
        # A bin with one row tells nothing of its own noise: its gap counts as noise.
        noise = np.where(spread < 1.0, ratio(share * (1.0 - share) * spread, 1.0 - spread), gap**2)
        squared = np.nansum(mass * (gap**2 - noise), axis=1) / mass.sum(axis=1)
        return np.asarray(np.sqrt(np.maximum(squared, 0.0)))

    return Measure(len(yes), statistic)


def selective_error(right: Column, confidence: Column, coverage: float) -> Measure:
    """Share of errors among the ``coverage`` of rows of most confidence; those that tie are answered in equal part."""
    return Measure(len(right), lambda weights: _risk(weights, right, confidence, np.array([coverage]))[:, 0])


def risk_coverage_area(right: Column, confidence: Column) -> Measure:
    """Area under risk against coverage (AURC): the mean selective error over the coverages 1%, 2% ... 100%."""
    return Measure(len(right), lambda weights: _risk(weights, right, confidence, _COVERAGES).mean(axis=1))


def coverage_at_risk(right: Column, confidence: Column, risk: float) -> Measure:
    """Largest share of rows that can be answered, most confident first, with at most ``risk`` of the answers wrong."""

    def statistic(weights: Floats) -> Floats:
        wrong, answered = _cumulative(weights, 1.0 - right.astype(np.float64), confidence)
        borne = np.where(wrong <= risk * answered, answered, 0.0).max(axis=1)
        return ratio(borne, answered[:, -1])

    return Measure(len(right), statistic)


def recall_at_false_positives(yes: Column, score: Column, share: float) -> Measure:
    """Largest share of the positive rows that a cut lets pass which lets pass at most ``share`` of the negative."""

    def statistic(weights: Floats) -> Floats:
        found, passed = _cumulative(weights, yes.astype(np.float64), score)
        false = passed - found
        borne = np.where(false <= share * false[:, -1:], found, 0.0).max(axis=1)
        return np.where(false[:, -1] > 0, ratio(borne, found[:, -1]), np.nan)

    return Measure(len(yes), statistic)


def _cumulative(weights: Floats, values: Floats, score: Column) -> tuple[Floats, Floats]:
    """Return the sums of values, and of the weights alone, from the highest score down to each run of equal ones."""
    order, ends = ranking(score)
    drawn = weights[:, order]
    return np.cumsum(drawn * values[order], axis=1)[:, ends], np.cumsum(drawn, axis=1)[:, ends]


def _risk(weights: Floats, right: Column, confidence: Column, coverages: Floats) -> Floats:
    """Return the selective error [resamples, coverages]; within a run of ties, errors are spread evenly."""
    wrong, answered = _cumulative(weights, 1.0 - right.astype(np.float64), confidence)
    risks = np.empty((len(weights), len(coverages)))
    for place in range(len(weights)):
        wanted = coverages * answered[place, -1]
        met = np.interp(wanted, np.append(0.0, answered[place]), np.append(0.0, wrong[place]))
        risks[place] = met / wanted
    return risks
