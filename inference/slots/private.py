"""What a reply must never repeat: personal data among the numbers of a message."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from inference.personal.context import Context
from inference.personal.found import Candidate as Found
from inference.personal.numeric import numeric
from inference.personal.secret import secrets
from inference.personal.types import Kind
from inference.personal.worded import worded
from inference.personal.written import emails, ibans
from inference.slots.page import Candidate, Page
from inference.slots.types import SlotName
from inference.text import Folded

_AROUND = 64
"""Characters on either side of a number in which words say what it is."""
_LINK = re.compile(r"(?:https?://|www\.)\S+|\S{1,64}@\S+")
_LONG = re.compile(r"\d(?:[ -]?\d){11,22}")
_LEAST = 0.5
_MOST_CARDS = 10
"""Long numbers that are looked at: nobody writes of more cards, and each costs a look around it."""
_FEWEST_SHAPED = 7
"""Characters under which no number is a phone, an id or a card by its shape."""


def links(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches of folded text that are links or e-mail addresses."""
    for match in _LINK.finditer(text) if "@" in text or "/" in text or "www" in text else ():
        yield match.span()


def private_spans(page: Page, ranges: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return the stretches of a page that are personal data, as far as they concern some of its ranges.

    A number is judged by the words around it, and a long one by its shape alone too: a phone number that the customer
    calls an order stays a phone number.
    """
    if not ranges:
        return ()
    around, offset = _window(page.folded, min(start for start, _ in ranges), max(end for _, end in ranges))
    spoken = ((found.start + offset, found.end + offset) for found in _found(around))
    shaped = (span for span in ranges if span[1] - span[0] >= _FEWEST_SHAPED and any(_found(_alone(page, *span))))
    return (*spoken, *shaped)


def _alone(page: Page, start: int, end: int) -> Folded:
    return Folded(page.folded.original, page.text[start:end], page.folded.offsets[start:end])


def cards(page: Page) -> Iterator[Candidate]:
    """Yield the last four digits of card numbers that the customer gave in full; the rest is not kept."""
    for match in islice(_LONG.finditer(page.text), _MOST_CARDS):
        around, offset = _window(page.folded, *match.span())
        for found in numeric(around, Context(around)):
            end = found.end + offset
            if found.kind is Kind.CARD and found.confidence >= _LEAST and match.start() < end <= match.end():
                four = re.search(r"(?:\d[ -]?){4}$", page.text[:end])
                if four is not None:
                    yield Candidate(SlotName.CARD_ENDING, four.start(), end, re.sub(r"\D", "", four.group()))


def _window(folded: Folded, start: int, end: int) -> tuple[Folded, int]:
    """Return the folded text around a range, cut between words, and where it begins."""
    text = folded.text
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    while first > 0 and first > start - 2 * _AROUND and not text[first - 1].isspace():
        first -= 1
    while last < len(text) and last < end + 2 * _AROUND and not text[last].isspace():
        last += 1
    return Folded(folded.original, text[first:last], folded.offsets[first:last]), first


def _found(folded: Folded) -> Iterator[Found]:
    context = Context(folded)
    numbers = (*numeric(folded, context), *secrets(folded, context), *worded(folded))
    candidates = (*numbers, *emails(folded), *ibans(folded, context))
    return (found for found in candidates if found.confidence >= _LEAST)
