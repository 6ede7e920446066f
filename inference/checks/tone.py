"""Tone: one real apology, ownership only where due, no blame, warmth that fits, no forbidden phrase, length."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from inference.bereavement import deaths
from inference.checks.address import any_number
from inference.checks.base import CheckInput, folded_text
from inference.checks.drop import dropped
from inference.checks.steps import APOLOGY
from inference.lexicons import load_lexicon
from inference.segments import segments
from inference.text import fold, fold_pattern
from inference.thread import own_words
from inference.types import AngerLevel, Edit, Finding, Span

_QUOTED = re.compile(r"«[^»\n]{1,200}»|“[^”\n]{1,200}”|\"[^\"\n]{1,200}\"")
_CUT = re.compile(r"[;:(–—]|, (?:and|but|so|then) |, و")
_REACH = 110
"""Characters after an apology within which a condition belongs to it."""
_AT_ONCE = re.compile(r"(?<=^ )(?:(?:\w+ ){0,2}(?:if|in case|whether)(?= )|(?:ان|اذا|لو)(?= ))")
"""A condition right behind the apology takes it back, whatever it says."""
_HAMZA_OVER = "أ"
_SHORT = 3
_YES = frozenset({"yes", "true", "1", "confirmed", "نعم", "موكد"})
_CHEERFUL_SIGNS = re.compile(
    "[\U0001f600-\U0001f60f\U0001f617-\U0001f61d\U0001f642\U0001f643\U0001f607\U0001f917\U0001f929\U0001f973\U0001f970"
    "\U0001f389\U0001f38a\U0001f388\U0001f381\U0001f490\U0001f337-\U0001f33c\U0001f495-\U0001f49f\U0001f44d\U0001f44f"
    "\U0001f44b\U0001f44c\U0001f64c\U0001f4aa\U0001f680\U0001f4a5\U0001f525\U0001f31f\u2728\u2b50\u2764\u263a\u2600]"
    "\ufe0f?|(?<!\\w)[:;]-?[)D](?!\\w)"
)


def check_apologies(given: CheckInput) -> Iterator[Finding]:
    """Find a second apology, and one that a condition takes back.

    One apology is a sentence in which we say that we are sorry: "I'm sorry ...", "we apologise", "we regret", "our
    sincere apologies", and "sorry to hear", which customers hear as one; several verbs in one sentence are one. No
    apology is the bare noun ("an apology won't bring it back"), a third party's ("the shop has apologised"), condolence
    ("sorry for your loss"), or "no need to apologise". A second sentence weakens the first, whatever it is about.
    """
    acts = list(apologies(given))
    for start, end in acts[1:]:
        yield given.finding("repeated_apology", at=(start, end), suggestion=dropped(given, start, end))
    for start, end in acts:
        condition = _condition(given, start, end)
        if condition is not None:
            yield given.finding("conditional_apology", at=condition)


def apologies(given: CheckInput) -> Iterator[tuple[int, int]]:
    """Yield the ranges of the folded sentences that apologise, as ``check_apologies`` counts them."""
    text = given.folded.text
    if not APOLOGY.search(text) and not _pattern("apology", given.language).search(text):
        return
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    for start, end in given.sentences:
        sentence = _pattern("not_apology", given.language).sub(lambda match: " " * len(match.group()), text[start:end])
        match = _pattern("apology", given.language).search(sentence)
        if match and not _within(start + match.start(), quoted):
            yield start, end


def _condition(given: CheckInput, start: int, end: int) -> tuple[int, int] | None:
    """Return where a sentence's apology is made conditional; a condition of the advice beside it is none."""
    sentence = given.folded.text[start:end]
    apology = _pattern("apology", given.language).search(sentence)
    if apology is None:
        return None
    after = sentence[apology.end() : apology.end() + _REACH]
    cut = _CUT.search(after)
    condition = _pattern("condition", given.language)
    for match in [*_AT_ONCE.finditer(after), *condition.finditer(after[: cut.start()] if cut else after)]:
        at = start + apology.end() + match.start()
        if given.folded.original[given.folded.offsets[at]] != _HAMZA_OVER or match.group().startswith("اي"):
            return at, start + apology.end() + match.end()
    first = condition.match(sentence.lstrip())
    lead = len(sentence) - len(sentence.lstrip())
    if first and lead + first.end() < apology.start() and not _CUT.search(sentence[lead : apology.start()]):
        return start + lead, start + apology.end()
    return None


def check_ownership(given: CheckInput) -> Iterator[Finding]:
    """Find a fault that the reply owns although neither the plan, a fact nor a source says that it is ours."""
    if (given.plan is not None and given.plan.apology == "own") or _erred(given):
        return
    text = given.folded.text
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    for match in _pattern("ownership", given.language).finditer(text):
        denied = _denied(given, "not_ownership", match.start())
        if not denied and not _within(match.start(), quoted) and not _sourced(given, match.group()):
            yield given.finding("undue_ownership", at=match.span())
            return


def _denied(given: CheckInput, rule: str, at: int) -> bool:
    """Tell whether what stands right before a place denies, asks or supposes what is said there."""
    before = re.split(r"[.!?\n,;]", given.folded.text[max(0, at - 40) : at])[-1]
    return _leading(rule, given.language).search(before) is not None


def _erred(given: CheckInput) -> bool:
    """Tell whether a supplied fact says that the company erred."""
    names = given.policy.ownership.facts
    return any(fact.name in names and fold(fact.value).text.strip(" .") in _YES for fact in given.message.facts)


def check_blame(given: CheckInput) -> Iterator[Finding]:
    """Find words that lay the fault on the customer; an instruction or a plain cause is none."""
    text = given.folded.text
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    for match in _pattern("blame", given.language).finditer(text):
        if (
            not _denied(given, "not_blame", match.start())
            and not _within(match.start(), quoted)
            and not _sourced(given, match.group())
        ):
            yield given.finding("blame", at=match.span())
            return


def check_warmth(given: CheckInput) -> Iterator[Finding]:
    """Find cheer towards the angry and the bereaved, and coldness towards anybody who is upset."""
    level = given.plan.level if given.plan is not None else AngerLevel.CALM
    grave = level.rank >= AngerLevel.ANGRY.rank or bool(_deaths(own_words(given.message)))
    if level is AngerLevel.CALM and not grave:
        return
    text = given.folded.text
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    rules = ["cold"] + (["cheer"] if grave else [])
    for rule in rules:
        for match in _pattern(rule, given.language).finditer(text):
            if not _within(match.start(), quoted) and not _sourced(given, match.group()):
                yield given.finding("unfitting_warmth", at=match.span())
                break
    if "cheer" in rules:
        yield from _signs_of_joy(given)


def _signs_of_joy(given: CheckInput) -> Iterator[Finding]:
    for match in _CHEERFUL_SIGNS.finditer(given.text):
        span = Span(start=match.start(), end=match.end(), text=match.group())
        yield given.finding(
            "unfitting_warmth", span=span, suggestion=Edit(start=span.start, end=span.end, replacement="")
        )
    for match in re.finditer("!+", given.text):
        span = Span(start=match.start(), end=match.end(), text=match.group())
        plain = "." if given.text[: match.start()].rstrip()[-1:] not in ".؟?،" else ""
        yield given.finding(
            "unfitting_warmth", span=span, suggestion=Edit(start=span.start, end=span.end, replacement=plain)
        )


def check_forbidden(given: CheckInput) -> Iterator[Finding]:
    """Find phrases of the policy's forbidden lists that are in force, in their inflected forms too."""
    names = given.plan.forbidden if given.plan else given.policy.forbidden_at(AngerLevel.CALM)
    text = given.folded.text
    for name in names:
        for phrase in given.policy.forbidden[name].phrases.get(given.language, ()):
            key, pattern = _varied(phrase)
            match = pattern.search(text) if key in text else None
            if match is None:
                continue
            bounds = next((item for item in given.sentences if item[0] <= match.start() < item[1]), match.span())
            edit = dropped(given, *bounds) if match.group().strip("! ") else None
            yield given.finding("forbidden_phrase", at=match.span(), suggestion=edit, phrase=phrase, name=name)


def check_length(given: CheckInput) -> Iterator[Finding]:
    """Warn when the text is longer than its channel allows, in characters or in parts of a text message."""
    if given.plan and len(given.text) > given.plan.max_characters:
        yield given.finding("too_long", count=str(len(given.text)), most=str(given.plan.max_characters))
    most = given.policy.channels[given.message.channel].max_segments
    if most is not None and (parts := segments(given.text)) > most:
        yield given.finding("too_many_parts", count=str(parts), most=str(most))


def _within(at: int, ranges: list[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in ranges)


def _sourced(given: CheckInput, said: str) -> bool:
    """Tell whether a source has the very words."""
    return any(said.strip() in folded_text(source.quote) for source in given.trusted)


@lru_cache(maxsize=128)
def _deaths(text: str) -> tuple[Span, ...]:
    return deaths(text)


@cache
def _pattern(name: str, language: str) -> re.Pattern[str]:
    either = "|".join(any_number(fold_pattern(line)) for line in load_lexicon("tone")[name][_side(language)])
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.MULTILINE)


def _side(language: str) -> str:
    return "ar" if language == "ar" else "en"


@cache
def _leading(name: str, language: str) -> re.Pattern[str]:
    """Return the pattern of words that end right where something else begins."""
    return re.compile(rf"{_pattern(name, language).pattern}\s*$")


_DETERMINER = r"(?:the|any|all|your|this|that|our|such)"
_FILLER_AR = r"(?: (?:لكم|منكم|لكن|عن|حقا|جدا|كثيرا|جميعا|دائما))?"


@lru_cache(maxsize=1_024)
def _varied(phrase: str) -> tuple[str, re.Pattern[str]]:
    """Return a pattern for a phrase with other articles, endings, persons and a particle between its words.

    Before it comes what stands in each variant, a quick look before the long one.
    """
    words = fold(phrase).text.split()
    if not any(char.isalnum() for char in phrase):
        return phrase, re.compile(re.escape(phrase))
    key = max((word for word in words if not re.fullmatch(_DETERMINER, word)), key=len, default="")
    if words[0].isascii():
        between = " (?:(?:so|very|really|truly|much|all) )?"
        return _stem(key), re.compile(rf"(?<!\w){between.join(map(_english, words))}(?!\w)")
    return key[1:], re.compile(rf"(?<!\w)[وفبل]?{(_FILLER_AR + ' ').join(map(_arabic, words))}(?!\w)")


def _stem(word: str) -> str:
    return re.sub(r"(?<=\w{3})(?:i[sz]e|s|e)$", "", word)


def _english(word: str) -> str:
    if re.fullmatch(_DETERMINER, word):
        return _DETERMINER
    if not word.isalpha() or len(word) <= _SHORT:
        return re.escape(word)
    return rf"{re.escape(_stem(word))}(?:i[sz]e[sd]?|es|s|e|ed|d|ing|i[sz]ing)?"


def _arabic(word: str) -> str:
    escaped = re.escape(word)
    if len(word) > 3 and word[0] in "ني" and not word.startswith("ال"):
        return rf"[انيت]{escaped[1:]}"
    return escaped
