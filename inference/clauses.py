"""A message's clauses, and which of their words tell a problem rather than how it is told."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from inference.lexicons import load_lexicon
from inference.salience import salience
from inference.signals import rule_signals
from inference.text import fold, fold_pattern
from inference.types import SignalName

MOST_CHARACTERS = 2_000
"""What lies behind this much of a message is not read clause by clause."""
FEWEST_WORDS = 2
"""Words that are left of a clause which is searched alone; at least one of them tells something."""

_SURROUNDING = frozenset(
    {
        SignalName.BROKEN_PROMISE,
        SignalName.REPEAT_CONTACT,
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
class Word:
    """A word: where it stands, its folded letters, whether a mark ends the clause after it, and what it belongs to.

    Attributes:
        surrounding: It says how the problem is told: courtesy, a wait, a repeat, a feeling, a threat.
        leaving: It threatens to leave, or asks to.
    """

    start: int
    end: int
    key: str
    closes: bool
    surrounding: bool
    leaving: bool

    @property
    def telling(self) -> bool:
        """Whether it is none of what every message holds."""
        return bool(self.key) and not self.surrounding and self.key not in _empty()


def tells(clause: Sequence[Word]) -> bool:
    """Tell whether a clause says anything besides what surrounds a problem."""
    left = sum(bool(word.key) and not word.surrounding for word in clause)
    return left >= FEWEST_WORDS and any(word.telling for word in clause)


def joined(text: str, clause: Sequence[Word]) -> str:
    """Return a clause without what surrounds its problem."""
    return " ".join(text[word.start : word.end] for word in clause if not word.surrounding).strip(" ،,؛;:-–—")


def letters(text: str) -> str:
    """Return a text's words without marks, to tell whether two texts say the same."""
    return " ".join(_LETTERS.findall(text))


def connects(word: Word) -> bool:
    """Tell whether a word only connects clauses."""
    return word.key in _listed("connectives")


def asks_to_leave(text: str) -> bool:
    """Tell whether a text asks how to close an account, which no threat does."""
    return _pattern("leaving_asked").search(fold(text).text) is not None


@lru_cache(maxsize=128)  # the analysis and the search both read a message
def split(text: str, *, leaving: bool = False) -> tuple[tuple[Word, ...], ...]:
    """Return the clauses of a text.

    Args:
        text: What the customer wrote.
        leaving: Whether closing the account is what they want; else its words are a threat, which surrounds a problem.
    """
    words = read_words(text, leaving=leaving)
    clauses: list[tuple[Word, ...]] = []
    current: list[Word] = []
    for index, word in enumerate(words):
        if _opens(words, index, current):
            clauses.append(tuple(current))
            current = []
        current.append(word)
        if word.closes:
            clauses.append(tuple(current))
            current = []
    return (*clauses, tuple(current)) if current else tuple(clauses)


def _opens(words: Sequence[Word], index: int, current: Sequence[Word]) -> bool:
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


def read_words(text: str, *, leaving: bool = False) -> list[Word]:
    """Return the words of a text, each with what it belongs to; see :func:`split`."""
    told, left = _covered(text, _surrounding_spans(text)), _covered(text, _leaving_spans(text))
    breaks = {match.start() for match in _BREAK.finditer(text)}
    folded = fold(text)
    shapes = [""] * len(text)
    for letter, offset in zip(folded.text, folded.offsets, strict=True):
        shapes[offset] += letter
    found = []
    for match in _WORD.finditer(text):
        start, end = match.span()
        key = letters("".join(shapes[start:end])).replace(" ", "")
        closes = _ENDS.search(match.group()) is not None or end in breaks
        leaves = 2 * sum(left[start:end]) >= end - start
        surrounding = 2 * sum(told[start:end]) >= end - start
        found.append(Word(start, end, key, closes, surrounding or (leaves and not leaving), leaves))
    return found


def _covered(text: str, spans: Iterator[tuple[int, int]]) -> bytearray:
    covered = bytearray(len(text))
    for start, end in spans:
        covered[start:end] = b"\x01" * (end - start)
    return covered


def _surrounding_spans(text: str) -> Iterator[tuple[int, int]]:
    yield from _matches("about", text)
    yield from _matches("feeling", text)
    for signal in rule_signals(text):
        if signal.name in _SURROUNDING:
            yield from ((span.start, span.end) for span in signal.evidence)


def _leaving_spans(text: str) -> Iterator[tuple[int, int]]:
    yield from _matches("leaving", text)
    for signal in rule_signals(text):
        if signal.name is SignalName.CHURN_RISK:
            yield from ((span.start, span.end) for span in signal.evidence)


def _matches(name: str, text: str) -> Iterator[tuple[int, int]]:
    folded = fold(text)
    for match in _pattern(name).finditer(folded.text):
        if match.end() > match.start():
            span = folded.span(*match.span())
            yield span.start, span.end


@cache
def _pattern(name: str) -> re.Pattern[str]:
    part = load_lexicon("query")[name]
    arabic = "|".join(map(fold_pattern, part["ar"]))
    latin = "|".join((*part["en"], *part["arabizi"]))
    return re.compile(rf"(?<!\w)(?:[وفبل]?(?:{arabic})|(?:{latin}))(?!\w)")


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(fold(word).text for word in load_lexicon("query")[name])


@cache
def _empty() -> frozenset[str]:
    courtesy = load_lexicon("courtesy")
    words = (fold(str(word)).text for name in ("fillers", "vague") for word in courtesy[name])
    return frozenset(words) | _listed("connectives") | _listed("questions") | _listed("pronouns")


def told_anger(text: str) -> float:
    """Return the mean log-odds of anger over a text's clauses (``inference.salience``); 0 where it has no word."""
    keys = ([word.key for word in clause if word.key] for clause in split(text[:MOST_CHARACTERS]))
    found = [salience(words).anger for words in keys if words]
    return sum(found) / len(found) if found else 0.0
