"""Where steps stand in another order than in the source."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from inference.checks.fidelity.parts import matters
from inference.checks.fidelity.reading import Reading
from inference.checks.fidelity.reply import Fault, Reply
from inference.checks.fidelity.source import Document, Sentence
from inference.checks.fidelity.units import Mark

CODE = "reordered_steps"
_NUMBERED = re.compile(r"\s*\d{1,2}[.)\-:]\s*\D")
_ALIGNED = 2.0
_LEAST = 1.2
_COVER = 0.45
_WHOLE = 0.8
_MARGIN = 1.15
_HEAD = 4
_CROSSED = 0.5


class _Step(NamedTuple):
    """A step that a reply gives.

    Attributes:
        matters: what it speaks of; ``head`` what its first clauses do.
        ordered: whether a number or a word of order puts it after the step before.
        numbered: whether it is a line of a list.
        at: the range of its sentence.
    """

    matters: frozenset[str]
    head: frozenset[str]
    ordered: bool
    numbered: bool
    at: tuple[int, int]


def reordered(reply: Reply) -> Iterator[Fault]:
    """Find a step that the reply puts after one which follows it in the source, and menus in the wrong order."""
    steps = tuple(_steps(reply))
    lines = [_line(reply.source, step.matters) or _line(reply.source, step.head) for step in steps]
    placed = [(step, line) for step, line in zip(steps, lines, strict=True) if line is not None]
    for (before, first), (after, second) in pairwise(placed):
        if first.line > second.line and _follows(before, after):
            yield Fault(CODE, after.at, second)
            return
    for before, after in pairwise(steps):
        for sentence in reply.source.sentences if _follows(before, after) else ():
            if _crosses(reply, sentence, before, after):
                yield Fault(CODE, after.at, sentence)
                return
    yield from _menus(reply)


def _follows(before: _Step, after: _Step) -> bool:
    """Tell whether the reply puts a step after the one before: a list begins anew after what explains it."""
    return after.ordered and not (after.numbered and not before.numbered)


def _menus(reply: Reply) -> Iterator[Fault]:
    known = reply.source.paths
    for said in reply.said if known else ():
        for one, other in said.reading.paths:
            if (other, one) in known and (one, other) not in known:
                yield said.fault(CODE, known[other, one])
                return


def _steps(reply: Reply) -> Iterator[_Step]:
    """Cut the reply's sentences where a word of order opens a step."""
    for number, said in enumerate(reply.said):
        reading = said.reading
        numbered = bool(_NUMBERED.match(said.text if not number else reply.said[number - 1].text + said.text))
        conditional = bool(reading.parts) and reading.parts[0].conditional
        if said.question or conditional or not (numbered or reading.marked("first", "next") or reading.orders):
            continue
        cuts = [mark.at for mark in reading.marks if mark.group in {"next", "first"} and _leads(reading, mark)]
        for start, end in pairwise([0, *cuts, len(reading.words)]):
            units = [
                unit
                for unit in reading.units
                if start <= unit.at < end and unit.matter[0] != "#" and " " not in unit.matter
            ]
            told = numbered or any(reading.bids(at) for at in range(start, min(end, start + _HEAD)))
            if told and len(matters(units)) > 1:
                last = reading.words[start].clause + 1
                head = matters(unit for unit in units if reading.words[unit.at].clause <= last)
                yield _Step(matters(units), head, numbered or start in cuts, numbered, said.at)


def _leads(reading: Reading, mark: Mark) -> bool:
    """Tell whether a word of order opens a step, and not the next menu of a path ("Cards, then Freeze")."""
    return mark.at == 0 or (mark.end < len(reading.words) and reading.bids(mark.end))


def _line(source: Document, step: frozenset[str]) -> Sentence | None:
    """Return the step of the source that a step of the reply surely is."""
    best: dict[int, tuple[float, Sentence]] = {}
    for weight, sentence in source.aligned(step):  # the heaviest of each line comes first
        if sentence.line in source.steps:
            best.setdefault(sentence.line, (weight, sentence))
    ranked = list(best.values())
    if not ranked:
        return None
    weight, sentence = ranked[0]
    cover = weight / source.weight(step)
    if cover < _COVER or weight < (_ALIGNED if cover < _WHOLE else _LEAST):
        return None
    return None if len(ranked) > 1 and weight < _MARGIN * ranked[1][0] else sentence


def _crosses(reply: Reply, sentence: Sentence, before: _Step, after: _Step) -> bool:
    """Tell whether one sentence of the source has both steps, the later one first."""
    if not sentence.reading.marked("first", "next"):
        return False
    weight = reply.source.weight
    places = {unit.matter: number for number, unit in reversed(tuple(enumerate(sentence.reading.units)))}
    one, other = before.matters - after.matters, after.matters - before.matters
    here, there = one & places.keys(), other & places.keys()
    if weight(here) < max(1, _CROSSED * weight(one)) or weight(there) < max(1, _CROSSED * weight(other)):
        return False
    return max(places[matter] for matter in there) < min(places[matter] for matter in here)
