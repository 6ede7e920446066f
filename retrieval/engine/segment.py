"""Keys in rows: their slots, facets and vectors, and which of them are still there."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.errors import ArtifactError
from retrieval.engine.base import Near, Slots, Where
from retrieval.engine.facets import Arrays, FacetTable
from retrieval.engine.flat import FlatIndex
from retrieval.engine.graph import FINE, GraphIndex
from retrieval.engine.rows import Growing, Mask, Passing, RowIndex, Rows, faiss
from retrieval.vectors import Vectors

VECTOR_FILE = "vectors.faiss"
KEY_FILE = "keys.npz"
_FILTERS = 64
"""Filters whose passing rows are remembered until the next change; at a million rows each takes 125 kB."""


class Segment:
    """Rows of keys, in ascending order of their slots. A removed key's row stays, dead, until the segment is rebuilt.

    Args:
        index: the vectors, empty.
        above: the greatest slot that was ever given; new ones are greater.
    """

    def __init__(self, index: RowIndex, above: int = -1) -> None:
        self.index = index
        self.above = above
        self._slots = Growing(np.zeros(0, dtype=np.int64))
        self._living = Growing(np.zeros(0, dtype=np.bool_))
        self._facets = FacetTable()
        self._dead = 0
        self._filters: dict[Where, Passing] = {}

    @property
    def slots(self) -> Slots:
        """Slots of all rows, dead ones included [rows]."""
        return self._slots.values

    @property
    def living(self) -> Mask:
        """Which rows are there."""
        return self._living.values

    @property
    def dead(self) -> int:
        """How many rows are not."""
        return self._dead

    @property
    def nbytes(self) -> int:
        """Bytes of memory that all rows take."""
        return self.index.nbytes + self.slots.nbytes + self.living.nbytes + self._facets.nbytes

    def __len__(self) -> int:
        return len(self.index)

    def add(self, slots: Slots, vectors: Vectors, facets: Sequence[frozenset[str]]) -> None:
        """Append keys; ``VectorIndex.add`` describes them.

        Raises:
            ValueError: the three differ in length, the vectors in dimension, or a slot is not greater than all before.
        """
        if vectors.shape != (len(slots), self.index.dimension) or len(facets) != len(slots):
            msg = f"{len(slots)} slots, {len(facets)} facets, vectors {vectors.shape} of {self.index.dimension}."
            raise ValueError(msg)
        if not len(slots):
            return
        if slots[0] <= self.above or (np.diff(slots) <= 0).any():
            msg = f"Slots ascend and are used once: the last was {self.above}, the first of these is {slots[0]}."
            raise ValueError(msg)
        self._facets.add(len(self), facets)
        self.index.add(vectors)
        self._slots.extend(slots)
        self._living.extend(np.ones(len(slots), dtype=np.bool_))
        self.above = int(slots[-1])
        self._filters.clear()

    def remove(self, slots: Slots) -> None:
        """Mark keys as dead; slots that are not there are passed over."""
        rows = self._rows(np.unique(slots))
        rows = rows[rows >= 0]
        self.living[rows] = False
        self._dead += len(rows)
        self._filters.clear()

    def search(self, query: Vectors, count: int, where: Where) -> Near:
        """Return the nearest keys that are there and pass; of equally near ones those of lower slots first."""
        passing = self._passing(where)
        count = min(count, len(self) if passing is None else passing.count)
        if not count:
            return Near(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32))
        rows, products = self.index.search(query, count, passing)
        slots = self.slots[rows]
        order = np.lexsort((slots, -products))
        return Near(slots[order], products[order])

    def vectors(self, slots: Slots) -> Vectors:
        """Return keys' vectors [n, dimension]; ``KeyError`` where one is not there."""
        rows = self._rows(slots)
        if (rows < 0).any():
            msg = f"No key has slot {slots[rows < 0][0]}."
            raise KeyError(msg)
        return self.index.vectors(rows)

    def select(self, kept: Rows, index: RowIndex) -> "Segment":
        """Return a segment of ``kept`` rows, ascending, whose vectors ``index`` holds in this order."""
        made = Segment(index, self.above)
        made._slots, made._living = Growing(self.slots[kept]), Growing(self.living[kept])
        made._facets = self._facets.select(kept, len(self))
        made._dead = int(np.count_nonzero(~made.living))
        return made

    def _rows(self, slots: Slots) -> Rows:
        """Return the rows of slots, -1 for those that are not there."""
        if not len(self):
            return np.full(len(slots), -1, dtype=np.int64)
        rows = np.minimum(np.searchsorted(self.slots, slots), len(self) - 1)
        return np.where((self.slots[rows] == slots) & self.living[rows], rows, -1)

    def _passing(self, where: Where) -> Passing | None:
        if not where and not self._dead:
            return None
        if where not in self._filters:
            if len(self._filters) >= _FILTERS:
                self._filters.clear()
            self._filters[where] = Passing.of(self._facets.mask(where, len(self)) & self.living)
        return self._filters[where]

    def save(self, folder: Path) -> None:
        """Write two files, for a graph three; of a removed key they keep no vector and no facet, only its slot."""
        self.index.erase(self.living)
        self.index.save(folder / VECTOR_FILE)
        arrays: Arrays = {"slots": self.slots, "living": self.living, "above": np.array([self.above], dtype=np.int64)}
        np.savez(folder / KEY_FILE, **(arrays | self._facets.arrays(self.living)))

    @classmethod
    def load(cls, folder: Path) -> "Segment":
        """Read what `save` wrote; the files' bytes have been checked against their digests before.

        Raises:
            ArtifactError: a file is missing or of another kind, or the two do not fit each other.
        """
        try:
            with np.load(folder / KEY_FILE, allow_pickle=False) as file:
                arrays: Arrays = {name: file[name] for name in file.files}
            loaded = faiss.read_index(str(folder / VECTOR_FILE))
            if isinstance(loaded, faiss.IndexFlat):
                return cls._of(FlatIndex.of(loaded), arrays)
            fine = np.load((folder / VECTOR_FILE).with_suffix(FINE), allow_pickle=False)
            return cls._of(GraphIndex.of(loaded, fine), arrays)
        except (OSError, EOFError, RuntimeError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            msg = f"The index in {folder.name} cannot be read: it is built anew."
            raise ArtifactError(msg) from error

    @classmethod
    def _of(cls, index: RowIndex, arrays: Arrays) -> "Segment":
        slots, living, above = arrays["slots"], arrays["living"], arrays["above"]
        sound = (
            slots.shape == living.shape == (len(index),)
            and (slots.dtype, living.dtype, above.dtype) == (np.int64, np.bool_, np.int64)
            and (np.diff(slots, prepend=np.int64(-1)) > 0).all()
            and above.shape == (1,)
            and slots.max(initial=-1) <= above[0]
        )
        if not sound:
            msg = "The files of keys and vectors do not fit each other: the index is built anew."
            raise ArtifactError(msg)
        made = cls(index, int(above[0]))
        made._slots, made._living = Growing(slots), Growing(living)
        made._facets = FacetTable.of(arrays, len(index))
        made._dead = int(np.count_nonzero(~made.living))
        return made
