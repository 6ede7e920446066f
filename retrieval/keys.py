"""The search keys of a resolution: the texts that stand for it in the index."""

from collections.abc import Iterator
from dataclasses import dataclass

from inference.types import MatchKind, Resolution


@dataclass(frozen=True, slots=True)
class Key:
    """One text under which a resolution is found."""

    kind: MatchKind
    text: str


def keys(resolution: Resolution) -> Iterator[Key]:
    """Yield the problem, each case, and last the answer (its short form where there is one)."""
    yield Key(MatchKind.PROBLEM, resolution.problem)
    for case in resolution.cases:
        yield Key(MatchKind.CASE, case)
    yield Key(MatchKind.ANSWER, resolution.short or resolution.answer)


def document(resolution: Resolution) -> str:
    """Return all keys as one text, for the search by words."""
    return "\n".join(key.text for key in keys(resolution))
