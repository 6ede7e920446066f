"""Timings of one run: taken in turns, so that a busy neighbour slows each of them alike."""

import time
from collections.abc import Callable, Sequence

import numpy as np

from inference.types import Record


class Timing(Record):
    """Milliseconds of ``n`` calls: median and 95th percentile; ``ratio`` to the raw session's median."""

    name: str
    n: int
    p50_ms: float
    p95_ms: float
    ratio: float | None = None

    def beside(self, raw: "Timing") -> "Timing":
        """Return the timing with its ratio to the raw session's."""
        return self.model_copy(update={"ratio": round(self.p50_ms / raw.p50_ms, 2)})


def timing(name: str, seconds: Sequence[float]) -> Timing:
    """Summarise the durations of single calls."""
    p50, p95 = np.quantile(np.asarray(seconds) * 1000, [0.5, 0.95])
    return Timing(name=name, n=len(seconds), p50_ms=round(float(p50), 3), p95_ms=round(float(p95), 3))


def time_in_turns(calls: Sequence[Callable[[], object]], *, rounds: int, warm_up: int = 5) -> list[list[float]]:
    """Call each function once a round; return the seconds of each function's calls, without the warm-up rounds."""
    seconds: list[list[float]] = [[] for _ in calls]
    for turn in range(warm_up + rounds):
        for place, call in enumerate(calls):
            start = time.perf_counter()
            call()
            if turn >= warm_up:
                seconds[place].append(time.perf_counter() - start)
    return seconds
