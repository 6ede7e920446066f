"""All that the steps of one draft draw on, and small things that they share."""

import re
from dataclasses import dataclass

from inference.compose.facts import SaidFact
from inference.compose.phrasing import Phrasing
from inference.policy import Policy
from inference.situation import Situation
from inference.types import Analysis, Commitment, Message, Resolution, StepName, TonePlan

GLOSSARY = "glossary:"
COMPARISON = f"{GLOSSARY}comparison"
"""Ids of the glossary's entries, and of the everyday comparison, as steps cite them."""
_SENTENCE_END = (".", "!", "?", "؟", "…", ":")


@dataclass(frozen=True)
class Writing:
    """All that a step may draw on.

    Attributes:
        answers: The resolutions, the main one first, without placeholders.
        facts: Facts of the calling system, with the sentences that state them.
        mentions: What the reply repeats of the customer's own words; empty for nothing.
        missing: What the reply asks for, because a resolution's placeholder lacks it; empty for nothing.
        comparison: The everyday comparison that fits the main resolution.
        undertaken: What the policy undertakes for such a customer.
    """

    message: Message
    analysis: Analysis
    answers: tuple[Resolution, ...]
    policy: Policy
    plan: TonePlan
    phrasing: Phrasing
    situation: Situation
    facts: tuple[SaidFact, ...] = ()
    mentions: str = ""
    missing: str = ""
    comparison: str | None = None
    undertaken: Commitment | None = None

    @property
    def protects(self) -> bool:
        """Whether the plan puts the steps first, to protect the customer's money."""
        order = [name for name in self.plan.steps if name in {StepName.EXPLAIN, StepName.SOLVE}]
        return order[:2] == [StepName.SOLVE, StepName.EXPLAIN]


def as_sentence(text: str) -> str:
    """End a text with a full stop where it has no closing mark."""
    text = re.sub(r"\s+", " ", text).strip()
    return text if text.endswith(_SENTENCE_END) else f"{text}."


def as_name(problem: str) -> str:
    """Return a problem as it is named within a sentence."""
    return problem.rstrip(" .؟?")
