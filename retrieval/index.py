"""One tenant's resolutions, searchable by vector and by words, changed in place."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np

from inference.types import Resolution
from retrieval.candidates import Candidate, Candidates
from retrieval.engine.base import VectorIndex, Where
from retrieval.keys import Key, document, keys
from retrieval.records import Records, Traits
from retrieval.vectors import Vectors
from retrieval.words import LexicalIndex
from retrieval.words.matched import asked_signs, spelt
from retrieval.words.shares import Shares

_FIRST_KEYS = 128
"""Keys looked at in the first round of a search; four times as many in each further round."""
_CHUNK = 500


@dataclass(frozen=True)
class Filters:
    """What a hit must fulfil: the product, all of ``tags``, one of ``languages``; None or empty means any."""

    product: str | None = None
    tags: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    def where(self) -> Where:
        """Return the filter in terms of ``facets``."""
        groups = [frozenset({f"tag:{tag}"}) for tag in self.tags]
        if self.product is not None:
            groups.append(frozenset({f"product:{self.product}"}))
        if self.languages:
            groups.append(frozenset(f"language:{code}" for code in self.languages))
        return tuple(groups)


def facets(resolution: Resolution) -> frozenset[str]:
    """Return what filters can ask of a resolution."""
    product = () if resolution.product is None else (f"product:{resolution.product}",)
    return frozenset({f"language:{resolution.language}", *product, *(f"tag:{tag}" for tag in resolution.tags)})


class TenantIndex:
    """All keys of one tenant's resolutions.

    Whoever searches holds ``lock`` from ``candidates`` to the last question about them: rows change under other hands.
    """

    def __init__(self, vectors: VectorIndex, words: LexicalIndex, records: Records | None = None) -> None:
        self.lock = threading.RLock()
        self.vectors = vectors
        self.words = words
        self.records = Records() if records is None else records
        self.whole = True
        """Whether vectors, words and records agree; where a write broke off in between, it must be made anew."""

    def __len__(self) -> int:
        return len(self.records)

    def unknown(self, resolutions: Sequence[Resolution]) -> list[str]:
        """Return the texts of keys that ``put`` will ask the vectors of, each once."""
        with self.lock:
            texts = (text for item in resolutions for text in self._new_texts(item))
            return list(dict.fromkeys(texts))

    def put(self, resolutions: Sequence[Resolution], vectors: Mapping[str, Vectors]) -> bool:
        """Take up resolutions, or newer versions of them; the next search sees all of them.

        Tell whether any text has gone.

        Args:
            resolutions: each id once.
            vectors: unit search vectors [dimension] of the texts that ``unknown`` names for them.
        """
        with self.lock:
            fresh: list[tuple[Resolution, dict[str, Vectors]]] = []
            old: list[int] = []
            gone = False
            for item in resolutions:
                row = self.records.row_of(item.id)
                if row is None:
                    fresh.append((item, {}))
                elif _same_place(self.records[row], item):
                    gone = gone or _text(self.records[row]) != _text(item)
                    self.records.replace(row, item)
                else:
                    # Copies: what is removed may be overwritten.
                    fresh.append((item, {key.text: self._of_slot(slot).copy() for key, slot in self._keys(row)}))
                    old.append(row)
            self._remove(old)
            self._append(fresh, vectors)
            return gone or bool(old)

    def remove(self, ids: Sequence[str]) -> bool:
        """Forget resolutions; ids that are not here are passed over. Tell whether any was here."""
        with self.lock:
            rows = [row for each in ids if (row := self.records.row_of(each)) is not None]
            if rows:
                self._remove(rows)
                self.words.commit()
            return bool(rows)

    def reconcile(self) -> frozenset[str]:
        """Forget what only the vectors or only the records have: a remote store may be ahead of a snapshot.

        Return the ids that are forgotten so. Unless the vectors were lost, they were changed or removed since, and the
        store's feed brings them anew.
        """
        with self.lock:
            stored = self.vectors.slots
            self.vectors.remove(stored[stored >= self.records.end])
            held = np.zeros(self.records.end, np.bool_)
            held[stored[stored < self.records.end]] = True
            rows = [row for row in self.records if not held[self.records.slots(row)].all()]
            ids = frozenset(map(self.records.id_of, rows))
            self._remove(rows)
            self.words.commit()
            return ids

    def renew_words(self, words: LexicalIndex) -> None:
        """Fill an empty index of words with what is here now, and search that one from now on."""
        rows = list(self.records)
        for start in range(0, len(rows), _CHUNK):
            chunk = rows[start : start + _CHUNK]
            with self.lock:
                items = [self.records[row] for row in chunk]
            words.add(chunk, [document(item) for item in items], [facets(item) for item in items])
        words.commit()
        with self.lock:
            self.words.discard()
            self.words = words

    def candidates(self, query: Vectors, *, text: str | None, count: int, filters: Filters) -> Candidates:
        """Return at least ``count`` resolutions that pass the filters (all, if fewer do), by vector and by words.

        Args:
            query: one unit vector in the search space [dimension].
            text: the message, for the lexical part; None for vectors alone.
            count: how many resolutions are wanted.
            filters: applied inside the search.
        """
        where = filters.where()
        rows = self._nearest(query, where, count)
        shares = (
            None if text is None else self.words.search(text, count=count, where=where, written=self.records.next_row)
        )
        return self.candidates_of(list(dict.fromkeys([*rows, *(shares.rows if shares else ())])), query, shares)

    def candidates_of(self, rows: list[int], query: Vectors, shares: Shares | None = None) -> Candidates:
        """Return given resolutions as candidates for a query [dimension], order kept."""
        slots, ends = self.records.spans(rows)
        vectors = self.vectors.vectors(slots) if rows else np.zeros((0, self.vectors.dimension), np.float32)
        return Candidates(rows, ends, vectors, vectors @ query, shares)

    def neighbours(self, row: int, count: int, filters: Filters | None = None) -> dict[int, float]:
        """Return the resolutions nearest to one's problem, ``count`` of each language, with their closeness.

        Args:
            row: whose neighbours.
            count: how many of each language.
            filters: what they must fulfil; its languages are those that are looked at, all of the index without any.
        """
        problem = self._of_slot(self.records.slots(row)[0])
        near: dict[int, None] = {}
        filters = filters or Filters()
        for language in filters.languages or sorted(+self.records.languages):
            where = replace(filters, languages=(language,)).where()
            near |= dict.fromkeys(self._nearest(problem, where, count + 1)[: count + 1])
        near.pop(row, None)
        return dict(zip(near, self._closeness(row, list(near)), strict=True))

    def _closeness(self, row: int, others: Sequence[int]) -> list[float]:
        """Return for each of some rows the mean of the cosines of its problem and of its answer with one row's."""
        ends = [self.records.slots(each)[[0, -1]] for each in (row, *others)]
        vectors = self.vectors.vectors(np.concatenate(ends)).reshape(len(ends), 2, -1)
        found: list[float] = ((vectors[1:] * vectors[0]).sum(axis=(1, 2)) / 2).tolist()
        return found

    def problem_cosine(self, row: int, other: int) -> float:
        """Return the cosine of two problems."""
        return float(self._of_slot(self.records.slots(row)[0]) @ self._of_slot(self.records.slots(other)[0]))

    def key(self, candidate: Candidate) -> Key:
        """Return the key that a candidate came nearest with."""
        return list(keys(self.records[candidate.row]))[candidate.products.index(candidate.best)]

    def shared_words(self, rows: Sequence[int], text: str) -> list[tuple[str, ...]]:
        """Return for each resolution the words of a text, as spelt there, that it has too."""
        held = self.words.holding(rows, asked_signs(text))
        return spelt(text, [held[row] for row in rows])

    def names_product(self, product: str) -> bool:
        """Tell whether any resolution is of a product."""
        with self.lock:
            return self.words.has_facet(f"product:{product}")

    def traits(self, row: int) -> Traits:
        """Return what scoring asks of a resolution."""
        return self.records.traits(row)

    def _nearest(self, query: Vectors, where: Where, count: int) -> list[int]:
        """Return the rows that own the nearest keys, nearest first: at least ``count``, or all that pass."""
        size = _FIRST_KEYS
        while True:
            near = self.vectors.search(query, count=size, where=where)
            rows = list(dict.fromkeys(self.records.owners(near.slots)))
            if len(rows) >= count or len(near.slots) < size:
                return rows
            size *= 4

    def _of_slot(self, slot: "np.int64 | int") -> Vectors:
        first: Vectors = self.vectors.vectors(np.array([slot], np.int64))[0]
        return first

    def _keys(self, row: int) -> Iterator[tuple[Key, int]]:
        yield from zip(keys(self.records[row]), self.records.slots(row).tolist(), strict=True)

    def _new_texts(self, resolution: Resolution) -> list[str]:
        row = self.records.row_of(resolution.id)
        known = set() if row is None else {key.text for key in keys(self.records[row])}
        return [key.text for key in keys(resolution) if key.text not in known]

    def _remove(self, rows: Sequence[int]) -> None:
        if rows:
            self.vectors.remove(np.concatenate([self.records.slots(row) for row in rows]))
            with self._breaking():
                self.words.remove(rows)
                for row in rows:
                    self.records.remove(row)

    def _append(self, fresh: Sequence[tuple[Resolution, dict[str, Vectors]]], vectors: Mapping[str, Vectors]) -> None:
        if not fresh:
            return
        first, rows = self.records.end, range(self.records.next_row, self.records.next_row + len(fresh))
        texts = [[key.text for key in keys(item)] for item, _ in fresh]
        taken = [
            known[text] if text in known else vectors[text]
            for (_, known), group in zip(fresh, texts, strict=True)
            for text in group
        ]
        of_rows = [facets(item) for item, _ in fresh]
        of_keys = [group for group, own in zip(of_rows, texts, strict=True) for _ in own]
        # What can be out of reach comes first: then nothing is half done.
        slots = np.arange(first, first + len(taken), dtype=np.int64)
        self.vectors.add(slots, np.stack(taken), of_keys)
        with self._breaking():
            try:
                self.words.add(rows, [document(item) for item, _ in fresh], of_rows)
                self.words.commit()
            except BaseException:
                self.vectors.remove(slots)  # no search may find a key without a row
                raise
            for (item, _), group in zip(fresh, texts, strict=True):
                self.records.append(item, keys=len(group))

    @contextmanager
    def _breaking(self) -> Iterator[None]:
        self.whole = False
        yield
        self.whole = True


_LIFE = {"verified_by", "verified_at", "review_by", "outcome", "sent_back", "retired"}


def _text(resolution: Resolution) -> str:
    """Return all that a resolution says; its life aside."""
    return resolution.model_dump_json(exclude=_LIFE)


def _same_place(old: Resolution, new: Resolution) -> bool:
    """Tell whether two versions of a resolution are found by the same texts and filters."""
    return list(keys(old)) == list(keys(new)) and facets(old) == facets(new)
