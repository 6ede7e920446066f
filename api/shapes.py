"""Published shapes that the command line and HTTP share."""

from typing import Any

from inference.types import Hit, SearchResult


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
