"""Which variety of Arabic a text is written in, from marker words alone.

Each marker is listed with the varieties that use it, so shared words argue for all of their owners and only the
words that set two varieties apart decide between them. Scores are sums of weights over the distinct markers of a text;
``decide`` names a variety only when it clearly leads. Arabizi has its own markers, since the same word is spelt anew.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from inference.lexicons import load_lexicon
from inference.text import Folded, fold
from inference.types import Dialect

_ARABIC_WORD = re.compile(r"[\u0620-\u064a\u066e-\u06d3]+")
_LATIN_WORD = re.compile(r"[a-z\u00df-\u00f6\u00f8-\u024f0-9']+")
_LENGTHENED = re.compile(r"([^\W\d_])\1{2,}")
_CLITIC = re.compile(r"^(?:وال|بال|وب|ول|ال|لل|[وفبل])(?=\w{3})")
# One sound that Latin typing writes in many ways; what is left differs between words, not between writers.
_SOUNDS = (
    ("3'", "gh"), ("7'", "kh"), ("5", "kh"), ("7", "h"), ("6", "t"), ("9", "q"), ("8", "q"), ("2", ""), ("ch", "sh"),
    ("ou", "u"), ("oo", "u"), ("o", "u"), ("w", "u"), ("ai", "i"), ("ay", "i"), ("ei", "i"), ("ey", "i"), ("e", "i"),
    ("y", "i"), ("'", ""),
)  # fmt: skip
_LEAST = 1.0
_MARGIN = 0.8
_LONGEST_WORD = 60
"""Letters up to which a word is compared with patterns: their time grows with the square of its length."""
_FORMAL = 1.5
_TRACE = 0.8


@dataclass(frozen=True, slots=True)
class _Markers:
    """Markers of one script: exact words or phrases, and patterns for one word, each with weights per variety."""

    words: Mapping[str, Mapping[Dialect, float]]
    patterns: tuple[tuple[re.Pattern[str], Mapping[Dialect, float]], ...]
    longest: int


def dialect_scores(folded: Folded, *, arabizi: bool = False) -> dict[Dialect, float]:
    """Evidence for each variety of Arabic, 0 where there is none.

    Args:
        folded: The folded text, taken to be Arabic.
        arabizi: The text is Arabic in Latin letters.

    Returns:
        Every variety but ``OTHER`` with its summed marker weights; unbounded, near 3 for one sure word.
    """
    scores: dict[Dialect, float] = {dialect: 0.0 for dialect in Dialect if dialect is not Dialect.OTHER}
    text = _LENGTHENED.sub(r"\1", folded.text)
    words = (_LATIN_WORD if arabizi else _ARABIC_WORD).findall(text)
    for weights in _found(words, _markers("dialects_arabizi" if arabizi else "dialects"), arabizi=arabizi):
        _add(scores, weights)
    if not arabizi:
        for letters, weights in _letters():
            if any(letter in folded.original for letter in letters):
                _add(scores, weights)
    return {dialect: round(score, 2) for dialect, score in scores.items()}


def decide(scores: Mapping[Dialect, float]) -> Dialect | None:
    """Name the variety that leads, or None where none does clearly; standard Arabic where nothing is colloquial."""
    formal = scores[Dialect.MSA]
    ranked = sorted((score, dialect) for dialect, score in scores.items() if dialect is not Dialect.MSA)
    (runner, _), (lead, dialect) = ranked[-2:]
    if formal >= _FORMAL and formal >= 3 * lead:
        return Dialect.MSA
    if lead < _TRACE:
        return Dialect.MSA if formal >= _TRACE else None
    return dialect if lead >= _LEAST and lead - runner >= _MARGIN and lead >= 0.8 * formal else None


def _add(scores: dict[Dialect, float], weights: Mapping[Dialect, float]) -> None:
    for dialect, weight in weights.items():
        scores[dialect] += weight


def _found(words: list[str], markers: _Markers, *, arabizi: bool) -> list[Mapping[Dialect, float]]:
    """Weights of each distinct marker; a word counts with its longest phrase, without its clitics if need be."""
    sounds = [_sound(word) for word in words] if arabizi else words
    seen: dict[str, Mapping[Dialect, float]] = {}
    for start in range(len(sounds)):
        for length in range(min(markers.longest, len(sounds) - start), 0, -1):
            gram = " ".join(sounds[start : start + length])
            key = gram if gram in markers.words or arabizi else _CLITIC.sub("", gram)
            if key in markers.words:
                seen[key] = markers.words[key]
                break
    for place, word in enumerate(words):
        if sounds[place] not in seen and len(word) <= _LONGEST_WORD:
            for pattern, weights in markers.patterns:
                if pattern.search(word):
                    seen[f"{pattern.pattern} {word}"] = weights
    return list(seen.values())


def _sound(word: str) -> str:
    """Fold the spellings of one Arabizi word: ``leish``, ``laish``, ``lech`` and ``lesh`` are one."""
    for spelling, sound in _SOUNDS:
        word = word.replace(spelling, sound)
    word = re.sub(r"(.)\1+", r"\1", word)
    return word[:-1] if len(word) > 3 and word.endswith("h") and word[-2] in "aiu" else word


@cache
def _markers(key: str) -> _Markers:
    arabizi = key == "dialects_arabizi"
    words: dict[str, dict[Dialect, float]] = {}
    patterns = []
    for entry in load_lexicon("language")[key]:
        weights = {Dialect(name): float(entry["weight"]) for name in entry["of"]}
        for word in {fold(str(word)).text for word in entry.get("words", ())}:
            marker = " ".join(map(_sound, word.split())) if arabizi else word
            owners = words.setdefault(marker, {})
            owners |= {dialect: max(weight, owners.get(dialect, 0.0)) for dialect, weight in weights.items()}
        patterns += [(re.compile(pattern), weights) for pattern in entry.get("patterns", ())]
    return _Markers(words, tuple(patterns), max(len(word.split()) for word in words))


@cache
def _letters() -> tuple[tuple[list[str], dict[Dialect, float]], ...]:
    return tuple(
        (entry["letters"], {Dialect(name): float(entry["weight"]) for name in entry["of"]})
        for entry in load_lexicon("language")["dialect_letters"]
    )
