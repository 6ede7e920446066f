"""Approximate search: an HNSW graph over vectors of 8 bits a dimension.

Measured at 100,000 keys, one thread, CPU time on a machine that was busy otherwise: 34,000 search vectors of training
texts and noisy copies of them, 150 held-out texts as queries, nearest 10, ``LINKS`` 16, ``BUILD_WIDTH`` 100.

| | recall@10 | ms, median |
|---|---|---|
| exact, in full | 1 | 6.1 |
| exact, 8 bits: what the graph can reach | 0.989 | 4.3 |
| graph, width 48 / 64 / 96 / 128 | 0.982 / 0.983 / 0.989 / 0.989 | 0.18 / 0.23 / 0.23 / 0.29 |

Adding takes 0.2 ms a key. A key takes 720 bytes: 384 of codes, 192 of fine codes, 132 of links, 12 of FAISS's
bookkeeping.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import ArtifactError
from retrieval.engine.fine import FineCodes
from retrieval.engine.rows import Mask, Passing, Rows, faiss
from retrieval.vectors import Vectors

FINE = ".fine.npy"
"""Ending of the file beside the vectors' that holds the fine codes."""
LINKS = 16
"""Links of a node to others of its layer (M); twice as many in the lowest."""
BUILD_WIDTH = 100
"""Candidates looked at when a node is linked (efConstruction)."""
WHOLE_WIDTH = 512
"""Candidates kept in a search (efSearch) where hardly any row is kept out.

Among 2,000,000 keys recall@10 of 500 questions is 0.979 / 0.983 / 0.987 / 0.993 at 128 / 192 / 256 / 512, in 0.4 / 0.5
/ 0.6 / 0.9 ms: a narrow search misses nothing, or is led to another region and misses all.
"""
_WHOLE = 0.9
SEARCH_WIDTH = 64
"""The same for each share of the rows that a filter lets pass: ten times as many for a tenth."""
MET = 128
"""Passing rows that a search must meet; one that meets half of them is made again, twice as wide, any other exactly.

A search that meets fewer began among rows that the filter keeps out, far from those that it is to find. Recall@10 at
100,000 keys where the filter passes the 5 / 20 / 50 % of the rows nearest to one point, whatever the query: 0.87 / 0.93
/ 0.94 if the graph's answer is taken as it is, 0.99 / 0.99 / 0.99 so, at 3.0 / 2.9 / 1.6 ms. A filter that passes rows
at random costs nothing more (0.8 ms at 20 %, recall 0.99); of 2,000,000 keys one that passes a tenth so falls short
for one query in five, by less than half.
"""
EXACT_ROWS = 8
"""Rows that can be compared with the query in the time that one candidate of the graph takes.

At 100,000 keys the two ways meet where about 7 % of the rows pass: 1 % take 0.4 ms exactly, 5 % 1.8 ms exactly and
2.4 by the graph, 10 % 2.8 and 1.0.
"""
FEW = 1 / 40
"""Share of the rows up to which those that pass are copied and compared: FAISS asks every row whether it passes.

Of 2,000,000 rows 2,000 / 20,000 / 60,000 that pass take 0.5 / 3.2 / 23 ms so, and 6.0 / 12.4 / 22 ms by asking.
"""
_MARGIN = 0.05
"""How far the quantiser's ranges reach beyond the sample's on either side, as a share of their widths."""


class GraphIndex:
    """A ``RowIndex`` whose rows are quantised to 8 bits a dimension and linked to their neighbours.

    Four bits more of each value lie beside the graph: the rows that a search meets are compared by them.
    The quantiser's ranges come from ``sample`` and are fixed from then on; a value beyond them is clipped.

    Args:
        sample: vectors like those to come [n, dimension]; they are not added.
    """

    def __init__(self, sample: Vectors) -> None:
        index = faiss.IndexHNSWSQ(sample.shape[1], faiss.ScalarQuantizer.QT_8bit, LINKS, faiss.METRIC_INNER_PRODUCT)
        quantiser = faiss.downcast_index(index.storage).sq
        quantiser.rangestat, quantiser.rangestat_arg = faiss.ScalarQuantizer.RS_minmax, _MARGIN
        index.train(np.ascontiguousarray(sample, dtype=np.float32))
        self._take(index, FineCodes(sample.shape[1]))

    def _take(self, index: Any, fine: FineCodes) -> None:  # noqa: ANN401 - a FAISS object
        index.hnsw.efConstruction = BUILD_WIDTH
        self._index = index
        self._fine = fine
        self._codes = faiss.downcast_index(index.storage)

    def emptied(self) -> "GraphIndex":
        """Return a graph without rows and with the same quantiser, so that a row decoded here is coded alike there."""
        ranges = faiss.vector_to_array(self._codes.sq.trained)
        made = GraphIndex(np.zeros((1, self.dimension), dtype=np.float32))
        faiss.copy_array_to_vector(ranges, made._codes.sq.trained)
        return made

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    @property
    def nbytes(self) -> int:
        """Bytes of memory that codes and links take."""
        hnsw = self._index.hnsw
        links = 4 * hnsw.neighbors.size() + 8 * hnsw.offsets.size() + 4 * len(self)
        return int(self._codes.codes.size() + links + self._fine.codes.nbytes)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, vectors: Vectors) -> None:
        """Append rows [n, dimension] and link them."""
        start, (low, width) = len(self), self._cells()
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        self._fine.extend(
            ((vectors - low) / np.where(width > 0, width, np.float32(1)) - self._code_rows()[start:]).astype(np.float32)
        )

    def search(self, query: Vectors, count: int, passing: Passing | None) -> tuple[Rows, Vectors]:
        """Return about the nearest ``count`` rows that pass, and their products; exactly where that is as fast."""
        rows = self._met(query, count, passing)
        products = self.vectors(rows) @ query
        order = np.argsort(-products, kind="stable")[:count]
        return rows[order], products[order]

    def _met(self, query: Vectors, count: int, passing: Passing | None) -> Rows:
        """Return the nearest rows by their codes of 8 bits, more than asked for where there are more."""
        total = len(self) if passing is None else passing.count
        met = max(count, MET)
        whole = total > _WHOLE * len(self)
        width = max(met, WHOLE_WIDTH if whole else SEARCH_WIDTH * len(self) // total)
        for wider in (width, 2 * width):
            if total <= EXACT_ROWS * wider:
                break
            parameters = faiss.SearchParametersHNSW(efSearch=wider, sel=None if passing is None else passing.selector)
            rows: Rows = self._index.search(query[None, :], met, params=parameters)[1][0]
            if rows[-1] >= 0:
                return rows
            if rows[met // 2] < 0:
                break
        return self._exactly(query, min(met, total), passing)

    def _exactly(self, query: Vectors, count: int, passing: Passing | None) -> Rows:
        """Return the nearest rows by their codes of 8 bits, each that passes compared."""
        if passing is None or passing.count > FEW * len(self):
            parameters = None if passing is None else faiss.SearchParameters(sel=passing.selector)
            scanned: Rows = self._codes.search(query[None, :], count, params=parameters)[1][0]
            return scanned
        copies = faiss.IndexScalarQuantizer(self.dimension, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
        copies.sq, copies.is_trained, copies.ntotal = self._codes.sq, True, passing.count
        faiss.copy_array_to_vector(self._code_rows().take(passing.rows, axis=0).reshape(-1), copies.codes)
        found: Rows = passing.rows[copies.search(query[None, :], count)[1][0]]
        return found

    def vectors(self, rows: Rows) -> Vectors:
        """Return rows as quantised, to 12 bits a dimension [n, dimension]."""
        # All at once: FAISS's reconstruct_batch sets up a decoder for each row and takes five times as long.
        found = self._fine.offsets(rows)
        found *= self._cells()[1]
        found += self._codes.sa_decode(self._code_rows().take(rows, axis=0))
        return found

    def _cells(self) -> tuple[Vectors, Vectors]:
        """Return where the lowest cell of each dimension begins, and the width of its cells [dimension]."""
        ranges: Vectors = faiss.vector_to_array(self._codes.sq.trained)
        low, extent = ranges[: self.dimension], ranges[self.dimension :]
        return low, extent / np.float32(255)

    def erase(self, living: Mask) -> None:
        """Give every row that is not living the codes of a living one that it is linked to.

        Searches still find their way through such a node, which lies where it lay before, only less exactly.
        """
        dead = np.flatnonzero(~living)
        if not len(dead):
            return
        links = self._links(dead)
        usable = (links >= 0) & living[links]
        heirs = np.where(usable.any(axis=1), links[np.arange(len(dead)), usable.argmax(axis=1)], -1)
        self._fine.erase(dead)
        codes = self._code_rows()
        codes[dead] = np.where(heirs[:, None] >= 0, codes[heirs], 128)

    def _code_rows(self) -> NDArray[np.uint8]:
        """Return the codes, as FAISS holds them, without copying [rows, dimension]."""
        codes: NDArray[np.uint8] = faiss.rev_swig_ptr(self._codes.codes.data(), self._codes.codes.size())
        return codes.reshape(len(self), self.dimension)

    def _links(self, rows: Rows) -> NDArray[np.int32]:
        """Return the links of rows in the lowest layer [n, 2 x LINKS]; -1 where there is none."""
        hnsw = self._index.hnsw
        starts = faiss.vector_to_array(hnsw.offsets)[rows]
        found: NDArray[np.int32] = _neighbours(hnsw)[starts.astype(np.int64)[:, None] + np.arange(hnsw.nb_neighbors(0))]
        return found

    def save(self, path: Path) -> None:
        """Write codes and links to one file, and what is finer to another beside it."""
        faiss.write_index(self._index, str(path))
        np.save(path.with_suffix(FINE), self._fine.codes)

    @classmethod
    def of(cls, loaded: Any, fine: NDArray[np.uint8]) -> "GraphIndex":  # noqa: ANN401 - a FAISS object
        """Take up an index that FAISS has read, and its fine codes.

        Raises:
            ArtifactError: it is not of this kind, or has links to rows that are not there.
        """
        if not isinstance(loaded, faiss.IndexHNSWSQ) or loaded.metric_type != faiss.METRIC_INNER_PRODUCT:
            msg = f"The vector file holds a {type(loaded).__name__} instead of a graph: it is built anew."
            raise ArtifactError(msg)
        made = cls.__new__(cls)
        made._take(loaded, FineCodes(loaded.d, fine))
        hnsw = made._index.hnsw
        links = _neighbours(hnsw)
        coded = len(made) * loaded.d == made._codes.codes.size() and len(made) == len(made._fine)
        sizes = coded and hnsw.nb_neighbors(0) == 2 * LINKS
        if not sizes or links.min(initial=-1) < -1 or links.max(initial=-1) >= len(made):
            msg = "The vector file holds a graph that is not whole: it is built anew."
            raise ArtifactError(msg)
        return made


def _neighbours(hnsw: Any) -> NDArray[np.int32]:  # noqa: ANN401 - as above
    """Return all links, as FAISS lays them out, without copying."""
    found: NDArray[np.int32] = faiss.rev_swig_ptr(hnsw.neighbors.data(), hnsw.neighbors.size())
    return found
