"""What a reply tells the customer to do that the source tells him not to do, and the other way round."""

from collections.abc import Iterator

from inference.checks.fidelity.parts import Part
from inference.checks.fidelity.polarity import CODE
from inference.checks.fidelity.reading import Reading
from inference.checks.fidelity.reply import Fault, Reply, Said
from inference.checks.fidelity.source import Sentence

_LEAST = 0.5
_COVER = 0.7
_BACK = 0.5
_NEAREST = 6
_UNTIL = frozenset({"until", "till", "before", "حتي", "قبل"})
_WHEN = ("proviso", "clause", "time")


def misdirected(reply: Reply, said: Said) -> Iterator[Fault]:
    """Find "do" where the source says "don't", and "don't" where it says "do", of the same action."""
    near = [sentence for _, sentence in said.near[:_NEAREST] if not sentence.question]
    for part, told in said.reading.told:
        if told is None or part.conditional or (told is False and _only_for_now(said.reading, part)):
            continue
        for sentence in near:
            if _against(reply, said, part, told, sentence) and not any(
                not other.question and _same(reply, part, told, other) for other in reply.source.sentences
            ):
                yield said.fault(CODE, sentence)
                return


def _only_for_now(reading: Reading, part: Part) -> bool:
    """Tell whether something is forbidden only under a condition or up to a point: "don't pay before it arrives"."""
    timed = any(matter.startswith("sequence ") for matter in part.matters)
    return timed or reading.marked(*_WHEN) or any(word.text in _UNTIL for word in reading.words)


def _against(reply: Reply, said: Said, part: Part, told: bool, sentence: Sentence) -> bool:
    reading = sentence.reading
    for theirs, bidden in reading.told:
        if theirs.conditional or bidden is not (not told) or not _fits(reply, part, theirs):
            continue
        when = frozenset[str]().union(*(other.matters for other in reading.parts if other is not theirs))
        limited = reading.marked(*_WHEN) or "sequence" in " ".join(theirs.matters)
        if not limited or when & said.matters or not said.reading.marked(*_WHEN):
            return True
    return False


def _same(reply: Reply, part: Part, told: bool, sentence: Sentence) -> bool:
    return any(bidden is told and _fits(reply, part, theirs) for theirs, bidden in sentence.reading.told)


def _fits(reply: Reply, ours: Part, theirs: Part) -> bool:
    """Tell whether two clauses speak of one action."""
    weight = reply.source.weight
    # Words that the source has nowhere are the reply's own way of putting it.
    one, other = ours.action & reply.source.weights.keys(), theirs.action
    shared = weight(one & other)
    return shared >= max(_LEAST, _COVER * weight(other), _BACK * weight(one))
