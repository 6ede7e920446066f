"""Sequential control of series with a stated false-alarm rate: a self-starting CUSUM (Hawkins 1987).

Each look at a series is compared with all looks before it, through Student's distribution of the recursive residual, so
that no long quiet period must come first and nothing is taken for known that was only estimated. While nothing changes
the scores are independent and standard normal; a two-sided CUSUM (Page 1954) adds them up. Its threshold follows from
how rare a false alarm must be (Siegmund 1985, the corrected diffusion approximation of the average run length).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from evaluation.bootstrap import Floats

REFERENCE = 0.5
"""Of the CUSUM, in standard deviations of one look: shifts of twice this are found the fastest."""
LEAST_FREEDOM = 7
"""Looks beyond one a group before a series is judged."""
_OVERSHOOT = 1.166
_LARGEST = 4.0
"""Scores are cut here, and what is learnt of a look: an odd one must neither raise an alarm nor hide others."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A series has left its level.

    Attributes:
        series: its number.
        at: the look at which the alarm was raised.
        since: the look from which on the series is taken to have changed.
        rose: it went up, not down.
        start: the first look that the level before was learnt from.
    """

    series: int
    at: int
    since: int
    rose: bool
    start: int


def threshold(run_length: float) -> float:
    """Return the two-sided CUSUM's threshold at which a false alarm comes once in so many looks on average."""
    excess = 2 * run_length * 2 * REFERENCE**2  # each side alone may come half as often

    def gap(level: float) -> float:
        return math.expm1(2 * REFERENCE * level) - 2 * REFERENCE * level - excess

    return float(optimize.brentq(gap, 0.1, 60.0)) - _OVERSHOOT


def watch(
    values: Floats, weights: Floats, groups: NDArray[np.intp], limit: float, least: Floats | None = None
) -> Iterator[Alarm]:
    """Yield the alarms of series; after each the series starts anew.

    Args:
        values: [series, looks], of about normal distribution; NaN where there was nothing to look at.
        weights: inverse variances of the values up to a factor [series, looks].
        groups: the kind of each look (its weekday, say) [looks], from 0: each kind has a level of its own.
        limit: the ``threshold``.
        least: the variances that counting alone makes [series, looks], where they are known; 0 where not. A rare event
            that has not happened yet would else be taken for one that never does, and its first one for a change.
    """
    floors = np.zeros_like(values) if least is None else least
    state = _State(len(values), int(groups.max(initial=0)) + 1)
    for look, group in enumerate(groups):
        scores = state.score(values[:, look], weights[:, look], floors[:, look], int(group))
        for series in np.flatnonzero(state.add(scores, look, limit)):
            rose = bool(state.sums[0, series] > limit)
            since = int(state.since[0 if rose else 1, series])
            yield Alarm(int(series), look, since, rose, int(state.start[series]))
            state.restart(int(series), look + 1)


class _State:
    """What is known of all series so far: weighted means by group, their squares, and the sums of both sides."""

    def __init__(self, series: int, groups: int) -> None:
        self._mass, self._means = np.zeros((series, groups)), np.zeros((series, groups))
        self._squares, self._looks = np.zeros(series), np.zeros(series)
        self.sums, self.since = np.zeros((2, series)), np.zeros((2, series), np.int64)
        self.start = np.zeros(series, np.int64)

    def score(self, values: Floats, weights: Floats, floors: Floats, group: int) -> Floats:
        """Return the scores of one look [series], NaN where a series cannot be judged yet, and learn from it."""
        mass, means = self._mass[:, group], self._means[:, group]
        known = (mass > 0) & ~np.isnan(values)
        freedom = self._looks - (self._mass > 0).sum(axis=1)
        ready = known & (freedom >= LEAST_FREEDOM) & ((self._squares > 0) | (floors > 0))
        scores, gap = np.full(len(values), np.nan), values - means
        unit = np.maximum(self._squares[ready] / freedom[ready], floors[ready] * weights[ready])
        spread = np.sqrt(unit * (1 / weights[ready] + 1 / mass[ready]))
        student = gap[ready] / spread
        scores[ready] = np.clip(stats.norm.ppf(stats.t.cdf(student, freedom[ready])), -_LARGEST, _LARGEST)
        gap[ready] = np.clip(gap[ready], -_LARGEST * spread, _LARGEST * spread)
        seen = ~np.isnan(values)
        added = np.where(seen, weights, 0.0)
        total = mass + added
        share = np.divide(added, total, out=np.zeros_like(total), where=total > 0)
        self._squares += np.where(known, mass * share * np.nan_to_num(gap) ** 2, 0.0)
        self._means[:, group] = means + share * np.nan_to_num(gap)
        self._mass[:, group], self._looks = total, self._looks + seen
        return scores

    def add(self, scores: Floats, look: int, limit: float) -> NDArray[np.bool_]:
        """Add scores to both sides; return which series have gone beyond the limit [series]."""
        for side, sign in enumerate((1.0, -1.0)):
            grown = np.where(np.isnan(scores), self.sums[side], self.sums[side] + sign * scores - REFERENCE)
            begins = (self.sums[side] <= 0) & (grown > 0)
            self.since[side] = np.where(begins, look, self.since[side])
            self.sums[side] = np.maximum(grown, 0.0)
        return np.asarray(self.sums.max(axis=0) > limit)

    def restart(self, series: int, look: int) -> None:
        """Forget all of a series."""
        self._mass[series], self._means[series] = 0.0, 0.0
        self._squares[series] = self._looks[series] = 0.0
        self.sums[:, series] = 0.0
        self.start[series] = look
