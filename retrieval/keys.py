"""The search keys of a resolution: the texts that stand for it in the index."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from inference.types import Resolution


class KeyKind(StrEnum):
    """Where a key's text comes from."""

    PROBLEM = "problem"
    CASE = "case"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Key:
    """One text under which a resolution is found."""

    kind: KeyKind
    text: str


def keys(resolution: Resolution) -> Iterator[Key]:
    """Yield the problem, each case, and last the answer (its short form where there is one)."""
    yield Key(KeyKind.PROBLEM, resolution.problem)
    for case in resolution.cases:
        yield Key(KeyKind.CASE, case)
    yield Key(KeyKind.ANSWER, resolution.short or resolution.answer)
