"""Messages with what the copilot made of them, and drafts composed again from the same parts."""

import gc
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from statistics import median
from typing import TypeVar

from evaluation.copilot import CopilotLike
from inference.compose import compose
from inference.policy import Policy
from inference.types import Analysis, AngerLevel, Draft, Message, Resolution, SearchResult

HITS = 10
"""Hits that the composer chooses among, as in the service."""
_BATCH = 32
_ROUNDS = 3
_Reply = TypeVar("_Reply")


@dataclass(frozen=True)
class Answered:
    """A message, what was understood and found, and the draft."""

    message: Message
    analysis: Analysis
    found: SearchResult
    draft: Draft

    @property
    def resolutions(self) -> Mapping[str, Resolution]:
        """Every resolution that was found, by id, as it is stored."""
        return {hit.resolution.id: hit.resolution for hit in (*self.found.hits, *self.found.also)}

    def at(self, level: AngerLevel, policy: Policy) -> "Answered":
        """Return the same message as if this anger had been read in it, drafted anew; what was found stays.

        Where another was read, the words that showed that one show nothing of this.
        """
        read = self.analysis.anger
        evidence = self.analysis.evidence if read.level is level else ()
        anger = read.model_copy(update={"level": level})
        analysis = self.analysis.model_copy(update={"anger": anger, "evidence": evidence})
        return replace(self, analysis=analysis, draft=compose(self.message, analysis, self.found, policy))


async def answer(copilot: CopilotLike, messages: Sequence[Message]) -> list[Answered]:
    """Have messages answered, order kept; they are analysed and searched for apart, in other company."""
    drafts = await _in_batches(copilot.draft, messages)
    turned = list(reversed(messages))
    analyses = await _in_batches(copilot.analyze, turned)
    found = await _in_batches(partial(copilot.search, k=HITS), turned)
    return list(map(Answered, messages, reversed(analyses), reversed(found), drafts))


async def _in_batches(
    ask: Callable[[Sequence[Message]], Awaitable[Sequence[_Reply]]], messages: Sequence[Message]
) -> list[_Reply]:
    replies: list[_Reply] = []
    for start in range(0, len(messages), _BATCH):
        replies += await ask(messages[start : start + _BATCH])
    return replies


def composed_again(item: Answered, policy: Policy) -> Draft:
    """Draft once more from the analysis and the search that were made apart from the draft."""
    return compose(item.message, item.analysis, item.found, policy)


def compose_times(answered: Sequence[Answered], policy: Policy) -> list[float]:
    """Return the composer's own time for each message in milliseconds of this thread: no encoder, no search.

    It is the middle one of three rounds over all messages, lest a neighbour on the machine is measured: between two
    compositions of a message lie all the others.
    """
    gc.freeze()  # as the service does once it has loaded
    try:
        rounds = [[_time(item, policy) for item in answered] for _ in range(_ROUNDS)]
    finally:
        gc.unfreeze()
    return [median(times) for times in zip(*rounds, strict=True)]


def _time(item: Answered, policy: Policy) -> float:
    start = time.thread_time()
    compose(item.message, item.analysis, item.found, policy)
    return (time.thread_time() - start) * 1000
