"""Words of a text with the offsets of each, folded, and the bare forms behind Arabic clitics and English endings.

Matching walks the words once and looks bare forms up in a dictionary: no pattern a term, so that a longer glossary
costs no time.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from inference.text import fold

_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u064b-\u0652\u0670\u0640])*")
_PROCLITIC = re.compile(r"^(?:[وف]?(?:[بكل]?ال|لل)|[وف][بكل]?|[بكل])(?=\w{2})")
_AND = re.compile(r"^[وف](?=\w{3})")
_ENCLITIC = re.compile(r"(?<=\w{3})(?:كم|نا|ها|هم|كن|هن|ه|ك|ي)$")
_TANWEEN = re.compile(r"(?<=\w{3})ا$")
_PLURAL = ((re.compile(r"ies$"), "y"), (re.compile(r"(?<=[sxzh])es$"), ""), (re.compile(r"(?<=\w\w)s$"), ""))


class Word(NamedTuple):
    """The word ``text[start:end]``, as written and folded."""

    start: int
    end: int
    written: str
    folded: str


def words_of(text: str) -> list[Word]:
    """Return the words of a text in order; hyphens and apostrophes part words, diacritics do not."""
    return [Word(match.start(), match.end(), match[0], folded_word(match[0])) for match in _WORD.finditer(text)]


@lru_cache(maxsize=50_000)
def folded_word(word: str) -> str:
    """Fold one word; most words of a reply were met before."""
    return fold(word).text


@lru_cache(maxsize=50_000)
def bare_forms(word: str) -> tuple[str, ...]:
    """Return what a folded word may be once clitics or a plural ending are off, the word itself first.

    «وبطاقتكم» may be «بطاقتكم», «بطاقت» and so «بطاقه»; "fees" may be "fee". What is no word does no harm: only forms
    that a list holds are ever found.
    """
    if word.isascii():
        return tuple(dict.fromkeys((word, *(end.sub(new, word) for end, new in _PLURAL))))
    fronts = (word, _PROCLITIC.sub("", word), *((word[1:],) if _AND.match(word) else ()), *_after_li(word))
    forms = []
    for front in fronts:
        back = _ENCLITIC.sub("", front)
        forms += [front, _TANWEEN.sub("", front), back]
        if back != front and back.endswith("ت"):
            forms.append(back[:-1] + "ه")
    return tuple(dict.fromkeys(form for form in forms if form))


def is_definite(word: str) -> bool:
    """Tell whether a folded Arabic word bears the article or a possessive ending."""
    return bool(_ARTICLE.match(word)) or _POSSESSED.search(word) is not None


_ARTICLE = re.compile(r"^(?:[وف]?[بكل]?ال|[وف]?لل)(?=\w{3})")
_POSSESSED = re.compile(r"(?<=\w{3})(?:كم|نا|ها|هم)$")


def has_article(word: str) -> bool:
    """Tell whether a folded Arabic word bears the article."""
    return _ARTICLE.match(word) is not None


def _after_li(word: str) -> tuple[str, ...]:
    """«للبطاقه» is the article's form after ل; the word may also begin with ل itself («للوحه»: «لوحه»)."""
    return (word[1:], word[2:]) if word.startswith("لل") else ()
