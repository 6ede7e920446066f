from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluation.answers import difficulties
from evaluation.checks.rows import CLEAN
from evaluation.data import Example, load_data
from evaluation.suite import Data
from evaluation.timed import timed_answers
from inference.types import Analysis, Draft, Message, SearchResult


@dataclass
class Finder:
    """Finds nothing, with the relevance that is told."""

    relevance: Mapping[str, float]
    asked: int = 0

    async def analyze(self, messages: Sequence[Message]) -> Sequence[Analysis]:
        return [] * len(messages)

    async def draft(self, messages: Sequence[Message]) -> Sequence[Draft]:
        return [] * len(messages)

    async def search(self, messages: Sequence[Message], *, k: int = 10) -> Sequence[SearchResult]:
        assert k
        self.asked += len(messages)
        found = (self.relevance[message.text] for message in messages)
        return [SearchResult(hits=(), relevance=value, answerable=False, generation="x") for value in found]


ROWS = [Example(str(place), {}) for place in range(90)]


async def test_what_nothing_known_resembles_is_the_harder_third() -> None:
    finder = Finder({row.text: int(row.text) / 100 for row in ROWS})
    found = [answer["difficulty"] for answer in await difficulties(finder, ROWS, [{} for _ in ROWS])]
    assert found == ["harder"] * 30 + ["medium"] * 30 + ["easier"] * 30


async def test_a_relevance_that_was_answered_is_not_searched_for_again() -> None:
    finder = Finder({})
    answers = [{"relevance": int(row.text) / 100} for row in ROWS]
    found = await difficulties(finder, ROWS, answers)
    assert finder.asked == 0
    assert found[0]["difficulty"] == "harder"


async def test_each_message_and_each_reply_is_timed_by_itself() -> None:
    finder = Finder({row.text: 0.5 for row in ROWS})
    answers = await timed_answers(finder, ROWS[:7], k=3)
    assert len(answers) == 7
    assert all(set(answer) == {"analyze_ms", "search_ms", "draft_ms"} for answer in answers)
    assert finder.asked == 7 + 5, "five only warm up"
    checks = await timed_answers(finder, load_data(Data(set=CLEAN, sample=4), seed=1).examples, k=3)
    assert [set(answer) for answer in checks] == [{"checks_ms"}] * 4
    assert all(float(answer["checks_ms"] or 0) > 0 for answer in checks)
