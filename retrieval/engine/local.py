"""The index in memory: exact while it is small, a graph when it is large."""

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from retrieval.engine.base import Near, Slots, Where
from retrieval.engine.flat import FlatIndex
from retrieval.engine.graph import GraphIndex
from retrieval.engine.rows import RowIndex, Rows
from retrieval.engine.segment import Segment
from retrieval.vectors import Vectors

GRAPH_ABOVE = 50_000
"""Keys up to which every search compares the query with all of them."""
_DEAD_SHARE = 0.2
"""Share of removed keys among the rows above which the index is to be compacted."""
_SAMPLE = 50_000
"""Vectors that the graph's quantiser takes its ranges from."""
_CHUNK = 1_024
_LAST_CHUNK = 64


class LocalIndex:
    """A ``VectorIndex`` in memory: `FlatIndex` up to ``graph_above`` keys, `GraphIndex` beyond.

    Slots are greater than all that were added before. A removed key is found no more from that moment; its row stays
    until `compact`, which also turns the one kind into the other. Nothing compacts by itself: whoever changes the
    index looks at `due` afterwards.

    Threads: `search`, `vectors`, `save` and `compact` may run beside each other, and `compact` also beside `add` and
    `remove`; those two exclude each other and the first three.

    Args:
        dimension: length of a vector.
        graph_above: keys above which a graph is made.
    """

    def __init__(self, dimension: int, *, graph_above: int = GRAPH_ABOVE) -> None:
        self._segment = Segment(FlatIndex(dimension))
        self._graph_above = graph_above
        self._changing = threading.Lock()
        self._compacting = threading.Lock()

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._segment.index.dimension

    @property
    def slots(self) -> Slots:
        """Slots of all keys, ascending [keys]."""
        segment = self._segment
        return segment.slots[segment.living]

    @property
    def nbytes(self) -> int:
        """Bytes of memory that all keys take."""
        return self._segment.nbytes

    @property
    def is_graph(self) -> bool:
        """Whether searches are approximate."""
        return isinstance(self._segment.index, GraphIndex)

    @property
    def due(self) -> bool:
        """Whether `compact` would gain: a fifth of the rows is dead, or the index has outgrown exact search."""
        segment = self._segment
        outgrown = isinstance(segment.index, FlatIndex) and len(self) > self._graph_above
        return outgrown or segment.dead > _DEAD_SHARE * len(segment)

    def __len__(self) -> int:
        segment = self._segment
        return len(segment) - segment.dead

    def add(self, slots: Slots, vectors: Vectors, facets: Sequence[frozenset[str]]) -> None:
        """Take up keys; to a graph of 100,000 this takes 0.2 ms a key in batches, about 1 ms for one alone.

        Args:
            slots: ascending, and greater than all slots ever added, removed ones included [n].
            vectors: unit vectors [n, dimension], float32.
            facets: what filters can ask of each key [n].

        Raises:
            ValueError: the three do not fit each other, or a slot is not new.
        """
        with self._changing:
            self._segment.add(slots, vectors, facets)

    def remove(self, slots: Slots) -> None:
        """Forget keys; slots that are not there are passed over."""
        with self._changing:
            self._segment.remove(slots)

    def search(self, query: Vectors, *, count: int, where: Where = ()) -> Near:
        """Return the nearest ``count`` keys that pass the filter (all, where fewer do).

        Args:
            query: one unit vector [dimension], float32.
            count: at least 1.
            where: acts inside the search.
        """
        return self._segment.search(query, count, where)

    def vectors(self, slots: Slots) -> Vectors:
        """Return keys' vectors, in a graph quantised to 12 bits a dimension [n, dimension].

        Raises:
            KeyError: a slot is not there.
        """
        return self._segment.vectors(slots)

    def compact(self) -> None:
        """Build the index anew without its removed keys, as the kind that its size asks for, and put it in place.

        Made to run in a thread of its own: searches go on with the present rows, and what is added or removed
        meanwhile is taken over. Twice the memory is needed. Does nothing while another call is at work.
        """
        if not self._compacting.acquire(blocking=False):
            return
        try:
            self._rebuild(self._segment)
        finally:
            self._compacting.release()

    def _rebuild(self, old: Segment) -> None:
        with self._changing:
            index = self._successor(old)
        taken: list[Rows] = []
        end = 0
        while True:
            with self._changing:
                rows = end + np.flatnonzero(old.living[end : end + _CHUNK])
                end = min(end + _CHUNK, len(old))
                vectors = old.index.vectors(rows)
                taken.append(rows)
                if end == len(old) and len(rows) <= _LAST_CHUNK:
                    # Few enough to be linked while changes wait: nothing can come in between.
                    index.add(vectors)
                    self._segment = old.select(np.concatenate(taken), index)
                    return
            index.add(vectors)

    def _successor(self, old: Segment) -> RowIndex:
        """Return an empty index of the right kind."""
        living = np.flatnonzero(old.living)
        if len(living) <= self._graph_above:
            return FlatIndex(old.index.dimension)
        if isinstance(old.index, GraphIndex):
            return old.index.emptied()
        return GraphIndex(old.index.vectors(living[:: -(-len(living) // _SAMPLE)]))

    def save(self, folder: Path) -> None:
        """Write the index to a folder, without anything of the removed keys but their slots.

        A flat row of a removed key is set to zero, a graph's takes the codes of a neighbour, so that no compaction is
        needed first and searches still find their way.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._segment.save(folder)

    @classmethod
    def load(cls, folder: Path, *, graph_above: int = GRAPH_ABOVE) -> "LocalIndex":
        """Read what `save` wrote. Only for files whose bytes have been checked, as `Snapshots.sound` does.

        Raises:
            ArtifactError: a file is missing or of another kind, or the two do not fit each other.
        """
        segment = Segment.load(folder)
        made = cls(segment.index.dimension, graph_above=graph_above)
        made._segment = segment
        return made
