"""Slots: what the customer's words and supplied facts let a reply say, and how it is written."""

from inference.slots.fill import Filled, fill, placeholders
from inference.slots.find import find_slots
from inference.slots.types import Slot, SlotName
from inference.slots.wording import amount_words, counted, digits_like, period_words

__all__ = [
    "Filled",
    "Slot",
    "SlotName",
    "amount_words",
    "counted",
    "digits_like",
    "fill",
    "find_slots",
    "period_words",
    "placeholders",
]
