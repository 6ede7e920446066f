"""What is left uncomputed in a search changes nothing of what it finds."""

from datetime import date

import numpy as np
import pytest

from inference.types import Outcome, Resolution
from retrieval.candidates import Candidates
from retrieval.engine.local import LocalIndex
from retrieval.index import Filters, TenantIndex
from retrieval.keys import keys
from retrieval.search import Ranking, Weights, features
from retrieval.words import LexicalIndex
from tests.retrieval.conftest import DIMENSION, TODAY, fake_encode, make

_VOCABULARY = "card transfer refund payment pin cash top up app late lost stolen twice fee rate account"
WORDS = _VOCABULARY.split()
QUESTIONS = ("my card is late and the refund too", "twice the fee for one transfer", "zanzibar", "")
SIZE = 300


def resolution(number: int, generator: np.random.Generator) -> Resolution:
    problem, *cases = (" ".join(generator.choice(WORDS, size=generator.integers(2, 6))) for _ in range(1 + number % 4))
    if number % 5 == 0:  # some that say what another one says
        problem = f"my card is late {number % 3}"
    return make(
        f"r{number}",
        problem,
        answer=f"About the {problem}.",
        cases=tuple(cases),
        language=("en", "ar")[number % 2],
        verified_at=date(2025, 1, 1) if number % 3 else None,
        verified_by="Mona" if number % 3 else None,
        outcome=Outcome(solved=number % 7, reopened=number % 2),
    )


@pytest.fixture(scope="module")
def index() -> TenantIndex:
    generator = np.random.default_rng(0)
    items = [resolution(number, generator) for number in range(SIZE)]
    texts = list({key.text for item in items for key in keys(item)})
    made = TenantIndex(LocalIndex(DIMENSION), LexicalIndex())
    made.put(items, dict(zip(texts, fake_encode(texts), strict=True)))
    return made


def ranking(index: TenantIndex, candidates: Candidates, count: int, weights: Weights) -> Ranking:
    return Ranking(index, candidates, count=count, language="en", today=TODAY, weights=weights)


@pytest.mark.parametrize("read", [0, 200, 50_000])
@pytest.mark.parametrize("weights", [Weights(), Weights(lexical=3.0), Weights(agreement=0.0, agreeing=1)])
def test_the_best_are_those_of_all_scored_in_full(
    index: TenantIndex, weights: Weights, read: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.words.index._MOST_READ", read)
    for text in QUESTIONS:
        (query,) = fake_encode([text])
        candidates = index.candidates(query, text=text, count=20, filters=Filters())
        full = ranking(index, candidates, len(candidates), weights)
        assert len(full.hits) == len(candidates) > 60
        for count in (1, 3, 10):
            best = ranking(index, candidates, count, weights)
            assert [(hit.candidate.row, hit.score, hit.parts) for hit in best.hits] == [
                (hit.candidate.row, hit.score, hit.parts) for hit in full.hits[:count]
            ]
            assert features(index, best) == features(index, full)


def test_few_are_asked_about_their_words(index: TenantIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    exactly = Candidates.exactly

    def noted(self: Candidates, places: list[int]) -> object:
        asked.extend(places)
        return exactly(self, places)

    monkeypatch.setattr(Candidates, "exactly", noted)
    (query,) = fake_encode([QUESTIONS[1]])
    candidates = index.candidates(query, text=QUESTIONS[1], count=20, filters=Filters())
    ranking(index, candidates, 3, Weights())
    assert len(asked) == len(set(asked)) < len(candidates) / 2


def test_nothing_passes(index: TenantIndex) -> None:
    (query,) = fake_encode(["card"])
    candidates = index.candidates(query, text="card", count=20, filters=Filters(product="none"))
    assert ranking(index, candidates, 3, Weights()).hits == []
