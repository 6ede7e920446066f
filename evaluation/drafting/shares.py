"""Figures with their intervals: shares, means and quantiles."""

from collections.abc import Mapping, Sequence

import numpy as np

from evaluation.bootstrap import Estimate, estimate, unanimous_bound
from evaluation.metrics import mean
from inference.types import Record

_DIGITS = 4


class Figure(Record):
    """A figure over n rows with its 95% bootstrap interval; ``count`` where it is a share."""

    name: str
    n: int
    count: int | None = None
    point: float
    low: float
    high: float

    @property
    def cells(self) -> list[str]:
        """The figure as cells of a table: name, n, value, interval."""
        if self.count is None:
            return [self.name, str(self.n), f"{self.point:+.2f}", f"[{self.low:+.2f}, {self.high:+.2f}]"]
        value = f"{self.count} = {self.point:.1%}"
        return [self.name, str(self.n), value, f"[{self.low:.1%}, {self.high:.1%}]"]


def share(name: str, values: Sequence[bool], *, seed: int) -> Figure:
    """Return the share of true values; where all agree, the bound is the exact binomial one."""
    rows = np.array(values, dtype=np.bool_)
    found = estimate(mean(rows).statistic, len(rows), seed=seed)
    if found.point in {0.0, 1.0}:
        bound = unanimous_bound(len(rows))
        found = Estimate(found.point, max(0.0, found.point - bound), min(1.0, found.point + bound))
    return _figure(name, found, len(rows), count=int(rows.sum()))


def shares(rows: Mapping[str, Sequence[bool]], *, seed: int) -> list[Figure]:
    """Return a share for each name; one of no rows is left out."""
    return [share(name, values, seed=seed) for name, values in rows.items() if len(values)]


def average(name: str, values: Sequence[float], *, seed: int) -> Figure:
    """Return the mean of numbers."""
    rows = np.array(values, dtype=np.float64)
    return _figure(name, estimate(mean(rows).statistic, len(rows), seed=seed), len(rows))


def _figure(name: str, found: Estimate, n: int, *, count: int | None = None) -> Figure:
    return Figure(
        name=name,
        n=n,
        count=count,
        point=round(found.point, _DIGITS),
        low=round(found.low, _DIGITS),
        high=round(found.high, _DIGITS),
    )
