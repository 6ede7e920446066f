"""Folding for lexical rules: one spelling for what Arabic and Latin typing writes in many, with offsets kept.

The original is never replaced: a match in folded text is mapped back to a span of what the customer wrote.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from inference.types import Span
from models.normalise import normalise

_FOLD = str.maketrans(
    {
        **dict.fromkeys("أإآٱ", "ا"),
        "ى": "ي",
        "ی": "ي",
        "ئ": "ي",
        "ؤ": "و",
        "ة": "ه",
        "ک": "ك",
        "گ": "ك",
        "چ": "ج",
        "پ": "ب",
        "ڤ": "ف",
        "’": "'",
        "‘": "'",
        "،": ",",
        "؛": ";",
        "؟": "?",
        **{chr(base + digit): str(digit) for base in (0x0660, 0x06F0) for digit in range(10)},
    }
)

_PRESENTATION = re.compile("[\ufb50-\ufeff]")


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text with, per folded character, the offset of its original character."""

    original: str
    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """Return the span of the original text behind ``text[start:end]`` (``start < end``)."""
        first, last = self.offsets[start], self.offsets[end - 1] + 1
        return Span(start=first, end=last, text=self.original[first:last])


@lru_cache(maxsize=128)  # one message is folded by many rules; policy phrases by every check
def fold(text: str) -> Folded:
    """Fold spelling variants: alef and hamza forms, ya, ta marbuta, digits, punctuation, presentation forms, case."""
    clean = normalise(text)
    whole = clean.text.translate(_FOLD).lower()
    # Only presentation forms, and a few capitals, become more than one character.
    if len(whole) == len(clean.text) and _PRESENTATION.search(clean.text) is None:
        return Folded(original=text, text=whole, offsets=clean.offsets[:-1])
    letters: list[str] = []
    offsets: list[int] = []
    for char, offset in zip(clean.text, clean.offsets, strict=False):
        shaped = unicodedata.normalize("NFKC", char) if _PRESENTATION.match(char) else char
        folded = shaped.translate(_FOLD).lower()
        letters.append(folded)
        offsets += [offset] * len(folded)
    return Folded(original=text, text="".join(letters), offsets=tuple(offsets))


def fold_pattern(pattern: str) -> str:
    """Fold a regular expression written in natural spelling, so that it matches folded text."""
    return pattern.translate(_FOLD | {ord("؟"): r"\?"})
