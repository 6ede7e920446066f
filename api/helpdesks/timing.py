"""How long things may take, and when they are tried again."""

import random
from dataclasses import dataclass
from datetime import timedelta

_random = random.SystemRandom()


@dataclass(frozen=True)
class Timing:
    """Seconds.

    Attributes:
        look: between two looks for work, where nothing wakes the worker.
        lease: for which a worker that is not heard of keeps a conversation.
        call: of one exchange with a helpdesk, at most.
        settle: after which a note that was sent without an answer lies there, or never will; longer than ``call``.
        first: of the first pause before something is tried again; each further one is twice as long, at most.
        longest: of such a pause.
        give_up: after which a note that could not be left becomes a dead letter.
        strikes: failures in a row after which a connection is left alone for a while.
    """

    look: float = 0.5
    lease: float = 30.0
    call: float = 10.0
    settle: float = 15.0
    first: float = 2.0
    longest: float = 600.0
    give_up: float = 86_400.0
    strikes: int = 5

    def __post_init__(self) -> None:
        if self.settle <= self.call:
            raise ValueError("settle must be longer than call: a note might be looked for before it can be there")

    def backoff(self, attempts: int) -> timedelta:
        """Return a pause with full jitter before the next attempt.

        Full jitter: Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.

        Args:
            attempts: made so far, at least one.
        """
        ceiling = min(self.longest, self.first * 2 ** min(attempts - 1, 20))
        return timedelta(seconds=_random.uniform(ceiling / 10, ceiling))
