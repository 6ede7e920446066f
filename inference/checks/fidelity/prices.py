"""What a reply says of costs: "free" where the source names a price, and one price for cases that have two."""

from collections.abc import Iterator

from inference.checks.fidelity.costs import UNPRICED, Side, costs, sides
from inference.checks.fidelity.polarity import CODE
from inference.checks.fidelity.reading import Reading
from inference.checks.fidelity.reply import Fault, Reply, Said
from inference.checks.fidelity.scope import CODE as WIDENED
from inference.checks.fidelity.scope import general
from inference.checks.fidelity.source import Price, Sentence

_LEAST = 1.0
_PRICED = 1.8
_COVER = 0.5
_RIVAL = 0.7
_NEAR = 2
_BESIDE = 2


def priced(reply: Reply, said: Said) -> Iterator[Fault]:
    """Find a cost that the source gives otherwise, in the case that the reply names or for all of them."""
    rows = tuple(costs(said.reading))
    if reply.priced or not rows or (said.reading.parts and said.reading.parts[0].conditional):
        return
    theirs = reply.source.prices
    for keys, own, free in rows:
        topic = _topic(reply, said, keys)
        near = [row for row in theirs if reply.source.weight(topic & _told(row)) >= _LEAST]
        wrong = _other_case(own or (_theirs(reply, said) if free else own), free, near)
        if wrong is not None:
            yield said.fault(CODE, wrong)
            return
        if all(other is free for _, _, other in rows):
            wide = _all_cases(reply, said, own, free, near)
            if wide is not None:
                yield said.fault(WIDENED, wide)
                return


def _theirs(reply: Reply, said: Said) -> frozenset[Side]:
    """Return the case that the customer is in, where the sentence names none and makes no condition."""
    named = {side.line for side in sides(said.matters)}
    if named or said.reading.marked("clause", "proviso", "time", "both"):
        return frozenset()
    message = sides(reply.message)
    return frozenset(side for side in message if sum(other.line == side.line for other in message) == 1)


def unpriced(reply: Reply, said: Said) -> Iterator[Fault]:
    """Find "free" of what the source knows nothing but a price of, and a price of what is free there."""
    rows = tuple(costs(said.reading))
    if reply.priced or len(rows) != 1 or any(part.conditional for part in said.reading.parts):
        return
    keys, own, free = rows[0]
    if free and any(matter[0] == "#" or matter == "limit" for matter in said.matters):
        return
    topic, weight = _topic(reply, said, keys), reply.source.weight
    best: dict[bool, tuple[float, Sentence]] = {}
    for row in reply.source.prices:
        told = weight(topic & _told(row))
        if told > best.get(row.free, (0.0, row.sentence))[0] and not (own and row.sides and not own & row.sides):
            best[row.free] = (told, row.sentence)
    told, sentence = best.get(not free, (0.0, None))
    rival = best.get(free, (0.0, None))[0]
    if sentence is not None and told >= max(_PRICED, _COVER * weight(topic)) and rival < _RIVAL * told:
        yield said.fault(CODE, sentence)


def _told(row: Price) -> frozenset[str]:
    return row.keys | row.sentence.asked | row.sentence.around


def _topic(reply: Reply, said: Said, keys: frozenset[str]) -> frozenset[str]:
    """Return what a price is of; "it is free" is of what was spoken of before."""
    found = keys | frozenset(matter for matter in said.matters - UNPRICED if matter[0] != "#")
    if keys:
        return found
    place = reply.said.index(said)
    return found.union(*(item.matters - UNPRICED for item in reply.said[max(0, place - _NEAR) : place]))


def _other_case(own: frozenset[Side], free: bool, near: list[Price]) -> Sentence | None:
    """Return the sentence that prices a named case the other way round, where none prices it so."""
    for side in own:
        rows = [row for row in near if side in row.sides and len({other.line for other in row.sides}) == len(row.sides)]
        rows = [row for row in rows if not any(other.line == side.line for other in row.sides - {side})]
        if rows and all(row.free is not free for row in rows):
            return rows[0].sentence
    return None


def _all_cases(reply: Reply, said: Said, own: frozenset[Side], free: bool, near: list[Price]) -> Sentence | None:
    """Return the sentence that prices one case otherwise, where the reply says one price of all cases."""
    whole = general(said.reading)
    lines = {side.line for row in near for side in row.sides}
    for line in sorted(lines):
        named = {side for side in sides(said.matters) | own if side.line == line}
        if not whole and len(named) < 2:
            continue
        if len(named) == 1 and not _likened(said.reading):
            continue
        if not named and (own or any(side.line == line for side in sides(reply.matters | reply.message))):
            continue
        kinds = {side: {row.free for row in near if row.sides == {side}} for row in near for side in row.sides}
        told = {side: values for side, values in kinds.items() if side.line == line and len(values) == 1}
        against = {side for side, values in told.items() if free not in values}
        alike = {row.sentence.line for row in near if row.free is free}
        told_apart = (row.sentence for row in near if against & row.sides and row.sentence.line in alike)
        if (sentence := next(told_apart, None)) is not None:
            return sentence
    return None


def _likened(reading: Reading) -> bool:
    """Tell whether one case is likened to another: "just as at home"."""
    likened = [mark.end for mark in reading.marks if mark.group == "both"]
    return any(
        end <= unit.at < end + _BESIDE and sides(frozenset({unit.matter})) for end in likened for unit in reading.units
    )
