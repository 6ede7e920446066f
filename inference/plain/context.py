"""What must be left alone in a text, and what it explains itself.

Quoted words, links, addresses and the names of menus and products are what the customer will look for on a screen:
they are never touched. Words in brackets already are an explanation.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from inference.plain.glossary import glossary
from inference.plain.match import Found
from inference.plain.words import bare_forms, words_of

_UNTOUCHED = re.compile(
    r"«[^»\n]*»|“[^”\n]*”|„[^“”\n]*[“”]|\"[^\"\n]*\"|`[^`\n]*`"
    r"|\[[^\]\n]*\]|\{[^}\n]*\}|(?:https?://|www\.)\S+|\S+@\S+\.\w+"
)
_BRACKETS = re.compile(r"\([^()\n]*\)")
_SENTENCE_END = re.compile(r"(?:[.!?؟…](?=\s|$)|\n)\s*(?:(?:\d+|[٠-٩]+)[.)]\s+|[-•*]\s+)?")
_AFTER = {
    "ar": re.compile(r"\s*(?:\(|\s[—–-]\s|[،,]?\s*(?:أي|اي|يعني|بمعنى|وهو|وهي|هو|هي)\s+(?!\d|[٠-٩]|لا\b|ما\b|من\b))"),
    "en": re.compile(
        r"\s*(?:\(|\s[—–-]\s|,?\s*(?:that is|i\.e\.|in other words|which means?|meaning|also called|or rather)\b"
        r"|,\s*(?:which is|which are)\s+(?:an?|the|what|when|where)\b|\s(?:is|are)\s+(?:an?|like|what|when|where)\b)"
    ),
}
_BEFORE = {
    "ar": re.compile(r"(?:[يت][ُ]?سم[ىي]|ما يُ?عرف بـ?|المعروفة? بـ?|المسماة?)\s*$"),
    "en": re.compile(r"(?:called|known as|so-called|meaning)\s+(?:an?\s+|the\s+)?$"),
}
_AR_MENU = re.compile(r"(?:(?<!\w)ثم|(?:اضغط|انقر|اختر|اختار)(?:وا|ي)?(?:\s+على)?|من (?:قائمة|صفحة|شاشة))\s+$")
_EN_MENU = re.compile(r"(?:\b(?:tap|press|click)(?: on)?\s+|\bthen\s+|[>→›]\s*)$", re.IGNORECASE)
_SHARE = 0.6
_TELLING = 4


def untouched(text: str) -> list[tuple[int, int]]:
    """Return the stretches of a text that no term is looked for in."""
    return [match.span() for match in _UNTOUCHED.finditer(text)]


def bracketed(text: str) -> list[tuple[int, int]]:
    """Return the stretches in round brackets."""
    return [match.span() for match in _BRACKETS.finditer(text)]


def within(start: int, end: int, stretches: Sequence[tuple[int, int]]) -> bool:
    """Tell whether ``text[start:end]`` touches one of the stretches."""
    return any(start < last and end > first for first, last in stretches)


def sentence_starts(text: str) -> list[int]:
    """Return where each sentence or numbered line begins, its number left out."""
    first = re.match(r"\s*(?:(?:\d+|[٠-٩]+)[.)]\s+|[-•*]\s+)?", text)
    return [first.end() if first else 0, *(match.end() for match in _SENTENCE_END.finditer(text))]


def is_menu(text: str, found: Found, starts: Sequence[int], language: str) -> bool:
    """Tell whether a term is a name on the screen: what one taps, or English words in capitals inside a sentence."""
    before = text[max(0, found.start - 40) : found.start]
    if language == "ar":
        return _AR_MENU.search(before) is not None
    if _EN_MENU.search(before):
        return True
    words = [word.written for word in words_of(text[found.start : found.end])]
    named = [word[0].isupper() and not word.rstrip("s").isupper() for word in words]
    return any(named[1:]) or (named[0] and found.start not in starts)


def is_explained(text: str, found: Found, end: int, near: str, language: str) -> bool:
    """Tell whether the text itself says what a term means.

    Args:
        text: the text.
        found: the term.
        end: where its noun phrase ends.
        near: the sentences around it.
        language: the text's.
    """
    if _AFTER[language].match(text[end:]) or _AFTER[language].match(text[found.end :]):
        return True
    return bool(_BEFORE[language].search(text[max(0, found.start - 40) : found.start])) or _says(near, found, language)


def _says(near: str, found: Found, language: str) -> bool:
    """Tell whether the sentences around hold most of the explanation's own words already."""
    telling = _telling(found.entry.id, language)
    said = _forms_in(near) if len(telling) > 1 else frozenset()
    return bool(said) and sum(not forms.isdisjoint(said) for forms in telling) >= _SHARE * len(telling)


@lru_cache(maxsize=256)  # a long sentence may hold many terms
def _forms_in(text: str) -> frozenset[str]:
    return frozenset(form for word in words_of(text) for form in bare_forms(word.folded))


@cache
def _telling(identifier: str, language: str) -> tuple[frozenset[str], ...]:
    """Bare forms of each longer word of an explanation that is no word of the term itself."""
    wording = glossary()[identifier].wording(language)
    own = {form for part in wording.forms for word in words_of(part) for form in bare_forms(word.folded)}
    words = dict.fromkeys(word.folded for word in words_of(wording.plain) if len(word.folded) >= _TELLING)
    forms = [frozenset(bare_forms(word)) for word in words]
    return tuple(item for item in forms if item.isdisjoint(own))


def sentence_of(text: str, at: int, starts: Sequence[int]) -> tuple[int, int]:
    """Return the bounds of the sentence around an offset."""
    first = max((start for start in starts if start <= at), default=0)
    last = min((start for start in starts if start > at), default=len(text))
    return first, last


def around(text: str, found: Found, starts: Sequence[int]) -> str:
    """Return the sentence of a term with its neighbours."""
    first, last = sentence_of(text, found.start, starts)
    before, _ = sentence_of(text, max(0, first - 1), starts)
    _, after = sentence_of(text, last, starts)
    return text[before:after]
