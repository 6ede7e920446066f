"""What a reply gives to the wrong case: a figure, a price, a place in time."""

from collections.abc import Iterator

from inference.checks.fidelity.polarity import CODE, MODAL
from inference.checks.fidelity.reading import rivals
from inference.checks.fidelity.reply import Fault, Reply, Said
from inference.checks.fidelity.source import Document, Sentence

_ALIGNED = 2.5
_NEAREST = 6
_PRICED = 2.0
_COVER = 0.5
_CONTEXT = 0.4
_RIVAL = 0.85
_CROSSED = 1.8
_MEASURES = frozenset({"riyal", "foreign", "daily", "month", "week", "year"})
_UNPRICED = MODAL | {"cost", "match", "riyal"}


def swapped(_: Reply, said: Said) -> Iterator[Fault]:
    """Find a figure, "free" or "at once" that the source gives to the other of two cases that it tells apart."""
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


def priced(reply: Reply, said: Said) -> Iterator[Fault]:
    """Find "free" where the source names a price, a price where it says "free", and "free" without its limit."""
    part = next((part for part in said.reading.parts if "cost" in part.matters), None)
    if reply.priced or part is None or part.conditional or len(part.signs["cost"]) > 1:
        return
    rest = frozenset(matter for matter in part.matters - _UNPRICED if matter[0] != "#")
    free = part.signs["cost"] == frozenset({False})
    if free and _limited(part.matters):
        return
    best = _prices(reply.source, rest)
    if free and True in best and not reply.source.unbounded and not _limited(reply.matters):
        yield said.fault("dropped_condition", best[True][1])
        return
    told, sentence, keys = best.get(not free, (0.0, None, frozenset()))
    if sentence is None or told < max(_PRICED, _COVER * reply.source.weight(rest)):
        return
    elsewhere = (keys & rivals().keys()) - said.matters or (rest & rivals().keys()) - keys
    if not elsewhere and not (free in best and best[free][0] >= _RIVAL * told):
        yield said.fault(CODE, sentence)


def charged(reply: Reply, said: Said) -> Iterator[Fault]:
    """Find "free" of a case ("abroad", "express") for which the source names nothing but a price."""
    if reply.priced or (said.reading.parts and said.reading.parts[0].conditional):
        return
    theirs = [
        (keys, free, item) for item in reply.source.sentences if not item.question for keys, free in item.reading.prices
    ]
    for keys, free in said.reading.prices:
        for key in (keys & rivals().keys()) - _MEASURES:
            kinds = [(kind, item, spoken) for spoken, kind, item in theirs if key in spoken]
            told = next((item for kind, item, spoken in kinds if said.matters & spoken - {key} - _UNPRICED), None)
            if free and told is not None and not any(kind for kind, _, _ in kinds):
                yield said.fault(CODE, told)
                return


def _limited(matters: frozenset[str]) -> bool:
    return any(matter[0] == "#" or matter == "limit" for matter in matters)


def _prices(source: Document, rest: frozenset[str]) -> dict[bool, tuple[float, Sentence, frozenset[str]]]:
    """Return, for what is free and for what is not, the best fitting price with what it speaks of."""
    best: dict[bool, tuple[float, Sentence, frozenset[str]]] = {}
    for sentence in source.sentences:
        for keys, free in () if sentence.question else sentence.reading.prices:
            told = source.weight(rest & (keys | sentence.asked)) + _CONTEXT * source.weight(
                rest & sentence.matters - keys
            )
            if free not in best or best[free][0] < told:
                best[free] = (told, sentence, keys)
    return best


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
        if crossed >= _CROSSED and crossed > 2 * min(weight(first & earlier), weight(second & later)):
            yield said.fault(CODE, sentence)
            return
