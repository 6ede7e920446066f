"""Where the noun phrase around a term ends, so that brackets never part it.

Without a parser the end is only believed where what follows is plainly something else: punctuation, a preposition, a
conjunction, a verb. Everywhere else there is no place, and the term is left as it is.
"""

import re
from collections.abc import Sequence

from inference.plain.lists import word_list
from inference.plain.match import Found
from inference.plain.words import Word, has_article, is_definite

_BREAK = re.compile(r"[.,;:!?،؛؟…\n»”)]")
_AR_OUTSIDE = word_list("arabic_outside")
_AR_PREDICATE = word_list("arabic_predicates")
_AR_VERB = re.compile(r"^[فو]?س?ي(?=\w{3})|^تتم$|^يتم$|^(?:لي|فلي)(?=\w{3})")
_AR_NOT_VERB = word_list("arabic_no_verbs")
_OURS = re.compile(r"(?<=\w{3})(?:كم|نا|هم)$")
_AR_JOINED = re.compile(r"^(?:[وف]\w{3,}|ب\w{3,}|ل[تين]\w{3,})")
_EN_OUTSIDE = word_list("english_outside")


def phrase_end(text: str, words: Sequence[Word], found: Found, language: str) -> int | None:
    """Return the offset where the noun phrase around a term ends; None where that cannot be told."""
    ends = _english_end if language == "en" else _arabic_end
    return ends(text, words, found)


def _english_end(text: str, words: Sequence[Word], found: Found) -> int | None:
    if found.last + 1 == len(words) or _breaks(text, words, found.last):
        return found.end
    gap = text[found.end : words[found.last + 1].start]
    following = words[found.last + 1].folded
    return found.end if gap == " " and following in _EN_OUTSIDE else None


def _arabic_end(text: str, words: Sequence[Word], found: Found) -> int | None:
    last = found.last
    definite = any(is_definite(word.folded) for word in words[found.first : last + 1])
    while last + 1 < len(words) and not _breaks(text, words, last):
        following = words[last + 1].folded
        if _is_outside(following):
            break
        if has_article(words[last].folded) and not (has_article(following) or following.startswith("ل")):
            break  # nothing indefinite goes on with a phrase that ends in the article
        if not _belongs(following, words[last].folded, definite=definite, joined=last > found.last):
            return None
        last += 1
    return words[last].end


def defines(text: str, words: Sequence[Word], found: Found) -> bool:
    """Tell whether an Arabic term that begins a sentence is a subject that an indefinite noun defines."""
    if found.last + 1 >= len(words) or not has_article(words[found.last].folded) or _breaks(text, words, found.last):
        return False
    following = words[found.last + 1].folded
    if following in _AR_PREDICATE or (following.endswith("ه") and words[found.last].folded.endswith("ه")):
        return False  # it says what the thing is like, not what it is
    return not (has_article(following) or following.startswith("لل") or _is_outside(following))


def _breaks(text: str, words: Sequence[Word], last: int) -> bool:
    return _BREAK.search(text[words[last].end : words[last + 1].start]) is not None


def _is_outside(word: str) -> bool:
    if word in _AR_OUTSIDE or (word[0].isascii() and not word.isalpha()):
        return True
    if _AR_VERB.match(word) and word not in _AR_NOT_VERB:
        return True
    return _AR_JOINED.match(word) is not None


def _belongs(word: str, before: str, *, definite: bool, joined: bool) -> bool:
    """Tell whether the next word goes on with the phrase: its adjective, or whose it is («للحوالة»)."""
    if word.startswith("لل"):
        return not joined
    if definite:
        return has_article(word)
    if _OURS.search(word) and word[0] not in "تسن":
        return not joined  # whose it is: «رقم آيبان حسابكم»
    return word.endswith("ه") and before.endswith("ه") and not has_article(word)
