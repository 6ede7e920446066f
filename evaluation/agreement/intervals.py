"""Items with their weights, and a coefficient from a statistic of them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.agreement.records import FEWEST, FEWEST_EFFECTIVE, Coefficient, Note
from evaluation.bootstrap import Floats, Statistic, estimate, unanimous_bound

_DIGITS = 4
_FLAT = 1e-9


@dataclass(frozen=True)
class Items:
    """What is drawn again in a bootstrap.

    Attributes:
        weights: of each item, 1 on average [items].
        rows: the item of each row, where items have several rows that share its weight [rows].
    """

    weights: Floats
    rows: NDArray[np.intp] | None = None

    @classmethod
    def of(cls, names: Sequence[str], weights: Mapping[str, float] | None) -> "Items":
        """Weigh the items: those without a weight weigh 1, before all are scaled to 1 on average.

        Raises:
            ValueError: a weight is not above 0.
        """
        given = np.array([1.0 if weights is None else weights.get(name, 1.0) for name in names], dtype=np.float64)
        if (given <= 0.0).any():
            msg = "An item's weight is 1 / its inclusion probability, above 0."
            raise ValueError(msg)
        return cls(given / given.mean() if len(given) else given)

    @property
    def n(self) -> int:
        """How many items."""
        return len(self.weights)

    @property
    def effective(self) -> float:
        """How many equally weighted items would say as much (Kish 1965)."""
        return float(self.weights.sum() ** 2 / (self.weights**2).sum()) if self.n else 0.0

    @property
    def few(self) -> bool:
        """Whether they are too few for a number."""
        return self.n < FEWEST or self.effective < FEWEST_EFFECTIVE

    def on_rows(self, drawn: Floats) -> Floats:
        """Share the items' weights [resamples, items] among their rows [resamples, rows]."""
        if self.rows is None:
            return drawn
        return np.asarray(drawn[:, self.rows] / np.bincount(self.rows, minlength=self.n)[self.rows])

    def over_rows(self, statistic: Statistic) -> Statistic:
        """Turn a statistic of rows into one of items."""
        return lambda drawn: statistic(self.on_rows(drawn))

    def nothing_varies(self) -> Coefficient:
        """Return what can be said where one value was given throughout."""
        return Coefficient(n=self.n, note=Note.TOO_FEW if self.few else Note.NO_VARIATION)


def coefficient(
    statistic: Statistic, items: Items, *, seed: int, best: float | None = None, widest: float = 1.0, flat: bool = False
) -> Coefficient:
    """Return a statistic of items with its interval, or why there is none.

    Where every item agrees, resampling gives an interval of no width, which would claim certainty.

    Args:
        statistic: of item weights [resamples, items].
        items: what is drawn.
        seed: of the draws.
        best: the value at which every item agrees; the interval then reaches down by the exact binomial bound.
        widest: how much of the value is lost for each share of items that disagree.
        flat: leave an interval of no width as it is, for ``settled`` to widen.
    """
    if items.few:
        return Coefficient(n=items.n, note=Note.TOO_FEW)
    found = estimate(lambda drawn: statistic(drawn * items.weights), items.n, seed=seed)
    if math.isnan(found.point):
        return Coefficient(n=items.n, note=Note.NO_VARIATION)
    point, low, high = found.point, found.low, found.high
    if best is not None and abs(point - best) < _FLAT:
        low, high = best - widest * unanimous_bound(items.effective), best
    elif math.isnan(low) or (high - low < _FLAT and not flat):
        return Coefficient(n=items.n, point=round(point, _DIGITS), note=Note.NO_INTERVAL)
    return Coefficient(n=items.n, point=round(point, _DIGITS), low=round(low, _DIGITS), high=round(high, _DIGITS))


def settled(found: Coefficient, items: Items, bounds: tuple[float, float]) -> Coefficient:
    """Widen a mean's interval of no width: as many items as all effective ones can hide may lie at the bounds."""
    if found.point is None or found.low is None or found.high is None or found.high - found.low > _FLAT:
        return found
    hidden = unanimous_bound(items.effective)
    low, high = (found.point + hidden * (bound - found.point) for bound in bounds)
    return found.model_copy(update={"low": round(low, _DIGITS), "high": round(high, _DIGITS)})
