"""One possible finding in folded text, and how overlaps of them are resolved."""

from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple

from inference.personal.types import Kind

BLANK = "\ue000"
"""Stands in folded text where a placeholder stood: neither letter, digit, space nor punctuation of any rule."""


class Candidate(NamedTuple):
    """Personal data at ``folded[start:end]``; the fields are those of ``Personal``."""

    kind: Kind
    start: int
    end: int
    confidence: float
    reason: str
    label: str = ""
    country: str | None = None


def surest(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Keep the surest, then the longest, of those that overlap."""
    kept: list[Candidate] = []
    starts: list[int] = []
    for found in sorted(candidates, key=lambda item: (-item.confidence, item.start - item.end, item.start)):
        place = bisect_left(starts, found.end)
        if place and kept[place - 1].end > found.start:
            continue
        starts.insert(place, found.start)
        kept.insert(place, found)
    return kept
