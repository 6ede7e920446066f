"""Placeholders of a resolution: filled from the customer's words and supplied facts, or asked for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inference.compose.facts import fact_value
from inference.policy import Policy
from inference.slots import Slot, SlotName, amount_words, fill, placeholders
from inference.types import Message, Resolution

_SENTENCE = re.compile(r"[^.!?؟\n]+(?:\.\d[^.!?؟\n]*)*[.!?؟\n]*\s*")
_TEXTS = ("answer", "short", "if_unsolved", "restatement")


@dataclass(frozen=True)
class FilledResolution:
    """A resolution without placeholders; ``missing`` are the names of those that nothing filled, sentences and all."""

    resolution: Resolution
    missing: tuple[str, ...] = ()


def values_for(message: Message, policy: Policy, slots: Sequence[Slot], language: str) -> dict[str, str]:
    """Return what can fill placeholders: what the customer named, and facts that may be told them, which go before."""
    found: dict[str, str] = {}
    for slot in slots:
        if slot.said and slot.value:
            written = amount_words(slot, language) if slot.name is SlotName.AMOUNT else slot.text
            if written is not None:
                found.setdefault(slot.name.value, written)
    for fact in message.facts:
        wording = policy.facts.get(fact.name)
        open_to_all = wording is not None and not wording.account
        value = fact_value(fact, policy, language)
        if value is not None and (message.verified or open_to_all):
            found[fact.name] = value
    return found


def fill_resolution(resolution: Resolution, values: Mapping[str, str]) -> FilledResolution:
    """Fill a resolution's texts; a sentence or step whose placeholder has no value is left out and told as missing.

    An answer of nothing else keeps no sentence: the reply then asks for what is missing alone.
    """
    texts = [*(getattr(resolution, name) for name in _TEXTS), *resolution.steps]
    if not any(placeholders(text) for text in texts if text):
        return FilledResolution(resolution)
    missing: dict[str, None] = {}

    def filled(text: str | None) -> str | None:
        return _filled(text, values, missing) if text else text

    changes = {name: filled(getattr(resolution, name)) or None for name in _TEXTS}
    steps = tuple(step for step in map(filled, resolution.steps) if step)
    changed = resolution.model_copy(update={**changes, "answer": changes["answer"] or "", "steps": steps})
    return FilledResolution(changed, tuple(missing))


def _filled(text: str, values: Mapping[str, str], missing: dict[str, None]) -> str:
    kept = []
    for sentence in _SENTENCE.findall(text):
        found = fill(sentence, values)
        missing |= dict.fromkeys(found.missing)
        kept.append(found.text or "")
    return "".join(kept).strip()
