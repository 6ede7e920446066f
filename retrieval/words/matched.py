"""Which of a customer's words a text shares: why it was found."""

from collections.abc import Collection, Iterable

from inference.text import fold
from retrieval.words.analysis import Term, Word, stop_words, word_terms, words

Signs = tuple[Term, ...]
"""The terms that tell a word: a text shares the word when it has one of them."""


def asked_signs(text: str) -> tuple[Signs, ...]:
    """Return the signs of a text's words, each once; words that say little are left out."""
    return tuple(dict.fromkeys(map(_signs, _telling(text))))


def spelt(text: str, shared: Iterable[Collection[Signs]]) -> list[tuple[str, ...]]:
    """Return for each collection of signs the words that have them, as ``text`` spells them, each once."""
    folded = fold(text)
    known = [(_signs(word), folded.span(word.start, word.end).text) for word in _telling(text)]
    return [tuple(dict.fromkeys(word for signs, word in known if signs in some)) for some in shared]


def _telling(text: str) -> list[Word]:
    return [word for word in words(text) if word.text not in stop_words()]


def _signs(word: Word) -> Signs:
    terms = word_terms(word.text, word.arabizi)
    # Where a word is, its stem and the skeleton of that are too; but for Arabizi, which is read as such in some lines
    # only, and for what follows an apostrophe.
    return terms if word.arabizi or "'" in word.text else terms[-1:]
