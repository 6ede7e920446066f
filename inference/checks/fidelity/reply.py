"""A reply read for the alignment with its sources."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from inference.checks.base import CheckInput
from inference.checks.fidelity.reading import Reading, read
from inference.checks.fidelity.source import Document, Sentence, read_source
from inference.checks.fidelity.stemming import with_if
from inference.text import fold
from inference.types import SourceKind

_RESTATED = 0.35
"""Share of a sentence that the customer's message holds, above which it only restates the problem."""
_OPENING = 4
"""Sentences of a reply, greeting included, among which the problem is restated."""
_RETOLD = 0.75
"""The share for a sentence further on, and for one that says what can be done."""
_SUPPORTED = 0.9
_NEAREST = 4


class Fault(NamedTuple):
    """Something that was changed: its code, its range of the folded text, and the source's sentence."""

    code: str
    at: tuple[int, int]
    sentence: Sentence


_LIST_MARK = re.compile(r"^\s*\d{1,2}[.)]\s*")


@dataclass(frozen=True)
class Said:
    """A sentence of a reply.

    Attributes:
        at: its range of the folded text.
        question: whether it asks.
        restates: whether it says again what the customer said.
        verbatim: whether a source, or the policy, says it word for word.
        near: the source's sentences that share matters with it, with the weight shared, the heaviest first.
        weight: what its matters weigh together.
    """

    text: str
    reading: Reading
    at: tuple[int, int]
    question: bool
    restates: bool
    verbatim: bool
    near: list[tuple[float, Sentence]] = field(repr=False)
    weight: float

    @property
    def matters(self) -> frozenset[str]:
        """What it speaks of."""
        return self.reading.matters

    @property
    def answer(self) -> bool | None:
        """Whether it opens with "yes" or with "no"; None for neither."""
        return self.reading.answer

    def fault(self, code: str, sentence: Sentence) -> Fault:
        """Return what was changed in it."""
        return Fault(code, self.at, sentence)


@dataclass(frozen=True)
class Reply:
    """A reply with the document that it rests on.

    Attributes:
        message: what the customer's message speaks of.
        priced: whether a fact that the systems supplied tells what this customer pays.
    """

    said: tuple[Said, ...]
    source: Document
    message: frozenset[str]
    priced: bool

    @cached_property
    def matters(self) -> frozenset[str]:
        """What the whole reply speaks of."""
        return frozenset[str]().union(*(item.matters for item in self.said))

    def supported(self, said: Said) -> bool:
        """Tell whether one sentence of the source says all that is said, with the same signs."""
        return any(
            not sentence.question
            and weight >= _SUPPORTED * said.weight
            and self.source.weight(said.matters & sentence.matters) >= _SUPPORTED * said.weight
            and all(
                values == sentence.reading.signs[matter]
                for matter, values in said.reading.signs.items()
                if matter in sentence.matters
            )
            for weight, sentence in said.near[:_NEAREST]
        )


def read_reply(given: CheckInput) -> Reply | None:
    """Read a reply and its sources; None where there is nothing to compare it with."""
    quotes = tuple(source.quote for source in given.trusted if source.kind is SourceKind.RESOLUTION)
    if not quotes:
        return None
    asked = "\n".join([*(turn.text for turn in given.message.history), given.message.text])
    source, message = read_source(quotes), read(fold(asked).text).matters
    facts = " ".join(item.quote for item in given.trusted if item.kind is SourceKind.FACT).replace("_", " ")
    return Reply(tuple(_said(given, source, message)), source, message, "cost" in read(fold(facts).text).matters)


def _said(given: CheckInput, source: Document, message: frozenset[str]) -> Iterator[Said]:
    whole = with_if(given.folded)
    for number, (start, end) in enumerate(given.sentences):
        text = given.folded.text[start:end]
        reading = read(whole[start:end])
        weight = source.weight(reading.matters)
        least = _RESTATED if number < _OPENING and not reading.grants else _RETOLD
        restates = not reading.answer and source.weight(reading.matters & message) > least * weight
        question = text.rstrip().endswith("?")
        verbatim = _LIST_MARK.sub("", text).strip(" .!") in given.backing
        yield Said(text, reading, (start, end), question, restates, verbatim, source.aligned(reading.matters), weight)
