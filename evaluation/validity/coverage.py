"""Whether 95% intervals hold the truth in 95% of runs: simulated worlds whose true figure is known."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr
from scipy.stats import norm

from evaluation.bootstrap import Floats, estimate
from evaluation.metrics import Column, Measure, auroc, average_precision, difference, macro_f1, mean, quadratic_kappa

Rng = np.random.Generator
_LABELS = ("negative", "neutral", "positive")
_CONFUSION = np.array([[0.32, 0.05, 0.03], [0.06, 0.18, 0.06], [0.03, 0.05, 0.22]])
"""Shares of (truth, answer) of a sentiment reader that is right in 72%."""
_LEVELS = (1, 2, 3, 4)
_RATINGS = np.array(
    [[0.10, 0.05, 0.01, 0.00], [0.04, 0.18, 0.08, 0.01], [0.01, 0.07, 0.20, 0.06], [0.0, 0.01, 0.05, 0.13]]
)
"""Shares of (one rater, another) on a scale of four levels."""
_PREVALENCE, _APART = 0.3, 1.2
_RIGHT, _BOTH, _THAN = 0.8, 0.66, 0.74
_SKEW = 0.6
_CENTRES = 0.7
_PER_UNIT = (2, 9)


@dataclass(frozen=True)
class Drawn:
    """One simulated run: its measure, and the unit of each row where rows come in units."""

    measure: Measure
    units: NDArray[np.intp] | None = None


@dataclass(frozen=True)
class World:
    """A way to draw runs with a known true figure; ``sizes`` are rows, or units where rows come in units."""

    name: str
    truth: float
    draw: Callable[[Rng, int], Drawn]
    sizes: tuple[int, ...] = (30, 100, 300)


def worlds() -> tuple[World, ...]:
    """Return the simulated worlds: one for each kind of figure that reports state."""
    return (
        World("share", _RIGHT, lambda rng, n: Drawn(mean(rng.random(n) < _RIGHT))),
        World("mean of a skewed measure", float(np.exp(_SKEW**2 / 2)), _skewed),
        World("macro-F1, 3 classes", _true_f1(), _classes),
        World("average precision", _true_precision(), lambda rng, n: Drawn(average_precision(*_scores(rng, n)))),
        World("AUROC", float(ndtr(_APART / np.sqrt(2))), lambda rng, n: Drawn(auroc(*_scores(rng, n)))),
        World("quadratic kappa, 4 levels", _true_kappa(), _raters),
        World("paired difference of two shares", _RIGHT - _THAN, _pairs),
        World("share, rows in units", _RIGHT, _in_units, sizes=(10, 30, 100)),
    )


def coverage(world: World, n: int, *, runs: int, seed: int) -> float:
    """Return the share of simulated runs of ``n`` rows (or units) whose interval holds the truth."""
    rng = np.random.default_rng([seed, n])
    held = 0
    for number in range(runs):
        drawn = world.draw(rng, n)
        found = estimate(drawn.measure.statistic, drawn.measure.n, seed=number, units=drawn.units)
        held += found.low <= world.truth <= found.high
    return held / runs


def _skewed(rng: Rng, n: int) -> Drawn:
    return Drawn(mean(np.exp(_SKEW * rng.standard_normal(n))))


def _cells(table: Floats, rng: Rng, n: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    cells = rng.choice(table.size, size=n, p=table.ravel() / table.sum())
    return np.asarray(cells // table.shape[1]), np.asarray(cells % table.shape[1])


def _classes(rng: Rng, n: int) -> Drawn:
    true, said = _cells(_CONFUSION, rng, n)
    names = np.array(_LABELS, dtype=object)
    return Drawn(macro_f1(names[true], names[said], _LABELS))


def _true_f1() -> float:
    hits = np.diag(_CONFUSION)
    return float((2 * hits / (_CONFUSION.sum(axis=0) + _CONFUSION.sum(axis=1))).mean())


def _scores(rng: Rng, n: int) -> tuple[Column, Column]:
    yes = rng.random(n) < _PREVALENCE
    return yes, rng.standard_normal(n) + _APART * yes


def _true_precision() -> float:
    """Integrate precision over recall for two normal scores."""
    cut = np.linspace(-9.0, 9.0, 200_001)
    recall, passed = norm.sf(cut - _APART), norm.sf(cut)
    found = _PREVALENCE * recall
    precision = found / (found + (1 - _PREVALENCE) * passed)
    return float(np.sum((precision[1:] + precision[:-1]) / 2 * (recall[:-1] - recall[1:])))


def _raters(rng: Rng, n: int) -> Drawn:
    one, other = _cells(_RATINGS, rng, n)
    levels = np.array(_LEVELS, dtype=object)
    return Drawn(quadratic_kappa(levels[one], levels[other], _LEVELS))


def _true_kappa() -> float:
    ranks = np.arange(len(_LEVELS), dtype=np.float64)
    cost = (ranks[:, None] - ranks[None, :]) ** 2
    table = _RATINGS / _RATINGS.sum()
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    return float(1.0 - (cost * table).sum() / (cost * expected).sum())


def _pairs(rng: Rng, n: int) -> Drawn:
    """Two answers to each row, right together more often than by chance."""
    lot = rng.random(n)
    first = lot < _RIGHT
    second = (lot < _BOTH) | ((lot >= _RIGHT) & (lot < _RIGHT + _THAN - _BOTH))
    return Drawn(difference(first, second))


def _in_units(rng: Rng, n: int) -> Drawn:
    """Rows of units (people, conversations) with a rate of their own, of different size."""
    sizes = rng.integers(*_PER_UNIT, size=n)
    rates = rng.beta(_RIGHT / _CENTRES, (1 - _RIGHT) / _CENTRES, size=n)
    units = np.repeat(np.arange(n, dtype=np.intp), sizes)
    return Drawn(mean(rng.random(len(units)) < rates[units]), units)
