"""Many phrases looked for at once: a dictionary walk over the words, since a pattern of hundreds costs milliseconds."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from inference.checks.language.shown import words_in
from inference.text import fold

_CONJUNCTION = re.compile(r"^[وف](?=\w{2})")
_PREPOSITION = re.compile(r"^(?:[وفبلك]?ال|لل|[وف]?[بلك]?)(?=\w{2})")
_SHORT = 3


class Phrases:
    """Phrases by their first word, looked for with an Arabic conjunction before it too.

    Args:
        phrases: In natural spelling.
        nouns: Whether a preposition or an article may stand before them as well.
    """

    def __init__(self, phrases: Iterable[str], *, nouns: bool = False) -> None:
        self._clitic = _PREPOSITION if nouns else _CONJUNCTION
        self._rest: dict[str, list[tuple[str, ...]]] = {}
        for phrase in phrases:
            first, *rest = fold(phrase).text.split()
            self._rest.setdefault(first, []).append(tuple(rest))
        self._following = lru_cache(maxsize=8_192)(self._after)

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where the phrases stand in folded text, the longest that begin at a word."""
        words = words_in(text)
        for index, (word, start, end) in enumerate(words):
            for rest in self._following(word):
                following = words[index + 1 : index + 1 + len(rest)]
                if tuple(item[0] for item in following) == rest:
                    yield start, following[-1][2] if following else end
                    break

    def _after(self, word: str) -> tuple[tuple[str, ...], ...]:
        """Return what follows a word in the phrases that begin with it, the longest first."""
        bare = self._clitic.sub("", word) if len(word) > _SHORT else word
        return tuple(sorted(self._rest.get(word) or self._rest.get(bare) or [], key=len, reverse=True))
