"""Whether a figure is a sum that the reader sees through: its parts stand beside it."""

from collections.abc import Iterator

from inference.checks.facts.page import Page, worded
from inference.contradiction.figures import Figure
from inference.types import DifferenceKind

_NEAR = 0.005


def is_computed(page: Page, figure: Figure) -> bool:
    """Tell whether an amount is a share, a difference, a sum or a product of known figures around it.

    A share is one by its percentage; the others only where words such as "in all" or "missing" say so.
    """
    parts, shares = set(_parts(page, figure)), set(_shares(page, figure))
    whole = parts | {abs(one - other) for one in parts for other in parts}
    value = float(figure.value)
    if any(abs(share * part / 100 - value) < _NEAR for share in shares for part in whole if part):
        return True
    sums = {result for one in parts for other in parts for result in (one + other, abs(one - other), one * other)}
    return value in sums and worded("counting", "summed").search(page.text, *page.sentence(figure.start)) is not None


def _beside(page: Page, figure: Figure) -> Iterator[Figure]:
    start, end = page.around(figure.start)
    return (item for item in page.figures if start <= item.start < end and item.start != figure.start)


def _parts(page: Page, figure: Figure) -> Iterator[float]:
    kinds = {DifferenceKind.AMOUNT, DifferenceKind.NUMBER}
    parts = (float(item.written) for item in _beside(page, figure) if item.kind in kinds)
    return (part for part in parts if any(part in item.written for item in page.known.all))


def _shares(page: Page, figure: Figure) -> Iterator[float]:
    shares = (float(item.value) for item in _beside(page, figure) if item.kind is DifferenceKind.PERCENTAGE)
    known = {value for item in page.known.ours for kind, value, _ in item.measures if kind is DifferenceKind.PERCENTAGE}
    return (share for share in shares if share in known)
