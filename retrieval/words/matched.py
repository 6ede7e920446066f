"""Which of a customer's words a text shares: why it was found."""

from inference.text import fold
from retrieval.words.analysis import Term, stop_words, word_terms, words


def asked_terms(text: str) -> tuple[Term, ...]:
    """Return the terms of a text's words, each once; words that say little are left out."""
    terms = (
        term for word in words(text) if word.text not in stop_words() for term in word_terms(word.text, word.arabizi)
    )
    return tuple(dict.fromkeys(terms))


def matched(text: str, known: frozenset[Term]) -> tuple[str, ...]:
    """Return the words of ``text``, as spelt there and each once, that have one of the ``known`` terms.

    Words that say little are left out.
    """
    folded = fold(text)
    shared = [
        folded.span(word.start, word.end).text
        for word in words(text)
        if word.text not in stop_words() and not known.isdisjoint(word_terms(word.text, word.arabizi))
    ]
    return tuple(dict.fromkeys(shared))
