"""The resolutions in the running for one query, as arrays: most of them are never looked at one by one."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.vectors import Vectors
from retrieval.words.shares import Shares

Floats = NDArray[np.float64]


class Candidate(NamedTuple):
    """A resolution in the running.

    Attributes:
        row: its number in the index.
        products: inner products of the query with its keys, in their order; the last is the answer's.
        best: the greatest of them.
        lexical: share of the query's words that it has, by weight; 0 when the query is a vector alone.
        problem: its problem's vector [dimension].
        answer: its answer's vector [dimension].
    """

    row: int
    products: tuple[float, ...]
    best: float
    lexical: float
    problem: Vectors
    answer: Vectors


@dataclass(frozen=True)
class Candidates:
    """All resolutions in the running for a query.

    Attributes:
        rows: their numbers in the index, each once [n].
        ends: where the keys of each end among all keys, which stand one resolution's after another's [n].
        vectors: of the keys [keys, dimension].
        products: of the query with the keys [keys].
        shares: of the query's words; None when it is a vector alone.
    """

    rows: list[int]
    ends: NDArray[np.int64]
    vectors: Vectors
    products: Vectors
    shares: Shares | None

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Where the keys of each begin [n]."""
        return np.concatenate([np.zeros(1, np.int64), self.ends[:-1]])

    @cached_property
    def best(self) -> Floats:
        """The greatest product of each [n]."""
        return np.maximum.reduceat(self.products, self.starts).astype(np.float64)

    def agreeing(self, most: int) -> Floats:
        """Return the mean of the ``most`` greatest products of each, the answer's left out [n]."""
        counts = self.ends - self.starts - 1
        width = int(counts.max())
        asked = np.ones(len(self.products), np.bool_)
        asked[self.ends - 1] = False
        table = np.full((len(self), width), -np.inf)
        table[np.arange(width) < counts[:, None]] = self.products[asked]
        if width > most:
            table = -np.sort(-table, axis=1)[:, :most]
        means: Floats = np.where(np.isfinite(table), table, 0.0).sum(axis=1) / np.minimum(counts, most)
        return means

    def bounds(self) -> tuple[Floats, Floats]:
        """Return the least and the greatest share of the query's words that each can have [n]."""
        if self.shares is None:
            return np.zeros(len(self)), np.zeros(len(self))
        return self.shares.bounds(self.rows)

    def exactly(self, places: list[int]) -> list[Candidate]:
        """Return some of them, by their places among ``rows``."""
        rows = [self.rows[place] for place in places]
        lexical = {} if self.shares is None else self.shares.exact(rows)
        return [
            Candidate(
                row=row,
                products=tuple(self.products[start:end].tolist()),
                best=best,
                lexical=lexical.get(row, 0.0),
                problem=self.vectors[start],
                answer=self.vectors[end - 1],
            )
            for row, start, end, best in zip(
                rows,
                self.starts[places].tolist(),
                self.ends[places].tolist(),
                self.best[places].tolist(),
                strict=True,
            )
        ]
