"""Texts through the encoder in batches, and what its heads alone say of each."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.data import Example
from evaluation.suite import Value
from models.encoder import Encoded, Encoder
from models.outputs import DIALECTS, SIGNAL_NAMES, TARGETS, TECHNICAL_LEVELS
from models.sets.rows import LEVELS, SENTIMENTS

Answer = Mapping[str, Value | None]
SWEEP = 1024
"""Texts that are encoded together: sorted by length, so that little is padding; answers do not depend on it."""
_NOT_SHARES = frozenset({"vectors", "search", "margin"})


def encode(encoder: Encoder, texts: Sequence[str], size: int = SWEEP) -> Encoded:
    """Encode any number of texts, ``size`` at a time."""
    parts = [encoder.encode(texts[start : start + size]) for start in range(0, len(texts), size)]
    joined: dict[str, Any] = {}
    for field in fields(Encoded):
        values = [getattr(part, field.name) for part in parts]
        arrays = isinstance(values[0], np.ndarray)
        joined[field.name] = np.concatenate(values) if arrays else tuple(item for value in values for item in value)
    return Encoded(**joined)


def tables(encoded: Encoded) -> dict[str, NDArray[np.float32]]:
    """Return the heads' probabilities and intensity by name, each [n, columns]."""
    found = {field.name: getattr(encoded, field.name) for field in fields(encoded) if field.name not in _NOT_SHARES}
    return {
        name: values.reshape(len(values), -1)
        for name, values in found.items()
        if isinstance(values, np.ndarray) and np.issubdtype(values.dtype, np.floating)
    }


def head_answers(encoder: Encoder, examples: Sequence[Example]) -> list[Answer]:
    """Return what the encoder's heads alone say of each text."""
    encoded = encode(encoder, [row.text for row in examples])
    return [_heads(encoded, place) for place in range(len(examples))]


def _heads(encoded: Encoded, place: int) -> Answer:
    negative, neutral, positive = (float(value) for value in encoded.sentiment[place])
    level, called = encoded.level[place], int(encoded.called[place])
    return {
        "sentiment": SENTIMENTS[int(np.argmax(encoded.sentiment[place]))],
        "sentiment_confidence": max(negative, neutral, positive),
        "polarity": "negative" if negative > positive else "positive",
        "negative": negative,
        "neutral": neutral,
        "positive": positive,
        "anger": float(encoded.anger[place]),
        "anger_called": bool(encoded.anger[place] >= 0.5),
        "anger_confidence": float(max(encoded.anger[place], 1 - encoded.anger[place])),
        "intensity": float(encoded.intensity[place]),
        "level": LEVELS[called],
        "level_confidence": float(level[called]),
        "level_margin": float(encoded.margin[place]),
        "not_calm": float(1 - level[0]),
        **dict(zip(LEVELS, map(float, level), strict=True)),
        **_learned(encoded, place),
    }


def _learned(encoded: Encoded, place: int) -> Answer:
    target, technical = encoded.target[place], encoded.technical[place]
    return {
        "target": TARGETS[int(np.argmax(target))],
        "technical": TECHNICAL_LEVELS[int(np.argmax(technical))],
        "predicted_dialect": DIALECTS[int(np.argmax(encoded.dialect[place]))],
        **{f"signal:{name}": float(encoded.signals[place][at]) for at, name in enumerate(SIGNAL_NAMES)},
    }
