"""Candidates for contradiction: resolutions that lie close to each other and say different things."""

from functools import cached_property

from inference.contradiction import Statement, differences, overlap, read_statement
from inference.types import Contradiction, Resolution
from retrieval.index import TenantIndex
from retrieval.store.life import pair_mark
from retrieval.translations import TRANSLATION_MARGIN

NEIGHBOURS = 12
"""Resolutions of each language that one is compared with: the nearest to its problem."""
CLOSE = 0.45
"""Least closeness (see ``TenantIndex.neighbours``) of a pair. In the sample helpdesk 95% of translations lie above
0.62, and 99% of other pairs below 0.57."""
SAME_PROBLEM = 0.9
"""Problems of one language with a cosine above this are one problem ..."""
SAME_WORDS = 0.6
"""... and so are those that share this much of their telling words (Jaccard)."""


class ContradictionFinder:
    """Finds contradictions in one tenant's index, each resolution on demand; what is found is kept with the index.

    One resolution costs a vector search for each language and a comparison with each neighbour; all of them cost that
    once for each, so the time grows with the number of resolutions, not of pairs.
    """

    def __init__(self, index: TenantIndex, dismissed: frozenset[str] = frozenset()) -> None:
        self._index = index
        self._dismissed = dismissed
        self._near: dict[int, dict[int, float]] = {}
        self._statements: dict[int, Statement] = {}

    @cached_property
    def all(self) -> tuple[Contradiction, ...]:
        """All pairs, the closest first."""
        with self._index.lock:
            rows = list(self._index.records)
        pairs = {(pair.first, pair.second): pair for row in rows for pair in self._of(row)}
        return tuple(sorted(pairs.values(), key=lambda pair: (-pair.closeness, pair.first, pair.second)))

    def of(self, id: str) -> tuple[Contradiction, ...]:  # noqa: A002 - the contract's name
        """The pairs that one resolution takes part in, the closest first; none where it is not in the index."""
        row = self._index.records.row_of(id)
        return () if row is None else tuple(sorted(self._of(row), key=lambda pair: (-pair.closeness, pair.second)))

    def _of(self, row: int) -> list[Contradiction]:
        # One resolution at a time: a search waits for no more than that.
        with self._index.lock:
            try:
                near = self._neighbours(row).items()
                found = [self._compare(row, other, closeness) for other, closeness in near]
            except KeyError:  # it, or a neighbour, has left the index since: the next finder sees that
                return []
        return [pair for pair in found if pair is not None]

    def _compare(self, row: int, other: int, closeness: float) -> Contradiction | None:
        row, other = sorted((row, other), key=self._index.records.id_of)
        first, second = self._index.records[row], self._index.records[other]
        if closeness < CLOSE or not _one_product(first, second):
            return None
        found = differences(
            self._statement(row), self._statement(other), same_matter=self._same_matter(row, other, closeness)
        )
        if not found or pair_mark(first, second) in self._dismissed:
            return None
        return Contradiction(
            first=first.id,
            second=second.id,
            closeness=closeness,
            differences=found,
            first_owner=first.owner,
            second_owner=second.owner,
        )

    def _same_matter(self, row: int, other: int, closeness: float) -> bool:
        """Tell whether two resolutions answer one question: near duplicates, or translations of each other."""
        first, second = self._index.traits(row), self._index.traits(other)
        if first.language == second.language:
            alike = overlap(self._statement(row).problem, self._statement(other).problem) >= SAME_WORDS
            return alike or self._index.problem_cosine(row, other) >= SAME_PROBLEM
        best = max(self._closest(row, second.language), self._closest(other, first.language))
        return closeness >= best - TRANSLATION_MARGIN

    def _closest(self, row: int, language: str) -> float:
        near = self._neighbours(row).items()
        return max((near for other, near in near if self._index.traits(other).language == language), default=0.0)

    def _neighbours(self, row: int) -> dict[int, float]:
        if row not in self._near:
            self._near[row] = self._index.neighbours(row, NEIGHBOURS)
        return self._near[row]

    def _statement(self, row: int) -> Statement:
        if row not in self._statements:
            self._statements[row] = read_statement(self._index.records[row])
        return self._statements[row]


def _one_product(first: Resolution, second: Resolution) -> bool:
    return first.product is None or second.product is None or first.product == second.product
