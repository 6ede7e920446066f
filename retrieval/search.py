"""Scoring: from the keys near a query to ranked hits with their parts, and the relevance of the best one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from inference.types import Freshness, Hit, Match, Outcome, SearchResult
from retrieval.candidates import Candidate, Candidates, Floats
from retrieval.index import Filters, TenantIndex
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
_SLACK = 1e-9
"""How far two ways to add up a score may part."""
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


class _Standing(NamedTuple):
    """What a score owes to a resolution's traits, whatever was asked."""

    language: float
    freshness: float
    outcome: float
    state: Freshness


class Ranking:
    """The resolutions in the running for a query, scored as far as it takes to tell the best ``count``.

    Words cost more than vectors: a candidate that no words could bring among the best is not asked about its words.
    """

    def __init__(
        self,
        index: TenantIndex,
        candidates: Candidates,
        *,
        count: int,
        language: str | None,
        today: date,
        weights: Weights,
    ) -> None:
        self.candidates = candidates
        self._index = index
        self._weights = weights
        traits = [index.traits(row) for row in candidates.rows]
        # Rows that share all traits share one tuple.
        standings = {key: _standing(item, language, today, weights) for key, item in {id(t): t for t in traits}.items()}
        self._standings = [standings[id(item)] for item in traits]
        self._known: dict[int, Scored] = {}
        self.hits = self._best(count) if candidates.rows else []
        """The best ``count`` (all, where fewer pass), best first, ties by id; what repeats a better hit comes last."""

    def scored(self, row: int) -> Scored | None:
        """Return the candidate of a row, None where it is not in the running."""
        rows = self.candidates.rows
        return self._scored([rows.index(row)])[0] if row in rows else None

    def _best(self, count: int) -> list[Scored]:
        least, most = self._bounds()
        asked = count
        while True:
            asked = min(asked, len(least))
            within = most >= np.sort(least)[-asked]
            ranked = sorted(
                self._scored(np.flatnonzero(within).tolist()),
                key=lambda item: (-item.score, self._index.records.id_of(item.candidate.row)),
            )
            others = most[~within].max(initial=-np.inf)
            distinct, repeated = _parted(self._index, [item for item in ranked if item.score > others], count)
            if len(distinct) >= count or within.all():
                return [*distinct, *repeated][:count]
            asked *= 2

    def _bounds(self) -> tuple[Floats, Floats]:
        """Return the least and the greatest score that each candidate can have, both [candidates]."""
        weights, found = self._weights, self.candidates
        dense = found.best + weights.agreement * (found.agreeing(weights.agreeing) - found.best)
        base = weights.dense * dense + np.array([own.language + own.freshness + own.outcome for own in self._standings])
        least, most = found.bounds()
        return base + weights.lexical * least - _SLACK, base + weights.lexical * most + _SLACK

    def _scored(self, places: Sequence[int]) -> list[Scored]:
        new = [place for place in places if place not in self._known]
        for place, item in zip(new, self.candidates.exactly(new), strict=True):
            self._known[place] = _score(item, self._standings[place], self._weights)
        return [self._known[place] for place in places]


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
) -> Ranking:
    """Rank the resolutions nearest to a query vector in the search space [dimension]."""
    candidates = index.candidates(query, text=text, count=max(count, POOL), filters=filters)
    return Ranking(index, candidates, count=count, language=language, today=today, weights=weights)


def _parted(index: TenantIndex, ranked: Sequence[Scored], count: int) -> tuple[list[Scored], list[Scored]]:
    """Return the first ``count`` hits that say something new, and those before them that repeat a better one."""
    distinct: list[Scored] = []
    repeated: list[Scored] = []
    problems = np.empty((min(count, len(ranked)), index.vectors.dimension), np.float32)
    for item in ranked:
        if len(distinct) >= count:
            break
        alike = np.flatnonzero(problems[: len(distinct)] @ item.candidate.problem > _DUPLICATE).tolist()
        if any(_answers_alike(index, item, distinct[other]) > _DUPLICATE for other in alike):
            repeated.append(item)
        else:
            problems[len(distinct)] = item.candidate.problem
            distinct.append(item)
    return distinct, repeated


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
    ranking = rank(
        index, query, text=text, count=count, filters=filters, language=language, today=today, weights=weights
    )
    shown = ranking.hits
    probability = relevance.probability(features(index, ranking)) if shown else 0.0
    row = _translation(index, shown, language, filters)
    if row is not None:
        own = ranking.scored(row)
        if own is None:
            beside = Ranking(
                index, index.candidates_of([row], query), count=1, language=language, today=today, weights=weights
            )
            own = beside.hits[0]
        shown = [shown[0], _lifted(own, shown[0].score), *(item for item in shown[1:] if item.candidate.row != row)]
    shown = shown[:count]
    rows = [item.candidate.row for item in shown]
    words = [()] * len(shown) if text is None else index.shared_words(rows, text)
    return SearchResult(
        hits=tuple(_hit(index, item, shared) for item, shared in zip(shown, words, strict=True)),
        relevance=probability,
        answerable=bool(shown) and probability >= relevance.threshold(language),
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


def features(index: TenantIndex, ranking: Ranking) -> tuple[float, ...]:
    """Return the values of ``relevance.FEATURES`` for a ranking of at least one resolution.

    Where nothing lies behind the best hit, the rest counts as unrelated (cosine 0).
    """
    first, found = ranking.hits[0].candidate, ranking.candidates
    order = np.argsort(-found.best, kind="stable").tolist()
    behind = [place for place in order if found.rows[place] != first.row]
    rival = next((place for place in behind if _is_rival(index, first, found, place)), None)
    nearest = found.best[behind[:_BACKGROUND]].tolist()
    background = sum(nearest) / len(nearest) if nearest else 0.0
    against = 0.0 if rival is None else float(found.best[rival])
    return first.best, first.best - against, background, first.lexical


def _is_rival(index: TenantIndex, best: Candidate, found: Candidates, place: int) -> bool:
    """Tell whether a hit stands against the best one: same language (a translation does not), another answer."""
    if index.traits(best.row).language != index.traits(found.rows[place]).language:
        return False
    return float(best.answer @ found.vectors[found.ends[place] - 1]) < _SAME_ANSWER


def _standing(traits: Traits, language: str | None, today: date, weights: Weights) -> _Standing:
    freshness = traits.life.freshness(today)
    penalty = 0.0
    if freshness is Freshness.EXPIRED:
        penalty = weights.expired
    elif freshness in (Freshness.UNVERIFIED, Freshness.SENT_BACK):
        penalty = weights.unverified
    bonus = weights.language if traits.language == language else 0.0
    return _Standing(bonus, -penalty, weights.outcome * _solved(traits.outcome), freshness)


def _score(candidate: Candidate, standing: _Standing, weights: Weights) -> Scored:
    # The answer's key, the last, counts as best key only: a customer's words are what agrees or does not.
    agreeing: Sequence[float] = candidate.products[:-1]
    if len(agreeing) > 1:
        agreeing = sorted(agreeing, reverse=True)[: weights.agreeing]
    parts = {
        "dense": weights.dense * candidate.best,
        "agreement": weights.dense * weights.agreement * (sum(agreeing) / len(agreeing) - candidate.best),
        "lexical": weights.lexical * candidate.lexical,
        "language": standing.language,
        "freshness": standing.freshness,
        "outcome": standing.outcome,
    }
    return Scored(candidate, sum(parts.values()), parts, standing.state)


def _solved(outcome: Outcome | None) -> float:
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
