"""The plainness of a text: 0 to 100, from counts whose weights were fitted on texts of known difficulty."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydantic import Field

from inference.plain.counts import Counts, count
from inference.plain.glossary import LANGUAGES
from inference.types import LanguageCode, Record, Score
from models.errors import InputError

MEASURES = ("sentence_words", "uncommon", "rare", "long", "passive", "nominal")
"""The measures that have a weight; unexplained jargon weighs in ``uncommon`` and ``rare``."""
_SCALE = {"sentence_words": 0.1, "uncommon": 10.0, "rare": 10.0, "long": 10.0, "passive": 1.0, "nominal": 1.0}
_MOST = {"sentence_words": 60.0, "uncommon": 0.6, "rare": 0.6, "long": 0.6, "passive": 10.0, "nominal": 10.0}
"""Where a measure stops counting, so that one freak sentence does not decide."""


class Plainness(Record):
    """How plain a text is.

    Attributes:
        score: 0 (hard) to 100 (plain); 50 is where the fitted hard and plain texts meet.
        words: words that were counted.
        sentence_words: words a sentence, on average.
        uncommon: share of words beyond the 8,000 most frequent.
        rare: share of words that no frequency list holds.
        long: share of long words.
        jargon: share of words that are unexplained jargon.
        passive: passives per 100 words.
        nominal: hidden verbs and chains of verbal nouns per 100 words.
        costs: what each measure takes off, in log-odds of being read as hard.
    """

    language: LanguageCode
    score: Score = Field(ge=0.0, le=100.0)
    words: int = Field(ge=0)
    sentence_words: Score
    uncommon: Score
    rare: Score
    long: Score
    jargon: Score
    passive: Score
    nominal: Score
    costs: dict[str, Score]


@dataclass(frozen=True)
class Weights:
    """Weights of the scaled measures, in log-odds, and the sum at which a text scores 50."""

    middle: float
    measures: Mapping[str, float]


def plainness(text: str, language: str) -> Plainness:
    """Score a text; one without words is perfectly plain.

    Args:
        text: a reply or a part of it.
        language: ``ar`` or ``en``.

    Raises:
        InputError: another language.
    """
    if language not in LANGUAGES:
        raise InputError(f"Plainness is scored in {' and '.join(LANGUAGES)}, not in {language!r}.", field="language")
    counts, weights = count(text, language), load_weights()[language]
    costs = {name: weights.measures[name] * value for name, value in scaled(counts).items()}
    score = 100.0 / (1.0 + math.exp(sum(costs.values()) - weights.middle)) if counts.words else 100.0
    return Plainness(
        language=language,
        score=score,
        words=counts.words,
        sentence_words=counts.sentence_words,
        uncommon=counts.uncommon,
        rare=counts.rare,
        long=counts.long,
        jargon=counts.jargon,
        passive=counts.passive,
        nominal=counts.nominal,
        costs=costs,
    )


def scaled(counts: Counts) -> dict[str, float]:
    """Return the measures capped and brought to a like size, as the weights want them."""
    return {name: _SCALE[name] * min(getattr(counts, name), _MOST[name]) for name in MEASURES}


@cache
def load_weights() -> Mapping[str, Weights]:
    """Read the fitted weights (``python -m evaluation.plainness --fit`` makes them anew)."""
    raw = json.loads((files(__package__) / "weights.json").read_text(encoding="utf-8"))
    return {
        language: Weights(raw[language]["middle"], {name: raw[language]["measures"][name] for name in MEASURES})
        for language in LANGUAGES
    }
