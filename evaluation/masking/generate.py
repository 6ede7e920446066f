"""Sentences with known personal data: frames filled by a seeded generator, the same seed, the same rows."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

import yaml

from evaluation.masking.values import MAKERS

Half = Literal["dev", "test"]
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Truth:
    """Personal data at ``text[start:end]`` of a sentence."""

    kind: str
    start: int
    end: int
    country: str | None = None


@dataclass(frozen=True)
class Sentence:
    """A generated sentence, its language (``ar``, ``en``, ``arabizi``, ``mixed``), its frame's number, its truth."""

    text: str
    language: str
    frame: int
    truth: tuple[Truth, ...]


def frames(half: Half) -> list[tuple[str, str]]:
    """Return the frames of one half as (language, frame); the test half is for final figures."""
    content = yaml.safe_load((files(__package__) / f"frames_{half}.yaml").read_text(encoding="utf-8"))
    return [(language, frame) for language, lines in content.items() for frame in lines]


def generate(half: Half, *, copies: int, seed: int) -> Iterator[Sentence]:
    """Yield ``copies`` sentences of every frame of a half, in order."""
    rng = random.Random(f"{half} {seed}")  # noqa: S311 - sentences, not secrets
    for number, (language, frame) in enumerate(frames(half)):
        for _ in range(copies):
            yield _filled(rng, frame, language, number)


def _filled(rng: random.Random, frame: str, language: str, number: int) -> Sentence:
    parts: list[str] = []
    truth: list[Truth] = []
    at = last = 0
    for slot in _SLOT.finditer(frame):
        value = MAKERS[slot[1]](rng, language)
        before = frame[last : slot.start()]
        start = at + len(before)
        parts += [before, value.text]
        at, last = start + len(value.text), slot.end()
        if value.kind is not None:
            truth.append(Truth(value.kind, start, at, value.country))
    return Sentence("".join([*parts, frame[last:]]), language, number, tuple(truth))
