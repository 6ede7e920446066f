"""A text read once: its words, sentences, quotes, brackets and terms, for all that is asked of it."""

from dataclasses import dataclass
from functools import lru_cache

from inference.plain.context import bracketed, sentence_starts, untouched
from inference.plain.match import Found, find_terms
from inference.plain.words import Word, words_of


@dataclass(frozen=True, slots=True)
class Reading:
    """What stands where in a text.

    Attributes:
        text: the text.
        language: ``ar`` or ``en``.
        words: its words.
        starts: where its sentences begin.
        quoted: what is never touched: quotes, links, addresses.
        aside: what stands in round brackets.
        terms: the glossary's terms in it.
    """

    text: str
    language: str
    words: tuple[Word, ...]
    starts: tuple[int, ...]
    quoted: tuple[tuple[int, int], ...]
    aside: tuple[tuple[int, int], ...]
    terms: tuple[Found, ...]


@lru_cache(maxsize=256)
def read(text: str, language: str) -> Reading:
    """Read a text in a language of the glossary."""
    words = tuple(words_of(text))
    return Reading(
        text=text,
        language=language,
        words=words,
        starts=tuple(sentence_starts(text)),
        quoted=tuple(untouched(text)),
        aside=tuple(bracketed(text)),
        terms=tuple(find_terms(text, words, language)),
    )
