"""The check: each sentence of a reply against the sentences of the source that speak of the same matter."""

from collections.abc import Iterator

from inference.checks.base import CheckInput
from inference.checks.fidelity.answers import answered, denied, reserved
from inference.checks.fidelity.cases import swapped, timed
from inference.checks.fidelity.certainty import strengthened
from inference.checks.fidelity.conditions import dropped
from inference.checks.fidelity.order import CODE as REORDERED
from inference.checks.fidelity.order import reordered
from inference.checks.fidelity.orders import misdirected
from inference.checks.fidelity.polarity import contrasted, turned
from inference.checks.fidelity.prices import priced, unpriced
from inference.checks.fidelity.reply import Fault, Reply, Said, read_reply
from inference.checks.fidelity.scope import widened
from inference.types import Edit, Finding

_ANYWAY = (swapped, timed, contrasted, priced)
_UNSUPPORTED = (misdirected, turned, answered, unpriced, denied, reserved)
_ABOUT = 0.5
"""Share of a sentence that the source's own must hold to stand in its place."""


def check_fidelity(given: CheckInput) -> Iterator[Finding]:
    """Find what the reply changed of what its sources say, at most one fault in a sentence.

    The sentences of the source that share a sentence's matters (stems and synonyms, weighted by how rare they are in
    the source) are what it may have changed; a fault needs that no other of them says the same as the reply.
    """
    reply = read_reply(given)
    if reply is None:
        return
    found = {fault.at: fault for fault in reordered(reply)}
    for said in reply.said:
        fault = None if said.question or said.verbatim or said.at in found else _first(reply, said)
        if fault is not None:
            found[said.at] = fault
    for said in reply.said:
        if said.at in found:
            fault = found[said.at]
            yield given.finding(
                fault.code, at=fault.at, quote=fault.sentence.quote, suggestion=_suggestion(given, reply, said, fault)
            )


def _first(reply: Reply, said: Said) -> Fault | None:
    if not said.restates:
        for find in _ANYWAY if reply.supported(said) else (*_ANYWAY, *_UNSUPPORTED):
            for fault in find(reply, said):
                return fault
    for fault in strengthened(reply, said):
        return fault
    if not said.restates:
        for fault in widened(reply, said):
            return fault
    return next(dropped(reply, said), None)


def _suggestion(given: CheckInput, reply: Reply, said: Said, fault: Fault) -> Edit | None:
    """Put the source's sentence in place of the reply's, where it stands alone and says the same and no more."""
    sentence = fault.sentence
    if fault.code == REORDERED or sentence.question or sentence.reading.answer is not None:
        return None
    if reply.source.weight(said.matters & sentence.matters) < _ABOUT * max(
        said.weight, reply.source.weight(sentence.matters)
    ):
        return None
    span = given.folded.span(*fault.at)
    start = span.start + len(span.text) - len(span.text.lstrip())
    return Edit(start=start, end=start + len(span.text.strip()), replacement=sentence.quote)
