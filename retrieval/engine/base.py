"""The seam between search and where vectors lie."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.vectors import Vectors

Slots = NDArray[np.int64]
"""Numbers of keys. A slot is given to one key of one resolution and never used again."""

Where = tuple[frozenset[str], ...]
"""A filter: a key passes when it has at least one facet of every group; the empty tuple lets all pass."""


@dataclass(frozen=True)
class Near:
    """Keys found, nearest first: their slots and their inner products with the query, both [found]."""

    slots: Slots
    products: NDArray[np.float32]


class VectorIndex(Protocol):
    """Unit vectors of keys, searched by inner product.

    Adds and removals are seen by the next search. Calls are not made from two threads at once.
    """

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def slots(self) -> Slots:
        """Slots of all keys, ascending [keys]."""

    def __len__(self) -> int:
        """Return how many keys there are."""

    def add(self, slots: Slots, vectors: Vectors, facets: Sequence[frozenset[str]]) -> None:
        """Take up keys.

        Args:
            slots: new slots, ascending [n].
            vectors: unit vectors [n, dimension], float32.
            facets: what filters can ask of each key, such as ``language:ar`` or ``tag:cards`` [n].
        """

    def remove(self, slots: Slots) -> None:
        """Forget keys; slots that are not there are passed over."""

    def search(self, query: Vectors, *, count: int, where: Where = ()) -> Near:
        """Return the nearest ``count`` keys that pass the filter (all, where fewer do).

        Args:
            query: one unit vector [dimension], float32.
            count: at least 1.
            where: acts inside the search: what does not pass takes no place from what does.
        """

    def vectors(self, slots: Slots) -> Vectors:
        """Return keys' vectors as stored, which may be quantised [n, dimension].

        Raises:
            KeyError: a slot is not there.
        """
