"""What of a message is searched for: the whole, the problem without what surrounds it, and each clause.

A vector is the mean of all that a message says. Where a customer spends one clause on the problem and five on their
anger, the vector of the whole lies nearer to other people's anger than to the answer. So a message is also looked at
without greetings, thanks, insults, prayers, threats, waiting times and repeats, and clause by clause. These *views*
come from words alone, before any model ran, so that they can be encoded beside the message itself.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from inference.dialogue import turn_of
from inference.lexicons import load_lexicon
from inference.signals import rule_signals
from inference.text import fold, fold_pattern
from inference.thread import own_words
from inference.trajectory import earlier_turns
from inference.types import Message, SignalName

MOST_VIEWS = 3
"""Views of one message beside the whole: as many tokens as it has itself, and five find nothing that three do not."""
MOST_CHARACTERS = 2_000
"""What lies behind this much of a message is searched with the whole only."""
SHORT_WORDS = 5
"""A message of at most this many words, thanks and the like aside, leans on what the customer wrote before."""
FEWEST_WORDS = 2
"""Words that are left of a clause which is searched alone; at least one of them tells something."""

_SURROUNDING = frozenset(
    {
        SignalName.BROKEN_PROMISE,
        SignalName.REPEAT_CONTACT,
        SignalName.CHURN_RISK,
        SignalName.PUBLIC_THREAT,
        SignalName.LEGAL_THREAT,
        SignalName.REGULATOR_THREAT,
        SignalName.ABUSE,
        SignalName.URGENCY,
        SignalName.THANKS,
    }
)
"""Signals whose words say how a problem is told, not what it is (fraud, confusion and despair do say that)."""
_WORD = re.compile(r"\S+")
_LETTERS = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ENDS = re.compile(r"[.!?؟،؛;:,…)\]\"»]+$")
_BREAK = re.compile(r"\n|\s[-–—]\s")
_SHORTEST_VERB = 4
_CLAUSE_WORDS = 2
"""Words that a clause has before a connective, and after it, that part it from the next."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for a message.

    Attributes:
        text: The whole: the customer's own words, and before a follow-up those of the turn that it leans on.
        views: What is searched beside it, each in its own right; often nothing.
    """

    text: str
    views: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Word:
    """A word: where it stands, its folded letters, whether a mark ends the clause after it, and whether it tells."""

    start: int
    end: int
    key: str
    closes: bool
    surrounding: bool

    @property
    def telling(self) -> bool:
        return bool(self.key) and not self.surrounding and self.key not in _empty()


@cache
def _courtesy() -> frozenset[str]:
    lexicon = load_lexicon("courtesy")
    return frozenset(fold(str(word)).text for name in ("fillers", "vague") for word in lexicon[name])


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(fold(word).text for word in load_lexicon("query")[name])


@cache
def _empty() -> frozenset[str]:
    return _courtesy() | _listed("connectives") | _listed("questions") | _listed("pronouns")


@cache
def _surroundings() -> re.Pattern[str]:
    lexicon = load_lexicon("query")
    parts = [lexicon["about"], lexicon["feeling"]]
    arabic = "|".join(fold_pattern(item) for part in parts for item in part["ar"])
    latin = "|".join(item for part in parts for item in (*part["en"], *part["arabizi"]))
    return re.compile(rf"(?<!\w)(?:[وفبل]?(?:{arabic})|(?:{latin}))(?!\w)")


def build_query(message: Message) -> Query:
    """Return what is searched for a message.

    A follow-up, which is short or names no problem, is searched together with the customer's last turn that does; and,
    as it may well stand for itself, alone.
    """
    text = own_words(message)
    # Who says that our answer did not help speaks of what was answered.
    context = _context(message) if _leans(text) or turn_of(message).solved is False else None
    if context is None:
        return Query(text, views(text))
    joined = f"{context}\n{text}"
    condensed = views(context)[:1]
    candidates = [*(f"{item}\n{text}" for item in condensed), text, *views(text)]
    return Query(joined, tuple(dict.fromkeys(item for item in candidates if item.strip()))[:MOST_VIEWS])


def _leans(text: str) -> bool:
    words = [word for word in _words(text[:MOST_CHARACTERS]) if not word.surrounding]
    said = sum(bool(word.key) and word.key not in _listed("connectives") for word in words)
    return said <= SHORT_WORDS or not any(word.telling for word in words)


def _context(message: Message) -> str | None:
    """Return the customer's last turn that names a problem; where none does, the last."""
    turns = [turn.text for turn in earlier_turns(message)]
    telling = (text for text in reversed(turns) if any(word.telling for word in _words(text[:MOST_CHARACTERS])))
    return next(telling, turns[-1] if turns else None)


@lru_cache(maxsize=128)  # a message's vector and its search both ask
def views(text: str) -> tuple[str, ...]:
    """Return what of a text is searched beside the whole: first the text without its surroundings, then its clauses.

    At most ``MOST_VIEWS``, none of them the text itself; empty when the text is one clause that says nothing but its
    problem.
    """
    clauses = [clause for clause in _clauses(text[:MOST_CHARACTERS]) if _tells(clause)]
    texts = [_joined(text, clause) for clause in clauses]
    longest = sorted(texts, key=len, reverse=True)[: MOST_VIEWS - 1]
    candidates = ["\n".join(texts), *(item for item in texts if item in longest)]
    whole = _letters(text)
    distinct = {_letters(item): item for item in reversed(candidates)}
    return tuple(item for key, item in reversed(distinct.items()) if key and key != whole)


def _letters(text: str) -> str:
    return " ".join(_LETTERS.findall(text))


def _tells(clause: Sequence[_Word]) -> bool:
    left = sum(bool(word.key) and not word.surrounding for word in clause)
    return left >= FEWEST_WORDS and any(word.telling for word in clause)


def _joined(text: str, clause: Sequence[_Word]) -> str:
    return " ".join(text[word.start : word.end] for word in clause if not word.surrounding).strip(" ،,؛;:-–—")


def _clauses(text: str) -> Iterator[list[_Word]]:
    words = _words(text)
    current: list[_Word] = []
    for index, word in enumerate(words):
        if _opens(words, index, current):
            yield current
            current = []
        current.append(word)
        if word.closes:
            yield current
            current = []
    if current:
        yield current


def _opens(words: Sequence[_Word], index: int, current: Sequence[_Word]) -> bool:
    """Tell whether a new clause begins with a word: a connective, a question, or و before a longer word."""
    said = sum(bool(word.key) and not word.surrounding for word in current)
    if said < _CLAUSE_WORDS or len(words) - index < _CLAUSE_WORDS:
        return False
    key = words[index].key
    bare = key[1:] if key[:1] == "و" and key not in _listed("not_and") else key
    if bare in _listed("connectives"):
        return True
    if bare in _listed("questions"):
        return sum(word.telling for word in current) > _CLAUSE_WORDS
    return bare != key and len(key) >= _SHORTEST_VERB and said > _CLAUSE_WORDS


def _words(text: str) -> list[_Word]:
    covered = bytearray(len(text))
    for start, end in _surrounding_spans(text):
        covered[start:end] = b"\x01" * (end - start)
    breaks = {match.start() for match in _BREAK.finditer(text)}
    folded = fold(text)
    letters = [""] * len(text)
    for letter, offset in zip(folded.text, folded.offsets, strict=True):
        letters[offset] += letter
    found = []
    for match in _WORD.finditer(text):
        start, end = match.span()
        key = "".join(_LETTERS.findall("".join(letters[start:end])))
        closes = _ENDS.search(match.group()) is not None or end in breaks
        found.append(_Word(start, end, key, closes, 2 * sum(covered[start:end]) >= end - start))
    return found


def _surrounding_spans(text: str) -> Iterator[tuple[int, int]]:
    folded = fold(text)
    for match in _surroundings().finditer(folded.text):
        if match.end() > match.start():
            span = folded.span(*match.span())
            yield span.start, span.end
    for signal in rule_signals(text):
        if signal.name in _SURROUNDING:
            yield from ((span.start, span.end) for span in signal.evidence)
