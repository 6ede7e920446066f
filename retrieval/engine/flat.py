"""Exact search: every vector in full, every product computed."""

from pathlib import Path
from typing import Any

import numpy as np

from models.errors import ArtifactError
from retrieval.engine.rows import Mask, Passing, Rows, faiss
from retrieval.vectors import Vectors


class FlatIndex:
    """A ``RowIndex`` of float32 vectors: 4 bytes a dimension, exact, linear in the number of rows."""

    def __init__(self, dimension: int) -> None:
        self._index = faiss.IndexFlatIP(dimension)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the vectors take."""
        return int(self._index.ntotal * self._index.code_size)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, vectors: Vectors) -> None:
        """Append rows [n, dimension]."""
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def search(self, query: Vectors, count: int, passing: Passing | None) -> tuple[Rows, Vectors]:
        """Return the nearest ``count`` rows that pass, and their products."""
        parameters = None if passing is None else faiss.SearchParameters(sel=passing.selector)
        products, rows = self._index.search(query[None, :], count, params=parameters)
        return rows[0], products[0]

    def vectors(self, rows: Rows) -> Vectors:
        """Return rows [n, dimension]."""
        return np.asarray(self._index.reconstruct_batch(rows), dtype=np.float32)

    def erase(self, living: Mask) -> None:
        """Set all rows to zero that are not living."""
        if living.all():
            return
        matrix = faiss.rev_swig_ptr(self._index.get_xb(), self.nbytes // 4).reshape(len(self), self.dimension)
        matrix[~living] = 0.0

    def save(self, path: Path) -> None:
        """Write the vectors to one file."""
        faiss.write_index(self._index, str(path))

    @classmethod
    def of(cls, loaded: Any) -> "FlatIndex":  # noqa: ANN401 - a FAISS object
        """Take up an index that FAISS has read.

        Raises:
            ArtifactError: it is not of this kind.
        """
        if not isinstance(loaded, faiss.IndexFlat) or loaded.metric_type != faiss.METRIC_INNER_PRODUCT:
            msg = f"The vector file holds a {type(loaded).__name__} instead of flat vectors: it is built anew."
            raise ArtifactError(msg)
        made = cls(loaded.d)
        made._index = loaded
        return made
