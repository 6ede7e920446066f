"""What backs a commitment: a line of a source, a fact, a phrase of the policy, or an owner with a time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from inference.checks.base import CheckInput, folded_text
from inference.checks.promises.owner import owner_in
from inference.checks.promises.patterns import pattern, words
from inference.checks.promises.said import ACTIONS, OUTCOMES, Manner, Said
from inference.checks.promises.times import times
from inference.checks.promises.words import meanings, read_word, tokens
from inference.checks.reading import language_of, reading_of
from inference.stems import stem_words
from inference.text import fold

OWNER = "owner"
POLICY = "policy"
_BRACKETS = re.compile(r" ?\(([^()\n]{1,200})\)")
_WORDED = frozenset({"tell", "call", "check", "help", "answer", "send"})
_US = frozenset({"us", "we", "i"})
# How far from a verb a word for us may stand, before it (English) or around it (Arabic).
_NEAR = {"en": range(-13, 0), "ar": range(-3, 3)}
_HELP = frozenset({"check", "tell", "help"})
_CASE = re.compile(
    r"case|ticket|escalat|owner|review|trace|request|dispute|report|complain|claim|investigat|callback|status|follow|طلب|بلاغ|حاله|تذكره|شكو|متابع|مراجع|مسوول"
)
_OUTCOME_SHARE, _ACTION_SHARE, _TIMED_SHARE = 0.5, 0.34, 0.3
_SAME = 0.9
_GETS = re.compile(
    r"(?:'ll|will)(?: also| then| soon| even)? (?:get|receive|be sent|be given|be offered)"
    r"(?: (?:an?|the|another|your|our|one))?(?!\w)"
)
_PLAIN = frozenset({"fix", "work"})
"""The share from which a line says the same thing."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence that may back a commitment.

    Attributes:
        source: The id of its source.
        text: Folded.
        known: The concepts and stems of its words.
        times: Marks of the times that it names.
        ours: Whether it says that we do something.
        asked: Whether the customer is to turn to us first.
        deeds: The concepts of what we do.
        stems: Of its telling words.
    """

    source: str
    text: str
    known: frozenset[str]
    times: frozenset[str]
    ours: bool
    asked: bool
    deeds: frozenset[str]
    stems: frozenset[str]


@lru_cache(maxsize=512)  # the same resolutions back thousands of replies
def lines(source: str, quote: str) -> tuple[Line, ...]:
    """Return the sentences of a quote that assert something."""
    return tuple(_lines(source, fold(quote).text))


def _lines(source: str, folded: str) -> Iterator[Line]:
    for sentence in reading_of(folded).sentences:
        text = sentence.text.strip()
        if not sentence.asks:
            language = language_of(text)
            said = {item.text for item in tokens(text)}
            ours = bool(said & words("us", language)) or any(read_word(word).person == "us" for word in said)
            ours = ours or bool({"we'll", "i'll", "us"} & said)
            known = frozenset().union(*meanings(text)) - _denied(text, language)
            stems = frozenset(item.text for item in stem_words(text))
            asked = pattern("contact", language).search(text) is not None
            yield Line(source, text, known, times(text), ours, asked, _deeds(text, language), stems)


def _denied(text: str, language: str) -> frozenset[str]:
    """Return the outcomes that a line speaks of only to deny them."""
    found = tokens(text)
    held: set[str] = set()
    denied: set[str] = set()
    for place, item in enumerate(found):
        near = {other.text for other in found[max(0, place - (1 if language == "ar" else 2)) : place]}
        refused = near & words("negations", language) or any(word.endswith("n't") for word in near)
        (denied if refused else held).update(item.word.concepts & OUTCOMES)
    return frozenset(denied - held)


def _deeds(text: str, language: str) -> frozenset[str]:
    """Return what a line says that we do, in concepts: our verbs, or what stands close to a word for us."""
    found = tokens(text)
    near, ours = _NEAR[language], words("us", language) | _US
    marked = {place for place, item in enumerate(found) if item.text in ours or item.text.removesuffix("'ll") in ours}
    known: set[str] = set()
    for place, item in enumerate(found):
        if item.word.person == "us" or any(place + back in marked for back in near):
            known |= item.word.concepts
    return frozenset(known)


def grounds(given: CheckInput) -> tuple[Line, ...]:
    """Return the lines of every source and fact."""
    found = [line for source in given.trusted for line in lines(source.id, source.quote)]
    for fact in given.message.facts:
        found += lines(f"fact:{fact.name}", f"{fact.name.replace('_', ' ')}: {fact.value}")
    return tuple(found)


def without_explanations(text: str, backing: str) -> str:
    """Return folded text without the brackets that explain a term in words of the backing."""
    return _BRACKETS.sub(lambda match: "" if match[1].strip() in backing else match[0], text)


def backing(said: Said, given: CheckInput) -> str | None:
    """Return what backs a commitment: a source's id, ``POLICY`` or ``OWNER``; None where nothing does."""
    folded = given.folded.text
    text = folded[said.start : said.end].strip(" .!,;:")
    literal = _literal(text, given)
    if literal is not None:
        return literal
    match said.manner:
        case Manner.GUARANTEE:
            return _same_words(text, given)
        case Manner.DONE:
            return _recorded(text, given)
        case _ if said.person == "us" and (_acts(text) or not _ends(text)):
            return _deed(said, text, given)
        case _:
            return _result(said, text, given)


def _acts(text: str) -> bool:
    return any(group & ACTIONS for group in meanings(text))


def _ends(text: str) -> bool:
    return any(group & OUTCOMES for group in meanings(text))


def _literal(text: str, given: CheckInput) -> str | None:
    bare = without_explanations(text, given.backing)
    if not any(_holds(given.backing, words) for words in (text, bare)):
        return None
    return next((source.id for source in given.trusted if bare in folded_text(source.quote)), POLICY)


def _holds(text: str, words: str) -> bool:
    """Tell whether a text holds words as whole ones."""
    start = text.find(words)
    while start >= 0:
        end = start + len(words)
        if not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()):
            return True
        start = text.find(words, start + 1)
    return False


def _same_words(text: str, given: CheckInput) -> str | None:
    """Return the source that uses a guaranteeing word itself."""
    return next((line.source for line in grounds(given) if _holds(line.text, text)), None)


def _recorded(text: str, given: CheckInput) -> str | None:
    """Return the fact that shows that something was passed on or is being dealt with."""
    kinds = frozenset().union(*meanings(text), frozenset())
    for line in grounds(given):
        if line.source.startswith("fact:") and (_CASE.search(line.text) or kinds & line.known & ACTIONS):
            return line.source
    return None


def _named(said: Said, given: CheckInput) -> bool:
    return owner_in(said.sentence, given) is not None or _self(said, given)


def _self(said: Said, given: CheckInput) -> bool:
    """Tell whether the agent takes it on in the first person."""
    return re.match(r"i(?:'ll|'m| |$)", given.folded.text[said.start : said.start + 4]) is not None


def _deed(said: Said, text: str, given: CheckInput) -> str | None:  # noqa: PLR0911 - one ground after another
    timed = said.times or (said.manner is Manner.IDLE and times(given.folded.text[slice(*said.sentence)]))
    if timed and _named(said, given):
        return OWNER
    if said.manner is Manner.IDLE and timed:  # "you'd hear from us within 10 working days", as the source says
        return next((line.source for line in grounds(given) if timed <= line.times and line.known & _WORDED), None)
    if said.soft or _emphatic(said, text, given):
        return None
    groups = [group & ACTIONS for group in meanings(text) if group & ACTIONS]
    held = grounds(given)
    if said.manner is Manner.PRESENT and said.language == "en":
        return POLICY if _named_times(said) <= _all_times(held) else None
    if said.times and not said.times <= _all_times(held):
        return None
    ours = [line for line in held if line.ours or line.asked]
    if not groups and said.manner is not Manner.IDLE:
        fixing = said.manner is Manner.FUTURE and any("fix" in item.word.concepts for item in tokens(text))
        return None if fixing and not said.asked else POLICY  # no deed that the lexicon knows
    if said.manner is Manner.IDLE and not said.asked:
        return None
    if said.asked and all(group & _HELP for group in groups):
        return next((line.source for line in ours if line.asked), None)
    return _deed_line(said, text, groups, ours)


def _deed_line(said: Said, text: str, groups: list[frozenset[str]], ours: list[Line]) -> str | None:
    parts = list(zip((item.text for item in stem_words(text)), meanings(text), strict=True))
    for line in ours:
        # What we do for nobody in particular must be said of the same matter.
        if not said.asked and _share(parts, line, line.deeds) < (_SAME if line.asked else _OUTCOME_SHARE):
            continue
        share = sum(bool(group & line.deeds) or (said.asked and bool(group & _HELP)) for group in groups) / len(groups)
        if share > _ACTION_SHARE and groups[0] & (line.deeds | (_HELP if said.asked else frozenset())):
            return line.source
    return None


def _all_times(held: tuple[Line, ...]) -> frozenset[str]:
    return frozenset().union(*(line.times for line in held))


def _emphatic(said: Said, text: str, given: CheckInput) -> bool:
    """Tell whether a future is said with more certainty than any source has."""
    match = pattern("emphatic", said.language).search(text)
    return match is not None and match.group() not in given.backing


def _named_times(said: Said) -> frozenset[str]:
    """Return the marks of days and hours, without those of periods."""
    return frozenset(mark for mark in said.times if not mark[0].isdigit() and mark != "now")


def _result(said: Said, text: str, given: CheckInput) -> str | None:  # noqa: PLR0911 - one ground after another
    groups = [group for group in meanings(text) if not times(next(iter(group)))]
    known = frozenset().union(*groups, frozenset())
    kinds, held, future = known & OUTCOMES, grounds(given), said.manner is Manner.FUTURE
    if said.times and known & _WORDED and _named(said, given):
        return OWNER
    if (kinds or future) and said.soft:
        return None
    if said.manner is Manner.LIKELY:
        return POLICY if said.times <= _all_times(held) else None
    marks = said.times if future else _named_times(said)
    if not marks <= _all_times(held) and (future or kinds):
        return None
    if said.person == "you" and future and _stranger(said, given, held):
        return None
    # What the app shows, what a step achieves, what is fit for something.
    if not kinds or (not future and not marks and (said.person == "you" or kinds <= _PLAIN)):
        return POLICY
    if future and _emphatic(said, text, given):
        return None
    if not future:
        wanted = {"money"} & known if "return" in kinds else frozenset()
        return next((line.source for line in held if kinds & line.known and wanted <= line.known), None)
    parts = [(item.text, group) for item, group in zip(stem_words(text), meanings(text), strict=True)]
    parts = [(stem, group) for stem, group in parts if not times(stem)]
    return _line(said, kinds, parts, held)


def _line(
    said: Said, kinds: frozenset[str], parts: list[tuple[str, frozenset[str]]], held: tuple[Line, ...]
) -> str | None:
    """Return the source of the line that says of an outcome what the reply says."""
    if said.times:
        fits = (
            line
            for line in held
            if said.times <= line.times and (kinds & line.known or _share(parts, line) >= _TIMED_SHARE)
        )
        return next((line.source for line in fits), None)
    best = max(held, key=lambda line: _share(parts, line), default=None)
    if best is None:
        return None
    least = _OUTCOME_SHARE if kinds <= {"arrive"} or kinds & best.known else 1.0
    return best.source if _share(parts, best) > least else None


def _stranger(said: Said, given: CheckInput, held: tuple[Line, ...]) -> bool:
    """Tell whether what the customer is to get is a thing of which no source speaks: "you'll get a reminder"."""
    text = given.folded.text[said.start : said.end]
    match = _GETS.search(text)
    if match is None:
        return False
    first = next(iter(stem_words(text[match.end() :])), None)
    if first is None or first.text.isdigit() or times(first.text):
        return False
    senses = read_word(text[match.end() :][first.start : first.end]).concepts
    return all(first.text not in line.stems and not senses & line.known for line in held)


def _share(said: list[tuple[str, frozenset[str]]], line: Line, senses: frozenset[str] = OUTCOMES) -> float:
    """Return the share of what is said that a line holds: by its sense where that is among ``senses``, or as a word."""
    held = sum(stem in line.stems or bool(group & senses & line.known) for stem, group in said)
    return held / len(said) if said else 0.0
