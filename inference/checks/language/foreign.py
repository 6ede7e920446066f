"""The reply's language: of the whole, and of every sentence that is long enough to tell."""

import re
from collections.abc import Iterator

from inference.checks.base import CheckInput
from inference.checks.language.shown import known_words, latin_words, masked
from inference.language import detect
from inference.lexicons import load_lexicon
from inference.types import Finding

_ARABIC = re.compile(r"[\u0620-\u064a]+")
_LATIN = re.compile(r"[A-Za-z]+")
_STRANGE_LETTER = re.compile("[\u067e\u0686\u0698\u06a9\u06af\u06cc\u0679\u0688\u0691\u06ba\u06be\u06c1\u06d2]")
_ARABIC_WORD = re.compile(r"[\u0620-\u064a\u0671-\u06d3\u06d5]{2,}")
_LATIN_WORD = re.compile(r"[a-z\u00df-\u00f6\u00f8-\u024f]['a-z\u00df-\u00f6\u00f8-\u024f]+")
_PERSIAN_WORD = re.compile(r"\w*[\u067e\u0686\u0698\u06a9\u06af\u06cc\u0679\u0688\u0691\u06ba\u06be\u06c1\u06d2]\w*")
_MAJORITY = 0.6
_SOME = 0.2
_TELLING = 5
"""Words that a sentence needs before it can be said to be in a language."""

_GRAMMAR = frozenset(load_lexicon("script")["grammar"])
"""English words that name nothing: a sentence without one is hardly English, one with two is."""


def check_language(given: CheckInput) -> Iterator[Finding]:
    """Find a text, or sentences of five words and more in it, that are not in the reply's language.

    Quotes, links, and words of the sources or the conversation (menus, shops, names) are nobody's language.
    """
    arabic, latin = (sum(map(len, letters.findall(given.text))) for letters in (_ARABIC, _LATIN))
    if arabic + latin == 0:
        return
    share = (arabic if given.language == "ar" else latin) / (arabic + latin)
    if share < _MAJORITY:
        yield given.finding("wrong_language", language=given.language)
        return
    text = masked(given.folded.text)
    runs: list[tuple[int, int]] = []
    for start, end in given.sentences:
        if _foreign(given, text[start:end]):
            if runs and not text[runs[-1][1] : start].strip():
                runs[-1] = runs[-1][0], end
            else:
                runs.append((start, end))
    for run in runs:
        yield given.finding("wrong_language", at=run, language=given.language)


def _foreign(given: CheckInput, sentence: str) -> bool:
    latin = _LATIN_WORD.findall(sentence)
    arabic = _ARABIC_WORD.findall(sentence)
    if given.language == "ar":
        if len(latin) >= _TELLING and len(latin) >= _MAJORITY * (len(latin) + len(arabic)):
            known = latin_words(known_words(given))
            own = [word for word in latin if word not in known]
            grammar = sum(word in _GRAMMAR for word in latin)
            return len(own) >= _TELLING or grammar >= 2
        strange = len(arabic) >= _TELLING and _STRANGE_LETTER.search(given.text)
        return bool(strange) and _other_arabic_script(sentence, given)
    if len(arabic) >= _TELLING and len(arabic) >= _MAJORITY * (len(latin) + len(arabic)):
        return True
    if given.language != "en" or len(latin) < _TELLING:
        return False
    # Other languages have an "in" or a "die", too: one such word makes no English.
    grammar = sum(word in _GRAMMAR for word in latin)
    if grammar > 1 or grammar >= _SOME * len(latin):
        return False
    return detect(sentence).language not in {"en", "und"}


def _other_arabic_script(sentence: str, given: CheckInput) -> bool:
    """Tell whether a sentence in Arabic letters is Persian, Urdu or the like; folding has made its letters one."""
    at = given.folded.text.find(sentence.strip())
    original = given.folded.span(at, at + len(sentence.strip())).text if at >= 0 and sentence.strip() else ""
    strange = _PERSIAN_WORD.findall(original)
    return len(strange) > 2 and detect(original).language not in {"ar", "und"}
