"""One possible finding in folded text, before overlaps are resolved."""

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
