"""From messages to analyses: one encoder pass, joined with rules where words say what a small model may miss."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from inference.clauses import told_anger
from inference.dialect import dialect_scores
from inference.evidence import word_evidence
from inference.fusion import load_fusion
from inference.language import UNDETERMINED, Detected, detect
from inference.policy import Policies, Policy
from inference.signals import find_signals
from inference.signs import is_weary_of_it
from inference.text import fold
from inference.thread import OwnText, own_text
from inference.trajectory import Course, earlier_turns, follow
from inference.triage import is_courtesy
from inference.types import (
    Analysis,
    Anger,
    AngerLevel,
    AngerTarget,
    Dialect,
    Message,
    Script,
    Sentiment,
    SentimentLabel,
    Signal,
    SignalName,
    Span,
    TechnicalLevel,
)
from models.encoder import Encoded
from models.outputs import TARGETS, TECHNICAL_LEVELS

Vector = NDArray[np.float32]

_LABELS = tuple(SentimentLabel)
_LEVELS = tuple(AngerLevel)
_TARGETS = tuple(map(AngerTarget, TARGETS))
_TECHNICAL = tuple(map(TechnicalLevel, TECHNICAL_LEVELS))


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

    def __init__(self, encoder: EncoderLike, policies: Policies) -> None:
        self._encoder = encoder
        self._policies = policies
        self._fusion = load_fusion()

    def analyze(self, messages: Sequence[Message]) -> list[Understood]:
        """Analyse messages, order kept; earlier customer turns are encoded in the same pass."""
        earlier = [earlier_turns(message) for message in messages]
        owns = [own_text(message.text, message.channel) for message in messages]
        texts = [own.text for own in owns]
        encoded = self._encoder.encode([*texts, *(turn.text for turns in earlier for turn in turns)])
        results, cursor = [], len(texts)
        for index, (message, own, turns) in enumerate(zip(messages, owns, earlier, strict=True)):
            policy = self._policies.of(message.tenant)
            past = encoded.intensity[cursor : cursor + len(turns)].tolist()
            cursor += len(turns)
            course = follow(turns, [*past, float(encoded.intensity[index])], own.text)
            results.append(Understood(self._analysis(own, encoded, index, course, policy), encoded.search[index]))
        return results

    def _analysis(self, own: OwnText, encoded: Encoded, index: int, course: Course, policy: Policy) -> Analysis:
        detected = detect(own.text)
        signals = find_signals(own.text, encoded.signals[index], encoded.tokens[index], self._fusion)
        sentiment = _sentiment(encoded.sentiment[index])
        anger = self._anger(own.text, signals, encoded, index, policy)
        evidence = word_evidence(own.text, encoded.tokens[index], anger=anger.level is not AngerLevel.CALM)
        return Analysis(
            language=detected.language,
            dialect=self._dialect(own.text, detected, encoded.dialect[index]),
            script=detected.script,
            sentiment=sentiment,
            anger=anger,
            signals=tuple(_placed(own, signal) for signal in signals),
            technical_level=_TECHNICAL[int(encoded.technical[index].argmax())],
            trajectory=course.trajectory,
            course=course.turns,
            evidence=tuple(item.model_copy(update={"span": _original(own, item.span)}) for item in evidence),
            uncertain=self._uncertain(detected, sentiment, float(encoded.margin[index])),
            model=self._encoder.name,
            revision=self._encoder.revision,
        )

    def _anger(self, text: str, signals: tuple[Signal, ...], encoded: Encoded, index: int, policy: Policy) -> Anger:
        called, told, weary = int(encoded.called[index]), told_anger(text), is_weary_of_it(text)
        level = _LEVELS[self._fusion.level.decide(called, encoded.level[index], told, weary=weary)]
        names = {signal.name for signal in signals}
        # A few words of thanks are too little for the level head, which has learned from whole complaints.
        if names <= {SignalName.THANKS} and is_courtesy(text):
            level = AngerLevel.CALM
        elif level is not AngerLevel.CALM and names & set(policy.anger.raise_to_furious):
            level = AngerLevel.FURIOUS
        return Anger(
            probability=float(encoded.anger[index]),
            intensity=float(encoded.intensity[index]),
            level=level,
            target=None if level is AngerLevel.CALM else _TARGETS[int(encoded.target[index].argmax())],
        )

    def _dialect(self, text: str, detected: Detected, head: Vector) -> Dialect | None:
        if detected.language != "ar":
            return None
        scores = dialect_scores(fold(text), arabizi=detected.script is Script.ARABIZI)
        return self._fusion.dialect.decide(scores, head)

    def _uncertain(self, detected: Detected, sentiment: Sentiment, margin: float) -> bool:
        return (
            detected.language == UNDETERMINED
            or margin < self._fusion.unsure_margin
            or max(sentiment.probabilities.values()) < self._fusion.unsure_sentiment
        )


def _original(own: OwnText, span: Span) -> Span:
    return own.span(span.start, span.end)


def _placed(own: OwnText, signal: Signal) -> Signal:
    return signal.model_copy(update={"evidence": tuple(_original(own, span) for span in signal.evidence)})


def _sentiment(probabilities: Vector) -> Sentiment:
    negative, neutral, positive = (float(value) for value in probabilities)
    return Sentiment(
        label=_LABELS[int(np.argmax(probabilities))],
        score=positive - negative,
        probabilities=dict(zip(_LABELS, (negative, neutral, positive), strict=True)),
    )
