"""What the time is, as far as the database is told: a function, so that tests and simulations can say otherwise."""

from collections.abc import Callable
from datetime import UTC, datetime

Now = Callable[[], datetime]
"""Returns the present moment, aware."""


def utc_now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)
