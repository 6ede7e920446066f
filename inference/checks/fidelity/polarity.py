"""What a reply turns round of the sentence that speaks of the same: a negation, an opposite, a contrast, an answer."""

from collections.abc import Iterator
from typing import NamedTuple

from inference.checks.fidelity.reading import Part, matters
from inference.checks.fidelity.reply import Fault, Reply, Said
from inference.checks.fidelity.source import Document, Sentence

CODE = "contradicts_source"
MODAL = frozenset({"permission", "duty"})
"""Matters that say nothing of what a sentence is about."""

_ELSEWHERE = frozenset({"permission", "cost"})
"""Matters that need more than a sign to be compared."""
_LEAST = 1.2
"""Weight that two clauses share at least, beside what is turned."""
_SURE = 2.7
"""Weight that they share at least, with part of what is turned."""
_TURNED = 0.6
_COVER = 0.5
_AROUND = 0.7
_RIVAL = 0.6
_RIVAL_OPPOSITE = 0.85
_CONTRASTED = 0.9
_NEAREST = 8
_NEXT = 4


class _Match(NamedTuple):
    """How well a clause of the source fits one of the reply, and whether it says the same of a matter."""

    score: float
    shared: float
    cover: float
    same: bool
    sentence: Sentence


def turned(reply: Reply, said: Said) -> Iterator[Fault]:
    """Find a matter whose sign is turned against the clauses of the source that fit best."""
    near = [sentence for _, sentence in said.near[:_NEAREST] if not sentence.question]
    for ours in said.reading.parts:
        if ours.conditional:
            continue
        for matter in ours.matters:
            if matter[0] == "#" or matter in _ELSEWHERE or len(said.reading.signs[matter]) > 1:
                continue
            found = _turned(reply.source, ours, matter, near)
            if found is not None:
                yield said.fault(CODE, found)
                return


def _turned(source: Document, ours: Part, matter: str, near: list[Sentence]) -> Sentence | None:
    if not any(ours.signs[matter] != sentence.reading.signs.get(matter, ours.signs[matter]) for sentence in near):
        return None
    rows = sorted(_matches(source, ours, matter, near), key=lambda row: (-row.score, not row.same))
    if not rows or rows[0].same or rows[0].shared < _LEAST or rows[0].cover < _COVER:
        return None
    best = rows[0]
    if best.shared + _TURNED * source.weight(frozenset({matter})) < _SURE:
        return None
    rival = _RIVAL_OPPOSITE if any(unit.signed for unit in ours.units if unit.matter == matter) else _RIVAL
    return None if any(row.same and row.score >= rival * best.score for row in rows) else best.sentence


def _matches(source: Document, ours: Part, matter: str, near: list[Sentence]) -> Iterator[_Match]:
    rest = ours.matters - {matter} - MODAL
    whole = source.weight(rest)
    denies = any(unit.turned for unit in ours.units if unit.matter == matter)
    for sentence in near:
        if matter not in sentence.matters:
            continue
        for theirs in _comparable(sentence, matter):
            same = bool(ours.signs[matter] & theirs.signs[matter])
            if not same and ((sentence.answer is False and denies) or _contrasts(matter, ours, theirs)):
                continue
            told = theirs.matters | sentence.asked
            shared = source.weight(rest & told) + _AROUND * source.weight((rest & sentence.around) - told)
            cover = shared / whole if whole else 0.0
            yield _Match(shared * cover, shared, cover, same, sentence)


def _contrasts(matter: str, *parts: Part) -> bool:
    return any(unit.turned == "contrast" and unit.matter == matter for part in parts for unit in part.units)


def _comparable(sentence: Sentence, matter: str) -> Iterator[Part]:
    """Yield the clauses that state something of a matter; for an opposite that stands once, the whole sentence."""
    parts = [part for part in sentence.reading.parts if matter in part.matters]
    if len(sentence.reading.opposites.get(matter, ())) == 1 and matter not in MODAL:
        if not any(part.conditional for part in parts):
            yield sentence.whole
    else:
        yield from (part for part in parts if not part.conditional)


def contrasted(reply: Reply, said: Said) -> Iterator[Fault]:
    """Find "A, not B" where the source says B."""
    weight = reply.source.weight
    for part in said.reading.parts:
        denied = matters(unit for unit in part.units if unit.turned == "contrast" and not unit.signed)
        whole = _CONTRASTED * weight(denied)
        if (
            len(denied) < 2
            or whole < _LEAST
            or any(_denies(reply.source, item, denied) for item in reply.source.sentences)
        ):
            continue
        for _, sentence in said.near[:_NEXT]:
            affirmed = [
                matters(unit for unit in theirs.units if unit.sign and not unit.turned)
                for theirs in sentence.reading.parts
                if not theirs.conditional
            ]
            if not sentence.question and any(weight(denied & theirs) >= whole for theirs in affirmed):
                yield said.fault(CODE, sentence)
                return


def _denies(source: Document, sentence: Sentence, denied: frozenset[str]) -> bool:
    turned_there = matters(unit for unit in sentence.reading.units if unit.turned)
    return source.weight(turned_there & denied) >= _CONTRASTED * source.weight(denied)
