"""What an agent may choose to answer from, beside or instead of what a draft rests on."""

import math
from collections.abc import Sequence

from inference.compose.writing import as_name
from inference.types import DraftStep, Offer, SearchResult

MOST = 5
LEAST_SCORE = 0.45
"""Score of the nearest from which anything is offered to an agent who did not search by words of their own."""
LEAST_RELEVANCE = 0.06
"""Chance that anything answers below which a title mostly echoes one word of another trade's matter: only two are
offered then, from ``SURE_SCORE``. Of 200 dev messages for which the right one was offered 196 keep it among all that
are near; of 210 that nothing answers 166 still see titles."""
SURE_SCORE = 0.5
MOST_UNSURE = 3
"""Titles that are offered below that score. Of 45 dev messages there that a resolution answers 36 are offered titles,
14 of them the right one; of 146 that none answers, 51 (2026-11-23, by a script that is not kept; so the next)."""
FAR = 0.15
"""How far behind the nearest a title is noise. Fitted on 325 of 654 dev messages that a resolution answers and the
draft does not; on the other 329 the right one is among the offered in 77.2% (all five, from a score of 0.5: 77.5%) with
4.0 titles, not 4.7, and beside a draft that is right already 2.3, not 5."""
NEAREST = 2
"""Titles that are never too far."""


def offered(
    found: SearchResult, language: str, steps: Sequence[DraftStep] = (), *, least: float = LEAST_SCORE
) -> tuple[Offer, ...]:
    """Return the nearest resolutions that are reliable and in the reply's language, without those that it rests on.

    A search that puts the right one second or fourth is good enough for somebody who has read the message; one that
    lies far behind the nearest only costs them a look.

    Args:
        found: The search result.
        language: Of the reply.
        steps: Of the draft.
        least: Score of the nearest under which nothing is offered; minus infinity offers all that is near, to somebody
            who searches by words of their own.
    """
    if not found.hits or (nearest := found.hits[0].score) < least:
        return ()
    faint = found.relevance < LEAST_RELEVANCE
    if least > -math.inf and faint and nearest < SURE_SCORE:
        return ()
    used = {source for step in steps for source in step.sources}
    fit = [hit for hit in found.hits if hit.freshness.reliable and hit.resolution.language == language]
    near = [hit for hit in fit if hit.resolution.id not in used]
    if least > -math.inf:
        near = near[: NEAREST if faint else MOST if nearest >= SURE_SCORE else MOST_UNSURE]
        near = [hit for place, hit in enumerate(near) if place < NEAREST or nearest - hit.score <= FAR]
    return tuple(Offer(id=hit.resolution.id, problem=as_name(hit.resolution.problem)) for hit in near[:MOST])
