"""Promises: where a reply binds us, what backs that, and by when it is due."""

from collections.abc import Iterator

from inference.checks.base import CheckInput
from inference.checks.promises.backing import without_explanations
from inference.checks.promises.check import check_promises
from inference.checks.promises.commit import commitments, kind_of
from inference.checks.promises.read import read
from inference.checks.promises.said import Manner, Said
from inference.types import CommitmentKind

__all__ = ["check_promises", "commitments", "kinds", "promised", "without_explanations"]


def promised(text: str) -> Iterator[tuple[int, int]]:
    """Yield the range, in folded text, of each part that commits us: from its subject or verb to its end."""
    for said in _binding(text):
        yield said.start, said.end


def kinds(given: CheckInput) -> Iterator[tuple[int, int, CommitmentKind]]:
    """Yield each part of a reply that commits us, as ``promised`` does, with its kind."""
    for said in _binding(given.folded.text):
        yield said.start, said.end, kind_of(said, given)


def _binding(text: str) -> Iterator[Said]:
    return (said for said in read(text) if said.manner is not Manner.PRESENT or said.times)
