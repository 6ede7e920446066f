"""Finds what a message names: precise before complete, because a wrong slot in a reply is worse than none."""

from collections.abc import Callable, Iterator
from datetime import tzinfo

from inference.slots.amounts import amounts
from inference.slots.dates import dates
from inference.slots.page import Candidate, Page, read
from inference.slots.papers import endings, papers
from inference.slots.periods import contacts, periods
from inference.slots.private import cards, links, private_spans
from inference.slots.things import places, products
from inference.slots.types import Slot, SlotName
from inference.types import Message

_FINDERS: tuple[Callable[[Page], Iterator[Candidate]], ...] = (
    endings, papers, dates, amounts, contacts, periods, places, products,
)  # fmt: skip
"""In the order in which they may claim a stretch of the text."""
_NAMED = frozenset(
    {SlotName.ORDER_ID, SlotName.TRACKING_NUMBER, SlotName.REFERENCE, SlotName.CARD_ENDING, SlotName.DATE}
)
_FEWEST_NAMED, _FEWEST_OTHER = 4, 7
"""Digits from which a number can be a person's: of a paper, a card or a birthday, and of anything else."""


def find_slots(message: Message, *, timezone: tzinfo | None = None) -> tuple[Slot, ...]:
    """Return what the customer's own words name, in order, none overlapping another.

    Args:
        message: Quoted history and signatures in it are not read; relative dates go by its ``received_at``.
        timezone: Where the customer's days begin and end; none: as ``received_at`` says.

    Returns:
        Slots with spans in ``message.text``. Personal data is left out; of a card number its last four digits stay.
    """
    page = read(message, timezone)
    # A card's last four digits are what its masking leaves.
    masked = list(cards(page))
    others = [found for finder in _FINDERS for found in finder(page)]
    private = private_spans(page, [(found.start, found.end) for found in others if _is_guarded(page, found)])
    shown = (found for found in others if not any(start < found.end and found.start < end for start, end in private))
    taken = bytearray(len(page.text))
    for start, end in links(page.text):
        taken[start:end] = b"\x01" * (end - start)
    kept: list[Candidate] = []
    for found in (*masked, *shown):
        if not any(taken[found.start : found.end]):
            taken[found.start : found.end] = b"\x01" * (found.end - found.start)
            kept.append(found)
    return tuple(_slot(page, found) for found in sorted(kept, key=lambda item: item.start))


def _is_guarded(page: Page, found: Candidate) -> bool:
    digits = sum(char.isdigit() for char in page.text[found.start : found.end])
    return digits >= (_FEWEST_NAMED if found.name in _NAMED else _FEWEST_OTHER)


def _slot(page: Page, found: Candidate) -> Slot:
    return Slot(
        name=found.name,
        value=found.value,
        currency=found.currency,
        span=page.span(found.start, found.end),
        said=found.said,
    )
