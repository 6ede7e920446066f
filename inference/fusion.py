"""Heads and rules joined: each signal's confidence, and which dialect to name, with weights fitted on dev messages.

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

from inference.types import Dialect, SignalName
from models.errors import ArtifactError
from models.outputs import DIALECTS

SAFETY = frozenset({SignalName.FRAUD_OR_THEFT, SignalName.SELF_HARM, SignalName.REGULATOR_THREAT})
"""Signals that nobody may miss: their cuts favour recall."""

_LEAST = 1e-4
_REMEDY = "inference/fusion.json is missing or broken: run 'python -m inference.calibrate'."


@dataclass(frozen=True, slots=True)
class SignalFusion:
    """A logistic model: ``head`` times the head's logit, ``rule`` if a rule fired, ``bias``; found from ``cut`` on."""

    head: float
    rule: float
    bias: float
    cut: float

    def confidence(self, probability: float, *, rule: bool) -> float:
        """Return P(the signal is present) in (0, 1) from the head's probability and whether a rule fired."""
        kept = min(max(probability, _LEAST), 1 - _LEAST)
        logit = self.head * math.log(kept / (1 - kept)) + self.rule * rule + self.bias
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


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
        dialect: How marker words and the dialect head are joined.
        unsure_margin: A message is uncertain when P(level >= k) lies this close to its cut, on the logit scale.
        unsure_sentiment: ... or when the likeliest sentiment is less probable than this.
    """

    signals: Mapping[SignalName, SignalFusion]
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
        unsure = values["uncertain"]
        return Fusion(signals, dialect, float(unsure["margin"]), float(unsure["sentiment"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ArtifactError(_REMEDY) from error
