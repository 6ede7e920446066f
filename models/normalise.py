"""Deliberate, reversible clean-up of customers' text before the encoder and the lexical rules read it.

Removed: bidi controls, zero-width characters (not the joiner inside an emoji), tatweel, Arabic diacritics and other
control characters. Letters repeated more than three times are capped at three, so that lengthening still shows.
Composed to NFC. Kept as they are: negation, digits, punctuation, emoji, letter case.
"""

import re
import unicodedata
from dataclasses import dataclass

LONGEST_RUN = 3
"""Repeats of one letter that are kept: enough to see that a word was drawn out."""

_DIACRITICS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
_INVISIBLE = "\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"
_DROPPED = re.compile(f"[{_DIACRITICS}{_INVISIBLE}{_CONTROLS}\u0640]")
_LONE_JOINER = re.compile(
    "(?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d|\u200d(?![\u2600-\u27bf\U0001f000-\U0001faff])"
)
_RUN = re.compile(rf"([^\W\d_])\1{{{LONGEST_RUN},}}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CLUSTER = re.compile(r".[\u0300-\u036f\u0653-\u0655\u1ab0-\u1aff\u20d0-\u20ff]*", re.DOTALL)


@dataclass(frozen=True)
class Normalised:
    """A cleaned text that remembers where each of its characters came from.

    Attributes:
        text: The cleaned text.
        offsets: ``len(text) + 1`` positions in the original: character ``i`` came from
            ``original[offsets[i]:offsets[i + 1]]``, removed characters counting with the one before them.
        original: The text as it was given.
    """

    text: str
    offsets: tuple[int, ...]
    original: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Map ``text[start:end]`` to the stretch of the original that it came from, in code points."""
        return self.offsets[start], self.offsets[end]


_CHANGING = (_DROPPED, _LONE_JOINER, _RUN)


def normalise(text: str) -> Normalised:
    """Clean ``text``; never fails: lone surrogates become U+FFFD, the empty text stays empty."""
    clean = _SURROGATE.sub("\ufffd", text)
    if unicodedata.is_normalized("NFC", clean) and not any(pattern.search(clean) for pattern in _CHANGING):
        return Normalised(clean, tuple(range(len(clean) + 1)), text)  # as nearly all text is
    kept = _kept_positions(clean)
    if unicodedata.is_normalized("NFC", clean):
        if len(kept) == len(clean):
            return Normalised(clean, tuple(range(len(clean) + 1)), text)
        return Normalised("".join(clean[index] for index in kept), (*kept, len(text)), text)
    composed, offsets = _compose("".join(clean[index] for index in kept), kept)
    return Normalised(composed, (*offsets, len(text)), text)


def _kept_positions(text: str) -> list[int]:
    dropped = {match.start() for pattern in (_DROPPED, _LONE_JOINER) for match in pattern.finditer(text)}
    positions = [index for index in range(len(text)) if index not in dropped] if dropped else list(range(len(text)))
    visible = "".join(text[index] for index in positions) if dropped else text
    surplus = {index for match in _RUN.finditer(visible) for index in range(match.start() + LONGEST_RUN, match.end())}
    return [position for index, position in enumerate(positions) if index not in surplus] if surplus else positions


def _compose(text: str, positions: list[int]) -> tuple[str, list[int]]:
    parts, offsets = [], []
    for match in _CLUSTER.finditer(text):
        part = unicodedata.normalize("NFC", match.group())
        parts.append(part)
        last = match.end() - match.start() - 1
        offsets += [positions[match.start() + min(index, last)] for index in range(len(part))]
    return "".join(parts), offsets
