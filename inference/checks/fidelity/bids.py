"""Words that tell somebody to do something, or not to: English by their place, Arabic by their form."""

import re
from collections.abc import Sequence
from functools import lru_cache

from inference.checks.fidelity.lexicon import forms
from inference.checks.fidelity.units import Word

_ARABIC_ORDER = re.compile(r"^(?![يتنس])\w{2,}وا$|^[افجر]\w+و(?:ها|ه|هم|نا)$")
_FORBIDDEN = re.compile(r"^ت\w+وا(?:ه|ها|هم|نا)?$|^ت\w+و(?:ه|ها|هم|نا)$")
_NOT = frozenset({"لا", "ولا", "فلا", "الا"})
_NO_ORDER = frozenset({"don't", "dont", "never", "do"})
REFUSING = _NOT | _NO_ORDER
"""Words that may forbid something, or let it be."""
_TOLD = frozenset({"you", "to", "we", "they", "i", "can", "may", "will", "it"})
"""Words before a verb that is no order."""
_POLITE = frozenset({"please", "and", "so", "but", "just", "then"})
_HEADS = 3


def bids(words: Sequence[Word], at: int) -> bool:
    """Tell whether a word is an order to do something."""
    return _bids(words[at].text)


@lru_cache(maxsize=16_384)
def _bids(word: str) -> bool:
    return word in forms("imperatives") or _bids_arabic(word)


@lru_cache(maxsize=16_384)
def _bids_arabic(word: str) -> bool:
    return _ARABIC_ORDER.search(word) is not None


def forbids(words: Sequence[Word], at: int) -> bool:
    """Tell whether a word forbids something: "don't", "never", «لا تكتبوا»."""
    word = words[at].text
    if word not in REFUSING:
        return False
    following = words[at + 1].text if at + 1 < len(words) else ""
    if word in _NOT:
        return _FORBIDDEN.search(following) is not None
    opens = not at or words[at].clause != words[at - 1].clause or words[at - 1].text in _POLITE
    return opens and (word != "do" or following == "not")


def ordering(words: Sequence[Word]) -> bool:
    """Tell whether a text tells somebody to do something, at its head or after a condition."""
    if not words:
        return False
    heads = [0, *(at for at in range(1, len(words)) if words[at].clause != words[at - 1].clause)]
    return any(bids(words, at) for at in heads[:_HEADS]) or any(_bids_arabic(word.text) for word in words)


def commanding(words: Sequence[Word]) -> frozenset[int]:
    """Return the numbers of the clauses that tell somebody to do something, or not to."""
    found: set[int] = set()
    place = 0
    for at, word in enumerate(words):
        before = words[at - 1] if at else None
        place = place + 1 if before is not None and before.clause == word.clause else 0
        if not (_bids(word.text) or word.text in REFUSING):
            continue
        heads = place < _HEADS or (before is not None and before.text in _POLITE)
        if heads and (before is None or before.text not in _TOLD) and (_bids(word.text) or forbids(words, at)):
            found.add(word.clause)
    return frozenset(found)
