"""Toy copilots: one that knows every answer, one that guesses."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import numpy as np

from evaluation.copilot import CopilotLike
from evaluation.suite import load_suite
from inference.compose import compose
from inference.language import detect
from inference.policy import load_policy
from inference.types import (
    Analysis,
    Anger,
    AngerLevel,
    Draft,
    Hit,
    Match,
    MatchKind,
    Message,
    Resolution,
    SearchResult,
    Sentiment,
    SentimentLabel,
)
from models.sets.catalogue import load_set
from models.sets.rows import LEVELS
from retrieval import sample
from retrieval.store import ResolutionStore, database_url, open_database

SMOKE = load_suite("smoke").model_copy(update={"tasks": load_suite("smoke").tasks[:3]})
"""The tasks of the small suite that a toy can answer: the others ask the real checks and the real composer."""
PROBABILITIES = {SentimentLabel.NEGATIVE: 0.1, SentimentLabel.NEUTRAL: 0.8, SentimentLabel.POSITIVE: 0.1}


class Oracle:
    """Looks the truth up: the level of our own support messages, the resolution of each sample case."""

    def __init__(self, stored: Mapping[str, Resolution], today: date) -> None:
        self.stored = stored
        self.today = today
        self.policy = load_policy()
        self.owners = {case: item.id for item in sample.load(today) for case in item.cases}
        self.levels = {row.text: row.level or 0 for row in load_set("support_messages")}

    async def analyze(self, messages: Sequence[Message]) -> list[Analysis]:
        return [self._analysis(message.text) for message in messages]

    async def search(self, messages: Sequence[Message], *, k: int = 10) -> list[SearchResult]:
        return [self._found(message.text, k) for message in messages]

    async def draft(self, messages: Sequence[Message]) -> list[Draft]:
        return [
            compose(message, self._analysis(message.text), self._found(message.text, 10), self.policy)
            for message in messages
        ]

    def level(self, text: str) -> int:
        return self.levels.get(text, 0)

    def owner(self, text: str) -> str:
        return self.owners.get(text, min(self.stored))

    def _analysis(self, text: str) -> Analysis:
        level, found = self.level(text), detect(text)
        anger = Anger(probability=level / 3, intensity=level / 3, level=AngerLevel(LEVELS[level]))
        sentiment = Sentiment(label=SentimentLabel.NEUTRAL, score=0, probabilities=PROBABILITIES)
        language = found.language if found.language in {"ar", "en"} else "en"
        return Analysis(
            language=language, script=found.script, sentiment=sentiment, anger=anger, model="toy", revision="1"
        )

    def _found(self, text: str, k: int) -> SearchResult:
        first = self.owner(text)
        order = [first, *(name for name in sorted(self.stored) if name != first)][:k]
        hits = [
            Hit(
                resolution=self.stored[name],
                score=1 - place / 100,
                match=Match(kind=MatchKind.PROBLEM, text=self.stored[name].problem),
                freshness=self.stored[name].freshness(self.today),
            )
            for place, name in enumerate(order)
        ]
        return SearchResult(hits=tuple(hits), relevance=1.0, answerable=True, generation="toy")


class Guesser(Oracle):
    """Knows nothing: its answers are drawn by a seed."""

    def __init__(self, stored: Mapping[str, Resolution], today: date) -> None:
        super().__init__(stored, today)
        self._rng = np.random.default_rng(0)
        self._names = sorted(stored)

    def level(self, text: str) -> int:  # noqa: ARG002 - a guess looks at nothing
        return int(self._rng.integers(4))

    def owner(self, text: str) -> str:  # noqa: ARG002 - a guess looks at nothing
        return self._names[int(self._rng.integers(len(self._names)))]


@asynccontextmanager
async def open_oracle(store: Path, *, today: date, model: Path | None = None) -> AsyncIterator[CopilotLike]:
    yield Oracle(await _stored(store), today)


@asynccontextmanager
async def open_guesser(store: Path, *, today: date, model: Path | None = None) -> AsyncIterator[CopilotLike]:
    yield Guesser(await _stored(store), today)


async def _stored(directory: Path) -> dict[str, Resolution]:
    database = await open_database(database_url(directory))
    try:
        return {item.id: item for item in (await ResolutionStore(database).snapshot()).resolutions}
    finally:
        await database.close()
