"""Scoring: from the keys near a query to ranked hits with their parts, and the relevance of the best one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from inference.types import Freshness, Hit, Match, Outcome, SearchResult
from retrieval.index import Candidate, Filters, TenantIndex
from retrieval.records import Traits
from retrieval.relevance import Relevance
from retrieval.translations import translation_of
from retrieval.vectors import Vectors

POOL = 60
"""Resolutions that are scored in full for one query."""
_BACKGROUND = 10
_SAME_ANSWER = 0.9
"""Answers with a cosine above this say the same thing."""
_DUPLICATE = 0.97
"""Two resolutions of one language whose problems and whose answers have cosines above this are one, written twice."""
_TRIALS = 4
"""An outcome counts half when it rests on this many tickets."""


@dataclass(frozen=True)
class Weights:
    """What a resolution's score is made of, in units of cosine.

    score = dense * ((1 - agreement) * best key + agreement * mean of its ``agreeing`` best keys in a customer's words)
            + lexical * share of the message's words that it has
            + language, if it is in the preferred language
            - a penalty, if it is unverified, sent back to review or expired
            + outcome * (share of its tickets that stayed solved - 1/2), less where the tickets are few.

    Recall@1 by intent over the sample helpdesk, 800 Arabic and 800 English dev questions of the banking sets, shipped
    encoder (Arabic / English, ``python -m retrieval.calibrate --measure``): best key alone 0.774 / 0.848, with
    agreement 0.784 / 0.851, with the lexical part at 0.3 too 0.790 / 0.863, at 0.5 0.783 / 0.855, at 1.0 0.766 / 0.853;
    among 21,559 questions of ArBanking77 the lexical part is best at 0.75 (0.929, without it 0.897). The
    language bonus moves no recall; without it 3 best Arabic and 16 best English hits in 100 are the translation. The
    penalties only part hits that are otherwise equally good.
    """

    dense: float = 1.0
    agreement: float = 0.7
    agreeing: int = 8
    lexical: float = 0.3
    language: float = 0.05
    unverified: float = 0.03
    expired: float = 0.03
    outcome: float = 0.02


class Scored(NamedTuple):
    """A candidate with its score and the parts of it."""

    candidate: Candidate
    score: float
    parts: dict[str, float]
    freshness: Freshness


def rank(
    index: TenantIndex,
    query: Vectors,
    *,
    text: str | None,
    count: int,
    filters: Filters,
    language: str | None,
    today: date,
    weights: Weights,
) -> list[Scored]:
    """Score the resolutions nearest to a query vector in the search space [dimension]; best first, ties by id."""
    candidates = index.candidates(query, text=text, count=max(count, POOL), filters=filters)
    scored = [_score(item, index.traits(item.row), language, today, weights) for item in candidates]
    ranked = sorted(scored, key=lambda item: (-item.score, index.records.id_of(item.candidate.row)))
    return _distinct_first(index, ranked, count)


def _distinct_first(index: TenantIndex, ranked: Sequence[Scored], count: int) -> list[Scored]:
    """Move what repeats a better hit behind the distinct ones: it takes no place that says something new."""
    distinct: list[Scored] = []
    repeated: list[Scored] = []
    problems = np.empty((min(count, len(ranked)), index.vectors.dimension), np.float32)
    for place, item in enumerate(ranked):
        if len(distinct) >= count:
            return [*distinct, *repeated, *ranked[place:]]
        alike = np.flatnonzero(problems[: len(distinct)] @ item.candidate.problem > _DUPLICATE).tolist()
        if any(_answers_alike(index, item, distinct[other]) > _DUPLICATE for other in alike):
            repeated.append(item)
        else:
            problems[len(distinct)] = item.candidate.problem
            distinct.append(item)
    return [*distinct, *repeated]


def _answers_alike(index: TenantIndex, first: Scored, second: Scored) -> float:
    """Return the cosine of two answers; 0 where they are in two languages."""
    if index.traits(first.candidate.row).language != index.traits(second.candidate.row).language:
        return 0.0
    return float(first.candidate.answer @ second.candidate.answer)


def find(
    index: TenantIndex,
    query: Vectors,
    *,
    text: str | None,
    count: int,
    filters: Filters,
    language: str | None,
    today: date,
    weights: Weights,
    relevance: Relevance,
    generation: str,
) -> SearchResult:
    """Publish the best ``count`` resolutions for a query, each with the words of the ``text`` that it has.

    The best one's translation into the customer's language stands right behind it; how relevant the hits are does not
    hang on it.
    """
    ranked = rank(
        index, query, text=text, count=count, filters=filters, language=language, today=today, weights=weights
    )
    probability = relevance.probability(features(index, ranked)) if ranked else 0.0
    row = _translation(index, ranked, language, filters)
    if row is not None:
        known = next((item for item in ranked if item.candidate.row == row), None)
        own = known or _score(index.scored_rows([row], query)[0], index.traits(row), language, today, weights)
        ranked = [ranked[0], _lifted(own, ranked[0].score), *(item for item in ranked[1:] if item is not known)]
    shown = ranked[:count]
    rows = [item.candidate.row for item in shown]
    words = [()] * len(shown) if text is None else index.shared_words(rows, text)
    return SearchResult(
        hits=tuple(_hit(index, item, shared) for item, shared in zip(shown, words, strict=True)),
        relevance=probability,
        answerable=bool(ranked) and probability >= relevance.threshold(language),
        generation=generation,
    )


def _translation(index: TenantIndex, ranked: Sequence[Scored], language: str | None, filters: Filters) -> int | None:
    """Return the row of the best hit's translation, where the best hit is not in the customer's language."""
    if not ranked or language is None or index.traits(ranked[0].candidate.row).language == language:
        return None
    return translation_of(index, ranked[0].candidate.row, language, filters)


def _lifted(own: Scored, score: float) -> Scored:
    """Return a translation with the score of what it says in another language.

    Two languages lie further apart than two answers of one: by its own score it may stand behind answers to other
    questions, though it says just what the best hit says.
    """
    lift = max(0.0, score - own.score)
    return own._replace(score=own.score + lift, parts={**own.parts, "translation": lift})


def features(index: TenantIndex, ranked: Sequence[Scored]) -> tuple[float, ...]:
    """Return the values of ``relevance.FEATURES`` for a ranking of at least one resolution.

    Where nothing lies behind the best hit, the rest counts as unrelated (cosine 0).
    """
    first = ranked[0]
    top, behind = first.candidate.best, sorted(ranked[1:], key=lambda item: -item.candidate.best)
    rival = next((item.candidate.best for item in behind if _is_rival(index, first, item)), 0.0)
    nearest = behind[:_BACKGROUND]
    background = sum(item.candidate.best for item in nearest) / len(nearest) if nearest else 0.0
    return top, top - rival, background, first.candidate.lexical


def _is_rival(index: TenantIndex, best: Scored, other: Scored) -> bool:
    """Tell whether a hit stands against the best one: same language (a translation does not), another answer."""
    if index.traits(best.candidate.row).language != index.traits(other.candidate.row).language:
        return False
    return float(best.candidate.answer @ other.candidate.answer) < _SAME_ANSWER


def _score(candidate: Candidate, traits: Traits, language: str | None, today: date, weights: Weights) -> Scored:
    freshness = traits.life.freshness(today)
    # The answer's key, the last, counts as best key only: a customer's words are what agrees or does not.
    agreeing: Sequence[float] = candidate.products[:-1]
    if len(agreeing) > 1:
        agreeing = sorted(agreeing, reverse=True)[: weights.agreeing]
    penalty = 0.0
    if freshness is Freshness.EXPIRED:
        penalty = weights.expired
    elif freshness in (Freshness.UNVERIFIED, Freshness.SENT_BACK):
        penalty = weights.unverified
    parts = {
        "dense": weights.dense * candidate.best,
        "agreement": weights.dense * weights.agreement * (sum(agreeing) / len(agreeing) - candidate.best),
        "lexical": weights.lexical * candidate.lexical,
        "language": weights.language if traits.language == language else 0.0,
        "freshness": -penalty,
        "outcome": weights.outcome * _standing(traits.outcome),
    }
    return Scored(candidate, sum(parts.values()), parts, freshness)


def _standing(outcome: Outcome | None) -> float:
    """Return how far a resolution's tickets speak for it (up to 1/2) or against it (down to -1/2)."""
    if outcome is None:
        return 0.0
    tickets = outcome.solved + outcome.reopened
    return (outcome.solved - outcome.reopened) / 2 / (tickets + _TRIALS)


def _hit(index: TenantIndex, scored: Scored, words: tuple[str, ...]) -> Hit:
    resolution, key = index.records[scored.candidate.row], index.key(scored.candidate)
    return Hit(
        resolution=resolution,
        score=scored.score,
        parts=scored.parts,
        match=Match(kind=key.kind, text=key.text, words=words),
        freshness=scored.freshness,
    )
