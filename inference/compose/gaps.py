"""Placeholders of a resolution: filled from the customer's words and supplied facts, or asked for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inference.compose.facts import agreed_facts, fact_value
from inference.policy import Policy
from inference.slots import Slot, SlotName, fill, placeholders
from inference.types import FollowUp, Message, Resolution

# A sentence ends before white space and the beginning of another, not after "No." or within an address.
_BOUNDARY = re.compile(r"(?<=[.!?؟])(?<!\bNo\.)(?<!\bMr\.)(?<!\bDr\.)(?<!\bSt\.)\s+(?=[A-Z«\"“(\u0620-\u064a])|\n+")
_TEXTS = ("answer", "short", "if_unsolved", "restatement", "empathy")
_IDS = frozenset({SlotName.ORDER_ID, SlotName.TRACKING_NUMBER, SlotName.REFERENCE, SlotName.CARD_ENDING})
"""What a customer's word is good for. An amount or a day is a claim: in a sentence of ours it would be a promise."""


@dataclass(frozen=True)
class FilledResolution:
    """A resolution without placeholders; ``missing`` are the names of those that nothing filled, sentences and all."""

    resolution: Resolution
    missing: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether no sentence of its answer is left."""
        return not (self.resolution.answer.strip(" .") or (self.resolution.short or "").strip(" ."))


def values_for(message: Message, policy: Policy, slots: Sequence[Slot], language: str) -> dict[str, str]:
    """Return what can fill placeholders: ids that the customer named, and facts that may be told them, which go before.

    What is named twice with different values fills nothing.
    """
    named: dict[str, set[str]] = {}
    for slot in slots:
        if slot.said and slot.value and slot.name in _IDS:
            written = slot.value if slot.name is SlotName.CARD_ENDING else slot.text
            named.setdefault(slot.name.value, set()).add(written)
    found = {name: values.pop() for name, values in named.items() if len(values) == 1}
    for fact in agreed_facts(message):
        wording = policy.facts.get(fact.name)
        open_to_all = wording is not None and not wording.account
        value = fact_value(fact, policy, language)
        if value is not None and (message.verified or open_to_all):
            found[fact.name] = value
    return found


def fill_resolution(resolution: Resolution, values: Mapping[str, str]) -> FilledResolution:
    """Fill a resolution's texts; a sentence or step whose placeholder has no value is left out and told as missing.

    A step goes as a whole: what stands behind its first sentence would hang in the air.
    """
    follow_ups = [text for item in resolution.follow_ups for text in (item.question, item.answer)]
    texts = [resolution.problem, *(getattr(resolution, name) for name in _TEXTS), *resolution.steps, *follow_ups]
    if not any(placeholders(text) for text in texts if text):
        return FilledResolution(resolution)
    missing: dict[str, None] = {}
    changes = {name: _filled(getattr(resolution, name), values, missing) for name in _TEXTS}
    steps = [fill(step, values) for step in resolution.steps]
    missing |= dict.fromkeys(name for step in steps for name in step.missing)
    answered = [(fill(item.question, values).text, fill(item.answer, values).text) for item in resolution.follow_ups]
    changed = resolution.model_copy(
        update={
            **changes,
            "answer": changes["answer"] or "",
            "problem": fill(resolution.problem, values).text or _without(resolution.problem),
            "steps": tuple(step.text for step in steps if step.text),
            "follow_ups": tuple(
                FollowUp(question=question, answer=answer) for question, answer in answered if question and answer
            ),
        }
    )
    return FilledResolution(changed, tuple(missing))


def _filled(text: str | None, values: Mapping[str, str], missing: dict[str, None]) -> str | None:
    kept = []
    for sentence in _BOUNDARY.split(text or ""):
        found = fill(sentence, values)
        missing |= dict.fromkeys(found.missing)
        if found.text:
            kept.append(found.text.strip())
    return " ".join(kept) or None


def _without(text: str) -> str:
    """Return a problem without the placeholders that nothing fills: it is named, not said."""
    for name in placeholders(text):
        text = text.replace(f"{{{name}}}", "")
    return re.sub(r"\s+", " ", text).strip()
