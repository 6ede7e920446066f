"""Names of people as they are masked: what the rules find, and what the learned tagger reads where no rule speaks."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from inference.personal.found import Candidate, surest
from inference.personal.nameness import (
    Word,
    ambiguous,
    family_like,
    given,
    joined,
    listed,
    particle,
    unlike_alone,
    words,
)
from inference.personal.names import names
from inference.personal.tagger import Floats, Marked, probabilities, tag
from inference.personal.types import Kind
from inference.text import Folded

_LEAST = 0.7
"""From this probability on a word is part of a name ..."""
_LONE = 0.95
"""... and from this one on one word is a name by itself, unless it is a known one that is no other word."""
_DENIED, _SURELY_DENIED, _STRONG = 0.02, 0.003, 0.64
"""Below these a word is none, though a rule says so; one as sure as ``_STRONG`` gives way to the second alone ..."""
_SURE = 0.78
"""... and one as sure as this to none, where the name is a known one."""
_BASE, _SPAN = 0.45, 0.15
"""At most 0.6, below the rules' confidence and an address's: a name within an address is part of that."""


def people(folded: Folded) -> Iterator[Candidate]:
    """Yield names of people, none overlapping another: the rules', widened by the tagger, and those it alone reads."""
    found = words(folded)
    if not found:
        return
    marks = list(names(folded))
    shares = probabilities(folded, found, marks)
    bound = [*(joined(folded.text, word, later) for word, later in pairwise(found)), False]
    learned = [_candidate(found, name) for name in tag(shares, found, bound, _LEAST) if _stands(found, name)]
    starts, ends = [item.start for item in learned], [item.end for item in learned]
    widened = []
    for mark in surest(_confirmed(marks, found, shares)):
        beside = learned[bisect_right(ends, mark.start) : bisect_left(starts, mark.end)]
        widened.append(_extended(mark, beside))
    yield from surest([*widened, *learned])


def _candidate(found: Sequence[Word], name: Marked) -> Candidate:
    start, end = found[name.first].start + name.behind, found[name.last - 1].end
    return Candidate(Kind.NAME, start, end, _BASE + _SPAN * name.confidence, "name_learned")


def _stands(found: Sequence[Word], name: Marked) -> bool:
    """Whether what the tagger reads is a name with no rule to say so."""
    first = found[name.first].text[name.behind :]
    known = given(first) and not ambiguous(first)
    if known or name.last - name.first > 1:
        return True
    return name.confidence >= _LONE and (name.behind or not unlike_alone(found[name.first]))


def _confirmed(marks: Sequence[Candidate], found: Sequence[Word], shares: Floats) -> Iterator[Candidate]:
    """Yield the rules' names whose first word the tagger does not deny, up to the first further word that it does."""
    ends, named = [word.end for word in found], 1 - shares[:, 0]
    for mark in marks:
        first, stop = bisect_right(ends, mark.start), bisect_left(ends, mark.end) + 1
        least = _SURELY_DENIED if mark.confidence >= _STRONG else _DENIED
        # The tagger may read a kunya's second word alone.
        share = named[first : first + 1 + particle(found[first])].max()
        if share < least and not (mark.confidence >= _SURE and listed(found[first].text)):
            continue
        last = first + 1
        while last < stop and (named[last] >= least or listed(found[last].text) or family_like(found[last])):
            last += 1
        while first < last < stop and particle(found[last - 1]):
            last -= 1
        if last == first:
            continue
        yield mark if last == stop else mark._replace(end=found[last - 1].end)


def _extended(mark: Candidate, beside: Sequence[Candidate]) -> Candidate:
    """Widen a rule's name by what the tagger reads over its ends; a preposition that the rule leaves out stays out."""
    if not beside:
        return mark
    start = mark.start if beside[0].start == mark.start - 1 else min(mark.start, beside[0].start)
    return mark._replace(start=start, end=max(mark.end, beside[-1].end))
