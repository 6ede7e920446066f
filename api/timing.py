"""Phase times of the request at hand, for the ``Server-Timing`` header."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_phases: ContextVar[dict[str, float] | None] = ContextVar("rifq_phases", default=None)


@contextmanager
def timed() -> Iterator[dict[str, float]]:
    """Collect phases in this context: yields the dictionary of name to seconds that ``phase`` fills."""
    phases: dict[str, float] = {}
    token = _phases.set(phases)
    try:
        yield phases
    finally:
        _phases.reset(token)


@contextmanager
def phase(name: str) -> Iterator[None]:
    """Time a block; nothing is kept outside ``timed``."""
    start = time.perf_counter()
    try:
        yield
    finally:
        record(name, time.perf_counter() - start)


def record(name: str, seconds: float) -> None:
    """Add seconds to a phase."""
    phases = _phases.get()
    if phases is not None:
        phases[name] = phases.get(name, 0.0) + seconds
