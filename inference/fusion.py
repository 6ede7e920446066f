"""Heads and words joined, with weights fitted on dev messages: the signals, the level of anger, the dialect.

A rule sees words that a small model has never met; the head sees meaning that no rule lists. Per signal a logistic
model over both gives one confidence, which a cut turns into an answer. ``python -m inference.calibrate`` fits it.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.types import AngerLevel, Dialect, SignalName
from models.errors import ArtifactError
from models.outputs import DIALECTS

SAFETY = frozenset({SignalName.FRAUD_OR_THEFT, SignalName.SELF_HARM, SignalName.REGULATOR_THREAT})
"""Signals that nobody may miss: their cuts favour recall."""

_LEAST = 1e-4
_REMEDY = "inference/fusion.json is missing or broken: run 'python -m inference.calibrate'."


def _logit(probability: float) -> float:
    kept = min(max(probability, _LEAST), 1 - _LEAST)
    return math.log(kept / (1 - kept))


@dataclass(frozen=True, slots=True)
class SignalFusion:
    """A logistic model: ``head`` times the head's logit, ``rule`` if a rule fired, ``bias``; found from ``cut`` on."""

    head: float
    rule: float
    bias: float
    cut: float

    def confidence(self, probability: float, *, rule: bool) -> float:
        """Return P(the signal is present) in (0, 1) from the head's probability and whether a rule fired."""
        logit = self.head * _logit(probability) + self.rule * rule + self.bias
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


@dataclass(frozen=True, slots=True)
class LevelStep:
    """A logistic model of P(level >= k), which is reached from ``cut`` on.

    ``head`` times the level head's logit of it, ``anger`` times the mean log-odds of anger over the clauses
    (``inference.salience``), ``bias``.
    """

    head: float
    anger: float
    bias: float
    cut: float

    def reached(self, probability: float, anger: float) -> bool:
        """Tell whether the level is at least k, from the head's P(level >= k)."""
        return self.head * _logit(probability) + self.anger * anger + self.bias >= _logit(self.cut)


@dataclass(frozen=True, slots=True)
class LevelFusion:
    """How the level head and the words are joined: the head says whether a message is calm, both how angry."""

    angry: LevelStep
    furious: LevelStep

    def decide(self, called: int, head: Sequence[float] | NDArray[np.floating], anger: float, *, weary: bool) -> int:
        """Return the level to call a message, 0 (calm) to 3 (furious).

        Whoever says outright that they are tired of it is at least irritated.

        Args:
            called: The level that the head alone calls it.
            head: The head's probabilities of the four levels.
            anger: Mean log-odds of anger over the message's clauses.
            weary: Whether the customer says outright that they are tired of it.
        """
        if called == 0:
            return int(weary)
        furious = float(head[3])
        if not self.angry.reached(float(head[2]) + furious, anger):
            return 1
        return 3 if self.furious.reached(furious, anger) else 2


@dataclass(frozen=True, slots=True)
class DialectFusion:
    """``weight`` turns marker scores into logits beside the head's; a variety is named from probability ``cut`` on."""

    weight: float
    cut: float

    def decide(self, scores: Mapping[Dialect, float], head: Sequence[float] | NDArray[np.floating]) -> Dialect | None:
        """Name the variety of an Arabic text, or None when unsure.

        Args:
            scores: Marker scores (``inference.dialect.dialect_scores``).
            head: The head's probabilities in the order of ``models.outputs.DIALECTS``.
        """
        chances = self.probabilities(scores, head)
        best = int(chances.argmax())
        return Dialect(DIALECTS[best]) if chances[best] >= self.cut else None

    def probabilities(
        self, scores: Mapping[Dialect, float], head: Sequence[float] | NDArray[np.floating]
    ) -> NDArray[np.float64]:
        """Return the joint probabilities in the order of ``DIALECTS``."""
        markers = np.array([scores[Dialect(name)] for name in DIALECTS])
        logits = np.log(np.maximum(np.asarray(head, np.float64), _LEAST)) + self.weight * markers
        shifted = np.exp(logits - logits.max())
        out: NDArray[np.float64] = shifted / shifted.sum()
        return out


@dataclass(frozen=True)
class Fusion:
    """Everything that joins heads and rules.

    Attributes:
        signals: One model a signal.
        level: How the level head and the words of anger are joined.
        dialect: How marker words and the dialect head are joined.
        unsure_margin: A message is uncertain when P(level >= k) lies this close to its cut, on the logit scale.
        unsure_sentiment: ... or when the likeliest sentiment is less probable than this.
    """

    signals: Mapping[SignalName, SignalFusion]
    level: LevelFusion
    dialect: DialectFusion
    unsure_margin: float
    unsure_sentiment: float


@cache
def load_fusion() -> Fusion:
    """Load the shipped weights.

    Raises:
        ArtifactError: The file is absent or breaks the format.
    """
    try:
        values = json.loads(resources.files("inference").joinpath("fusion.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ArtifactError(_REMEDY) from error
    return parse_fusion(values)


def parse_fusion(values: Mapping[str, Any]) -> Fusion:
    """Read the weights from their JSON form.

    Raises:
        ArtifactError: A value is absent or no number.
    """
    try:
        signals = {
            name: SignalFusion(**{key: float(values["signals"][name][key]) for key in ("head", "rule", "bias", "cut")})
            for name in SignalName
        }
        dialect = DialectFusion(float(values["dialect"]["weight"]), float(values["dialect"]["cut"]))
        names = ("head", "anger", "bias", "cut")
        angry, furious = (
            LevelStep(**{key: float(values["level"][level][key]) for key in names})
            for level in (AngerLevel.ANGRY, AngerLevel.FURIOUS)
        )
        unsure = values["uncertain"]
        level = LevelFusion(angry, furious)
        return Fusion(signals, level, dialect, float(unsure["margin"]), float(unsure["sentiment"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ArtifactError(_REMEDY) from error
