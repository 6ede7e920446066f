"""What a reply repeats of the customer's own words: the order, the amount, the day that they named."""

import re
from collections.abc import Iterator

from inference.policy import Policy
from inference.slots import Slot, SlotName, amount_words

_MOST = 2
_DIGIT = re.compile(r"\d")
_LETTERS = re.compile(r"[^\W\d_]")
_ARABIC = re.compile(r"[\u0620-\u064a]")
_AND = {"ar": " و"}


def mentions(slots: tuple[Slot, ...], policy: Policy, language: str) -> str:
    """Return the slots that may be repeated, as the policy words them, joined; empty where there are none."""
    said = list(dict.fromkeys(_mentions(slots, policy, language)))[:_MOST]
    return _AND.get(language, " and ").join(said)


def _mentions(slots: tuple[Slot, ...], policy: Policy, language: str) -> Iterator[str]:
    for slot in slots:
        wording = policy.slots.get(language, {}).get(slot.name.value)
        value = _written(slot, language) if slot.said and wording and wording.mention else None
        if wording and wording.mention and value:
            yield wording.mention.format(value=value)


def _written(slot: Slot, language: str) -> str | None:
    """Return a slot's value as this reply can write it; None where it is in another script's words."""
    if slot.name is SlotName.AMOUNT:
        return amount_words(slot, language)
    if slot.name is SlotName.CARD_ENDING:
        return slot.value or None
    if slot.name is SlotName.DATE:
        # "Yesterday" is no date to repeat, and a day that must be converted stands in no source.
        letters = _LETTERS.search(slot.text)
        same = letters is None or (_ARABIC.search(slot.text) is not None) == (language == "ar")
        return slot.text if same and _DIGIT.search(slot.text) else None
    return slot.text
