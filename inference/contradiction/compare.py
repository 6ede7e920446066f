"""Differences between two resolutions that speak of the same thing, each with both quotes."""

from collections.abc import Iterator, Sequence

from inference.contradiction.figures import Figure
from inference.contradiction.statement import Clause, Statement
from inference.types import Difference, DifferenceKind

ALIKE = 0.6
"""Share of telling words that two sentences of one language must have in common to be about one thing."""
_FEWEST_WORDS = 3
_UNSAID = {DifferenceKind.AMOUNT, DifferenceKind.PERIOD}


def differences(first: Statement, second: Statement, *, same_matter: bool) -> tuple[Difference, ...]:
    """Return what two resolutions say differently, at most one difference of each kind.

    Args:
        first: one resolution.
        second: the other.
        same_matter: whether both answer one question (translations, near duplicates): then all their figures must
            agree, in whatever sentence they stand. Else only sentences of one language that say nearly the same count.
    """
    found: dict[DifferenceKind, Difference] = {}
    for item in _aligned(first, second):
        found.setdefault(item.kind, item)
    if same_matter:
        for item in (*_as_wholes(first, second), *_as_rules(first, second)):
            found.setdefault(item.kind, item)
    return tuple(found.values())


def _aligned(first: Statement, second: Statement) -> Iterator[Difference]:
    if first.language != second.language:
        return
    for one in first.clauses:
        for other in second.clauses:
            if overlap(one.words, other.words) < ALIKE or len(one.words & other.words) < _FEWEST_WORDS:
                continue
            yield from _figures([one], [other], first, second)
            if any(one.rulings.get(name, other.rulings[name]) != other.rulings[name] for name in other.rulings):
                yield Difference(kind=DifferenceKind.POLICY, first=one.quote, second=other.quote)


def _as_wholes(first: Statement, second: Statement) -> Iterator[Difference]:
    for extra in (False, True):
        ours = [item for item in first.clauses if item.extra is extra]
        theirs = [item for item in second.clauses if item.extra is extra]
        yield from _figures(ours, theirs, first, second)


def _as_rules(first: Statement, second: Statement) -> Iterator[Difference]:
    """Compare the rulings of the leading sentences; that something costs counts only where the cost is named."""
    one, other = first.leading, second.leading
    for name in one.rulings.keys() & other.rulings.keys():
        costly = one if one.rulings[name] else other
        named = name != "cost" or any(item.kind is DifferenceKind.AMOUNT for item in costly.figures)
        if one.rulings[name] != other.rulings[name] and named:
            yield Difference(kind=DifferenceKind.POLICY, first=one.quote, second=other.quote)


def _figures(
    ours: Sequence[Clause], theirs: Sequence[Clause], first: Statement, second: Statement
) -> Iterator[Difference]:
    """Compare figures of one kind: each side must hold one that the other resolution names nowhere."""
    here, there = _unknown(ours, second), _unknown(theirs, first)
    for one, item in here:
        for other, rival in there:
            if _comparable(item, rival, same_language=first.language == second.language):
                kind = rival.kind if item.kind is DifferenceKind.NUMBER else item.kind
                yield Difference(kind=kind, first=one.quote, second=other.quote)
    yield from _units(ours, theirs)


def _unknown(clauses: Sequence[Clause], other: Statement) -> list[tuple[Clause, Figure]]:
    return [
        (clause, item)
        for clause in clauses
        for item in clause.figures
        if (item.value, item.unit) not in other.values and item.written not in other.written
    ]


def _comparable(one: Figure, other: Figure, *, same_language: bool) -> bool:
    """Tell whether two figures measure the same; a plain number may be an amount or a period whose unit went unsaid."""
    if DifferenceKind.NUMBER not in {one.kind, other.kind}:
        return one.kind is other.kind
    if one.kind is other.kind:
        return not same_language or one.unit == other.unit
    return not same_language and {one.kind, other.kind} & _UNSAID != set()


def _units(ours: Sequence[Clause], theirs: Sequence[Clause]) -> Iterator[Difference]:
    """Find one number in two currencies, or in two units of time."""
    for kind, published in ((DifferenceKind.AMOUNT, DifferenceKind.CURRENCY), (DifferenceKind.PERIOD,) * 2):
        one, other = _by_number(ours, kind), _by_number(theirs, kind)
        for number in sorted(one.keys() & other.keys()):
            if not one[number].keys() & other[number].keys():
                quotes = next(iter(one[number].values())), next(iter(other[number].values()))
                yield Difference(kind=published, first=quotes[0], second=quotes[1])


def _by_number(clauses: Sequence[Clause], kind: DifferenceKind) -> dict[float, dict[tuple[float | str, str], str]]:
    found: dict[float, dict[tuple[float | str, str], str]] = {}
    for clause in clauses:
        for item in clause.figures:
            if item.kind is kind:
                found.setdefault(float(item.written), {}).setdefault((item.value, item.unit), clause.quote)
    return found


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of words in common (Jaccard), 0 where there are none."""
    return len(one & other) / len(one | other) if one | other else 0.0
