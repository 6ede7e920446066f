"""Where a text binds us: each place with who is to act, in what manner it is said, and how far it reaches."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from inference.checks.promises.arabic import arabic
from inference.checks.promises.english import english
from inference.checks.promises.patterns import either, pattern, phrase, quotes
from inference.checks.promises.said import Manner, Said
from inference.checks.promises.times import times
from inference.checks.promises.words import tokens
from inference.checks.reading import Sentence, reading_of

_ENDS = re.compile(r"[,;:()\n—–]| - ")
_WORDY = 3
_PHRASES = {
    "guarantee": Manner.GUARANTEE,
    "handed": Manner.DONE,
    "state": Manner.DONE,
    "idle": Manner.IDLE,
}
_LED = {
    language: re.compile(rf"\s*(?:[^,.]*, (?:please )?|please |then |just )?{pattern('contact', language).pattern}")
    for language in ("en", "ar")
}
_HINGED = re.compile(r"(?<!\w)(?:if|whether|when|once|until|unless|before|after|say|how|where|tell you|tell me) $")


@lru_cache(maxsize=256)  # the promise check, the authority check and the ledger read the same reply
def read(text: str) -> tuple[Said, ...]:
    """Return the places of folded text that may bind us, in their order: what backs them is another question."""
    found: list[Said] = []
    before = (0, 0)
    marked = quotes(text)
    sentences = reading_of(text).sentences
    phrased = [name for name in {item.language for item in sentences} if either(tuple(_PHRASES), name).found(text)]
    for sentence in sentences:
        if not sentence.asks:
            found += _sentence(text, sentence, before, marked, phrased)
        before = sentence.span
    return tuple(found)


def _sentence(
    text: str,
    sentence: Sentence,
    before: tuple[int, int],
    marked: Sequence[tuple[int, int]],
    phrased: Sequence[str],
) -> Iterator[Said]:
    language, span = sentence.language, sentence.span
    found = tokens(text, *span)
    whole = _whole(text, span, language) if language in phrased else ()
    anchors = sorted(
        {*whole, *arabic(text, found), *english(text, found)} if language == "ar" else {*whole, *english(text, found)},
        key=lambda item: (item.start, -item.end, item.manner),
    )
    held = [match.span() for match in pattern("holding", language).finditer(text, *span)]
    anchors = [item for item in _apart(anchors) if not _told(text, span, item, marked) and not _within(item, held)]
    for place, item in enumerate(anchors):
        end = anchors[place + 1].start if place + 1 < len(anchors) else span[1]
        reach = _end(text, item, max(end, item.end), span[1])
        timed = _timed(text, replace(item, end=reach), anchors[place - 1].end if place else span[0], before)
        if timed is not None:
            yield timed


def _within(item: Said, ranges: Sequence[tuple[int, int]]) -> bool:
    return any(start <= item.start < end for start, end in ranges)


def _whole(text: str, span: tuple[int, int], language: str) -> Iterator[Said]:
    """Yield what whole phrases say: guarantees, cases handed on, idle phrases."""
    if not either(tuple(_PHRASES), language).found(text[slice(*span)]):
        return
    for name, manner in _PHRASES.items():
        for match in pattern(name, language).finditer(text, *span):
            lead = text[span[0] : match.start()]
            if not pattern("no_guarantee", language).search(lead.rstrip()):
                yield Said(*match.span(), span, manner, "us", language)


def _apart(anchors: Sequence[Said]) -> Iterator[Said]:
    """Leave out what begins within another one, but a guarantee and a hand-off, which weigh more, take its place."""
    kept: list[Said] = []
    for item in anchors:
        if kept and item.start < kept[-1].end:
            if kept[-1].manner in {Manner.FUTURE, Manner.PRESENT} and item.manner not in {
                Manner.FUTURE,
                Manner.PRESENT,
            }:
                kept[-1] = replace(item, start=kept[-1].start)
            continue
        kept.append(item)
    yield from kept


def _told(text: str, span: tuple[int, int], item: Said, marked: Sequence[tuple[int, int]]) -> bool:
    """Tell whether the words are somebody else's: in quotation marks, or reported."""
    if any(start < item.end < end for start, end in marked):
        return True
    lead = text[span[0] : item.start]
    if item.manner is not Manner.GUARANTEE and pattern("unsaid", item.language).search(lead):
        return True
    if item.manner is Manner.DONE and pattern("general", item.language).search(lead):
        return True
    cut = max(lead.rfind(mark) for mark in (";", ":", ", but", ", and", ", so", "ولكن", "لكن", "—", ", ف"))
    return pattern("reported", item.language).search(lead[cut + 1 :]) is not None


def _end(text: str, item: Said, most: int, last: int) -> int:
    """Return where what is said ends: before the next anchor, or at a mark that no time follows."""
    for match in _ENDS.finditer(text, item.end, most):
        rest = text[match.end() : last]
        cut = _ENDS.search(rest)
        after = rest[: cut.start()] if cut else rest
        if match.group() not in {",", " - ", "—", "–", "("} or len(after.split()) > 6 or not times(after.strip()):
            return match.start()
    return most


def _timed(text: str, item: Said, previous: int, before: tuple[int, int]) -> Said | None:
    """Add to a place the times and the soft words around it, and whether the customer turned to us first.

    None for a present that is only a condition ("when it arrives").
    """
    start, end = max(previous, item.sentence[0]), item.end
    lead = text[start : item.start]
    cut = max(lead.rfind(";"), lead.rfind(":"), lead.rfind(" and "))
    near = lead[cut + 1 :]
    commas = [part for part in near.split(",") if part.strip()]
    near = ",".join(commas[-2:] if commas and len(commas[-1].split()) <= 1 else commas[-1:])
    said = f"{near} {text[item.start : end]}"
    soft = pattern("soft", item.language).search(said)
    asked = pattern("contact", item.language).search(text, *item.sentence) is not None
    if not asked and item.start - item.sentence[0] <= _WORDY and not soft:
        # "Tell us under Help. We'll check why."
        asked = (
            item.person == "us"
            and _LED[item.language].match(text[slice(*before)]) is not None
            and text[item.start] != "i"
        )
    conditional = phrase("protasis", item.language).match(near.strip()) is not None
    if item.manner is Manner.PRESENT and (_HINGED.search(lead) or (conditional and len(near.split()) <= _WORDY)):
        return None
    marks = times(text[item.start : end].strip()) | (frozenset() if conditional else times(near.strip()))
    return replace(item, times=marks, soft=soft.group() if soft else "", asked=asked)
