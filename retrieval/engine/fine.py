"""What 8 bits leave of a value: two bits more, kept beside the codes so that the nearest come in their right order."""

import numpy as np
from numpy.typing import NDArray

from models.errors import ArtifactError
from retrieval.engine.rows import Growing, Rows
from retrieval.vectors import Vectors

_IN_BYTE = 4
_SHIFTS = np.array([0, 2, 4, 6], dtype=np.uint8)
_OFFSETS = (((np.arange(256)[:, None] >> _SHIFTS) & 3) / 4 + 1 / 8 - 1 / 2).astype(np.float32)
"""For each byte its four offsets from the middles of the cells [256, 4]."""


class FineCodes:
    """In which quarter of its 8-bit code's cell each value lies: a byte for four dimensions of a row.

    Args:
        dimension: of the vectors.
        codes: of the first rows [n, dimension / 4, rounded up].

    Raises:
        ArtifactError: the codes are of another shape.
    """

    def __init__(self, dimension: int, codes: NDArray[np.uint8] | None = None) -> None:
        self._dimension = dimension
        self._width = -(-dimension // _IN_BYTE)
        given = np.zeros((0, self._width), dtype=np.uint8) if codes is None else codes
        if given.dtype != np.uint8 or given.ndim != 2 or given.shape[1] != self._width:
            msg = f"The fine codes are {given.dtype} {given.shape} instead of {self._width} bytes a row."
            raise ArtifactError(msg)
        self._bytes = Growing(given.reshape(-1))

    def __len__(self) -> int:
        return len(self._bytes.values) // self._width

    @property
    def codes(self) -> NDArray[np.uint8]:
        """All codes, shared [rows, dimension / 4, rounded up]."""
        return self._bytes.values.reshape(-1, self._width)

    def extend(self, places: Vectors) -> None:
        """Append rows: where in its cell each value lies, 0 to 1; beyond is taken for the edge [n, dimension]."""
        quarters = np.zeros((len(places), self._width * _IN_BYTE), dtype=np.uint8)
        quarters[:, : self._dimension] = np.clip(places * _IN_BYTE, 0, _IN_BYTE - 1)
        packed = quarters.reshape(len(places), self._width, _IN_BYTE) << _SHIFTS
        self._bytes.extend(np.bitwise_or.reduce(packed, axis=2).reshape(-1))

    def offsets(self, rows: Rows) -> Vectors:
        """Return how far values lie from the middles of their cells, in widths of a cell [n, dimension]."""
        found: Vectors = _OFFSETS[self.codes[rows]].reshape(len(rows), self._width * _IN_BYTE)[:, : self._dimension]
        return found

    def erase(self, rows: Rows) -> None:
        """Overwrite rows."""
        self.codes[rows] = 0
