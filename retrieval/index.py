"""The exact index over one tenant's keys: inner products by FAISS, beside the lexical one."""

from collections.abc import Sequence
from dataclasses import dataclass

import faiss
import numpy as np
from numpy.typing import NDArray

from inference.types import Resolution
from retrieval.keys import Key, keys
from retrieval.lexical import LexicalIndex
from retrieval.vectors import Vectors

# One thread: with OpenMP and a busy neighbour a single query takes 16 ms instead of 0.2 ms.
faiss.omp_set_num_threads(1)

_FIRST_KEYS = 128
"""Keys looked at in the first round of a search; four times as many in each further round."""


@dataclass(frozen=True)
class Filters:
    """What a hit must fulfil: the product, all of ``tags``, one of ``languages``; None or empty means any."""

    product: str | None = None
    tags: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A resolution in the running.

    Attributes:
        row: its number in the index.
        products: inner products of the query with its keys, in their order; the last is the answer's.
        best: the greatest of them.
        lexical: TF-IDF cosine with the query's text, 0 when there is none.
    """

    row: int
    products: tuple[float, ...]
    best: float
    lexical: float


class TenantIndex:
    """All keys of one tenant's resolutions, in memory, immutable.

    ``vectors`` are the unit search vectors of ``keys`` of all ``resolutions``, in that order: [n keys, dimension].
    """

    def __init__(self, resolutions: Sequence[Resolution], vectors: Vectors) -> None:
        self.resolutions = tuple(resolutions)
        self.keys: tuple[tuple[Key, ...], ...] = tuple(tuple(keys(item)) for item in self.resolutions)
        counts = np.array([len(group) for group in self.keys], dtype=np.int64)
        self._starts = np.concatenate([[0], np.cumsum(counts)])
        self._owners = np.repeat(np.arange(len(self.keys)), counts)
        self._vectors = vectors
        self._faiss = faiss.IndexFlatIP(vectors.shape[1])
        self._faiss.add(vectors)
        self._lexical = LexicalIndex(["\n".join(key.text for key in group) for group in self.keys])
        self._members = _members(self.resolutions)

    def candidates(self, query: Vectors, *, text: str | None, count: int, filters: Filters) -> list[Candidate]:
        """Return at least ``count`` resolutions that pass the filters (all, if fewer do), by vector and by words.

        Args:
            query: one unit vector in the search space [dimension].
            text: the message, for the lexical part; None for vectors alone.
            count: how many resolutions are wanted.
            filters: applied inside the search.
        """
        allowed = self._allowed(filters)
        rows = self._nearest(query, allowed, count)
        lexical = np.zeros(len(self.resolutions), dtype=np.float32)
        if text is not None:
            lexical = self._lexical.scores(text)
            reachable = lexical if allowed is None else np.where(allowed, lexical, 0.0)
            best = np.argsort(-reachable, kind="stable")[:count]
            rows |= dict.fromkeys(best[reachable[best] > 0].tolist())
        return [self._candidate(row, query, float(lexical[row])) for row in rows]

    def _nearest(self, query: Vectors, allowed: NDArray[np.bool_] | None, count: int) -> dict[int, None]:
        """Return the rows that own the nearest keys, nearest first: ``count`` of them, or all that are allowed."""
        if allowed is None:
            parameters, total, wanted = None, len(self._owners), len(self.resolutions)
        else:
            numbers = np.flatnonzero(allowed[self._owners]).astype(np.int64)
            parameters, total, wanted = _only(numbers), len(numbers), int(allowed.sum())
        size = _FIRST_KEYS
        while total:
            _, found = self._faiss.search(query[None, :], min(size, total), params=parameters)
            rows: dict[int, None] = dict.fromkeys(self._owners[found[0][found[0] >= 0]].tolist())
            if len(rows) >= min(count, wanted) or size >= total:
                return rows
            size *= 4
        return {}

    def neighbours(self, row: int, count: int) -> dict[int, float]:
        """Return the resolutions nearest to one's problem, ``count`` of each language, with their closeness."""
        problem = self._vectors[self._starts[row]]
        languages = sorted(value for name, value in self._members if name == "language")
        near: dict[int, None] = {}
        for language in languages:
            allowed = self._mask("language", language) if len(languages) > 1 else None
            near |= dict.fromkeys(list(self._nearest(problem, allowed, count + 1))[: count + 1])
        near.pop(row, None)
        return {other: self.closeness(row, other) for other in near}

    def closeness(self, row: int, other: int) -> float:
        """Return the mean of the cosines of two problems and of two answers."""
        return (self.problem_cosine(row, other) + float(self.answer_vector(row) @ self.answer_vector(other))) / 2

    def problem_cosine(self, row: int, other: int) -> float:
        """Return the cosine of two problems."""
        return float(self._vectors[self._starts[row]] @ self._vectors[self._starts[other]])

    def answer_vector(self, row: int) -> Vectors:
        """Return the search vector of a resolution's answer [dimension]."""
        last: Vectors = self._vectors[self._starts[row + 1] - 1]
        return last

    def _candidate(self, row: int, query: Vectors, lexical: float) -> Candidate:
        products = (self._vectors[self._starts[row] : self._starts[row + 1]] @ query).tolist()
        return Candidate(row, tuple(products), max(products), lexical)

    def _allowed(self, filters: Filters) -> NDArray[np.bool_] | None:
        """Tell which rows pass, or None when all do."""
        masks = [self._mask("tag", tag) for tag in filters.tags]
        if filters.product is not None:
            masks.append(self._mask("product", filters.product))
        if filters.languages:
            masks.append(np.any([self._mask("language", code) for code in filters.languages], axis=0))
        return np.all(masks, axis=0) if masks else None

    def _mask(self, name: str, value: str) -> NDArray[np.bool_]:
        mask = np.zeros(len(self.resolutions), dtype=np.bool_)
        mask[self._members.get((name, value), [])] = True
        return mask


def _only(keys_allowed: NDArray[np.int64]) -> faiss.SearchParameters:
    parameters = faiss.SearchParameters()
    parameters.sel = faiss.IDSelectorBatch(keys_allowed)
    return parameters


def _members(resolutions: Sequence[Resolution]) -> dict[tuple[str, str], list[int]]:
    members: dict[tuple[str, str], list[int]] = {}
    for row, item in enumerate(resolutions):
        facets = [("language", item.language), *(("tag", tag) for tag in item.tags)]
        if item.product is not None:
            facets.append(("product", item.product))
        for facet in facets:
            members.setdefault(facet, []).append(row)
    return members
