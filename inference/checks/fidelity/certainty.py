"""Where a reply is surer than its source."""

from collections.abc import Iterator

from inference.checks.fidelity.parts import matters
from inference.checks.fidelity.reply import Fault, Reply, Said
from inference.checks.fidelity.source import Sentence
from inference.checks.fidelity.units import Unit

CODE = "strengthened"
_AGREES = frozenset({"certainly", "definitely", "absolutely", "surely", "بالتاكيد", "اكيد", "قطعا"})
"""Words that answer "yes" at a sentence's head."""
_EACH = frozenset({"each", "every"})
_NOT_CLAIMED = frozenset({"permission", "work"})
_ALIGNED = 1.4
_SHARED = 0.8
_CLOSE = 0.6
_COVER = 0.45
_NEAREST = 8
_NEXT = 3


def strengthened(reply: Reply, said: Said) -> Iterator[Fault]:
    """Find "always", and a "usually" or "may" that was dropped, where the source is less certain."""
    near = [(weight, item) for weight, item in said.near[:_NEAREST] if weight >= _ALIGNED and not item.question]
    if not near:
        return
    certain = [mark for mark in said.reading.marks if mark.group == "certain" and _claims(said, mark.at)]
    if certain:
        clauses = {said.reading.words[mark.at].clause for mark in certain}
        told = matters(unit for unit in said.reading.units if said.reading.words[unit.at].clause in clauses)
        yield from _certain(reply, said, near, told)
    elif not said.reading.marked("often", "may"):
        for find in (_flat, _plain):
            sentence = find(reply, said, near)
            if sentence is not None:
                yield said.fault(CODE, sentence)
                return


def _claims(said: Said, at: int) -> bool:
    """Tell whether a word claims certainty; "each time it fails, ..." says when."""
    words = said.reading.words
    opens = not at or words[at].clause != words[at - 1].clause
    if words[at].text in _EACH and opens and any(unit.at > at + 1 for unit in said.reading.units):
        return False
    return at > 1 or words[at].text not in _AGREES


def _certain(reply: Reply, said: Said, near: list[tuple[float, Sentence]], told: frozenset[str]) -> Iterator[Fault]:
    """Find certainty of what the source hedges; ``told`` is what the clause with its word speaks of."""
    close = [sentence for weight, sentence in near if weight >= _CLOSE * near[0][0]]
    close = [item for item in close if not item.reading.orders or item.reading.marked("often", "perhaps")]
    hedged = any(sentence.reading.marked("often", "may", "bound", "clause", "proviso") for sentence in close)
    if said.restates or not hedged or (told and reply.source.weight(told & close[0].topic) < _SHARED):
        return
    cover = next(weight for weight, sentence in near if sentence is close[0]) / said.weight
    figure = any(matter[0] == "#" for matter in said.matters & close[0].matters)
    if not (figure or cover >= _COVER):
        return
    if not any(sentence.reading.marked("certain") for sentence in close):
        yield said.fault(CODE, close[0])


def _flat(reply: Reply, said: Said, near: list[tuple[float, Sentence]]) -> Sentence | None:
    """Return the sentence that says "usually" of a figure which the reply states flatly."""
    for weight, sentence in near:
        shared = said.matters & sentence.matters
        figures = shared & _hedged_figures(sentence)
        if not figures or (
            weight <= max(0.5 * reply.source.weight(sentence.matters), 0) and weight <= _CLOSE * said.weight
        ):
            continue
        words = len(shared - figures)
        if not any(
            figures <= other.matters
            and not other.reading.marked("often")
            and 2 * len((shared & other.matters) - figures) >= words
            for other in reply.source.sentences
        ):
            return sentence
    return None


def _hedged_figures(sentence: Sentence) -> frozenset[str]:
    words = sentence.reading.words
    hedged = {words[mark.at].clause for mark in sentence.reading.marks if mark.group == "often"}
    units = sentence.reading.units
    return frozenset(unit.matter for unit in units if unit.matter[0] == "#" and words[unit.at].clause in hedged)


def _plain(reply: Reply, said: Said, near: list[tuple[float, Sentence]]) -> Sentence | None:
    """Return the sentence that says "may" of what the reply states as a fact."""
    if said.reading.marked("clause", "time") or any(unit.turned for unit in said.reading.units):
        return None
    for weight, sentence in near[:_NEXT]:
        for unit in _possible(sentence):
            part = next(part for part in sentence.reading.parts if unit in part.units)
            shared = reply.source.weight(part.matters & said.matters)
            fits = shared >= max(_ALIGNED, _CLOSE * reply.source.weight(part.matters), 0.4 * said.weight)
            if unit.matter in said.matters and fits and not _stated(reply, said, sentence, unit, weight):
                return sentence
    return None


def _possible(sentence: Sentence) -> Iterator[Unit]:
    reading = sentence.reading
    for mark in reading.marks:
        unit = next((unit for unit in reading.units if unit.at >= mark.end), None) if mark.group == "perhaps" else None
        if unit is not None and not unit.turned and unit.matter not in _NOT_CLAIMED:
            yield unit


def _stated(reply: Reply, said: Said, sentence: Sentence, unit: Unit, weight: float) -> bool:
    return any(
        unit.matter in other.matters
        and other is not sentence
        and not other.reading.marked("perhaps", "often")
        and reply.source.weight(other.matters & said.matters) >= _CLOSE * weight
        for other in reply.source.sentences
    )
