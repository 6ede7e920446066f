"""Live figures: shares, means and quantiles with n and a 95% interval, computed at once for any number of rows.

Rows of one unit (a conversation, say) are not independent: the variance counts whole units. Shares have the interval of
Wilson (1927) at the effective number of rows (Kish 1965), means that of Student at the number of units, quantiles that
of order statistics (Conover 1999, section 3.2). No resampling: a summary of 20,000 drafts has hundreds of these.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import stats

from evaluation.bootstrap import CONFIDENCE, Floats
from evaluation.figures import TOO_FEW, TOO_FEW_UNITS
from inference.types import Record

Z = float(stats.norm.ppf(0.5 + CONFIDENCE / 2))
_DIGITS = 4


class LiveFigure(Record):
    """One figure of what happened; without a point where too few rows say anything."""

    name: str
    n: int = Field(description="Rows behind it.")
    point: float | None = None
    low: float | None = Field(default=None, description="Lower bound of the 95% interval.")
    high: float | None = None
    unit: str = Field(default="share", description="share, seconds, count, words or score.")
    note: str | None = Field(default=None, description="Why a number is missing.")


def share(name: str, values: Sequence[bool], units: Sequence[str] | None = None) -> LiveFigure:
    """Return the share of rows that are true.

    Args:
        name: of the figure.
        values: one a row [n].
        units: the unit that each row belongs to [n]; every row is its own if None.
    """
    rows, groups = np.asarray(values, np.float64), _groups(units, len(values))
    if few := _few(name, groups, "share"):
        return few
    n, point = len(rows), float(rows.mean())
    effective = n / max(1.0, _design_effect(rows, groups))
    middle = (point + Z**2 / (2 * effective)) / (1 + Z**2 / effective)
    half = Z * math.sqrt(point * (1 - point) / effective + (Z / (2 * effective)) ** 2) / (1 + Z**2 / effective)
    return figure(name, n, (point, max(0.0, middle - half), min(1.0, middle + half)), "share")


def mean(name: str, values: Sequence[float], units: Sequence[str] | None = None, *, unit: str = "share") -> LiveFigure:
    """Return the mean of rows; arguments as for ``share``, ``unit`` is what is counted."""
    rows, groups = np.asarray(values, np.float64), _groups(units, len(values))
    if few := _few(name, groups, unit):
        return few
    point, count = float(rows.mean()), int(groups.max()) + 1
    sums = np.bincount(groups, weights=rows - point)
    half = float(stats.t.ppf(0.5 + CONFIDENCE / 2, count - 1))
    half *= math.sqrt(float(sums @ sums) * count / (count - 1)) / len(rows)
    return figure(name, len(rows), (point, point - half, point + half), unit)


def quantile(
    name: str, values: Sequence[float], q: float, units: Sequence[str] | None = None, *, unit: str
) -> LiveFigure:
    """Return a quantile, with bounds that are values of rows too; arguments as for ``mean``.

    Where rows come in units, order statistics are taken as far out as the rows below the quantile vary between units.
    """
    groups = _groups(units, len(values))
    if few := _few(name, groups, unit):
        return few
    given = np.asarray(values, np.float64)
    wider = math.sqrt(max(1.0, _design_effect((given <= np.quantile(given, q)).astype(np.float64), groups)))
    rows, tail = np.sort(np.asarray(values, np.float64)), (1 - CONFIDENCE) / 2
    n = len(rows)
    low, high = (int(stats.binom.ppf(at, n, q)) for at in (tail, 1 - tail))
    if units is not None:
        low, high = math.floor(n * q - (n * q - low) * wider), math.ceil(n * q + (high - n * q) * wider)
    bounds = float(rows[max(low - 1, 0)]), float(rows[min(high + 1, n) - 1])
    return figure(name, n, (float(np.quantile(rows, q)), *bounds), unit)


def figure(name: str, n: int, found: tuple[float, float, float], unit: str) -> LiveFigure:
    """Return a figure of a point and its bounds, rounded."""
    point, low, high = (round(value, _DIGITS) for value in found)
    return LiveFigure(name=name, n=n, point=point, low=low, high=high, unit=unit)


def too_few(name: str, n: int, unit: str = "share") -> LiveFigure:
    """Return the figure of rows that are too few to say anything."""
    return LiveFigure(name=name, n=n, unit=unit, note="too few")


def _few(name: str, groups: NDArray[np.intp], unit: str) -> LiveFigure | None:
    enough = len(groups) >= TOO_FEW and int(groups.max()) + 1 >= TOO_FEW_UNITS
    return None if enough else too_few(name, len(groups), unit)


def _groups(units: Sequence[str] | None, n: int) -> NDArray[np.intp]:
    if units is None:
        return np.arange(n)
    return np.unique(np.asarray(units, dtype=np.str_), return_inverse=True)[1].astype(np.intp)


def _design_effect(rows: Floats, groups: NDArray[np.intp]) -> float:
    """Return how many times the variance of independent rows the mean's variance is."""
    point, n = float(rows.mean()), len(rows)
    count = int(groups.max()) + 1
    if point in (0.0, 1.0):  # nothing varies: as if the rows of a unit always agreed
        sizes = np.bincount(groups)
        return float(sizes @ sizes) / n
    sums = np.bincount(groups, weights=rows - point)
    return float(sums @ sums) * count / (count - 1) / (n * point * (1 - point))
