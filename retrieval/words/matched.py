"""Which of a customer's words a text shares: why it was found."""

from inference.text import fold
from retrieval.words.analysis import Term, index_terms, stop_words, word_terms, words


def terms_of(text: str) -> frozenset[Term]:
    """Return all terms that a text is found by."""
    return frozenset((family, term) for family, terms in index_terms(text).items() for term in terms)


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
