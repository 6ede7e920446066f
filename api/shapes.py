"""Published shapes that the command line and HTTP share."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from inference.types import Freshness, Hit, Record, SearchResult


def search_answer(found: SearchResult) -> dict[str, Any]:
    """Return a search result as published: hits with the resolution's id up front."""
    return {
        "hits": [hit_answer(hit) for hit in found.hits],
        "relevance": found.relevance,
        "answerable": found.answerable,
        "generation": found.generation,
    }


def hit_answer(hit: Hit) -> dict[str, Any]:
    """Return one hit as published."""
    return {"id": hit.resolution.id} | hit.model_dump(mode="json")


class OwnerStatus(Record):
    """One owner's resolutions by state; ``owner`` is null where nobody owns them."""

    owner: str | None
    states: dict[Freshness, int]


class KnowledgeStatus(Record):
    """The state of a tenant's knowledge: ``due`` counts what is due soon, ``sent_back`` what agents rejected."""

    total: int
    states: dict[Freshness, int]
    contradictions: int
    owners: tuple[OwnerStatus, ...]

    @classmethod
    def of(cls, counts: Mapping[str | None, Mapping[Freshness, int]], contradictions: int) -> "KnowledgeStatus":
        """Sum up counts by owner and state; owners in the order of what they have to look after."""
        total: Counter[Freshness] = Counter()
        for states in counts.values():
            total.update(states)

        def order(owner: str | None) -> tuple[int, str]:
            return -sum(count for state, count in counts[owner].items() if state in _TO_DO), owner or ""

        return cls(
            total=sum(total.values()),
            states={state: total[state] for state in Freshness},
            contradictions=contradictions,
            owners=tuple(OwnerStatus(owner=owner, states=dict(counts[owner])) for owner in sorted(counts, key=order)),
        )


_TO_DO = frozenset({Freshness.DUE, Freshness.EXPIRED, Freshness.UNVERIFIED, Freshness.SENT_BACK})
