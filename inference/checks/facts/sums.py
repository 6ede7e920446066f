"""Whether a figure is a sum that the reader sees through: its parts stand beside it."""

from collections import Counter

from inference.checks.facts.page import Page, worded
from inference.contradiction.figures import Figure
from inference.types import DifferenceKind

_NEAR = 0.005
_KINDS = frozenset({DifferenceKind.AMOUNT, DifferenceKind.NUMBER})
_FEW = 6
_LARGE = 100
"""A sum or difference of at least this much is hardly one by chance."""
_MANY = 24
"""Known figures side by side among which no reader looks for the parts of a sum."""


def is_computed(page: Page, figure: Figure) -> bool:
    """Tell whether an amount is a share, a difference, a sum or a product of known figures around it.

    A share is one by its percentage; the others only where words such as "in all" or "missing" say so.
    """
    beside = page.beside(figure.start)
    parts = _others(beside.parts, float(figure.written), own=figure.kind in _KINDS)
    shares = _others(beside.shares, float(figure.value), own=figure.kind is DifferenceKind.PERCENTAGE)
    if len(parts) > _MANY or len(shares) > _MANY:
        return False
    whole = parts | {abs(one - other) for one in parts for other in parts}
    value = float(figure.value)
    if any(abs(share * part / 100 - value) < _NEAR for share in shares for part in whole if part):
        return True
    sums = {result for one in parts for other in parts for result in (one + other, abs(one - other), one * other)}
    if value >= _LARGE and value in sums | _with_theirs(page, parts):
        return True
    return value in sums and worded("counting", "summed").search(page.text, *page.sentence(figure.start)) is not None


def _with_theirs(page: Page, parts: set[float]) -> set[float]:
    """Return sums and differences with what the customer names, of large figures alone."""
    named = {value for item in page.known.theirs for value in item.written if value >= _LARGE}
    if not named or len(named) > _FEW:
        return set()
    rest = named | {part for part in parts if part >= _LARGE}
    return {result for one in named for other in rest for result in (one + other, abs(one - other))}


def _others(values: Counter[float], value: float, *, own: bool) -> set[float]:
    """Return the values without a figure's own."""
    return {item for item, count in values.items() if count > (own and item == value)}
