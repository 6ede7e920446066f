"""The cases that a source tells apart, and what each costs."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from inference.checks.fidelity.reading import Reading, read
from inference.lexicons import load_lexicon
from inference.text import fold

UNPRICED = frozenset({"permission", "duty", "cost", "match", "riyal", "money", "card", "account", "daily", "speed"})
"""Matters that do not tell what a price is paid for."""


class Side(NamedTuple):
    """One of the cases that a source tells apart: the line of the lexicon, and its place there."""

    line: int
    place: int


@cache
def _sides() -> Mapping[str, Side]:
    return {
        matter: Side(line, place)
        for line, groups in enumerate(load_lexicon("fidelity")["scopes"])
        for place, phrases in enumerate(groups)
        for phrase in phrases
        for matter in read(fold(str(phrase)).text).matters
    }


def sides(spoken: frozenset[str]) -> frozenset[Side]:
    """Return the cases that matters name."""
    known = _sides()
    return frozenset(known[matter] for matter in spoken if matter in known)


def costs(reading: Reading) -> Iterator[tuple[frozenset[str], frozenset[Side], bool]]:
    """Yield what each clause that names a price speaks of, the cases that it names, and whether it is free."""
    for keys, free in reading.prices:
        yield frozenset(key for key in keys - UNPRICED if key[0] != "#"), sides(keys), free
