"""The probability that the best hit answers the message, calibrated on messages with known answers."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from models.errors import ArtifactError

FEATURES = ("top", "margin", "background", "lexical")
"""``top``: cosine of the best key. ``margin``: how far it lies above the best hit of the same language that says
something else. ``background``: mean cosine of the ten hits behind it, in any language. ``lexical``: share of the
message's words, by weight, that the best hit has."""


@dataclass(frozen=True)
class Relevance:
    """A logistic model over ``FEATURES``, and for each language the probability from which a message is answerable.

    Thresholds differ because similarities do: at one threshold for all, Arabic questions would be answered half as
    often as English ones for a third of the false answers.
    """

    intercept: float
    weights: tuple[float, ...]
    thresholds: Mapping[str, float]

    def threshold(self, language: str | None) -> float:
        """Return the threshold of a language; the strictest one where the language is not known."""
        return self.thresholds.get(language or "", max(self.thresholds.values()))

    def probability(self, features: Sequence[float]) -> float:
        """Return P(the best hit answers) in (0, 1)."""
        logit = self.intercept + sum(weight * value for weight, value in zip(self.weights, features, strict=True))
        return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, logit))))


def load_relevance() -> Relevance:
    """Load the shipped model, fitted by ``python -m retrieval.calibrate``.

    Raises:
        ArtifactError: the file breaks the format.
    """
    text = resources.files("retrieval").joinpath("relevance.json").read_text(encoding="utf-8")
    return parse_relevance(json.loads(text))


def parse_relevance(values: Mapping[str, Any]) -> Relevance:
    """Read a relevance model from its JSON form.

    Raises:
        ArtifactError: a value is absent or no finite number.
    """
    try:
        table: Any = values["weights"]
        weights = tuple(float(table[name]) for name in FEATURES)
        thresholds = {str(language): float(value) for language, value in dict(values["thresholds"]).items()}
        model = Relevance(float(values["intercept"]), weights, thresholds)
    except (KeyError, TypeError, ValueError) as error:
        msg = "relevance.json is at fault: run  python -m retrieval.calibrate  to write it anew."
        raise ArtifactError(msg) from error
    if not thresholds or not all(map(math.isfinite, [model.intercept, *weights, *thresholds.values()])):
        msg = "relevance.json lacks a number or holds one that is not finite: run  python -m retrieval.calibrate."
        raise ArtifactError(msg)
    return model
