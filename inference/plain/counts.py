"""What makes a text hard, counted: long sentences, rare and long words, jargon, passives, nominal chains."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from inference.plain.context import within
from inference.plain.explain import unexplained
from inference.plain.frequency import BANDS, band
from inference.plain.lists import word_list
from inference.plain.match import is_locked
from inference.plain.reading import Reading, read
from inference.plain.words import Word
from inference.types import TechnicalLevel

_PER = 100
_UNCOMMON = 2
_LONG = {"ar": 8, "en": 9}
_BE = word_list("be")
_IRREGULAR = word_list("irregular_participles")
_NOT_PARTICIPLE = word_list("no_participles")
_NOMINAL = re.compile(r"[a-z]{3,}(?:tion|sion|ment|ance|ence|ency|ancy|ity|ness|ism|ization|isation)s?$")
_LIGHT_VERB = word_list("light_verbs")
_TAMMA = word_list("tamma")
_QAMA = word_list("qama")
_MASDAR = re.compile(
    r"^(?:[وفبكل]|ال|بال|لل|وال|كال)?(?:"
    r"ت[ا-ي]{2}ي[ا-ي]|ت[ا-ي]{2}ي[ا-ي]ه|ت[ا-ي]{2}يه|است[ا-ي]{2}ا[ا-ي]|ا[ا-ي]ت[ا-ي]ا[ا-ي]|ان[ا-ي]{2}ا[ا-ي]"
    r"|ا[ا-ي]{2}ا[ا-ي]|م[ا-ي]ا[ا-ي]{2}ه|ت[ا-ي]ا[ا-ي]{2}|ا[ا-ي]اله|ا[ا-ي]ا[ا-ي]ه)"
    r"(?:ه|ها|هم|كم|نا|ات)?$"
)
_CHAIN = 2
_NOWHERE: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Counts:
    """The measures of a text; shares are of its words.

    Attributes:
        words: how many words it has, numbers and names left out.
        sentence_words: words a sentence or numbered line, on average.
        uncommon: share of words beyond the 8,000 most frequent, unexplained jargon being counted in.
        rare: share of words in no frequency band, unexplained jargon being counted in.
        long: share of long words (eight letters in Arabic, nine in English).
        jargon: share of words that belong to unexplained jargon.
        passive: passives per 100 words (Arabic: تم with a verbal noun, من قبل).
        nominal: hidden verbs and chains of verbal nouns per 100 words.
    """

    words: int
    sentence_words: float
    uncommon: float
    rare: float
    long: float
    jargon: float
    passive: float
    nominal: float


NONE = Counts(0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def count(text: str, language: str) -> Counts:
    """Measure a text in ``ar`` or ``en``; one without words measures nothing."""
    reading = read(text, language)
    quoted = _covered(reading.words, reading.quoted)
    free = [word for word in reading.words if not (word.folded.isdigit() or word.start in quoted)]
    if not free:
        return NONE
    jargon = unexplained(text, language, level=TechnicalLevel.LAYMAN)
    hard = len(_covered(free, [(span.start, span.end) for span in jargon]))
    plain = _judged(reading, free)
    bands = [band(word.folded) for word in plain]
    total = len(free)
    passive, nominal = (_arabic if language == "ar" else _english)([word.folded for word in free])
    return Counts(
        words=total,
        sentence_words=total / max(1, _sentences(free, reading.starts)),
        uncommon=(sum(number >= _UNCOMMON for number in bands) + hard) / total,
        rare=(sum(number == len(BANDS) for number in bands) + hard) / total,
        long=sum(len(word.folded) >= _LONG[language] for word in plain) / total,
        jargon=hard / total,
        passive=_PER * passive / total,
        nominal=_PER * nominal / total,
    )


def _covered(words: Sequence[Word], stretches: Sequence[tuple[int, int]]) -> frozenset[int]:
    """Return where the words start that touch one of the stretches."""
    return frozenset(word.start for word in words if within(word.start, word.end, stretches)) if stretches else _NOWHERE


def _judged(reading: Reading, free: Sequence[Word]) -> list[Word]:
    """Words that are judged by their frequency: none of a glossary term or product name, no English name or menu."""
    terms = {reading.words[at].start for found in reading.terms for at in range(found.first, found.last + 1)}
    judged = [word for word in free if word.start not in terms and not is_locked(word.folded)]
    if reading.language == "ar":
        return [word for word in judged if not word.folded.isascii()]
    starts = set(reading.starts)
    return [word for word in judged if not word.written[0].isupper() or word.start in starts]


def _sentences(words: Sequence[Word], starts: Sequence[int]) -> int:
    """Count the sentences that have words."""
    edges, seen, at = [*starts[1:], None], 0, 0
    for edge in edges:
        before = at
        while at < len(words) and (edge is None or words[at].start < edge):
            at += 1
        seen += at > before
    return seen


def _english(forms: Sequence[str]) -> tuple[int, int]:
    passive = nominal = 0
    for at, form in enumerate(forms):
        if form in _BE:
            passive += any(_is_participle(later) for later in forms[at + 1 : at + 3])
        elif form in _LIGHT_VERB:
            nominal += any(_is_nominal(later) for later in forms[at + 1 : at + 4])
        elif _is_nominal(form):
            nominal += (band(form) > 0) + (forms[at + 1 : at + 2] == ["of"])
    return passive, nominal


@lru_cache(maxsize=50_000)
def _is_nominal(word: str) -> bool:
    return _NOMINAL.match(word) is not None


def _is_participle(word: str) -> bool:
    return word in _IRREGULAR or (word.endswith("ed") and len(word) > 3 and word not in _NOT_PARTICIPLE)


def _arabic(forms: Sequence[str]) -> tuple[int, int]:
    passive = nominal = run = 0
    for at, form in enumerate(forms):
        following = forms[at + 1] if at + 1 < len(forms) else ""
        if form in _TAMMA:
            passive += _is_masdar(following) or following.startswith("ال")
        elif form == "من":
            passive += following == "قبل"
        nominal += form in _QAMA and following.startswith("ب")
        run = run + 1 if _is_masdar(form) else 0
        nominal += run >= _CHAIN
    return passive, nominal


@lru_cache(maxsize=50_000)
def _is_masdar(word: str) -> bool:
    return _MASDAR.match(word) is not None
