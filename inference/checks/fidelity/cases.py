"""What a reply gives to the wrong case: a figure, a price, a place in time."""

from collections.abc import Iterator

from inference.checks.fidelity.polarity import CODE
from inference.checks.fidelity.reading import rivals
from inference.checks.fidelity.reply import Fault, Reply, Said

_ALIGNED = 2.5
_NEAREST = 6
_CROSSED = 1.8
_PART = 0.25
"""Share of what is told in time that must be crossed."""


def swapped(_: Reply, said: Said) -> Iterator[Fault]:
    """Find a figure, "free" or "at once" that the source gives to the other of two cases that it tells apart."""
    if said.matters.isdisjoint(rivals().keys()):
        return
    near = [sentence for weight, sentence in said.near[:_NEAREST] if weight >= _ALIGNED]
    for value, keys in said.reading.cases:
        named = keys & rivals().keys()
        if not value or not named:
            continue
        against = frozenset[str]().union(*(rivals()[key] - {key} for key in named))
        for sentence in near:
            right = frozenset[str]().union(*(own for other, own in sentence.cases if other == value))
            wrong = frozenset[str]().union(*(own for other, own in sentence.cases if other != value))
            if named & wrong and against & right and not named & right:
                yield said.fault(CODE, sentence)
                return


def timed(reply: Reply, said: Said) -> Iterator[Fault]:
    """Find "A before B" where the source has B before A."""
    if said.reading.sequence is None:
        return
    weight = reply.source.weight
    first, second = said.reading.sequence
    for sentence in reply.source.sentences:
        if sentence.reading.sequence is None:
            continue
        earlier, later = sentence.reading.sequence
        crossed = min(weight(first & later - earlier), weight(second & earlier - later))
        whole = max(weight(first), weight(second))
        if crossed >= max(_CROSSED, _PART * whole) and crossed > 2 * min(
            weight(first & earlier), weight(second & later)
        ):
            yield said.fault(CODE, sentence)
            return
