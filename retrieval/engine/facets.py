"""Which rows have which facet, and which rows pass a filter."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from models.errors import ArtifactError
from retrieval.engine.base import Where
from retrieval.engine.rows import Growing, Mask, Rows

Arrays = dict[str, Any]
"""Named arrays, as ``numpy.savez`` writes them."""


class FacetTable:
    """For each facet the rows that have it, ascending: 4 bytes for each facet of a key, however many facets there are.

    A bitmap for each facet would take a bit of every key for it, so a helpdesk with a thousand tags 125 bytes a key.
    """

    def __init__(self) -> None:
        self._rows: dict[str, Growing[np.int32]] = {}

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the rows take."""
        return sum(rows.values.nbytes for rows in self._rows.values())

    def add(self, start: int, facets: Sequence[frozenset[str]]) -> None:
        """Note the facets of new rows, the first of which is ``start``."""
        new: dict[str, list[int]] = {}
        for row, names in enumerate(facets, start):
            for name in names:
                new.setdefault(name, []).append(row)
        for name, rows in new.items():
            self._rows.setdefault(name, Growing(np.zeros(0, dtype=np.int32))).extend(np.array(rows, dtype=np.int32))

    def mask(self, where: Where, size: int) -> Mask:
        """Tell which of ``size`` rows have a facet of every group."""
        passing = np.ones(size, dtype=np.bool_)
        for group in where:
            some = np.zeros(size, dtype=np.bool_)
            for name in group & self._rows.keys():
                some[self._rows[name].values] = True
            passing &= some
        return passing

    def select(self, kept: Rows, size: int) -> "FacetTable":
        """Return the table of an index that keeps only these of ``size`` rows, ascending, numbered from 0."""
        numbers = np.full(size, -1, dtype=np.int32)
        numbers[kept] = np.arange(len(kept), dtype=np.int32)
        made = FacetTable()
        for name, rows in self._rows.items():
            renumbered = numbers[rows.values]
            renumbered = renumbered[renumbered >= 0]
            if len(renumbered):
                made._rows[name] = Growing(renumbered)
        return made

    def arrays(self, living: Mask) -> Arrays:
        """Return the facets of the living rows as arrays."""
        every = {name: rows.values[living[rows.values]] for name, rows in self._rows.items()}
        kept = {name: rows for name, rows in every.items() if len(rows)}
        return {
            "facet_names": np.frombuffer(json.dumps(list(kept)).encode(), dtype=np.uint8),
            "facet_sizes": np.array([len(rows) for rows in kept.values()], dtype=np.int64),
            "facet_rows": np.concatenate([np.zeros(0, dtype=np.int32), *kept.values()]),
        }

    @classmethod
    def of(cls, arrays: Arrays, size: int) -> "FacetTable":
        """Rebuild the table of an index of ``size`` rows.

        Raises:
            ArtifactError: the arrays do not fit each other or the index.
            KeyError: one is missing.
        """
        names = json.loads(arrays["facet_names"].tobytes())
        sizes, rows = arrays["facet_sizes"], arrays["facet_rows"]
        sound = (
            len(names) == len(set(names)) == len(sizes)
            and rows.dtype == np.int32
            and (sizes > 0).all()
            and sizes.sum() == len(rows)
            and rows.min(initial=0) >= 0
            and rows.max(initial=-1) < size
        )
        if not sound:
            msg = "The file of facets does not fit the index: it is built anew."
            raise ArtifactError(msg)
        made = cls()
        parts = np.split(rows, np.cumsum(sizes)[:-1]) if names else []
        made._rows = {name: Growing(part) for name, part in zip(names, parts, strict=True)}
        return made
