"""The words of ``inference/lexicons/fidelity.yaml``, by their first word as it is written in folded text."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from inference.checks.fidelity.stemming import CLITICS, SHORTEST, WORD, stem, variants, with_if
from inference.lexicons import load_lexicon
from inference.stems import stopwords
from inference.text import fold

_LEXICON = "fidelity"
_PARTICLE = re.compile(r"[وفبلك]?(?:[اإ]ن|لان|لكن|كان)(?:ي|ني|ه|ها|هم|هما|ك|كم|نا|ما)?|[وف]?مهما|[وف]?الا")
"""«أن» and its sisters with a pronoun: "that you", "because it"."""
_MEASURED = frozenset({"limit", "maximum", "حد"})
"""Hedges that are matters as well."""


class Entry(NamedTuple):
    """A word or phrase of the lexicon.

    Attributes:
        rest: its words after the first.
        name: the matter, or the group of marks.
        sign: which side of an opposite it is; None for what has no opposite.
    """

    rest: tuple[str, ...]
    name: str
    sign: bool | None


class Form(NamedTuple):
    """What the lexicon knows of a word as it is written.

    Attributes:
        phrases: what begins with it, the longest first.
        matter: what it means alone; None for what the lexicon does not name.
        common: whether it tells nothing of a matter.
        marks: the marks that begin with it.
        negates: whether it turns what follows.
    """

    stem: str
    phrases: tuple[Entry, ...]
    matter: Entry | None
    common: bool
    marks: tuple[Entry, ...]
    negates: bool


@lru_cache(maxsize=16_384)
def form(word: str) -> Form:
    """Look a folded word up."""
    marks = _marks().get(word, ())
    if word[0] in CLITICS and len(word) >= SHORTEST:
        marks += _marks().get(word[1:], ())
    common = _common(word)
    negates = word.endswith("n't") or word in forms("negations")
    return Form(stem(word), _phrases().get(word, ()), None if common else _single(word), common, marks, negates)


@cache
def forms(name: str) -> frozenset[str]:
    """Return a list of the lexicon, folded."""
    return frozenset(" ".join(_words(phrase)) for phrase in load_lexicon(_LEXICON)[name])


def _common(word: str) -> bool:
    prefixed = word[0] in CLITICS and len(word) > SHORTEST and word[1:] in _skipped()
    return word in _skipped() or prefixed or word.endswith("n't") or _PARTICLE.fullmatch(word) is not None


@cache
def _skipped() -> frozenset[str]:
    hedges = (phrase for phrases in load_lexicon(_LEXICON)["hedges"].values() for phrase in phrases)
    hedged = frozenset(" ".join(_words(phrase)) for phrase in hedges) - _MEASURED
    lists = (forms(name) for name in ("skip", "conjunctions", "negations", "contrasted"))
    return hedged.union(stopwords(), *lists)


def _single(word: str) -> Entry | None:
    if word[0].isascii():
        return _stems().get(stem(word))
    found = (entry for written in variants(word) for entry in _phrases().get(written, ()) if not entry.rest)
    return next(found, None)


@cache
def _phrases() -> Mapping[str, tuple[Entry, ...]]:
    return _index(_entries())


@cache
def _stems() -> Mapping[str, Entry]:
    """English words by their stem, where no other entry shares it."""
    found: dict[str, set[Entry]] = {}
    for words, name, sign in _entries():
        if len(words) == 1 and words[0].isascii():
            found.setdefault(stem(words[0]), set()).add(Entry((), name, sign))
    return {key: entries.pop() for key, entries in found.items() if len(entries) == 1}


def _entries() -> Iterator[tuple[tuple[str, ...], str, bool | None]]:
    data = load_lexicon(_LEXICON)
    for line in data["same"]:
        for phrase in line:
            yield _words(phrase), str(line[0]), None
    for name, sides in data["opposites"].items():
        for side in ("plus", "minus"):
            for phrase in sides[side]:
                yield _words(phrase), name, side == "plus"
    for phrase, value in data["numbers"].items():
        yield _words(phrase), f"#{value}", None


@cache
def _marks() -> Mapping[str, tuple[Entry, ...]]:
    groups = load_lexicon(_LEXICON)["marks"] | load_lexicon(_LEXICON)["hedges"]
    return _index((_words(phrase), group, None) for group, phrases in groups.items() for phrase in phrases)


def _index(entries: Iterable[tuple[tuple[str, ...], str, bool | None]]) -> Mapping[str, tuple[Entry, ...]]:
    found: dict[str, dict[tuple[tuple[str, ...], str], Entry]] = {}
    for words, name, sign in entries:
        found.setdefault(words[0], {})[words[1:], name] = Entry(words[1:], name, sign)
    return {first: tuple(sorted(rest.values(), key=lambda entry: -len(entry.rest))) for first, rest in found.items()}


def _words(phrase: object) -> tuple[str, ...]:
    return tuple(WORD.findall(with_if(fold(str(phrase)))))
