"""Personal data that only words tell from other text: birth dates, number plates."""

import re
from collections.abc import Iterator
from functools import cache

from inference.personal.data import load
from inference.personal.found import Candidate
from inference.personal.types import Kind
from inference.text import Folded, fold_pattern

_EDGE = r"(?<![^\W\d_])"
_END = r"(?![^\W\d_])"
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
    """Yield birth dates and plates: a value right after the words that name it."""
    for match in _birth_pattern().finditer(folded.text):
        yield Candidate(Kind.BIRTH_DATE, *match.span("value"), 0.96, "birth_context")
    for match in _plate_pattern().finditer(folded.text):
        yield Candidate(Kind.PLATE, *match.span("value" if match["value"] else "car"), 0.94, "plate_context")
