"""From messages to analyses: one encoder pass for sentiment, anger and the query vector, rules for the rest."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from inference.evidence import word_evidence
from inference.language import UNDETERMINED, Detected, detect
from inference.lexicons import load_lexicon
from inference.policy import Policy
from inference.signals import find_signals
from inference.text import fold, fold_pattern
from inference.triage import is_courtesy
from inference.types import (
    Analysis,
    Anger,
    AngerLevel,
    AngerTarget,
    Author,
    Message,
    Sentiment,
    SentimentLabel,
    Signal,
    SignalName,
    TechnicalLevel,
    Trajectory,
)
from models.encoder import Encoded

Vector = NDArray[np.float32]

_LABELS = tuple(SentimentLabel)
_LEVELS = tuple(AngerLevel)
_EARLIER_TURNS = 3
_TREND = 0.15
_UNSURE_LEVEL = 0.45
_UNSURE_SENTIMENT = 0.45
_EXPERT_TERMS = 3


class EncoderLike(Protocol):
    """What the analyser needs of an encoder."""

    name: str
    revision: str

    def encode(self, texts: Sequence[str]) -> Encoded:
        """Encode texts, order kept."""


@dataclass(frozen=True)
class Understood:
    """An analysis with the query vector of the same encoder pass (float32, [dimension], L2-normalised)."""

    analysis: Analysis
    vector: Vector


class Analyzer:
    """Analyses messages with one encoder; holds no state between calls."""

    def __init__(self, encoder: EncoderLike, policy: Policy) -> None:
        self._encoder = encoder
        self._policy = policy

    def analyze(self, messages: Sequence[Message]) -> list[Understood]:
        """Analyse messages, order kept; earlier customer turns are encoded in the same pass."""
        earlier = [_earlier_turns(message) for message in messages]
        texts = [message.text for message in messages]
        encoded = self._encoder.encode([*texts, *(turn for turns in earlier for turn in turns)])
        results, cursor = [], len(texts)
        for index, (message, turns) in enumerate(zip(messages, earlier, strict=True)):
            past = encoded.intensity[cursor : cursor + len(turns)]
            cursor += len(turns)
            results.append(Understood(self._analysis(message, encoded, index, past), encoded.vectors[index]))
        return results

    def _analysis(self, message: Message, encoded: Encoded, index: int, past: Vector) -> Analysis:
        detected = detect(message.text)
        signals = find_signals(message.text)
        sentiment = _sentiment(encoded.sentiment[index])
        anger = self._anger(message.text, signals, encoded, index)
        return Analysis(
            language=detected.language,
            dialect=detected.dialect,
            script=detected.script,
            sentiment=sentiment,
            anger=anger,
            signals=signals,
            technical_level=_technical_level(message.text),
            trajectory=_trajectory(past, float(encoded.intensity[index])),
            evidence=word_evidence(message.text, encoded.tokens[index], anger=anger.level is not AngerLevel.CALM),
            uncertain=_uncertain(detected, sentiment, encoded.level[index]),
            model=self._encoder.name,
            revision=self._encoder.revision,
        )

    def _anger(self, text: str, signals: tuple[Signal, ...], encoded: Encoded, index: int) -> Anger:
        names = {signal.name for signal in signals}
        level = _ordinal_level(encoded.level[index])
        rules = self._policy.anger
        # A few words of thanks are too little for the level head, which has learned from whole complaints.
        if names <= {SignalName.THANKS} and is_courtesy(text):
            level = AngerLevel.CALM
        elif names & set(rules.raise_to_furious):
            level = AngerLevel.FURIOUS
        elif names & set(rules.raise_to_irritated) and level is AngerLevel.CALM:
            level = AngerLevel.IRRITATED
        return Anger(
            probability=float(encoded.anger[index]),
            intensity=float(encoded.intensity[index]),
            level=level,
            target=None if level is AngerLevel.CALM else _target(text, names),
        )


def _earlier_turns(message: Message) -> list[str]:
    turns = [turn.text for turn in message.history if turn.author is Author.CUSTOMER]
    return turns[-_EARLIER_TURNS:]


def _sentiment(probabilities: Vector) -> Sentiment:
    negative, neutral, positive = (float(value) for value in probabilities)
    return Sentiment(
        label=_LABELS[int(np.argmax(probabilities))],
        score=positive - negative,
        probabilities=dict(zip(_LABELS, (negative, neutral, positive), strict=True)),
    )


def _ordinal_level(probabilities: Vector) -> AngerLevel:
    """The median of the ordered levels: the first whose cumulative probability reaches one half."""
    return _LEVELS[min(int(np.searchsorted(np.cumsum(probabilities), 0.5)), len(_LEVELS) - 1)]


@cache
def _pattern(key: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(fold_pattern(str(item)) for item in load_lexicon('anger')[key])})(?!\w)")


def _target(text: str, names: set[SignalName]) -> AngerTarget:
    folded = fold(text).text
    if _pattern("self").search(folded):
        return AngerTarget.SELF
    stranger = SignalName.FRAUD_OR_THEFT in names and not _pattern("us").search(folded)
    return AngerTarget.THIRD_PARTY if stranger else AngerTarget.US


def _technical_level(text: str) -> TechnicalLevel:
    terms = len(set(_pattern("technical").findall(fold(text).text)))
    if terms >= _EXPERT_TERMS:
        return TechnicalLevel.EXPERT
    return TechnicalLevel.COMFORTABLE if terms else TechnicalLevel.LAYMAN


def _trajectory(past: Vector, now: float) -> Trajectory:
    if len(past) == 0:
        return Trajectory.STEADY
    change = now - float(np.mean(past))
    if abs(change) < _TREND:
        return Trajectory.STEADY
    return Trajectory.RISING if change > 0 else Trajectory.FALLING


def _uncertain(detected: Detected, sentiment: Sentiment, levels: Vector) -> bool:
    return (
        detected.language == UNDETERMINED
        or float(np.max(levels)) < _UNSURE_LEVEL
        or max(sentiment.probabilities.values()) < _UNSURE_SENTIMENT
    )
