"""What an agent may choose to answer from, beside or instead of what a draft rests on."""

from collections.abc import Sequence

from inference.compose.writing import as_name
from inference.types import DraftStep, Offer, SearchResult

MOST = 5
LEAST_SCORE = 0.5
"""Score of the nearest from which anything is offered. Of 397 dev messages without a ready draft that a resolution
answers 36 lie below, 14 of them with the right one among the first five; of 344 that none answers, 186
(2026-11-23, by a script that is not kept)."""


def offered(
    found: SearchResult, language: str, steps: Sequence[DraftStep] = (), *, least: float = LEAST_SCORE
) -> tuple[Offer, ...]:
    """Return the nearest resolutions that are reliable and in the reply's language, without those that it rests on.

    A search that puts the right one second or fourth is good enough for somebody who has read the message.

    Args:
        found: The search result.
        language: Of the reply.
        steps: Of the draft.
        least: Score of the nearest under which nothing is offered.
    """
    if not found.hits or found.hits[0].score < least:
        return ()
    used = {source for step in steps for source in step.sources}
    fit = [hit.resolution for hit in found.hits if hit.freshness.reliable and hit.resolution.language == language]
    return tuple(Offer(id=item.id, problem=as_name(item.problem)) for item in fit if item.id not in used)[:MOST]
