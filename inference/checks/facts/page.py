"""A reply with what its figures are held against."""

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

from inference.checks.base import CheckInput
from inference.checks.facts.days import Day
from inference.checks.facts.known import Known
from inference.contradiction.figures import Figure
from inference.lexicons import load_lexicon
from inference.text import fold_pattern
from inference.types import DifferenceKind

_FEW = 8
_ADDED = frozenset({DifferenceKind.AMOUNT, DifferenceKind.NUMBER})


class Beside(NamedTuple):
    """Known figures side by side, with how often each stands there: numbers and amounts as written, percentages."""

    parts: Counter[float]
    shares: Counter[float]


@dataclass(frozen=True)
class Page:
    """A reply, folded, with its figures and days, in their order, and all that may back them."""

    given: CheckInput
    known: Known
    figures: tuple[Figure, ...]
    days: tuple[Day, ...]

    @property
    def text(self) -> str:
        """The folded text."""
        return self.given.folded.text

    def around(self, at: int) -> tuple[int, int]:
        """Return the range of the sentence around a place and its neighbours."""
        spans = self.given.sentences
        index = self.given.sentence_at(at)
        if index is None:
            return 0, len(self.text)
        return spans[max(0, index - 1)][0], spans[min(len(spans) - 1, index + 1)][1]

    def sentence(self, at: int) -> tuple[int, int]:
        """Return the range of the sentence around a place."""
        index = self.given.sentence_at(at)
        return (0, len(self.text)) if index is None else self.given.sentences[index]

    @cached_property
    def _figure_starts(self) -> tuple[int, ...]:
        return tuple(item.start for item in self.figures)

    @cached_property
    def _day_starts(self) -> tuple[int, ...]:
        return tuple(item.start for item in self.days)

    def figures_in(self, start: int, end: int) -> tuple[Figure, ...]:
        """Return the figures that begin in a range."""
        return self.figures[bisect_left(self._figure_starts, start) : bisect_left(self._figure_starts, end)]

    def days_in(self, start: int, end: int) -> tuple[Day, ...]:
        """Return the days that begin in a range."""
        return self.days[bisect_left(self._day_starts, start) : bisect_left(self._day_starts, end)]

    def beside(self, at: int) -> Beside:
        """Return the known figures of the sentence around a place and its neighbours."""
        around = self.around(at)
        if around not in self._beside:
            found = self.figures_in(*around)
            written = Counter(float(item.written) for item in found if item.kind in _ADDED)
            shares = (float(item.value) for item in found if item.kind is DifferenceKind.PERCENTAGE)
            known, rates = self._known
            parts = [value for value in written if value in known]
            # "4,200 and 3,000 make 7,200, so the fee falls on 2,200": a sum that stands there is a part of the next.
            known |= {one + other for one in parts for other in parts if len(parts) <= _FEW}
            self._beside[around] = Beside(
                Counter({value: count for value, count in written.items() if value in known}),
                Counter(value for value in shares if value in rates),
            )
        return self._beside[around]

    @cached_property
    def _beside(self) -> dict[tuple[int, int], Beside]:
        return {}

    @cached_property
    def _known(self) -> tuple[frozenset[float], frozenset[float]]:
        """All numbers that stand somewhere, and the company's percentages."""
        measures = frozenset().union(*(item.measures for item in self.known.ours))
        rates = frozenset(value for kind, value, _ in measures if kind is DifferenceKind.PERCENTAGE)
        return frozenset().union(*(item.written for item in self.known.all)), rates

    @cached_property
    def known_days(self) -> frozenset[str]:
        """The keys of all days that stand somewhere."""
        return frozenset().union(*(item.days for item in self.known.all))


def _pattern(path: tuple[str, ...]) -> str:
    pattern = load_lexicon("figures")
    for key in path:
        pattern = pattern[key]
    return fold_pattern(pattern)


@cache
def worded(*path: str) -> re.Pattern[str]:
    """Return the expression at a path of ``inference/lexicons/figures.yaml``, as whole words."""
    return re.compile(rf"(?<!\w)(?:{_pattern(path)})(?!\w)")


@cache
def ending(*path: str, after: str = "") -> re.Pattern[str]:
    """Return the same, to stand at the end of what comes before a figure."""
    return re.compile(rf"(?<!\w)(?:{_pattern(path)}){after}$")
