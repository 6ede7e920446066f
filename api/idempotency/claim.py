"""The claim of the request that is being answered, and the ids that follow from it.

What a request with a key stores carries ids that follow from the key's seed. Whoever answers it once more, after a
crash between the effect and the keeping of its answer, finds what is stored already under the same ids.
"""

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import count


@dataclass
class Claim:
    """One answering of a request with a key.

    Attributes:
        tenant: whose.
        id: of the kept answer.
        seed: from which ids follow; the same for all who answer the request.
        again: whether somebody began before and never kept an answer.
    """

    tenant: str
    id: str
    seed: str
    again: bool
    _numbers: Iterator[int] = field(default_factory=count)

    def next_id(self) -> str:
        """Return the next id: 32 hexadecimal digits, the same sequence for the same seed."""
        return hashlib.sha256(f"{self.seed}:{next(self._numbers)}".encode()).hexdigest()[:32]


_current: ContextVar[Claim | None] = ContextVar("rifq_claim", default=None)


@contextmanager
def claiming() -> Iterator[None]:
    """Take back at the end what ``hold`` sets in the block."""
    token = _current.set(None)
    try:
        yield
    finally:
        _current.reset(token)


def hold(claim: Claim) -> None:
    """Let ids follow from a claim, until the surrounding ``claiming`` ends."""
    _current.set(claim)


def new_id() -> str:
    """Return an id for something that is about to be stored: the claim's next one, or a random one without a claim."""
    claim = _current.get()
    return uuid.uuid4().hex if claim is None else claim.next_id()


def taken_over() -> bool:
    """Tell whether the request may have been carried out before, with its answer lost."""
    claim = _current.get()
    return claim is not None and claim.again
