"""A message as the finders read it: own words, folded, in sentences."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import NamedTuple

from inference.slots.types import SlotName
from inference.text import Folded, fold
from inference.thread import OwnText, own_text
from inference.types import Message, Span

_BREAK = re.compile(r"[.!?\n]+(?=\s|$)|\n")


class Candidate(NamedTuple):
    """A possible slot at ``page.text[start:end]``; the other fields are those of ``Slot``."""

    name: SlotName
    start: int
    end: int
    value: str
    said: bool = True
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Own words of a message.

    Attributes:
        own: The own words, which know their place in the message.
        folded: The same, folded.
        breaks: Where the sentences of the folded text begin, ascending from 0.
        today: The customer's date when the message came, if known.
    """

    own: OwnText
    folded: Folded
    breaks: tuple[int, ...]
    today: date | None

    @property
    def text(self) -> str:
        """The folded text."""
        return self.folded.text

    def sentence(self, at: int) -> str:
        """Return the folded sentence around a position, its closing mark included."""
        place = bisect_right(self.breaks, at)
        return self.text[self.breaks[place - 1] : self.breaks[place] if place < len(self.breaks) else None]

    def opens(self, at: int) -> bool:
        """Tell whether a sentence begins at a position, white space aside."""
        return not self.text[self.breaks[bisect_right(self.breaks, at) - 1] : at].strip(" \n\"'«(-")

    def before(self, at: int, size: int) -> str:
        """Return up to ``size`` characters before a position."""
        return self.text[max(0, at - size) : at]

    def span(self, start: int, end: int) -> Span:
        """Return the stretch of the message behind ``text[start:end]``."""
        inner = self.folded.span(start, end)
        return self.own.span(inner.start, inner.end)


def read(message: Message, timezone: tzinfo | None) -> Page:
    """Return a message's page; ``timezone`` is where the customer's days begin (none: as ``received_at`` says)."""
    own = own_text(message.text, message.channel)
    folded = fold(own.text)
    at = message.received_at
    if at is not None and at.tzinfo is not None and timezone is not None:
        at = at.astimezone(timezone)
    breaks = (0, *(match.end() for match in _BREAK.finditer(folded.text)))
    return Page(own, folded, breaks, at.date() if at is not None else None)
