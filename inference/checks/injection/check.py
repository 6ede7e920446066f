"""Finds what a reply says only because somebody's words ordered it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache

from inference.checks.base import CheckInput
from inference.checks.injection.effects import effects
from inference.checks.injection.words import Keys, keys_of, read_keys
from inference.checks.negation import stated
from inference.guarded import Guarded
from inference.lexicons import load_lexicon
from inference.text import fold, fold_pattern
from inference.types import Finding, SourceKind
from inference.untrusted import Instruction, instructions_in, orders_of
from inference.untrusted.views import SENTENCE

_CLAUSE = re.compile(r"[^,،;؛:—()\n]+")
_ABOUT_YOU = re.compile(
    r"\W*(?:so |if |and |when )?(?:you(?:'ve|'d)?(?!r|'| are| will| can| may| get| have been| has| ought| qualify)"
    r"|our (?:chat|team|colleague)|it says|good luck)(?!\w)"
)
"""How a sentence opens that tells of the customer, and does nothing."""
_SALUTES = re.compile(
    r"\W*(?:hi|hello|hey|dear|good \w+|greetings|اهلا|مرحبا|السلام عليكم|تحيه طيبه)(?: [\w'.-]+){0,4}\W*"
)
"""A salutation; the name in it may stand under the message."""
_NOT_TO = re.compile(r"(?<!\w)[وب]?الا(?!\w)")
_TURNS = 30
_SOFT = frozenset({"soft"})
_NAME_WORDS = 2
_LONG_NAME = 5
_NO_NAME = re.compile(r"[,،;؛:()«»\"“”—!؟?%\d]")
_QUOTED = 160


@dataclass(frozen=True)
class Said:
    """A sentence of the reply, or a clause of one, with what the sentence does with somebody's words."""

    start: int
    end: int
    written: str
    sentence: str
    text: str

    @cached_property
    def keys(self) -> Keys:
        """What it says."""
        return read_keys(self.written, self.text)

    @property
    def about(self) -> str:
        """The words that tell whether it speaks of an order: the sentence, but for a clause that asserts anew."""
        return self.text if _asserts(self.text) else self.sentence


def check_injection(given: CheckInput) -> Iterator[Finding]:
    """Find where the reply obeys an order of a message, an earlier turn, knowledge, a fact or a name."""
    orders = tuple(_orders(given))
    if not orders:
        return
    scene = _Scene(given, orders)
    seen: set[tuple[int, int]] = set()
    for order in orders:
        for start, end in scene.obeyed(order):
            if not any(start < other_end and other_start < end for other_start, other_end in seen):
                seen.add((start, end))
                yield given.finding("obeyed_instruction", at=(start, end), quote=_short(order))


def _short(order: Instruction) -> str:
    said = " ".join(order.text.split())
    return said if len(said) <= _QUOTED else f"{said[:_QUOTED]}…"


def _orders(given: CheckInput) -> Iterator[Instruction]:
    message = given.message
    yield from instructions_in(message.text)
    for turn in message.history[-_TURNS:]:
        yield from instructions_in(turn.text)
    if message.customer.name:
        yield from _named(message.customer.name)
    for attachment in message.attachments:
        yield from instructions_in(re.sub(r"[_-]+|\.\w{2,4}$", " ", attachment))
    for source in given.sources:
        if source.kind in {SourceKind.RESOLUTION, SourceKind.FACT}:
            yield from (replace(order, kinds=order.kinds | {"source"}) for order in orders_of(source.quote))
    for fact in message.facts:
        yield from instructions_in(fact.value, inside=True)


def _named(name: str) -> Iterator[Instruction]:
    """A name of many words is none, whatever it says."""
    orders = instructions_in(name, inside=True) or instructions_in(name)
    if orders or (len(name.split()) <= _LONG_NAME and not _NO_NAME.search(name)):
        yield from (replace(order, kinds=order.kinds | {"name"}) for order in orders)
    else:
        folded = fold(name)
        yield Instruction(frozenset({"name"}), folded.span(0, len(folded.text)), name)


class _Scene:
    """A reply beside everything that may back it."""

    def __init__(self, given: CheckInput, orders: tuple[Instruction, ...]) -> None:
        self.given = given
        self._orders = orders

    @cached_property
    def said(self) -> tuple[Said, ...]:
        """The reply's sentences and clauses."""
        return tuple(_read(self.given))

    @cached_property
    def lines(self) -> tuple[frozenset[str], ...]:
        """What each trusted line says."""
        return tuple(line for source in self.given.trusted for line in _lines(source.quote))

    @cached_property
    def known(self) -> frozenset[str]:
        """What any trusted line says, or what was said in the conversation outside the orders."""
        texts = [self.given.message.text, *(turn.text for turn in self.given.message.history[-_TURNS:])]
        for order in self._orders:
            texts = [text.replace(order.span.text, " ") for text in texts]
        spoken = [keys_of(text).all for text in texts if text.strip()]
        # However long what stands for a name is, its first words may be one.
        name = " ".join((self.given.message.customer.name or "").split()[:_NAME_WORDS])
        return frozenset().union(*self.lines, *spoken, keys_of(name).all)

    def obeyed(self, order: Instruction) -> Iterator[tuple[int, int]]:
        """Yield the places of the folded reply that obey an order."""
        asked = keys_of(order.text)
        found = False
        for said in self.said:
            if self._obeys(said, asked, order) and not self._spoken_of(said, order):
                found = True
                yield said.start, said.end
        if not found and order.sure:
            yield from effects(self.given, order, lambda at: not self._denied(at))

    def _obeys(self, said: Said, asked: Keys, order: Instruction) -> bool:
        shared = said.keys.all & asked.all
        if not shared:
            return False
        fresh = shared - self.known
        weight = sum(asked.weights[key] for key in fresh)
        cover, density = len(shared) / len(asked.weights), len(shared) / max(1, len(said.keys.weights))
        backed = any(shared <= line for line in self.lines)
        performs, obeys = _shows("performs", said.sentence), _shows("obeys", said.sentence)
        quoted = any(len(quote & shared) >= max(1, 0.6 * len(quote)) and quote & fresh for quote in asked.quotes)
        quoted = quoted or (
            not backed and any(len(quote) > 2 and len(quote & shared) >= 0.8 * len(quote) for quote in asked.quotes)
        )
        if order.kinds <= _SOFT:
            told = performs or obeys
            return (
                quoted
                or (weight >= 2 and density == 1)
                or (weight >= 2 and cover >= 0.5 and density >= 0.5)
                or (weight >= 4 and density >= 0.5)
                or (weight >= 1 and len(shared) > 1 and cover >= 0.4 and density == 1)
                or (told and not backed and weight >= 1 and cover >= 0.3)
            )
        if not order.sure:
            return weight >= 3 and (cover >= 0.5 or density >= 0.6)
        return (
            quoted
            or weight >= 4
            or (weight >= 2 and (cover >= 0.5 or density >= 0.4))
            or (weight >= 1 and cover >= 0.5 and density == 1)
            or (weight >= 1 and cover >= 0.9 and density >= 0.4)
            or (weight >= 1 and len(shared) >= 2 and cover >= 0.6 and not backed)
            or (weight >= 1 and bool(order.kinds & {"persona", "hidden", "name"}) and (cover >= 0.3 or density >= 0.5))
            or (len(shared) >= 3 and cover >= 0.75 and not backed)
            or (obeys and not backed)
            or (performs and not backed and (weight >= 1 or cover >= 0.5))
        )

    def _spoken_of(self, said: Said, order: Instruction) -> bool:
        if order.kinds <= _SOFT and _SALUTES.fullmatch(said.text):
            return True
        if order.kinds <= _SOFT and _ABOUT_YOU.match(said.text) and not _shows("performs", said.sentence):
            return True
        ordered = fold(order.text).text
        itself = _shows("denies", ordered) or _NOT_TO.search(ordered)
        denial = "refuses" if itself else "denies"
        if "source" in order.kinds:  # what no customer knows of is not spoken of
            return _shows(denial, stated(said.text))
        if _shows("attributes", said.about) and not _shows("obeys", said.about):
            return True
        return _shows(denial, stated(said.about))

    def _denied(self, at: tuple[int, int]) -> bool:
        """Whether the sentence around a place refuses."""
        return any(said.start <= at[0] < said.end and _shows("refuses", said.sentence) for said in self.said)


def _read(given: CheckInput) -> Iterator[Said]:
    text = given.folded.text
    for match in SENTENCE.finditer(text):
        if not match.group().strip():
            continue
        clauses = [
            (match.start() + part.start(), match.start() + part.end()) for part in _CLAUSE.finditer(match.group())
        ]
        places = [match.span(), *clauses] if len(clauses) > 1 else [match.span()]
        for start, end in places:
            if start < end:
                yield Said(start, end, given.folded.span(start, end).text, match.group(), text[start:end])


@lru_cache(maxsize=512)  # the same resolutions back thousands of replies
def _lines(quote: str) -> tuple[frozenset[str], ...]:
    said = (match.group() for match in SENTENCE.finditer(quote))
    return tuple(read_keys(line, fold(line).text).all for line in said if line.strip())


@lru_cache(maxsize=1_024)  # each order is held against the same sentences
def _shows(name: str, text: str) -> bool:
    return _pattern(name).search(text) is not None


@lru_cache(maxsize=1_024)
def _asserts(text: str) -> bool:
    return _pattern("asserts").match(text) is not None


@cache
def _pattern(name: str) -> Guarded:
    data = load_lexicon("untrusted")["reply"]
    written = data[name]
    lines = written if isinstance(written, list) else [written, *([data[f"{name}ar"]] if f"{name}ar" in data else [])]
    bounded = (line if line.startswith("(?<!") else rf"(?<!\w)(?:{line})(?!\w)" for line in lines)
    return Guarded(list(map(fold_pattern, bounded)))
