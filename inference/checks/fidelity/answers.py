"""What a reply turns round of the source's answers and demands: yes and no, "you can", "only"."""

from collections.abc import Iterator
from typing import NamedTuple

from inference.checks.fidelity.parts import MODAL, matters
from inference.checks.fidelity.polarity import CODE
from inference.checks.fidelity.reply import Fault, Reply, Said
from inference.checks.fidelity.source import GRANTED, Sentence

_ONLY = frozenset({"only", "solely", "exclusively", "فقط", "حصرا"})
_OWN = 2.0
"""Weight of a question that the reply itself holds at least."""
_SCORE = 2.5
_COVER = 0.6
_WHOLE = 0.8
_SURE = 2.5
_RESERVED = 2.0
_NEAREST = 5
_REACH = 3


class _Asked(NamedTuple):
    """How well a question of the source fits: squared by share, the share, and what the reply itself holds."""

    score: float
    cover: float
    own: float
    sentence: Sentence


def answered(reply: Reply, said: Said) -> Iterator[Fault]:
    """Compare with the questions that the source answers with yes or no, read as statements."""
    if said.answer is None and said.reading.marked("proviso", "restrictive"):
        return
    best = max(_questions(reply, said), key=lambda row: row.score, default=None)
    if best is None or best.sentence.answer is None or best.own < _OWN:
        return
    if said.answer is not None:
        stated, sure = said.answer, (best.score >= _SCORE and best.cover >= _COVER) or best.cover >= _WHOLE
    else:
        modal = "permission" in best.sentence.asked and said.reading.signs.get("permission") == frozenset({True})
        stated = not _denies(said, best.sentence)
        sure = stated and modal and best.score >= _SCORE and best.cover >= _WHOLE
    if sure and stated is not best.sentence.answer:
        yield said.fault(CODE, best.sentence)


def _questions(reply: Reply, said: Said) -> Iterator[_Asked]:
    weight = reply.source.weight
    ours = frozenset[str]().union(*(part.matters for part in said.reading.parts if not part.conditional))
    wide = ours | (reply.message if said.answer is not None else frozenset())
    for sentence in reply.source.answers:
        for question in {sentence.asked, sentence.questions[-1].matters}:
            asked = question - (MODAL - (question & said.matters))
            if not asked.isdisjoint(wide):
                held, whole = weight(asked & wide), weight(asked)
                yield _Asked(held * held / whole, held / whole, weight(asked & (ours - MODAL)), sentence)


def _denies(said: Said, sentence: Sentence) -> bool:
    reading = said.reading
    return any(unit.matter in sentence.asked | MODAL and reading.negated(unit) for unit in reading.units) or any(
        len(values) == 1 and values != sentence.asked_signs[matter]
        for matter, values in reading.opposites.items()
        if matter in sentence.asked_signs
    )


def denied(reply: Reply, said: Said) -> Iterator[Fault]:
    """Find "you can" and "is accepted" of what the source refuses under a condition: "it stops if ..."."""
    weight = reply.source.weight
    if not reply.source.refused or GRANTED.isdisjoint(said.matters):
        return
    for part in said.reading.parts:
        if part.conditional or not any(part.signs.get(name) == frozenset({True}) for name in GRANTED):
            continue
        rest = part.matters - GRANTED - MODAL
        for refused, sentence in reply.source.refused:
            shared = weight(rest & refused)
            if shared >= max(_SURE, _COVER * weight(rest), _COVER * weight(refused)):
                yield said.fault(CODE, sentence)
                return


def reserved(reply: Reply, said: Said) -> Iterator[Fault]:
    """Find "can" of somebody else than the one whom the source says it of alone ("only the shop can cancel")."""
    reading = said.reading
    if reading.marked("restrictive", "proviso", "clause") or reading.orders or "permission" not in said.matters:
        return
    weight = reply.source.weight
    for _, sentence in said.near[:_NEAREST]:
        for rest in [] if sentence.question else _kept(sentence, said):
            if weight(said.matters & rest) >= max(_RESERVED, _COVER * weight(said.matters - MODAL)):
                yield said.fault(CODE, sentence)
                return


def _kept(sentence: Sentence, said: Said) -> Iterator[frozenset[str]]:
    """Yield what is said of each "only ..." that the reply does not name."""
    reading = sentence.reading
    for mark in reading.marks:
        if mark.group != "restrictive" or reading.words[mark.at].text not in _ONLY:
            continue
        kept = next((unit for unit in reading.units if mark.end <= unit.at < mark.end + _REACH), None)
        if kept is not None and kept.matter not in said.matters | GRANTED:
            clause = reading.words[kept.at].clause
            beside = matters(unit for unit in reading.units if reading.words[unit.at].clause == clause)
            yield sentence.asked | (beside - {kept.matter})
