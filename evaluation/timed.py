"""How long an answer takes, as columns: one message at a time, after a few that only warm what is read once."""

import time
from collections.abc import Sequence
from itertools import pairwise

from evaluation.checks.answers import known_pairs
from evaluation.checks.measure import given
from evaluation.copilot import CopilotLike
from evaluation.data import Example
from evaluation.experiments.encoding import Answer
from inference.checks import run_checks
from inference.types import Message

_WARM_UP = 5


async def timed_answers(copilot: CopilotLike, examples: Sequence[Example], *, k: int) -> list[Answer]:
    """Return the milliseconds that each message takes to understand, to search for, and to draft (which does both).

    Args:
        copilot: it has an index already.
        examples: messages; hand-written replies are timed through all checks instead.
        k: hits asked for in a search.
    """
    if all("pair" in row.columns for row in examples):
        return _checks(examples)
    for row in examples[:_WARM_UP]:
        await _timed(copilot, Message(text=row.text), k)
    return [await _timed(copilot, Message(text=row.text), k) for row in examples]


async def _timed(copilot: CopilotLike, message: Message, k: int) -> Answer:
    marks = [time.perf_counter()]
    for call in (copilot.analyze([message]), copilot.search([message], k=k), copilot.draft([message])):
        await call
        marks.append(time.perf_counter())
    taken = [(end - start) * 1000 for start, end in pairwise(marks)]
    return {"analyze_ms": taken[0], "search_ms": taken[1], "draft_ms": taken[2]}


def _checks(examples: Sequence[Example]) -> list[Answer]:
    pairs, answers = known_pairs(), list[Answer]()
    for turn in range(2):  # the first only warms what depends on sources and policy
        for row in examples:
            item, start = given(pairs[str(row.columns["pair"])], row.text), time.thread_time()
            run_checks(item)
            if turn:
                answers.append({"checks_ms": (time.thread_time() - start) * 1000})
    return answers
