"""From text to terms, the same for what is indexed and what is asked.

Each word gives terms of several families, so that an exact match counts most and a kindred one still counts: the
folded word itself, its light stem, and for Arabic the skeleton of its consonants, which broken plurals and Arabizi
spellings of a word have in common with it.

Recall@1 by words alone, against cosines of TF-IDF over hashed character n-grams. No test part was read, but the
families and weights were chosen on these same questions. ArBanking77 (21,559 rows indexed) 0.841 against 0.827,
Banking77 0.812 against 0.821, from Arabizi to Arabic support messages 0.176 against 0.065, NArabizi to its Arabic
spelling 0.722 against 0.071, sample helpdesk 0.508 against 0.559 (Arabic) and 0.683 against 0.690 (English). Trigrams
as a fourth family mend that (0.539 and 0.694) for twice the time of a search, but beside vectors they make no
difference that 800 to 900 questions could show, and beside vectors is how this is used.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from inference.language import is_arabizi
from inference.text import fold
from retrieval.words.arabic import readings, skeleton, stem, word_lists


class Family(StrEnum):
    """What a term stands for."""

    WORD = "word"
    STEM = "stem"
    SKELETON = "skeleton"


Term = tuple[Family, str]

_LONGEST_WORD = 40
_CODE = r"(?=[a-z./_-]{0,60}\d)[a-z0-9]+(?:[-./_][a-z0-9]+)+"
_NUMBER = r"\d+(?:[.,٫٬]\d+)+"
_SEPARATORS = str.maketrans({"٫": ".", ",": None, "٬": None})
_WORD = re.compile(rf"{_NUMBER}(?![^\W_])|{_CODE}|[^\W_]+(?:'[^\W_]+)*'?")
_LINE = re.compile(r"[^\n]+")
_ARABIC = re.compile(r"[\u0621-\u064a]+")
_LATIN = re.compile(r"[a-z][a-z']*")
_ARABIZI = re.compile(r"(?=[0-9']*[a-z])[a-z0-9']+")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_STOP_WEIGHT = 0.2


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it stands in folded text: where, how it is matched, and whether it is read as Arabizi."""

    start: int
    end: int
    text: str
    arabizi: bool


@lru_cache(maxsize=64)  # a message is searched for, scored and explained by the same words
def words(text: str) -> tuple[Word, ...]:
    """Return the words of a text; codes such as ``gx-200`` or ``12.50`` are one word."""
    folded = fold(text).text
    found = []
    for line in _LINE.finditer(folded):
        arabizi = not _ARABIC.search(line[0]) and is_arabizi(line[0])
        for word in _WORD.finditer(folded, line.start(), line.end()):
            plain = _DRAWN_OUT.sub(r"\1", word[0][:_LONGEST_WORD]).translate(_SEPARATORS)
            found.append(Word(word.start(), word.end(), plain, arabizi))
    return tuple(found)


def index_terms(text: str) -> dict[Family, list[str]]:
    """Return the terms of a text by family, repeats kept."""
    found: dict[Family, list[str]] = {family: [] for family in Family}
    for word in words(text):
        for family, term in word_terms(word.text, word.arabizi):
            found[family].append(term)
    return found


def query_terms(text: str) -> dict[Term, float]:
    """Return what to look for with its weight: 1, and less for words that say little beside others."""
    found: dict[Term, float] = {}
    for word in words(text):
        weight = _STOP_WEIGHT if word.text in stop_words() else 1.0
        for term in word_terms(word.text, word.arabizi):
            found[term] = max(found.get(term, 0.0), weight)
    return found


@lru_cache(maxsize=100_000)
def word_terms(word: str, arabizi: bool) -> tuple[Term, ...]:
    """Return the terms of one folded word."""
    if _ARABIC.fullmatch(word):
        short = stem(word)
        return ((Family.WORD, word), (Family.STEM, short), *_skeletons((skeleton(short),)))
    found = [(Family.WORD, word.replace("'", ""))]
    if _LATIN.fullmatch(word):
        found.append((Family.STEM, _english_stem(word)))
    if arabizi and _ARABIZI.fullmatch(word):
        found += _skeletons(readings(word))
    return tuple(found)


@cache
def stop_words() -> frozenset[str]:
    """Return the folded words that say little about a problem."""
    return frozenset(fold(word).text for group in word_lists()["stop"].values() for word in group)


def _skeletons(bones: tuple[str, ...]) -> list[Term]:
    return [(Family.SKELETON, found) for found in bones if len(found) > 1]


def _english_stem(word: str) -> str:
    found = _english().analyze(word.removesuffix("'s").replace("'", ""))
    return found[0] if found else word


@cache
def _english() -> TextAnalyzer:
    return TextAnalyzerBuilder(Tokenizer.raw()).filter(Filter.stemmer("english")).build()
