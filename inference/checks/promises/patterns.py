"""The lexicon's patterns for whole phrases, compiled once for each language."""

import re
from functools import cache

from inference.checks.address import any_number
from inference.guarded import Guarded
from inference.lexicons import load_lexicon
from inference.text import fold, fold_pattern

_QUOTED = re.compile(r"«[^»\n]{0,600}»|“[^”\n]{0,600}”|\"[^\"\n]{0,600}\"")


@cache
def pattern(name: str, language: str) -> re.Pattern[str]:
    """Return a pattern of ``inference/lexicons/promises.yaml``, which begins and ends with a word."""
    start = r"(?<!\w)" if language == "en" else r"(?<!\w)[وفل]?"
    source = fold_pattern(load_lexicon("promises")[name][language])
    if name != "reported":  # «طلبتم» is the customer's, «طلبت» may be ours
        source = any_number(source)
    ends = "" if name in {"handed", "no_guarantee"} else r"(?!\w)"
    return re.compile(f"{start}(?:{source}){ends}")


@cache
def either(names: tuple[str, ...], language: str) -> Guarded:
    """Return the patterns of several names as one, to be asked whether any of them may stand in a text."""
    return Guarded([pattern(name, language).pattern for name in names])


@cache
def words(name: str, language: str | None = None) -> frozenset[str]:
    """Return a list of words of the lexicon, folded."""
    entry = load_lexicon("promises")[name]
    return frozenset(fold(str(word)).text for word in (entry if language is None else entry[language]))


@cache
def phrase(name: str, language: str | None = None) -> re.Pattern[str]:
    """Return a pattern of a list of words or phrases of the lexicon, the longest first."""
    listed = sorted(words(name, language), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, listed))})(?!\w)")


def quotes(text: str) -> tuple[tuple[int, int], ...]:
    """Return the ranges of what stands in quotation marks."""
    return tuple(match.span() for match in _QUOTED.finditer(text))
