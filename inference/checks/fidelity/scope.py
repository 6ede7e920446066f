"""Where a reply says of all what the source says of some."""

from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from inference.checks.fidelity.lexicon import forms
from inference.checks.fidelity.parts import Part
from inference.checks.fidelity.reading import Reading, rivals
from inference.checks.fidelity.reply import Fault, Reply, Said
from inference.checks.fidelity.source import Sentence
from inference.lexicons import load_lexicon

CODE = "widened_scope"
_PLACE = "place"
_NEAREST = 4
_ALIGNED = 1.4
_SHARED = 1.5
_COVER = 0.4
_CLOSE = 0.8
_REACH = 3
_THAT_IS = "اي"
_LIMITING = frozenset({"permission", "duty", "use"})


def general(reading: Reading) -> bool:
    """Tell whether a sentence speaks of all cases alike."""
    return reading.marked("both", "places", "always") or any(True for _ in _universals(reading))


def widened(reply: Reply, said: Said) -> Iterator[Fault]:
    """Find "all", "any" and "no matter" of what the nearest sentence of the source says of less."""
    if said.reading.orders:
        return
    near = [(weight, item) for weight, item in said.near[:_NEAREST] if weight >= _ALIGNED and not item.question]
    if said.reading.marked("always"):
        close = [item for weight, item in near if weight >= max(0.5 * said.weight, _CLOSE * near[0][0])]
        limited = next((item for item in close if _bounded(item, said)), None)
        if limited is not None:
            yield said.fault(CODE, limited)
            return
    for kind, number in _universals(said.reading):
        ours = next(
            (part for part in said.reading.parts if said.reading.words[part.units[0].at].clause == number), None
        )
        if ours is None or ours.conditional or _held(reply, said, kind):
            continue
        limited = next(
            (item for _, item in near if any(_limits(reply, said, ours, kind, part) for part in item.reading.parts)),
            None,
        )
        if limited is not None:
            yield said.fault(CODE, limited)
            return


def _held(reply: Reply, said: Said, kind: str) -> bool:
    return any(
        any(kind == other for other, _ in _universals(item.reading))
        and reply.source.weight(said.matters & item.topic) >= _COVER * said.weight
        for item in reply.source.sentences
    )


def _bounded(sentence: Sentence, said: Said) -> bool:
    """Tell whether a sentence holds up to a figure, or of a case, that the reply leaves out."""
    reading = sentence.reading
    figures = {matter for matter in sentence.matters if matter[0] == "#"}
    cases = bool(sentence.cases) and not said.matters & rivals().keys()
    limits = reading.provisos or (reading.marked("bound") and bool(figures) and not figures & said.matters) or cases
    return limits and not reading.marked("always")


def _limits(reply: Reply, said: Said, ours: Part, kind: str, theirs: Part) -> bool:
    """Tell whether a clause says of a narrower kind what the reply says of all."""
    if theirs.conditional or (kind not in theirs.matters and kind != _PLACE):
        return False
    pairs = (*pairwise(theirs.units), *pairwise(reversed(theirs.units)))
    beside = {other.matter for unit, other in pairs if unit.matter == kind} - _kinds() - _LIMITING
    beside |= {matter for matter in theirs.matters if matter[0] == "#"}
    rest = ours.matters - {kind}
    shared = reply.source.weight(rest & theirs.matters)
    narrower = any(reply.source.weights.get(matter, 0.0) >= 1 for matter in beside - said.matters)
    return narrower and shared >= max(_SHARED, _COVER * reply.source.weight(rest))


def _universals(reading: Reading) -> Iterator[tuple[str, int]]:
    """Yield of what kind of thing "all" or "any" is said, and in which clause."""
    for mark in reading.marks:
        word = reading.words[mark.at]
        if mark.group == "places":
            yield _PLACE, word.clause
        elif mark.group == "universal" and not _distributes(reading, mark.at):
            kinds = (
                unit for unit in reading.units if mark.end <= unit.at < mark.end + _REACH and unit.matter[0] != "#"
            )
            unit = next(kinds, None)
            if unit is not None and reading.words[unit.at].clause == word.clause and unit.matter in _kinds():
                yield unit.matter, word.clause


def _distributes(reading: Reading, at: int) -> bool:
    """Tell whether a word only means "that is", or "for each"."""
    before = reading.words[at - 1] if at else None
    opens = before is None or before.clause != reading.words[at].clause
    return (opens and reading.words[at].text == _THAT_IS) or (before is not None and before.text in forms("per"))


@cache
def _kinds() -> frozenset[str]:
    return frozenset(map(str, load_lexicon("fidelity")["kinds"]))
