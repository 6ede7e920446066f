"""A source read for the alignment: its sentences, and which of them speak of the same matter."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby
from typing import NamedTuple

from inference.checks.fidelity.costs import Side, costs
from inference.checks.fidelity.parts import Part, Signs
from inference.checks.fidelity.reading import Case, Reading, read
from inference.checks.fidelity.stemming import with_if
from inference.checks.reading import reading_of
from inference.text import fold

_UNKNOWN = 0.6
"""Weight of a word that the source does not hold, as a share of its rarest word's."""
_TOLD_LINES = 3
_RETOLD = re.compile(r"that\b|ان(?:كم)?\b|بان")
_LIGHTEST = 0.1
_PARTIAL = frozenset({"not", "ليس", "nothing"})
GRANTED = frozenset({"permission", "acceptance", "work", "safety"})
"""Matters that say whether a thing may be, or works."""
HELP = "staff help"
"""The matter of "message us"."""


@dataclass(frozen=True)
class Sentence:
    """A sentence of a source.

    Attributes:
        quote: as it is written.
        line: the number of its line.
        questions: the question before it, if it opens an answer.
        question: whether its line asks a question itself, or only tells the problem.
        beside: the sentences of its line, itself included.
    """

    quote: str
    reading: Reading
    line: int
    questions: tuple[Reading, ...]
    question: bool
    beside: tuple[Reading, ...]

    @property
    def matters(self) -> frozenset[str]:
        """What it speaks of, by itself."""
        return self.reading.matters

    @cached_property
    def asked(self) -> frozenset[str]:
        """What the question before it speaks of."""
        return frozenset[str]().union(*(reading.matters for reading in self.questions))

    @cached_property
    def asked_signs(self) -> Signs:
        """With which signs each matter that has an opposite stands in the question."""
        return {matter: values for reading in self.questions for matter, values in reading.opposites.items()}

    @cached_property
    def topic(self) -> frozenset[str]:
        """What it speaks of, with the question that it answers."""
        return self.matters | self.asked

    @cached_property
    def around(self) -> frozenset[str]:
        """What its line speaks of."""
        return frozenset[str]().union(*(reading.matters for reading in self.beside))

    @cached_property
    def answer(self) -> bool | None:
        """Whether it answers yes or no; None for neither."""
        if not self.questions:
            return None
        words = self.reading.words
        return False if words and words[0].text in _PARTIAL else self.reading.answer

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """The figures of the cases that its line tells apart, each with the matters that stand with no other."""
        cases = [case for reading in self.beside for case in reading.cases]
        found = []
        for value, keys in cases:
            others = frozenset[str]().union(*(rival for other, rival in cases if other != value))
            if value:
                found.append((value, keys - others))
        return tuple(found) if len({value for value, _ in found}) > 1 else ()

    @cached_property
    def condition(self) -> tuple[frozenset[str], frozenset[str]]:
        """What is said under a condition, and what the condition speaks of."""
        parts = self.reading.parts
        places = [number for number, part in enumerate(parts) if part.bound]
        after = [number for number in places if number and not parts[number - 1].conditional and not parts[number].anew]
        at = next(iter((*after, *places)), None)
        if at is None:
            return frozenset(), frozenset()
        if at and not parts[at].anew:
            main = parts[at - 1 : at]
        else:
            main = tuple(part for part in parts[at:] if not part.conditional)[:1]
        return self.asked.union(*(part.matters for part in main)), parts[at].matters

    @property
    def refused(self) -> frozenset[str]:
        """Under what conditions it says that something is not so."""
        parts = self.reading.parts
        first = next((number for number, part in enumerate(parts) if part.bound), None)
        refuses = any(False in part.signs.get(name, ()) for part in parts if not part.conditional for name in GRANTED)
        if first is None or not refuses:
            return frozenset()
        return frozenset[str]().union(*(part.matters for part in parts[first:]))

    @cached_property
    def whole(self) -> Part:
        """All of it as one clause."""
        return Part(self.reading.units, conditional=False, bound=False)


class Price(NamedTuple):
    """What a clause prices, the cases that it names, and whether that is free of charge."""

    keys: frozenset[str]
    sides: frozenset[Side]
    free: bool
    sentence: Sentence


@dataclass(frozen=True)
class Document:
    """All sentences that may be compared with a reply, and how much a shared matter tells."""

    sentences: tuple[Sentence, ...]
    weights: Mapping[str, float]

    @cached_property
    def answers(self) -> tuple[Sentence, ...]:
        """The sentences that answer a question."""
        return tuple(sentence for sentence in self.sentences if sentence.asked)

    @cached_property
    def refused(self) -> tuple[tuple[frozenset[str], Sentence], ...]:
        """The sentences that refuse something under a condition, with what the condition speaks of."""
        found = ((sentence.refused, sentence) for sentence in self.sentences)
        return tuple((refused, sentence) for refused, sentence in found if refused)

    @cached_property
    def _opened(self) -> Mapping[int, Sentence]:
        return {sentence.line: sentence for sentence in reversed(self.sentences) if sentence.asked}

    def opening(self, sentence: Sentence) -> Sentence | None:
        """Return the sentence that opens an answer, for one further on in it."""
        first = self._opened.get(sentence.line)
        return first if first is not sentence else None

    @cached_property
    def prices(self) -> tuple[Price, ...]:
        """What it says of costs."""
        return tuple(
            Price(keys, own, free, sentence)
            for sentence in self.sentences
            if not sentence.question
            for keys, own, free in costs(sentence.reading)
        )

    @cached_property
    def paths(self) -> Mapping[tuple[str, str], Sentence]:
        """The menus that follow each other, with the sentence that says so."""
        return {pair: sentence for sentence in self.sentences for pair in sentence.reading.paths}

    @cached_property
    def steps(self) -> frozenset[int]:
        """The numbers of the lines that tell what to do: the longest run, without "if all fails, message us"."""
        ordering = sorted({item.line for item in self.sentences if item.reading.orders and not item.asked})
        runs: list[list[int]] = []
        for line in ordering:
            if runs and runs[-1][-1] == line - 1:
                runs[-1].append(line)
            else:
                runs.append([line])
        longest = max(runs, key=len, default=[])
        last = {item.line for item in self.sentences if HELP in item.matters and item.reading.parts[0].conditional}
        return frozenset(longest) - last if len(longest) > 1 else frozenset()

    @cached_property
    def _where(self) -> Mapping[str, tuple[int, ...]]:
        found: defaultdict[str, list[int]] = defaultdict(list)
        for number, sentence in enumerate(self.sentences):
            for matter in sentence.topic:
                found[matter].append(number)
        return {matter: tuple(numbers) for matter, numbers in found.items()}

    @cached_property
    def _unknown(self) -> float:
        return _UNKNOWN * math.log(len(self.sentences) + 1)

    def weight(self, matters: frozenset[str]) -> float:
        """Return what matters weigh together; exactly summed, so that no order of a set changes it."""
        weights, unknown = self.weights, self._unknown
        return math.fsum([weights.get(matter, unknown) for matter in matters])

    def aligned(self, matters: frozenset[str]) -> list[tuple[float, Sentence]]:
        """Return the sentences that share matters, with the weight shared, the heaviest first."""
        shared: defaultdict[int, float] = defaultdict(float)
        # In a fixed order, for a set's own hangs on the process and a sum of floats on its order.
        for matter in sorted(matters):
            for number in self._where.get(matter, ()):
                shared[number] += self.weights[matter]
        ranked = sorted(shared.items(), key=lambda item: (-item[1], item[0]))
        return [(weight, self.sentences[number]) for number, weight in ranked]


@lru_cache(maxsize=256)  # the same resolutions back thousands of replies
def read_source(quotes: tuple[str, ...]) -> Document:
    """Read sources' quotes as one document."""
    sentences = tuple(sentence for quote in quotes for sentence in _sentences(quote))
    counts = Counter(matter for sentence in sentences for matter in sentence.topic)
    weights = {matter: math.log((len(sentences) + 1) / (count + 0.5)) for matter, count in counts.items()}
    return Document(sentences, {matter: max(weight, _LIGHTEST) for matter, weight in weights.items()})


def _sentences(quote: str) -> Iterator[Sentence]:
    folded = fold(quote)
    text = with_if(folded)
    line, end = 0, 0
    found: list[tuple[int, str, Reading]] = []
    for sentence in reading_of(folded.text).sentences:
        line += "\n" in folded.text[end : sentence.start + 1]
        end = sentence.end
        found.append((line, folded.span(*sentence.span).text.strip(), read(text[slice(*sentence.span)])))
    # A resolution begins with the problem, "that you ..." and the empathy, a line each: they state nothing.
    lines = text.split("\n", _TOLD_LINES)
    retold = len(lines) > _TOLD_LINES and _RETOLD.match(lines[1]) is not None
    asked: tuple[Reading, ...] = ()
    for number, rows in groupby(found, key=lambda row: row[0]):
        group = tuple(rows)
        beside = tuple(reading for _, _, reading in group)
        question = group[-1][1].endswith(("?", "؟"))
        told = retold and number < _TOLD_LINES
        for place, (_, shown, reading) in enumerate(group):
            yield Sentence(shown, reading, number, () if place else asked, question or told, beside)
        asked = beside if question and not told else ()
