"""What of a message is searched for: the whole, the problem without what surrounds it, and each clause.

A vector is the mean of all that a message says. Where a customer spends one clause on the problem and five on their
anger, the vector of the whole lies nearer to other people's anger than to the answer. So a message is also looked at
without greetings, thanks, insults, prayers, threats, waiting times, repeats and clauses that tell no problem, and
clause by clause; where anger drowns its problem, the problem alone leads. These *views* come from words alone, before
any model ran, so that they can be encoded beside the message itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from inference.clauses import MOST_CHARACTERS, Word, asks_to_leave, connects, joined, letters, read_words, split, tells
from inference.dialogue import turn_of
from inference.salience import salience
from inference.thread import own_words
from inference.trajectory import earlier_turns
from inference.types import Message

MOST_VIEWS = 3
"""Views of one message beside the whole: as many tokens as it has itself, and five find nothing that three do not."""
SHORT_WORDS = 5
"""A message of at most this many words, thanks and the like aside, leans on what the customer wrote before."""
GAP = 1.2
"""Log-odds that a clause may tell less than the one that tells most, and still belong to the problem."""
TOLD = -0.7
"""Log-odds from which a clause names a problem by itself."""
ANGRY = 1.0
"""Log-odds of anger that the angriest clause of an angry message reaches, whose clauses are angry on the whole.

So are 6 of 100 banking questions (dev parts), and 5 of 6 angry and 3 of 4 furious banking messages of our own.
"""
DROWNED = 0.3
"""Share of a message's telling words outside its problem from which the problem alone leads."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for a message.

    Attributes:
        text: What leads: the customer's own words, or their problem alone where much else surrounds it; before a
            follow-up, those of the turn that it leans on too.
        views: What is searched beside it, each in its own right; often nothing.
    """

    text: str
    views: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Reading:
    """The clauses of a text's problem, those of them to look at alone, and whether the anger around it drowns it."""

    clauses: tuple[str, ...]
    alone: tuple[str, ...]
    drowned: bool

    @property
    def problem(self) -> str:
        return "\n".join(self.clauses)


def build_query(message: Message) -> Query:
    """Return what is searched for a message.

    A follow-up, which is short or names no problem, is searched together with the customer's last turn that does; and,
    as it may well stand for itself, alone.
    """
    text = own_words(message)
    # Who says that our answer did not help speaks of what was answered.
    context = _context(message) if _leans(text) or turn_of(message).solved is False else None
    if context is None:
        reading = _read(text)
        if reading.drowned:
            return Query(reading.problem, _beside(reading.problem, text, *reading.alone))
        return Query(text, views(text))
    whole = f"{context}\n{text}"
    condensed = views(context)[:1]
    candidates = [*(f"{item}\n{text}" for item in condensed), text, *views(text)]
    return Query(whole, tuple(dict.fromkeys(item for item in candidates if item.strip()))[:MOST_VIEWS])


def _leans(text: str) -> bool:
    words = [word for word in read_words(text[:MOST_CHARACTERS]) if not word.surrounding]
    said = sum(bool(word.key) and not connects(word) for word in words)
    return said <= SHORT_WORDS or not any(word.telling for word in words)


def _context(message: Message) -> str | None:
    """Return the customer's last turn that names a problem; where none does, the last."""
    turns = [turn.text for turn in earlier_turns(message)]
    telling = (text for text in reversed(turns) if any(word.telling for word in read_words(text[:MOST_CHARACTERS])))
    return next(telling, turns[-1] if turns else None)


def views(text: str) -> tuple[str, ...]:
    """Return what of a text is searched beside the whole: first its problem alone, then the clauses that tell most.

    At most ``MOST_VIEWS``, none of them the text itself; empty when the text is one clause that says nothing but its
    problem.
    """
    reading = _read(text)
    return _beside(text, reading.problem, *reading.alone)


def _beside(leading: str, *candidates: str) -> tuple[str, ...]:
    """Return the candidates that say something else than what leads, each once."""
    distinct = {letters(item): item for item in reversed(candidates)}
    found = [item for key, item in reversed(distinct.items()) if key and key != letters(leading)]
    return tuple(found[:MOST_VIEWS])


@lru_cache(maxsize=128)  # a message's vector and its search both ask
def _read(text: str) -> _Reading:
    """Find the problem in a text; a threat to leave is the problem where nothing else is, or where it is asked how."""
    start = text[:MOST_CHARACTERS]
    reading = None if asks_to_leave(start) else _problem(text, split(start), TOLD)
    if reading is None:
        reading = _problem(text, split(start, leaving=True), float("-inf"))
    return reading or _Reading((), (), drowned=False)


def _problem(text: str, clauses: Sequence[Sequence[Word]], least: float) -> _Reading | None:
    """Return what the clauses tell; None where none tells as much as ``least`` and closing an account is spoken of.

    A calm message is left as it is: all its clauses belong to the problem, and the longest are looked at alone; of an
    angry one, those that tell most.
    """
    telling = [(salience(_keys(clause)).problem, clause) for clause in clauses if tells(clause)]
    best = max((score for score, _ in telling), default=float("-inf"))
    if best < least and any(word.leaving for clause in clauses for word in clause):
        return None
    felt = [salience(words).anger for clause in clauses if (words := _keys(clause, every=True))]
    angry = any(map(_leaves, clauses)) or (max(felt, default=0.0) >= ANGRY and sum(felt) >= 0)
    kept = [(score, joined(text, clause)) for score, clause in telling if not angry or score >= best - GAP]
    first = sorted(kept, key=lambda item: item[0] if angry else len(item[1]), reverse=True)[: MOST_VIEWS - 1]
    said = sum(bool(word.key) and not connects(word) for clause in clauses for word in clause)
    told = sum(len(_keys(clause)) for score, clause in telling if score >= best - GAP)
    return _Reading(
        tuple(item for _, item in kept),
        tuple(item[1] for item in kept if item in first),
        drowned=angry and bool(kept) and told <= (1 - DROWNED) * said,
    )


def _leaves(clause: Sequence[Word]) -> bool:
    return any(word.leaving and word.surrounding for word in clause)


def _keys(clause: Sequence[Word], *, every: bool = False) -> list[str]:
    return [word.key for word in clause if word.key and (every or not word.surrounding)]
