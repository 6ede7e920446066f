"""A reply with what its figures are held against."""

import re
from dataclasses import dataclass
from functools import cache

from inference.checks.base import CheckInput
from inference.checks.facts.days import Day
from inference.checks.facts.known import Known
from inference.contradiction.figures import Figure
from inference.lexicons import load_lexicon
from inference.text import fold_pattern


@dataclass(frozen=True)
class Page:
    """A reply, folded, with its figures and days and all that may back them."""

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
        index = next((index for index, (start, end) in enumerate(spans) if start <= at < end), None)
        if index is None:
            return 0, len(self.text)
        return spans[max(0, index - 1)][0], spans[min(len(spans) - 1, index + 1)][1]

    def sentence(self, at: int) -> tuple[int, int]:
        """Return the range of the sentence around a place."""
        return next(((start, end) for start, end in self.given.sentences if start <= at < end), (0, len(self.text)))


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
