"""What a source says of the problem, in sympathy and in answer: what a sentence of a reply may be saying back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from inference.checks.reading import reading_of
from inference.stems import stem_words, stems
from inference.text import fold

_RESTATED = re.compile(r"that\b|ان(?:كم)?\b|بان")
_TOLD_LINES = 3


@dataclass(frozen=True, slots=True)
class Matter:
    """What a source says, as stems: of the problem, of the sympathy with it, and where its answer has each."""

    problem: frozenset[str]
    sympathy: frozenset[str]
    answer: Mapping[str, tuple[tuple[str, int], ...]]


@lru_cache(maxsize=512)  # the same resolutions back thousands of replies
def matter_of(source: str, quote: str) -> Matter:
    """Read a quote: a resolution's begins with the problem, "that you ..." and the empathy, a line each."""
    first = quote.split("\n", 3)
    told = len(first) == _TOLD_LINES + 1 and _RESTATED.match(fold(first[1]).text) is not None
    answer = fold(first[_TOLD_LINES] if told else quote).text
    places: dict[str, list[tuple[str, int]]] = {}
    for sentence in reading_of(answer).sentences:
        for word in {item.text for item in stem_words(sentence.text)}:
            places.setdefault(word, []).append((source, sentence.start))
    return Matter(
        problem=stems("\n".join(first[:2])) if told else frozenset(),
        sympathy=stems(first[2]) if told else frozenset(),
        answer={word: tuple(found) for word, found in places.items()},
    )


def best_line(words: set[str], matters: Sequence[Matter]) -> int:
    """Return how many of the words stand in that sentence of an answer which has most of them."""
    found: dict[tuple[str, int], int] = {}
    for matter in matters:
        for word in words:
            for line in matter.answer.get(word, ()):
                found[line] = found.get(line, 0) + 1
    return max(found.values(), default=0)
