"""One labelled text, the key by which texts count as the same, and small readers that the loaders share."""

import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from models.normalise import normalise

Split = Literal["train", "dev", "test"]
Language = Literal["ar", "en", "arabizi"]

NEGATIVE, NEUTRAL, POSITIVE = 0, 1, 2
CALM, IRRITATED, ANGRY, FURIOUS = 0, 1, 2, 3
LEVELS = ("calm", "irritated", "angry", "furious")
SENTIMENTS = ("negative", "neutral", "positive")


@dataclass(frozen=True)
class Row:
    """A text with whatever labels its set gives; None means that the set does not say.

    Attributes:
        source: The set's name, with its part where it has parts (``semeval2018/E-c``).
        sentiment: 0 negative, 1 neutral, 2 positive.
        anger: 1 when anger is present, else 0.
        intensity: Anger intensity in [0, 1].
        level: 0 calm, 1 irritated, 2 angry, 3 furious: how a support agent would call it.
        intent: The set's own intent label; several that are equally right stand between ``|``.
        near: Intents, between ``|``, that touch the matter without being its answer; None where the set does not say.
        told: Whether the text by itself says what the matter is, outright; None where the set does not say.
        variety: The set's own word for the dialect or variety.
        group: What rows share that tell of one problem, in the same words' variety, in different tones.
        problem: What rows share that tell of one problem in any variety.
        target: Whom the anger is aimed at, as in ``models.outputs.TARGETS``.
        signals: Names of the signals present (``models.outputs.SIGNAL_NAMES``); None where the set does not say.
        technical: How technical the words are, as in ``models.outputs.TECHNICAL_LEVELS``.
        emotions: The set's own emotion labels; None where it has none.
        region: Whose dialect stands behind a variety that has several (Arabizi, Maghrebi).
        block: The signal that the row was written to test, as a positive or as a near-miss.
        positive: Whether it is a positive of ``block``.
        span: First and last code point, exclusive, of the words that show ``block``.
    """

    text: str
    source: str
    split: Split
    language: Language
    sentiment: int | None = None
    anger: int | None = None
    intensity: float | None = None
    level: int | None = None
    intent: str | None = None
    variety: str | None = None
    group: str | None = None
    problem: str | None = None
    target: str | None = None
    signals: frozenset[str] | None = None
    technical: str | None = None
    emotions: frozenset[str] | None = None
    region: str | None = None
    block: str | None = None
    positive: bool | None = None
    span: tuple[int, int] | None = None
    near: str | None = None
    told: bool | None = None


_NOISE = re.compile(r"https?\S*|@\w+|\brt\b|[^\w\U0001F000-\U0001FAFF\u2600-\u27BF]+|_", re.IGNORECASE)


def text_key(text: str) -> str:
    """Return what two copies of one text share: normalised, lower case, without links, handles, spaces, punctuation."""
    return _NOISE.sub("", normalise(text).text.lower())


def hashed_split(text: str, dev: float = 0.1, test: float = 0.1) -> Split:
    """Split a set that has no official split by the hash of its text: the same on every machine."""
    share = int.from_bytes(hashlib.sha256(text_key(text).encode()).digest()[:4], "big") / 2**32
    return "test" if share < test else "dev" if share < test + dev else "train"


def read_table(path: Path, delimiter: str = ",") -> Iterator[dict[str, str]]:
    """Read a delimited file with a header line; ragged rows are padded with empty strings."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        for row in csv.DictReader(file, delimiter=delimiter, restval=""):
            yield {(key or "").strip(): value or "" for key, value in row.items() if isinstance(value, str | None)}


def read_tabbed(path: Path) -> Iterator[list[str]]:
    """Read tab-separated lines without quoting."""
    for line in path.read_text(encoding="utf-8-sig", errors="replace").split("\n"):
        if line.strip():
            yield line.rstrip("\r").split("\t")
