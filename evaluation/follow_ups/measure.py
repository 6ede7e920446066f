"""Hit rates: is the customer's real next question among the first k that are offered?"""

from collections.abc import Callable, Sequence
from math import comb

import numpy as np

from evaluation.bootstrap import Floats, estimate
from evaluation.follow_ups.dialogues import Dialogue, Known
from inference.dialogue.questions import next_questions
from inference.types import FollowUp, Message, Resolution
from inference.types.base import Record

AT = (1, 3)
_ANSWER = "Answered from the service's own data."

Offer = Callable[[Dialogue, Known, int], Sequence[str]]
"""Returns the kinds of question that are offered for a dialogue's first turn, at most so many."""


class HitRate(Record):
    """The share of dialogues whose question was offered, with its bootstrap 95% interval over dialogues."""

    group: str
    way: str
    at: int
    n: int
    point: float
    low: float
    high: float


def candidates(dialogue: Dialogue, known: Known) -> tuple[list[str], list[str]]:
    """Return the kinds known of the dialogue's domain and, as its neighbours' questions, the other kinds."""
    own = known.own(dialogue.domain)
    return own, [kind for kind in known.general() if kind not in own]


def offered(dialogue: Dialogue, known: Known, count: int) -> list[str]:
    """Offer what ``next_questions`` returns."""
    own, others = candidates(dialogue, known)
    wording = {kind: _wording(dialogue, known, kind) for kind in (*own, *others)}
    resolution = Resolution(
        id=dialogue.service,
        problem=f"{dialogue.domain} request",
        answer=f"{dialogue.domain} request",
        follow_ups=tuple(FollowUp(question=wording[kind], answer=_ANSWER) for kind in own[:20]),
        language="en",
    )
    neighbours = [
        Resolution(id=f"other {kind}", problem=wording[kind], answer=_ANSWER, language="en") for kind in others
    ]
    found = next_questions(Message(text=dialogue.first), resolution, neighbours, "en", count=count)
    kinds = {text: kind for kind, text in reversed(wording.items())}
    return [kinds[item.question] for item in found]


def most_frequent(dialogue: Dialogue, known: Known, count: int) -> list[str]:
    """Offer the kinds that were asked most often, whatever the message says."""
    own, others = candidates(dialogue, known)
    return (own + others)[:count]


def by_chance(dialogue: Dialogue, known: Known, count: int) -> float:
    """Return the probability that a draw of so many kinds, own ones first, holds one that is asked."""
    missed, left = 1.0, count
    for pool in candidates(dialogue, known):
        drawn, right = min(left, len(pool)), len(dialogue.kinds.intersection(pool))
        missed *= comb(len(pool) - right, drawn) / comb(len(pool), drawn)
        left -= drawn
    return 1.0 - missed


def hits(dialogues: Sequence[Dialogue], known: Known, offer: Offer, at: int) -> Floats:
    """Return 1 for each dialogue whose question was offered among the first ``at``, else 0 [n]."""
    return np.array([float(bool(item.kinds & set(offer(item, known, at)))) for item in dialogues])


def rates(dialogues: Sequence[Dialogue], known: Known, *, group: str, seed: int) -> list[HitRate]:
    """Return the hit rates of one group of dialogues, ours beside the two baselines."""
    found = []
    for at in AT:
        ours, frequent = (hits(dialogues, known, offer, at) for offer in (offered, most_frequent))
        chance = np.array([by_chance(item, known, at) for item in dialogues])
        ways = {"ours": ours, "most frequent": frequent, "random": chance, "ours - most frequent": ours - frequent}
        found += [_rate(values, group=group, way=way, at=at, seed=seed) for way, values in ways.items()]
    return found


def _rate(values: Floats, *, group: str, way: str, at: int, seed: int) -> HitRate:
    mean = estimate(lambda weights: weights @ values / weights.sum(axis=1), len(values), seed=seed)
    return HitRate(group=group, way=way, at=at, n=len(values), point=mean.point, low=mean.low, high=mean.high)


def _wording(dialogue: Dialogue, known: Known, kind: str) -> str:
    return known.words.get((dialogue.domain, kind)) or known.words.get(("", kind)) or f"What is the {kind}?"
