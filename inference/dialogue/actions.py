"""What customers report to have done, read into actions (verb and object).

Precision comes first: a report counts in the past tense or after "I tried", and only where nothing before it denies it,
asks about it, wishes for it or says it of somebody else. The words live in ``lexicons/tried.yaml``.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from inference.dialogue.lexicon import Action, Begun, Verb, begun, bounded, entry, expand, one_of
from inference.text import Folded

LONGEST = 4_000
"""What lies behind this many characters of a message is not read for actions."""

_CONTEXT = 90
"""Characters before a report in which a negation, a condition or a lead is looked for."""
_WINDOW = 70
"""Characters on either side of a reported verb in which its object is looked for."""
_SENTENCE = re.compile(r"[^.!?\n]+")
_BREAK = re.compile(r"[,;:(]|(?<!\w)(?:but|so|because|then|بس|لكن|بعدين|عشان|لان|علشان)(?!\w)")
_TURN = re.compile(r"(?<!\w)(?:but|so|because|you|they|it's|still|then|بس|لكن|وانت\w*|و?لسه|طلع|مكتوب)(?!\w)")
_SELF = re.compile(r"(?<!\w)(?:i|i've|ive|we|we've|\w*[\u0600-\u06ff]\w*)(?!\w)")
_ADVERBS = r"(?:\s+(?:already|just|even|also|yet|really|actually|ever|then|has|have|had|had to|\w+ly|always))*\s*$"


@dataclass(frozen=True, slots=True)
class Report:
    """An action that a customer reports to have done, at ``text[start:end]`` of the folded text."""

    action: Action
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Named:
    """An object named in a text."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Found:
    verb: Verb
    start: int
    end: int
    based: bool = False


@cache
def _cancelled() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    cancels = entry("cancels")
    near = re.compile(rf"(?<!\w){one_of(cancels['near'])}{_ADVERBS}")
    # A subject other than the customer, right before the verb.
    others = "|".join((*cancels["others"], "was", "were", "been", "is", "are"))
    return near, bounded(one_of(cancels["far"])), re.compile(rf"(?<!\w)(?:{others}){_ADVERBS}")


@cache
def _blank() -> re.Pattern[str]:
    return bounded(f"(?:{'|'.join(map(expand, entry('cancels')['blank']))})")


@cache
def _leads() -> tuple[re.Pattern[str], re.Pattern[str]]:
    leads = entry("leads")
    return re.compile(rf"(?<!\w){one_of(leads['close'])}(?:(?:\s+\S+){{0,2}}|(?:\s+\S+){{0,5}} and)\s+$"), bounded(
        one_of(leads["chain"])
    )


def reports(folded: Folded) -> tuple[Report, ...]:
    """Return the actions that a text reports as done, in reading order."""
    text = folded.text[:LONGEST]
    places = begun(text)
    if not any(place.verbs for place in places):
        return ()
    text = _blank().sub(lambda match: "\x00" * len(match.group()), text)
    sentences = [match.span() for match in _SENTENCE.finditer(text)]
    verbs = {span: sorted(_reported(text, places, span), key=_place) for span in sentences}
    objects = objects_at(text, places) if any(verbs.values()) else []
    return tuple(
        report
        for span, found in verbs.items()
        for index, verb in enumerate(found)
        for report in _with_objects(text, verb, found[index + 1 :], objects, span)
    )


def objects_at(text: str, places: Sequence[Begun]) -> list[Named]:
    """Return the objects named in a text, in reading order; one that lies within a longer one is left out."""
    found = [
        Named(thing.name, *match.span())
        for place in places
        for thing in place.things
        if (match := thing.pattern.match(text, place.start))
    ]
    longest: list[Named] = []
    for item in sorted(found, key=lambda item: (item.start, -item.end)):
        around = (other for other in longest if other.start <= item.start and item.end <= other.end)
        if all((other.start, other.end) == (item.start, item.end) for other in around):
            longest.append(item)
    return longest


def _place(found: _Found) -> tuple[int, int]:
    return found.start, -found.end


def _reported(text: str, places: Sequence[Begun], sentence: tuple[int, int]) -> Iterator[_Found]:
    floor, end = sentence
    for start, verbs, _ in places:
        if not floor <= start < end:
            continue
        for verb in verbs:
            if (match := verb.reported.match(text, start, end)) and not _is_cancelled(text, floor, start):
                yield _Found(verb, *match.span())
            elif (match := verb.based.match(text, start, end)) and _is_led(text, floor, start):
                yield _Found(verb, *match.span(), based=True)


def _is_cancelled(text: str, floor: int, start: int) -> bool:
    before = text[max(floor, start - _CONTEXT) : start]
    near, far, others = _cancelled()
    if near.search(before) or others.search(before):
        return True
    breaks = list(_BREAK.finditer(before))
    return far.search(before, breaks[-1].end() if breaks else 0) is not None


def _is_led(text: str, floor: int, start: int) -> bool:
    before = text[max(floor, start - _CONTEXT) : start]
    close, chain = _leads()
    lead = close.search(before) or next(reversed(list(chain.finditer(before))), None)
    if lead is None:
        return False
    near, far, _ = _cancelled()
    if far.search(before, lead.end()) or near.search(before[lead.end() :]):
        return False
    return not _is_cancelled(text, floor, start - len(before) + lead.start())


def _with_objects(
    text: str,
    verb: _Found,
    later: Sequence[_Found],
    objects: Sequence[Named],
    sentence: tuple[int, int],
) -> Iterator[Report]:
    own = [item for item in objects if item.name in verb.verb.objects]
    following = (other.start for other in later if other.start >= verb.end)
    limit = min(next(following, sentence[1]), verb.end + _WINDOW)
    turn = _TURN.search(text, verb.end, limit)
    limit = turn.start() if turn else limit
    named = [item for item in own if verb.start <= item.start < limit]
    if not named and not verb.based:
        named = _named_before(text, verb, own, sentence[0])
    for item in named:
        action = Action(verb.verb.name, item.name)
        yield Report(action, min(item.start, verb.start), max(item.end, verb.end))
    if not named and verb.verb.bare and not verb.verb.named:
        yield Report(Action(verb.verb.name, ""), verb.start, verb.end)


def _named_before(text: str, verb: _Found, objects: Sequence[Named], floor: int) -> list[Named]:
    """Objects before a verb: «البطاقة جمدتها», "The address is right, I checked", "My phone hangs. I turned it off"."""
    before = [item for item in objects if verb.start - _WINDOW <= item.start and item.end <= verb.start]
    if text[verb.start].isascii():
        # "Order cancelled" says that somebody did it: the customer must stand between.
        before = [item for item in before if _SELF.search(text, item.end, verb.start)]
    inside = [item for item in before if item.start >= floor]
    return inside or (before[-1:] if verb.verb.bare else [])
