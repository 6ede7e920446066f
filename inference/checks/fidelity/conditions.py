"""Where a reply leaves out the condition under which the source says something."""

from collections.abc import Iterator
from itertools import pairwise

from inference.checks.fidelity.reply import Fault, Reply, Said
from inference.checks.fidelity.source import Sentence

CODE = "dropped_condition"
_CONDITIONS = ("proviso", "clause", "time", "restrictive")
_LIMITED = 2.5
_CONDITIONED = 4.0
"""Weight shared with what is said under an "if", where "unless" and "as long as" ask for less."""
_COVER = 0.45
_WHOLE = 0.6
_NAMED = 0.9
_MET = 0.5
_NEXT = 3
_LISTED = 6
"""Matters of a condition that lists cases: to name one of them is to keep it."""
_OWN = 0.8


def dropped(reply: Reply, said: Said) -> Iterator[Fault]:
    """Find a statement whose condition in the source stands nowhere in the reply, nor is met by the message."""
    if said.reading.marked(*_CONDITIONS) and not said.reading.marked("always"):
        return
    extra = reply.message if said.answer else frozenset[str]()
    near = reply.source.aligned(said.matters | extra) if extra else said.near
    sentences = [item for weight, item in near[: 2 * _NEXT] if weight >= _LIMITED and not item.question]
    for place, sentence in enumerate(sentences[:_NEXT]):
        if any(_free(reply, said, other, sentence) for other in sentences[:place]):
            return
        opening = reply.source.opening(sentence)
        if opening is not None and reply.source.weight((said.matters & opening.asked) - sentence.matters) < 1:
            opening = None
        if _lost(reply, said, sentence, extra, frozenset()) or (
            opening is not None and _lost(reply, said, opening, extra, sentence.matters)
        ):
            yield said.fault(CODE, opening or sentence)
            return


def _free(reply: Reply, said: Said, other: Sentence, sentence: Sentence) -> bool:
    """Tell whether a sentence that comes nearer says the same without a condition."""
    if other.reading.marked("proviso", "clause", "time") or other.reading.orders:
        return False
    weight = reply.source.weight
    return weight(said.matters & other.matters) >= weight(said.matters & sentence.condition[0])


def _lost(reply: Reply, said: Said, sentence: Sentence, extra: frozenset[str], more: frozenset[str]) -> bool:
    """Tell whether the condition of a sentence is lost, for a reply that also draws on ``more`` of the same answer."""
    weight = reply.source.weight
    main, bound = sentence.condition
    main |= more
    need = bound - main or bound
    if len(bound) >= _LISTED and need & said.matters:  # "if you live in A, B, C or D"
        return False
    if not need or not _fits(reply, said, sentence, main, extra):
        return False
    if said.reading.marked("always") and not sentence.reading.marked("always"):
        return True
    others = [item.matters for item in reply.said if item.question or item.reading.marked(*_CONDITIONS)]
    met = max(weight(need & item) for item in (*others, said.matters, reply.message))
    return met < _MET * weight(need) and weight(need & said.matters) < _NAMED


def _fits(reply: Reply, said: Said, sentence: Sentence, main: frozenset[str], extra: frozenset[str]) -> bool:
    reading, weight = sentence.reading, reply.source.weight
    answers = said.answer or sentence.answer is not None
    if not answers and weight(said.matters & (main - (sentence.asked - sentence.matters))) < _OWN:
        return False
    ours = weight(said.matters & main)
    if ours < _COVER * said.weight:
        return False
    if reading.provisos:
        return weight((said.matters | extra) & main) >= _LIMITED
    trailing = bool(sentence.answer) or any(
        not one.conditional and other.bound for one, other in pairwise(reading.parts)
    )
    whole = main - reply.message if sentence.answer else main
    fits = weight((said.matters | extra) & main) >= _CONDITIONED and ours >= _WHOLE * weight(whole)
    orders = said.reading.orders or (reading.orders and sentence.answer is None)
    return reading.marked("clause") and trailing and fits and not orders
