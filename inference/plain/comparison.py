"""The everyday comparison that fits a text: that of the term which it is about."""

from collections import Counter

from inference.plain.context import sentence_of, within
from inference.plain.glossary import LANGUAGES, glossary
from inference.plain.reading import read

_IN_MENU = 0.5
_MORE_WORDS = 0.5
_FIRST_SENTENCE = 2.0
_OFTEN = 4
"""Uses that make a term what a text is about, where the first sentence does not name it."""


def comparison(text: str, language: str) -> str | None:
    """Return the everyday comparison of the term that a resolution is about; None where no term stands out.

    A term is what the text is about if its first sentence (best: the resolution's problem) names it, or if it is used
    four times. Of several, the one named first, often and in more words wins; the name of a menu counts half.

    Args:
        text: a resolution's problem and answer, or a reply.
        language: ``ar`` or ``en``; None is returned for other languages.
    """
    if language not in LANGUAGES:
        return None
    reading = read(text, language)
    _, first = sentence_of(text, 0, reading.starts)
    weights: dict[str, float] = {}
    uses: Counter[str] = Counter()
    for found in reading.terms:
        if found.entry.wording(language).like is None:
            continue
        key, named = found.entry.id, found.start < first
        value = (
            _IN_MENU
            if within(found.start, found.end, reading.quoted)
            else 1.0 + _MORE_WORDS * (found.last - found.first)
        )
        weights[key] = weights.get(key, 0.0) + value + (_FIRST_SENTENCE if named else 0.0)
        uses[key] += _OFTEN if named else int(value >= 1.0)
    about = [key for key in weights if uses[key] >= _OFTEN]
    best = max(about, key=weights.__getitem__, default=None)
    return glossary()[best].wording(language).like if best is not None else None
