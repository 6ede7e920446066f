"""Words near a number that say what it is: the nearest before it decide, else those just after it."""

import re
from bisect import bisect_left, bisect_right
from functools import cache
from itertools import accumulate

from inference.personal.data import load
from inference.personal.found import BLANK
from inference.text import Folded, fold_pattern

_BEFORE = 45
_AFTER = 22
_BREAK = re.compile(r"[\n.!?;](?=\s|$)|\n")


@cache
def _cues() -> re.Pattern[str]:
    groups = []
    words = load("words")
    named = [words["secret"]["code"], words["secret"]["word"]]
    for name, patterns in (words["context"] | {"secret": named, "code": [words["secret"]["weak"]]}).items():
        joined = "|".join(fold_pattern(pattern) for pattern in patterns)
        groups.append(f"(?P<{name}>{joined})")
    return re.compile(rf"(?<![^\W\d_])(?:[وفبلك]|وال|بال|لل|وب|ال)?(?:{'|'.join(groups)})(?![^\W\d_])")


class Context:
    """The context words of one text, found once."""

    def __init__(self, folded: Folded) -> None:
        self._text = folded.text
        # What was found before counts for nothing, or a placeholder shorter than its value would bring words nearer.
        self._solid = [0, *accumulate(char != BLANK for char in folded.text)]
        found = [(match.start(), match.end(), str(match.lastgroup)) for match in _cues().finditer(folded.text)]
        self._starts = [start for start, _, _ in found]
        self._ends = [end for _, end, _ in found]
        self._names = [name for _, _, name in found]

    def of(self, start: int, end: int) -> str | None:
        """Return the kind of the words that speak of ``text[start:end]`` (``phone``, ``order`` ...), or None."""
        before = self.before(start)
        if before is not None:
            return before
        place = bisect_left(self._starts, end)
        if place < len(self._starts) and self._solid[self._starts[place]] - self._solid[end] <= _AFTER:
            return None if self._apart(end, self._starts[place]) else self._names[place]
        return None

    def before(self, start: int) -> str | None:
        """Return the kind of the nearest words before a place that speak of what stands there, or None."""
        place = bisect_right(self._ends, start) - 1
        if place < 0 or self._solid[start] - self._solid[self._ends[place]] > _BEFORE:
            return None
        return None if self._apart(self._ends[place], start) else self._names[place]

    def _apart(self, start: int, end: int) -> bool:
        return _BREAK.search(self._text, start, end) is not None
