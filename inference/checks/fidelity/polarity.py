"""What a reply turns round of the sentence that speaks of the same: a negation, an opposite, a contrast, an answer."""

from collections.abc import Iterator
from typing import NamedTuple

from inference.checks.fidelity.parts import MODAL, Part, matters
from inference.checks.fidelity.reading import Reading
from inference.checks.fidelity.reply import Fault, Reply, Said
from inference.checks.fidelity.source import Document, Sentence

CODE = "contradicts_source"

_ELSEWHERE = frozenset({"permission", "cost"})
"""Matters that need more than a sign to be compared."""
_LOOSE = frozenset(
    [
        "that",
        "which",
        "who",
        "whose",
        "stop",
        "stops",
        "prevent",
        "prevents",
        "avoid",
        "avoids",
        "protects",
        "التي",
        "الذي",
        "الذين",
        "يمنع",
        "تمنع",
        "يحمي",
        "تحمي",
    ]
)
"""Words after which a clause only tells which one, or what is kept from happening."""
_LEAST = 1.2
"""Weight that two clauses share at least, beside what is turned."""
_SURE = 2.7
"""Weight that they share at least, with part of what is turned."""
_TURNED = 0.6
_COVER = 0.6
_BACK = 0.5
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
    back: float
    same: bool
    sentence: Sentence


def turned(reply: Reply, said: Said) -> Iterator[Fault]:
    """Find a matter whose sign is turned against the clauses of the source that fit best."""
    near = [sentence for _, sentence in said.near[:_NEAREST] if not sentence.question]
    for ours in said.reading.parts:
        if ours.conditional or said.reading.commands(ours):
            continue
        for matter in sorted(_against(ours, near)):
            if matter[0] == "#" or matter in _ELSEWHERE or len(said.reading.signs[matter]) > 1:
                continue
            found = _turned(reply.source, said.reading, ours, matter, near)
            if found is not None:
                yield said.fault(CODE, found)
                return


def _against(ours: Part, near: list[Sentence]) -> set[str]:
    """Return the matters of a clause that a sentence of the source has with another sign."""
    return {
        matter
        for sentence in near
        for matter in ours.matters & sentence.matters
        if ours.signs[matter] != sentence.reading.signs[matter]
    }


def _turned(source: Document, reading: Reading, ours: Part, matter: str, near: list[Sentence]) -> Sentence | None:
    rows = sorted(_matches(source, reading, ours, matter, near), key=lambda row: (-row.score, not row.same))
    if not rows or rows[0].same or rows[0].shared < _LEAST or rows[0].cover < _COVER or rows[0].back < _BACK:
        return None
    best = rows[0]
    if best.shared + _TURNED * source.weight(frozenset({matter})) < _SURE:
        return None
    rival = _RIVAL_OPPOSITE if any(unit.signed for unit in ours.units if unit.matter == matter) else _RIVAL
    return None if any(row.same and row.score >= rival * best.score for row in rows) else best.sentence


def _matches(source: Document, reading: Reading, ours: Part, matter: str, near: list[Sentence]) -> Iterator[_Match]:
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
            if not same and (_loose(sentence.reading, theirs, matter) or _loose(reading, ours, matter)):
                continue
            told = theirs.matters | sentence.asked
            shared = source.weight(rest & told) + _AROUND * source.weight((rest & sentence.around) - told)
            cover = shared / whole if whole else 0.0
            own = theirs.matters - {matter} - MODAL
            back = source.weight(own & reading.matters) / source.weight(own) if own else 0.0
            yield _Match(shared * cover, shared, cover, back, same, sentence)


def _loose(reading: Reading, part: Part, matter: str) -> bool:
    """Tell whether a clause does not plainly say of a matter that it is or is not: "to collect", "one that isn't"."""
    words = reading.words
    for unit in part.units:
        if unit.matter != matter:
            continue
        before = [word.text for word in words[: unit.at] if word.clause == words[unit.at].clause]
        if before[-1:] == ["to"] or not _LOOSE.isdisjoint(before) or (not unit.turned and reading.negated(unit)):
            return True
    return False


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
    if all(unit.turned != "contrast" for unit in said.reading.units):
        return
    for part in said.reading.parts:
        if part.conditional:
            continue
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
                if not theirs.conditional and not any(unit.turned for unit in theirs.units)
            ]
            if not sentence.question and any(weight(denied & theirs) >= whole for theirs in affirmed):
                yield said.fault(CODE, sentence)
                return


def _denies(source: Document, sentence: Sentence, denied: frozenset[str]) -> bool:
    turned_there = matters(unit for unit in sentence.reading.units if unit.turned)
    return source.weight(turned_there & denied) >= _CONTRASTED * source.weight(denied)
