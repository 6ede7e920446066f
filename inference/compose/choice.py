"""Choosing the source that a draft may rest on, or saying why none will do."""

from dataclasses import dataclass

from inference.policy import Policy
from inference.types import Hit, Reason, SearchResult

# A twin in the customer's language, or a reliable neighbour, may stand this far below the best score.
LANGUAGE_MARGIN = 0.15
RELIABLE_MARGIN = 0.03


@dataclass(frozen=True)
class Choice:
    """The hit to draft from, or the reason why there is none; ``rivals`` are what else the message may mean."""

    hit: Hit | None
    reason: Reason | None
    rivals: tuple[Hit, ...] = ()


def choose_source(found: SearchResult, policy: Policy, language: str) -> Choice:
    """Choose among the hits: in the customer's language, relevant, verified and unexpired."""
    if not found.hits or found.relevance < policy.scope.refuse_below:
        return Choice(None, Reason.OUT_OF_SCOPE)
    best = found.hits[0]
    own = tuple(
        hit for hit in found.hits if hit.resolution.language == language and hit.score >= best.score - LANGUAGE_MARGIN
    )
    if not own:
        return Choice(best, Reason.NO_SOURCE_IN_LANGUAGE)
    if not found.answerable:
        return Choice(None, Reason.TOO_VAGUE, own[:2])
    reliable = [hit for hit in own if hit.freshness.reliable and hit.score >= own[0].score - RELIABLE_MARGIN]
    return Choice(reliable[0], None) if reliable else Choice(own[0], Reason.UNRELIABLE_SOURCE)
