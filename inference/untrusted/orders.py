"""Recognises orders to whoever writes the reply, in any text that others wrote."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from inference.guarded import Lines
from inference.lexicons import load_lexicon
from inference.text import fold, fold_pattern
from inference.types import Span
from inference.untrusted.views import SENTENCE, View, views

_CONTINUES = frozenset({"override", "persona", "authority", "inside", "hidden"})
_ARABIC = re.compile(r"[\u0621-\u064a]")
# In knowledge, which tells customers what to write and say, these alone are plain instructions to the customer.
_CUSTOMERS = frozenset({"wording", "claim", "secret", "resist", "soft"})
_LONGEST = 20_000
_SHORT = 24


@dataclass(frozen=True, slots=True)
class Instruction:
    """An order to the writer.

    Attributes:
        kinds: What kind it is, as ``inference/lexicons/untrusted.yaml`` names them; ``hidden`` where it was encoded.
        span: Where it stands in the text.
        text: It, decoded but not folded: what a reply that obeys it may hold.
        sure: Its own sentence; what follows it, which may belong to it, is no part of it.
    """

    kinds: frozenset[str]
    span: Span
    text: str
    sure: bool = True


@lru_cache(maxsize=256)  # the earlier turns of a conversation recur
def instructions_in(text: str, *, inside: bool = False) -> tuple[Instruction, ...]:
    """Return the orders to the writer in a text, in the order of the readings in which they show.

    Args:
        text: what somebody else wrote: a message, an earlier turn, a name, a line of knowledge.
        inside: whether it is text that should speak to the customer (knowledge, facts), so that words to an agent
            about "the customer" are orders too.
    """
    found = (order for view in views(text[:_LONGEST]) for order in _orders(view, inside=inside))
    return tuple({(order.span.start, order.text): order for order in found}.values())


def _orders(view: View, *, inside: bool) -> Iterator[Instruction]:
    text = view.folded.text
    if view.hidden:
        whole = frozenset({"hidden"}) | _kinds(text, inside=inside)
        yield Instruction(whole, view.span(0, len(text)), view.folded.original)
        return
    if not _lines().among(text):
        return
    carried: frozenset[str] = frozenset()
    for match in SENTENCE.finditer(text):
        kinds = _kinds(match.group(), inside=inside)
        if kinds or carried:
            span = view.span(*match.span())
            said = view.folded.span(*match.span()).text if view.place is None else match.group()
            # In a reading of other letters, the letters that were meant count.
            if _spelt_otherwise(view):
                said = match.group()
            yield Instruction(kinds or carried, span, said, sure=bool(kinds))
        short = len(match.group()) < _SHORT or match.group().rstrip().endswith(":")
        carried = kinds if kinds & _CONTINUES or (kinds and short) else frozenset()


def _spelt_otherwise(view: View) -> bool:
    return view.folded.text != fold(view.folded.original).text


def _kinds(sentence: str, *, inside: bool) -> frozenset[str]:
    rows = _patterns()
    script = "ar" if _ARABIC.search(sentence) else "la"
    both = ("la", "ar") if script == "ar" and re.search("[a-z]", sentence) else (script,)
    kinds = frozenset(
        kind
        for kind, written, pattern in (rows[number] for number in _lines().among(sentence))
        if written in both and (inside or kind != "inside") and pattern.search(sentence)
    )
    return frozenset() if inside and kinds <= _CUSTOMERS else kinds


@cache
def _patterns() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    """Return each line of the lexicon with its kind and its script."""
    data = load_lexicon("untrusted")
    kinds = {**data["orders"], "inside": data["inside"]}
    return tuple(
        (kind, _script(line), re.compile(_bounded(line, data["words"])))
        for kind, written in kinds.items()
        for line in written
    )


@cache
def _lines() -> Lines:
    return Lines(pattern.pattern for _, _, pattern in _patterns())


def _script(pattern: str) -> str:
    return "ar" if _ARABIC.search(pattern) or re.search(r"\w+ar\}", pattern) else "la"


def _bounded(pattern: str, words: dict[str, str]) -> str:
    for name, value in words.items():
        pattern = pattern.replace(f"{{{name}}}", value)
    folded = fold_pattern(pattern)
    end = "" if folded.endswith("*") else r"(?!\w)"
    return rf"(?<!\w)(?:[وف])?(?:{folded}){end}" if _ARABIC.search(folded) else rf"(?<!\w)(?:{folded}){end}"
