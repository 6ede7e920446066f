"""Places behind a clear cue, and products by their own names."""

import re
from collections.abc import Iterator
from functools import cache

from inference.slots.data import spelt, words
from inference.slots.page import Candidate, Page
from inference.slots.types import SlotName
from inference.text import fold_pattern


@cache
def _arabic() -> re.Pattern[str]:
    branch, machine, compound, generic, cities = (
        spelt("places", name) for name in ("ar", "machine", "compound", "generic", "cities")
    )
    word = rf"(?!(?:{generic})(?!\w))ال[^\W\d]{{3,}}"
    sure = rf"(?:(?:{compound}) [^\W\d]{{3,}}|(?:{cities})(?!\w))"
    into = "(?:في |ب|ف |بتاع |تاع )"
    return re.compile(
        rf"(?<!\w)[وفبل]?(?:(?:{branch}) {into}?(?P<branch>{sure}|{word}(?: {word}(?=$|[.,!?\n]))?)"
        rf"|(?:{machine}) {into}?(?P<machine>{sure})|ال(?:{branch}|{machine}) {into}(?P<city>{sure}))"
    )


@cache
def _english() -> tuple[re.Pattern[str], ...]:
    word = rf"(?!(?:{words()['places']['not_named']})\b)[A-Z][a-z][\w'-]+"
    name = rf"{word}(?: {word}){{0,2}}"
    kinds = r"(?:branch|store|office|showroom|outlet|ATM)\b"
    return (
        re.compile(rf"(?i:\b{words()['places']['en_after']}) (?P<place>{name})"),
        re.compile(rf"\b(?:[Tt]he|[Yy]our|[Aa]t|[Ii]n) (?P<place>{name}) {kinds}"),
    )


def places(page: Page) -> Iterator[Candidate]:
    """Yield places that a branch, a shop or a cash machine is named by."""
    for match in _arabic().finditer(page.text):
        span = match.span(match.lastgroup or 0)
        yield Candidate(SlotName.PLACE, *span, page.span(*span).text)
    if page.text.isascii() or re.search("[a-z]{4}", page.text):
        yield from _english_places(page)


def _english_places(page: Page) -> Iterator[Candidate]:
    for pattern in _english():
        for match in pattern.finditer(page.own.text):
            start, end = (_folded(page, at) for at in match.span("place"))
            yield Candidate(SlotName.PLACE, start, end, match["place"])


def _folded(page: Page, at: int) -> int:
    """Return the position in the folded text of a position in the own words."""
    offsets = page.folded.offsets
    return next((index for index, offset in enumerate(offsets) if offset >= at), len(offsets))


@cache
def _products() -> tuple[re.Pattern[str], tuple[tuple[str, re.Pattern[str]], ...], re.Pattern[str]]:
    each = tuple((name, re.compile("|".join(map(fold_pattern, forms)))) for name, forms in words()["products"].items())
    every = "|".join(pattern.pattern for _, pattern in each)
    return (
        re.compile(rf"(?<!\w)[وفبل]?(?:ال)?(?P<all>{every})(?!\w)"),
        each,
        re.compile(rf"(?<!\w)[وب]?(?P<all>{spelt('models')})(?!\w)"),
    )


def products(page: Page) -> Iterator[Candidate]:
    """Yield payment services by their own names, and devices by model."""
    every, each, models = _products()
    for match in every.finditer(page.text):
        name = next(name for name, pattern in each if pattern.fullmatch(match["all"]))
        yield Candidate(SlotName.PRODUCT, *match.span("all"), name)
    for match in models.finditer(page.text):
        yield Candidate(SlotName.PRODUCT, *match.span("all"), page.span(*match.span("all")).text)
