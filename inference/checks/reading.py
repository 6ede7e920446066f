"""Folded text read once for all checks: its sentences with their languages, and the stems of its telling words."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache

from inference.stems import Stem, stem_words

# The dots of an amount or an address end none. Without a mark or a line's end a sentence ends at a blank after 800
# characters: what looks up the sentence around each of its words would cost the square of a reply's length.
SENTENCE = re.compile(r"(?:[^.!?؟\n]{1,800}(?=[\s.!?؟]|$)|[^.!?؟\n]{1,800})(?:\.[a-z\d][^.!?؟\n]{0,400}){0,6}[.!?؟]*")
_WORD = re.compile(r"\w")
_ARABIC = re.compile("[\u0620-\u064a]+")
_LATIN = re.compile("[a-z]+")


@dataclass(frozen=True)
class Sentence:
    """A sentence, and its range in the folded text."""

    text: str
    start: int
    end: int

    @property
    def span(self) -> tuple[int, int]:
        """Its range in the folded text."""
        return self.start, self.end

    @property
    def place(self) -> tuple[int, int]:
        """Its range without outer blanks."""
        return self._trimmed(0, len(self.text))

    def at(self, match: re.Match[str]) -> tuple[int, int]:
        """Return the range in the folded text of a match in it, without outer blanks."""
        return self._trimmed(*match.span())

    def _trimmed(self, start: int, end: int) -> tuple[int, int]:
        said = self.text[start:end]
        return self.start + start + len(said) - len(said.lstrip()), self.start + end - len(said) + len(said.rstrip())

    @cached_property
    def language(self) -> str:
        """Whose rules read it."""
        return language_of(self.text)

    @cached_property
    def asks(self) -> bool:
        """Whether it ends in a question mark."""
        return self.text.rstrip().endswith("?")


@dataclass(frozen=True)
class Reading:
    """What folded text says, read where it is first asked for."""

    text: str

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences that hold a word."""
        found = SENTENCE.finditer(self.text)
        return tuple(Sentence(match.group(), *match.span()) for match in found if _WORD.search(match.group()))

    @cached_property
    def _ends(self) -> tuple[int, ...]:
        return tuple(sentence.end for sentence in self.sentences)

    def sentence_at(self, at: int) -> int | None:
        """Return which sentence a place is in; None between two of them."""
        index = bisect_right(self._ends, at)
        return index if index < len(self.sentences) and self.sentences[index].start <= at else None

    @cached_property
    def stems(self) -> tuple[Stem, ...]:
        """The telling words, in their order."""
        return stem_words(self.text)

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return tuple(item.start for item in self.stems)

    def stems_in(self, start: int, end: int) -> tuple[Stem, ...]:
        """Return the telling words that begin in a range."""
        return self.stems[bisect_left(self._starts, start) : bisect_left(self._starts, end)]


@lru_cache(maxsize=512)  # a reply is read by many checks, a resolution for thousands of replies
def reading_of(text: str) -> Reading:
    """Return what folded text says."""
    return Reading(text)


def language_of(text: str) -> str:
    """Return whose rules read a stretch of folded text: "ar" where it holds more Arabic letters than Latin ones."""
    return "ar" if len(_LATIN.sub("", text)) > len(_ARABIC.sub("", text)) else "en"
