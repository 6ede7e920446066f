"""Puts questions to stores made of the sample helpdesk, and notes what the search answers."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from models.space import SearchSpace
from retrieval import sample
from retrieval.calibrate.questions import Question
from retrieval.engine.local import LocalIndex
from retrieval.index import Filters, TenantIndex
from retrieval.keys import keys
from retrieval.search import Ranking, Scored, Weights, features, rank
from retrieval.vectors import Encode, encode_all
from retrieval.words import LexicalIndex

STORE_SIZES = (77, 40, 40, 20, 10)
"""Intents in the stores that the model is fitted on; with most left out it sees banking questions without answer."""
IN_STORE, LEFT_OUT, ELSEWHERE, TOLD = "in_store", "left_out", "elsewhere", "told"
_TODAY = date(2025, 1, 1)
_DEPTH = 10


@dataclass(frozen=True)
class Observations:
    """One row for each question put to each store.

    Attributes:
        features: values of ``relevance.FEATURES`` [n, features].
        right: whether the best hit has one of the question's intents [n].
        answered: whether the whole helpdesk holds an answer [n].
        group: ``in_store``, ``left_out`` (its intent is not in this store), ``elsewhere`` (another domain) or ``told``
            (one of our own banking messages) [n].
        question: number of the question [n].
        language: of the question [n].
        store: number of the store; 0 is the whole helpdesk [n].
    """

    features: NDArray[np.float64]
    right: NDArray[np.bool_]
    answered: NDArray[np.bool_]
    group: NDArray[np.str_]
    question: NDArray[np.int64]
    language: NDArray[np.str_]
    store: NDArray[np.int64]


class Bench:
    """The sample helpdesk and the questions, encoded once."""

    def __init__(self, questions: Sequence[Question], encode: Encode, space: SearchSpace, dimension: int) -> None:
        self.questions = questions
        self._resolutions = tuple(sample.load(_TODAY))
        self._vectors = space(encode_all([question.text for question in questions], encode, dimension))
        texts = list(dict.fromkeys(key.text for item in self._resolutions for key in keys(item)))
        self._keys = dict(zip(texts, space(encode_all(texts, encode, dimension)), strict=True))

    def index(self, intents: set[str]) -> TenantIndex:
        """Build the index of a store with these intents only."""
        kept = [item for item in self._resolutions if sample.intent_of(item.id) in intents]
        index = TenantIndex(LocalIndex(self._vectors.shape[1]), LexicalIndex())
        index.put(kept, self._keys)
        return index

    def recall(self, weights: Weights) -> dict[str, dict[str, float]]:
        """Return, by language of the question, Recall@1, @5, @10 by intent on the whole store.

        The two languages of one intent count as one; ``own_language`` is the share of best hits in the question's.
        """
        index = self.index(set(sample.intents()))
        found: dict[str, list[list[bool]]] = {}
        for number, question in enumerate(self.questions):
            if question.intents and not question.told:
                ranked = self._rank(index, number, weights).hits[:_DEPTH]
                right = [_intent(index, item) in question.intents for item in ranked]
                own = index.traits(ranked[0].candidate.row).language == question.language
                found.setdefault(question.language, []).append([right[0], any(right[:5]), any(right), own])
        names = ("recall@1", "recall@5", "recall@10", "own_language")
        return {
            language: {"n": len(rows)} | dict(zip(names, np.mean(rows, axis=0).round(4).tolist(), strict=True))
            for language, rows in found.items()
        }

    def observe(self, weights: Weights, generator: random.Random) -> Observations:
        """Put every question to stores of ``STORE_SIZES`` intents."""
        rows = [
            row
            for store, size in enumerate(STORE_SIZES)
            for row in self._put(store, set(generator.sample(sample.intents(), size)), weights)
        ]
        columns = zip(*rows, strict=True)
        return Observations(*(np.array(column) for column in columns))

    def _put(
        self, store: int, intents: set[str], weights: Weights
    ) -> Iterator[tuple[tuple[float, ...], bool, bool, str, int, str, int]]:
        index = self.index(intents)
        for number, question in enumerate(self.questions):
            ranking = self._rank(index, number, weights)
            right, answered = _intent(index, ranking.hits[0]) in question.intents, bool(question.intents)
            yield features(index, ranking), right, answered, _group(question, intents), number, question.language, store

    def _rank(self, index: TenantIndex, number: int, weights: Weights) -> Ranking:
        question = self.questions[number]
        return rank(
            index,
            self._vectors[number],
            text=question.text,
            count=_DEPTH,
            filters=Filters(),
            language=question.language,
            today=_TODAY,
            weights=weights,
        )


def _group(question: Question, intents: set[str]) -> str:
    if question.told:
        return TOLD
    if not question.intents:
        return ELSEWHERE
    return IN_STORE if intents.issuperset(question.intents) else LEFT_OUT


def _intent(index: TenantIndex, scored: Scored) -> str:
    return sample.intent_of(index.records.id_of(scored.candidate.row))
