"""Telling words of a text, without the commonest prefixes and endings of Arabic and English: rough, and fast."""

import re
from functools import cache, lru_cache
from typing import NamedTuple

from inference.lexicons import load_lexicon
from inference.text import fold

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ARABIC_ENDS = re.compile(r"(?:هما|كما|ها|هم|كم|نا|ات|ون|ين|تي|ته|تك|ه|ي|ا|ت)$")
_ENGLISH_ENDS = re.compile(r"(?:'s|ing|ies|ed|es|s)$")
_PREFIXES = ("وال", "فال", "بال", "كال", "لل", "ال")
_SHORTEST = 3


class Stem(NamedTuple):
    """A telling word's stem, and where the word stands in the folded text."""

    text: str
    start: int
    end: int


@lru_cache(maxsize=4_096)  # a resolution's questions recur from message to message
def stems(text: str) -> frozenset[str]:
    """Return the stems of a text's telling words."""
    return frozenset(item.text for item in stem_words(fold(text).text))


@lru_cache(maxsize=1_024)  # many rules read the same sentences of a draft, one after another
def stem_words(folded: str) -> tuple[Stem, ...]:
    """Return the telling words of folded text, in their order."""
    found = [(_telling(match.group()), match.span()) for match in _WORD.finditer(folded)]
    return tuple([Stem(stem, *place) for stem, place in found if stem is not None])


def share(words: frozenset[str], among: frozenset[str]) -> float:
    """Return the share of ``words`` that are ``among`` others, 0 where there are none."""
    return len(words & among) / len(words) if words else 0.0


@cache
def stopwords() -> frozenset[str]:
    """Return the folded words that tell nothing of a matter: courtesy, pronouns, particles."""
    courtesy = load_lexicon("courtesy")["fillers"]
    return frozenset(fold(str(word)).text for word in (*courtesy, *load_lexicon("dialogue")["stopwords"]))


@lru_cache(maxsize=16_384)
def _telling(word: str) -> str | None:
    return None if word in stopwords() else _stem(word)


def _stem(word: str) -> str:
    if word[0].isascii():
        stem = _ENGLISH_ENDS.sub("", word)
        return stem if len(stem) >= _SHORTEST else word
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= _SHORTEST:
            word = word[len(prefix) :]
            break
    stem = _ARABIC_ENDS.sub("", word)
    return stem if len(stem) >= _SHORTEST else word
