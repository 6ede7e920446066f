"""Drafts composed for the tests, and what is looked for in them."""

from typing import Any

from inference.compose import compose
from inference.policy import Policy
from inference.types import (
    AngerLevel,
    Channel,
    Draft,
    Message,
    SearchResult,
    SentimentLabel,
    Signal,
    SignalName,
    StepName,
)
from tests.inference.builders import ARABIC, ENGLISH, POLICY, analysis, found, resolution

ARABIC_LATE, ENGLISH_LATE = resolution(ARABIC), resolution(ENGLISH)
EMPTY = SearchResult(hits=(), relevance=0.0, answerable=False, generation="1")


def draft(
    text: str,
    level: AngerLevel = AngerLevel.CALM,
    result: SearchResult | None = None,
    channel: Channel = Channel.CHAT,
    sentiment: SentimentLabel = SentimentLabel.NEUTRAL,
    *,
    policy: Policy = POLICY,
) -> Draft:
    result = result if result is not None else found(ARABIC_LATE, ENGLISH_LATE)
    return compose(Message(text=text, channel=channel), analysis(text, level, sentiment), result, policy)


def signalled(
    text: str, *signals: tuple[SignalName, float], result: SearchResult | None = None, **changes: Any
) -> Draft:
    """Draft a reply to an angry message with just these signals; notes are in English."""
    found_signals = tuple(Signal(name=name, confidence=confidence) for name, confidence in signals)
    read = analysis(text, AngerLevel.ANGRY, signals=found_signals, **changes)
    result = result if result is not None else found(ARABIC_LATE, ENGLISH_LATE)
    return compose(Message(text=text, channel=Channel.EMAIL), read, result, POLICY, agent_language="en")


def names(composed: Draft) -> list[StepName]:
    return [step.name for step in composed.steps]


def says(composed: Draft, key: str) -> bool:
    """Tell whether a draft holds a variant of a policy phrase."""
    return any(line in composed.text for line in POLICY.variants(composed.language, key))
