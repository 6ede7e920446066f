"""A light lexical score: TF-IDF over hashed character n-grams of words, one document for each resolution.

It sees what vectors blur (product names, "PIN", amounts, spelling variants of one word). Arabic letters that writers
interchange are folded for matching only; stored text stays as it was written.
"""

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from inference.text import fold

_BUCKETS = 1 << 18
_SHORTEST, _LONGEST = 3, 5
_LONGEST_WORD = 40
_WORD = re.compile(r"\w+")


def grams(text: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the hashed n-grams of a text, each once, and their sublinear term frequencies 1 + ln(tf)."""
    found = [gram for word in _WORD.findall(fold(text).text) for gram in _word_grams(word[:_LONGEST_WORD])]
    ids, counts = np.unique(np.array(found, dtype=np.int64), return_counts=True)
    return ids, 1.0 + np.log(counts)


@lru_cache(maxsize=100_000)
def _word_grams(word: str) -> tuple[int, ...]:
    padded = f" {word} "
    parts = [
        padded[start : start + size]
        for size in range(_SHORTEST, _LONGEST + 1)
        for start in range(max(1, len(padded) - size + 1))
    ]
    return tuple(zlib.crc32(part.encode("utf-8", "replace")) % _BUCKETS for part in [*parts, f"#{word}"])


class LexicalIndex:
    """Cosine of TF-IDF vectors between a query and every document, by inverted lists."""

    def __init__(self, documents: Sequence[str]) -> None:
        parts = [grams(document) for document in documents]
        self._size = len(documents)
        terms = np.concatenate([ids for ids, _ in parts]) if parts else np.zeros(0, dtype=np.int64)
        rows = np.repeat(np.arange(self._size), [len(ids) for ids, _ in parts])
        frequency = np.bincount(terms, minlength=_BUCKETS)
        self._idf = np.log((1.0 + self._size) / (1.0 + frequency)) + 1.0
        weights = np.concatenate([tf for _, tf in parts]) * self._idf[terms] if parts else np.zeros(0)
        norms = np.sqrt(np.bincount(rows, weights=weights**2, minlength=self._size))
        order = np.argsort(terms, kind="stable")
        self._rows = rows[order].astype(np.int32)
        self._weights = (weights / np.maximum(norms[rows], 1e-9))[order].astype(np.float32)
        self._starts = np.concatenate([[0], np.cumsum(frequency)])

    def scores(self, text: str) -> NDArray[np.float32]:
        """Return the cosine with every document [documents], in [0, 1]; words that no document has lower it."""
        ids, frequency = grams(text)
        if not len(ids) or not self._size:
            return np.zeros(self._size, dtype=np.float32)
        query = frequency * self._idf[ids]
        query /= np.linalg.norm(query)
        total = np.zeros(self._size)
        for term, weight in zip(ids.tolist(), query.tolist(), strict=True):
            start, stop = self._starts[term], self._starts[term + 1]
            # A document stands at most once in a term's list, so plain indexing adds up.
            total[self._rows[start:stop]] += weight * self._weights[start:stop]
        return total.astype(np.float32)
