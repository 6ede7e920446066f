"""Candidates that say the same become one, with the cases of all."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from zlib import crc32

import numpy as np

from inference.text import fold
from inference.types import Outcome, Resolution
from retrieval.clean import MOST_CASES
from retrieval.tickets.types import Candidate
from retrieval.tickets.wording import PLACEHOLDER, pattern

FLAG = "has-placeholder"
"""The tag of a candidate whose answer still holds a placeholder: a person must write around it."""

_SAME = 0.8
_SHINGLE = 5
# 8 bands of 3 hashes meet with a probability of .997 at the overlap that counts as the same; then they are compared.
_BANDS, _ROWS = 8, 3
_PRIME = (1 << 31) - 1
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_RANDOM = np.random.default_rng(20250101)
_FACTORS = _RANDOM.integers(1, _PRIME, size=(_BANDS * _ROWS, 1), dtype=np.int64)
_SHIFTS = _RANDOM.integers(0, _PRIME, size=(_BANDS * _ROWS, 1), dtype=np.int64)


class Group:
    """One answer and the tickets that it solved; the first one's words stand for all."""

    def __init__(self, first: Candidate, normal: str) -> None:
        self.first = first
        self.id = identity(first.language, normal)
        self.cases: dict[str, None] = {}
        self.solved = self.reopened = 0
        self.products: set[str | None] = set()
        self.tags = dict.fromkeys(first.tags)
        self.ratings: list[float] = []

    def add(self, item: Candidate) -> None:
        """Count a ticket in."""
        if len(self.cases) < MOST_CASES:
            self.cases.setdefault(item.case)
        self.solved += 1
        self.reopened += item.reopened
        self.products.add(item.product)
        self.tags = {tag: None for tag in self.tags if tag in item.tags}
        if item.satisfaction is not None:
            self.ratings.append(item.satisfaction)

    @property
    def flagged(self) -> bool:
        """Whether the answer holds a placeholder."""
        return PLACEHOLDER.search("\n".join((self.first.answer, *self.first.steps))) is not None

    def resolution(self, tenant: str) -> Resolution:
        """Return the candidate as it is stored: unverified."""
        first = self.first
        return Resolution(
            id=self.id,
            tenant=tenant,
            problem=first.problem,
            answer=first.answer,
            steps=first.steps,
            cases=tuple(self.cases),
            language=first.language,
            tags=(*self.tags, FLAG) if self.flagged else tuple(self.tags),
            product=next(iter(self.products)) if len(self.products) == 1 else None,
            outcome=Outcome(
                solved=self.solved,
                reopened=self.reopened,
                satisfaction=sum(self.ratings) / len(self.ratings) if self.ratings else None,
            ),
            provenance=provenance(first.label, self.solved),
        )


class Groups:
    """The groups of one import, in the order in which their first tickets stand in the file."""

    def __init__(self) -> None:
        self._groups: dict[str, Group] = {}
        self._shingles: dict[str, frozenset[int]] = {}
        self._bands: dict[tuple[object, ...], list[str]] = {}
        self.merged = 0

    def __iter__(self) -> Iterator[Group]:
        return iter(self._groups.values())

    def __len__(self) -> int:
        return len(self._groups)

    def add(self, item: Candidate) -> None:
        """Put a candidate into the group that says the same, or into a new one."""
        normal = normalised("\n".join((item.answer, *item.steps)))
        exact = identity(item.language, normal)
        group = self._groups.get(exact) or self._similar(item, normal, exact)
        self.merged += group.solved > 0
        group.add(item)

    def _similar(self, item: Candidate, normal: str, exact: str) -> Group:
        """The group whose wording overlaps and whose numbers and denials are the same; a new one where none does."""
        shingles = _shingles(normal)
        facts = _facts("\n".join((item.answer, *item.steps)))
        keys = [(item.language, facts, *band) for band in _sketch(shingles)]
        for name in dict.fromkeys(name for key in keys for name in self._bands.get(key, ())):
            other = self._shingles[name]
            if len(shingles & other) >= _SAME * len(shingles | other):
                return self._groups[name]
        self._shingles[exact] = shingles
        for key in keys:
            self._bands.setdefault(key, []).append(exact)
        return self._groups.setdefault(exact, Group(item, normal))


def identity(language: str, normal: str) -> str:
    """Derive a resolution's id from what its answer says."""
    return "t-" + hashlib.sha256(f"{language}\n{normal}".encode()).hexdigest()[:20]


def normalised(text: str) -> str:
    """Return a text's words in one spelling, without marks; placeholders lose their numbers."""
    plain = PLACEHOLDER.sub(lambda match: match.group().rpartition("_")[0], text)
    return " ".join(_WORD.findall(fold(unicodedata.normalize("NFKC", plain)).text))


def provenance(label: str, tickets: int) -> str:
    """Say where a resolution comes from."""
    return f"{label}, {tickets - 1} more" if tickets > 1 else label


def _facts(text: str) -> tuple[object, ...]:
    """What must be equal, however alike the words are: numbers, and how often something is denied."""
    plain = fold(PLACEHOLDER.sub(" ", text)).text
    denials = Counter(pattern("negation").findall(plain))
    return (tuple(sorted(_NUMBER.findall(plain))), tuple(sorted(denials.items())))


def _shingles(normal: str) -> frozenset[int]:
    padded = f" {normal} "
    return frozenset(crc32(padded[at : at + _SHINGLE].encode()) for at in range(max(1, len(padded) - _SHINGLE + 1)))


def _sketch(shingles: frozenset[int]) -> list[tuple[int, ...]]:
    """MinHash bands (Broder 1997; banding after Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, ch. 3)."""
    values = np.fromiter(shingles, dtype=np.int64, count=len(shingles)) % _PRIME
    lowest = ((_FACTORS * values + _SHIFTS) % _PRIME).min(axis=1)
    return [(band, *map(int, lowest[band * _ROWS : (band + 1) * _ROWS])) for band in range(_BANDS)]
