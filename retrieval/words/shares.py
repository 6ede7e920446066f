"""How much of a text's weight documents have, found out only as far as it is asked."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

_DIGITS = 6
_SLACK = 2.0 * 10**-_DIGITS
"""How far a share may lie beyond its bounds: rounding, and 32-bit sums in another order."""


class Shares:
    """Shares of a text's weight (BM25) that documents have, in [0, 1].

    The search by words has scored the best documents by the terms that choose. What that leaves open for the others,
    and for all of them where some terms did not choose, is asked only about those for which it can matter.

    Args:
        found: the best documents' sums, best first.
        count: how many were asked for.
        rest: the greatest sum that terms which did not choose can add.
        highest: what all terms can give together; above 0 where anything was found.
        sums: returns the sums of all terms for some rows.
    """

    def __init__(
        self,
        found: Mapping[int, float],
        *,
        count: int,
        rest: float,
        highest: float,
        sums: Callable[[Sequence[int]], Mapping[int, float]],
    ) -> None:
        self._found = found
        self._rest = rest
        self._highest = highest
        self._sums = sums
        # Fewer than were asked for: no other document has any of the terms that chose.
        self._beyond = min(found.values()) if found and len(found) >= count else 0.0

    @property
    def rows(self) -> list[int]:
        """The documents found, best first."""
        return list(self._found)

    def bounds(self, rows: Sequence[int]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the least and the greatest share that each row's document can have; both [rows]."""
        if not self._highest:
            return np.zeros(len(rows)), np.zeros(len(rows))
        least = np.array([self._found.get(row, 0.0) for row in rows])
        most = np.array([self._found.get(row, self._beyond) for row in rows]) + self._rest
        return np.maximum(least / self._highest - _SLACK, 0.0), np.minimum(most / self._highest, 1.0) + _SLACK

    def exact(self, rows: Sequence[int]) -> dict[int, float]:
        """Return the share of each row's document, 0 where no term is shared."""
        known = {} if self._rest else self._found
        asked = [row for row in rows if row not in known]
        sums = {**known, **self._sums(asked)} if asked else known
        return {row: self._share(sums[row]) for row in rows}

    def _share(self, score: float) -> float:
        return min(round(score / self._highest, _DIGITS), 1.0) if score else 0.0
