"""What the two indexes in memory share: vectors are numbered by row, and a search may be limited to some rows."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import faiss as _faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.vectors import Vectors

# FAISS's own stubs lack or mistype half of what is used here.
faiss: Any = _faiss
# One thread: with OpenMP and a busy neighbour a single query takes 16 ms instead of 0.2 ms.
faiss.omp_set_num_threads(1)

Rows = NDArray[np.int64]
"""Numbers of vectors in an index, from 0 in the order of adding."""
Mask = NDArray[np.bool_]
"""One truth value for each row."""
Scalar = TypeVar("Scalar", bound=np.generic)


@dataclass(frozen=True)
class Passing:
    """The rows that a search may return.

    Attributes:
        bits: a bit for each row, lowest first [rows / 8, rounded up].
        count: how many of them are set.
    """

    bits: NDArray[np.uint8]
    count: int

    @classmethod
    def of(cls, mask: Mask) -> "Passing":
        """Pack a mask."""
        return cls(np.packbits(mask, bitorder="little"), int(np.count_nonzero(mask)))

    @cached_property
    def rows(self) -> Rows:
        """The same as numbers, ascending."""
        return np.flatnonzero(np.unpackbits(self.bits, bitorder="little"))

    @property
    def selector(self) -> Any:  # noqa: ANN401 - a FAISS object
        """The same for FAISS."""
        return faiss.IDSelectorBitmap(self.bits)


class RowIndex(Protocol):
    """Vectors by row, searched by inner product; `FlatIndex` and `GraphIndex`."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the vectors and their links take."""

    def __len__(self) -> int:
        """Return how many rows there are."""

    def add(self, vectors: Vectors) -> None:
        """Append rows [n, dimension], float32."""

    def search(self, query: Vectors, count: int, passing: Passing | None) -> tuple[Rows, Vectors]:
        """Return the nearest rows and their inner products, nearest first.

        Args:
            query: one vector [dimension].
            count: from 1 to the number of rows that pass; so many are returned.
            passing: the rows to choose from; None for all.
        """

    def vectors(self, rows: Rows) -> Vectors:
        """Return rows as stored [n, dimension]."""

    def erase(self, living: Mask) -> None:
        """Overwrite every row that is not living: nothing of it can be read back, nor is it written by `save`."""

    def save(self, path: Path) -> None:
        """Write everything to a file, or to that and others named after it."""


class Growing(Generic[Scalar]):
    """A one-dimensional array that is appended to; its memory grows by half at a time."""

    def __init__(self, values: NDArray[Scalar]) -> None:
        self._memory = values
        self._size = len(values)

    @property
    def values(self) -> NDArray[Scalar]:
        """The present content, shared: what is written to it is kept. Not to be held across `extend`."""
        return self._memory[: self._size]

    def extend(self, values: NDArray[Scalar]) -> None:
        """Append values."""
        size = self._size + len(values)
        if size > len(self._memory):
            grown = np.empty(size + size // 2, dtype=self._memory.dtype)
            grown[: self._size] = self.values
            self._memory = grown
        self._memory[self._size : size] = values
        self._size = size
