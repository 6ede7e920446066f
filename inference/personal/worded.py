"""Personal data that only words tell from other text: secrets, birth dates, number plates, addresses."""

import re
from collections.abc import Iterator
from functools import cache

from inference.personal.data import load
from inference.personal.found import BLANK, Candidate
from inference.personal.ordinary import is_ordinary
from inference.personal.types import Kind
from inference.text import Folded, fold_pattern

_EDGE = r"(?<![^\W\d_])"
_END = r"(?![^\W\d_])"
_CODE = r"(?P<value>[0-9](?:[ -]?[0-9]){2,7})(?![0-9:/]|[.][0-9]|[ -][0-9])"
_DATE = (
    r"(?P<value>[0-9]{1,2} ?[/.\- ] ?[0-9]{1,2} ?[/.\- ] ?(?:[0-9]{4}|[0-9]{2})"
    r"|[0-9]{4} ?[/.-] ?[0-9]{1,2} ?[/.-] ?[0-9]{1,2}"
    r"|[0-9]{1,2}(?:st|nd|rd|th)?(?: of)?[ /.-]?(?:MONTHS)[,/.-]? ?[0-9]{4}"
    r"|(?:MONTHS) [0-9]{1,2}(?:st|nd|rd|th)?,? [0-9]{4})(?![0-9])"
)
_BIRTH_GAP = r"[^0-9\n]{0,25}?"
_PLATE_GAP = r"[ :=#]{1,3}(?:(?:is|no|number|هي|رقم|رقمها)[ :]{1,2})?"
_AR_LETTER = "[ء-ي]"
_PLATE = (
    rf"(?P<value>(?:{_AR_LETTER}[ -]?){{1,4}}[ -]?[0-9]{{1,4}}(?![0-9])"
    rf"|[0-9]{{1,4}}[ -]?{_AR_LETTER}(?:[ -]?{_AR_LETTER}){{0,3}}(?!\w)"
    r"|(?:[a-z][ -]?){1,3}[0-9]{1,5}(?![0-9a-z])|[0-9]{1,5}[ -]?[a-z](?:[ -]?[a-z]){0,2}(?![0-9a-z])"
    r"|[0-9]{1,3} ?[ -] ?[0-9]{4,6}(?![0-9])"
    r"|(?:EMIRATES)[ -](?:[a-z]{1,2}|[0-9]{1,2})?[ -]{0,3}[0-9]{1,6}(?![0-9]))"
)
_CAR = (
    rf"(?!(?:bmw|kia|gmc|vw|mg|byd) )[a-z]{{2,3}}[ -]?[0-9]{{3,5}}(?![0-9a-z])"
    rf"|(?:{_AR_LETTER} ){{2,3}}[0-9]{{1,4}}(?![0-9])"
)
_STREET_WORDS = 3
_WORD = re.compile(r" ([^\W\d_]{2,})")
_HOUSE = r"[0-9]{1,5}[a-z]?"


@cache
def _secret_patterns() -> tuple[re.Pattern[str], ...]:
    words = load("words")["secret"]
    code, word, link = (fold_pattern(words[key]) for key in ("code", "word", "link"))
    bare, also = fold_pattern(words["bare"]), fold_pattern(words["also"])
    unit = fold_pattern(load("words")["unit_after"])
    mark = rf"\s\[{BLANK}"
    free = rf"(?P<value>(?=[^{mark}]{{0,40}}[0-9])[^{mark}\],;«»\"'][^\s{BLANK},;«»\"']{{3,40}}(?<![.!?)\]]))"
    return (
        re.compile(rf"{_EDGE}[وفب]?(?:{code}){_END}{link}{_CODE}(?! ?(?:{unit}){_END})"),
        re.compile(rf"(?<![0-9+-]){_CODE} ?(?:هو |هذا |is (?:the |my )?)?(?:{code}){_END}"),
        re.compile(rf"{_EDGE}و?(?:{word}){_END}{link}{free}(?! ?(?:{unit}){_END})"),
        re.compile(rf"{_EDGE}[وفب]?(?:{bare}){_END}{link}(?=(?:[ -]?[0-9]){{6}}){_CODE}(?! ?(?:{unit}){_END})"),
        re.compile(rf"{_EDGE}(?:{word}){_END}{link}{BLANK}{{4,60}} (?:{also}) {free}"),
    )


@cache
def _birth_pattern() -> re.Pattern[str]:
    months = fold_pattern(load("words")["months"])
    return re.compile(
        rf"{_EDGE}(?:{fold_pattern(load('words')['birth'])}){_END}{_BIRTH_GAP}{_DATE.replace('MONTHS', months)}"
    )


@cache
def _plate_pattern() -> re.Pattern[str]:
    words = load("words")
    plate = _PLATE.replace("EMIRATES", fold_pattern(words["emirates"]))
    return re.compile(
        rf"{_EDGE}(?:(?:{fold_pattern(words['plate'])}){_END}{_PLATE_GAP}{plate}"
        rf"|(?:{fold_pattern(words['car'])}){_END}[ :]{{1,2}}(?P<car>{_CAR}))"
    )


def worded(folded: Folded) -> Iterator[Candidate]:
    """Yield secrets, birth dates and plates: a value right after (or, for a code, before) the words that name it."""
    for pattern in _secret_patterns():
        for match in pattern.finditer(folded.text):
            yield Candidate(Kind.SECRET, *match.span("value"), 0.96, "secret_context")
    for match in _birth_pattern().finditer(folded.text):
        yield Candidate(Kind.BIRTH_DATE, *match.span("value"), 0.96, "birth_context")
    for match in _plate_pattern().finditer(folded.text):
        yield Candidate(Kind.PLATE, *match.span("value" if match["value"] else "car"), 0.94, "plate_context")


@cache
def _street_patterns() -> tuple[re.Pattern[str], ...]:
    words = load("words")["street"]
    unit, street = fold_pattern(words["unit"]), fold_pattern(words["ar"])
    english = rf"(?:(?!(?:to|from|and|at|on|in|for|is|the) )[a-z][a-z'.-]{{1,20}} ){{1,4}}{words['en']}(?![a-z])"
    unit_en = rf"{words['unit_en']}(?: (?:no|number)\.?)? ?#?{_HOUSE}"
    return (
        re.compile(
            rf"{_EDGE}(?:(?P<before>{_HOUSE}|(?:{unit}) (?:رقم )?{_HOUSE})[, ] ?)?(?P<street>(?:و?{street})(?= ))"
        ),
        re.compile(
            rf"(?: [^\W\d_]{{2,}}){{1,4}}?(?=(?P<number>[, ]{{1,3}}(?:{unit}) (?:رقم )?[0-9]|[, ]{{1,3}}رقم [0-9]))"
        ),
        re.compile(rf"[, ]{{1,3}}(?:{unit}) (?:رقم )?{_HOUSE}(?![0-9])|[, ]{{1,3}}رقم {_HOUSE}(?![0-9])"),
        re.compile(rf"(?<![a-z0-9:.,-])(?:{unit_en}, ?)*(?:{_HOUSE} {english}|{unit_en}, ?{english})(?:, ?{unit_en})*"),
    )


def addresses(folded: Folded) -> Iterator[Candidate]:
    """Yield street addresses: a street with a house, building or flat number; a street alone is a place."""
    arabic, named, unit, english = _street_patterns()
    text = folded.text
    for match in arabic.finditer(text):
        # A number after the name shows where the name ends; else ordinary words do.
        whole = named.match(text, match.end())
        numberless = whole.start("number") if whole else _street_end(text, match.end())
        end = numberless
        while follows := unit.match(text, end):
            end = follows.end()
        if numberless > match.end() and (match["before"] or end > numberless):
            yield Candidate(Kind.ADDRESS, match.start(), end, 0.72, "address_street")
    for match in english.finditer(text):
        yield Candidate(Kind.ADDRESS, *match.span(), 0.72, "address_street")


def _street_end(text: str, at: int) -> int:
    """Return where a street's name ends: up to three words, not ordinary ones after the first."""
    for count in range(_STREET_WORDS):
        word = _WORD.match(text, at)
        if (
            word is None
            or (count and is_ordinary(word[1]))
            or re.fullmatch(r"(?:رقم|عماره|بنايه|شقه|فيلا|مبني)", word[1])
        ):
            break
        at = word.end()
    return at
