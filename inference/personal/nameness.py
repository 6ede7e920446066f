"""How much a word looks like part of a person's name: known names, known ordinary words, and shapes for the rest."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from inference.personal.data import load
from inference.personal.found import BLANK
from inference.personal.ordinary import count, is_common, is_formed, is_inflected, is_ordinary, is_prefixed
from inference.text import Folded, fold

# A user name, or what stands against a placeholder: not a word by itself.
_GLUED = re.compile(rf"^[0-9_@{BLANK}]|[0-9_{BLANK}]$")
_UPON, _WHAT = "على", "ايش"
_LATIN = "a-z\u00df-\u024f\u1e00-\u1eff"
# Latin letters with the digits of Arabizi among them (mo7annad, 3ali), or letters of another script; never both.
WORD = re.compile(
    rf"(?<![0-9])[2356789]?'?[{_LATIN}]+(?:['\-2356789]'?[{_LATIN}]+)*(?:[27](?![0-9]))?"
    rf"|[^\W\d_{_LATIN}]+(?:['\-][^\W\d_{_LATIN}]+)*"
)
_SOUNDS = str.maketrans({"2": "", "3": "", "5": "kh", "6": "t", "7": "h", "8": "gh", "9": "s", "'": "", "-": ""})
# Arabic letters and the sign of their sound; what is not here is a vowel or is not heard.
_LETTERS = dict(zip("بتثجحخدذرزسشصضطظغفقكلمنه", "btcjhxdzrzs$sdtzgfkklmnh", strict=True))
_ARABIZI = re.compile("[2-9]")
_VOWELS = re.compile(r"[aeiouwy]")
_DOUBLED = re.compile(r"(.)\1+")
_SKELETON = 3
_VERBAL = "ينتا"
_SERVANT = re.compile(r"عبدال[^\W\d_]{3,}|abd(?:ul|el|al|ur|er|our)[a-z]{3,}")
_NISBA = re.compile(r"ال[^\W\d_]{2,}ي|ال[^\W\d_]{2,}يه")
_UNLIKE = re.compile(r"^م..و.ه?$|^(?:مت|مست|بت|بي|هت|حن|لا|ما).{2}|^ا(?!ل)|(?:ين|ون|ات|وا|ت|ني|ته|تها|تكم|كم)$")
# What begins or ends verbs and words with prepositions, and hardly a family name.
_CLITICS = re.compile(
    r"(?:بال|لل|كال|فال|باس|باع|بت|بي|سي|ست|كي[تن]|غاد).{2}|.{3,}(?:وا|تم|كم|هم|تها|ناه)$|.{2,}(?:تني|وني|تلي)$"
)
# A preposition with the article, or "and": no name of a list begins so, and few others do.
_JOINED = re.compile(r"(?:[وف]?[بعفك]?ال|[وف]?لل|و)(?=.{3})")
_COMMON, _SEEN = 6, 3
_GAP = re.compile(r"[ \t\u00a0]{1,2}|\.[ \t]?")


@dataclass(frozen=True, slots=True)
class Word:
    """A word at ``folded[start:end]``, folded, with whether it is in Latin letters, capitalised, all capitals."""

    start: int
    end: int
    text: str
    latin: bool
    capital: bool
    shouted: bool


def words(folded: Folded) -> list[Word]:
    """Split a text into words; hyphens and apostrophes inside belong to them."""
    return list(_words(folded))


def _words(folded: Folded) -> Iterator[Word]:
    for match in WORD.finditer(folded.text):
        text = match.group().removesuffix("'s")
        start, end = match.start(), match.start() + len(text)
        typed = folded.original[folded.offsets[start] : folded.offsets[end - 1] + 1]
        if not text:
            continue
        if text[0].isascii() and _GLUED.search(
            folded.text[max(0, start - 1) : start] + " " + folded.text[match.end() : match.end() + 1]
        ):
            continue
        # Folding makes one of the preposition and the name Ali, of "what" and the name Aya.
        text = _UPON if text == "علي" and typed.endswith("ى") else text
        text = _WHAT if text == "ايه" and typed[0] != "آ" and typed.endswith("ه") else text
        yield Word(
            start,
            end,
            text,
            text[0] < "\u0530" or "\u1e00" <= text[0] <= "\u1eff",
            typed[0].isupper(),
            len(text) > 3 and typed.isupper(),
        )


def joined(text: str, word: Word, later: Word) -> bool:
    """Whether only a blank stands between a word and the next; a stop only after an initial."""
    gap = _GAP.fullmatch(text, word.end, later.start)
    return gap is not None and (gap.group()[0] != "." or word.end - word.start == 1)


@cache
def name_set(key: str) -> frozenset[str]:
    """Return a list of ``names.yaml`` or ``known.yaml``, folded."""
    return frozenset(fold(str(item)).text for item in (load("names") | load("known"))[key])


@cache
def _given() -> frozenset[str]:
    return name_set("given") | name_set("ambiguous") | name_set("latin_given")


def given(text: str) -> bool:
    """Whether a folded word is a known given name, or one made with ``Abd``."""
    return text in _given() or _SERVANT.fullmatch(text) is not None


def _skeleton(text: str) -> str:
    """Return the consonants of a name in Latin letters, one sign a sound: Khaled, 5alid and Khalid are one."""
    text = text.translate(_SOUNDS)
    for sound, sign in (("kh", "x"), ("gh", "g"), ("sh", "$"), ("ch", "$"), ("dh", "z"), ("th", "c"), ("q", "k")):
        text = text.replace(sound, sign)
    return _DOUBLED.sub(r"\1", _VOWELS.sub("", text))


@cache
def _skeletons() -> frozenset[str]:
    arabic = (name for name in name_set("given") | name_set("family") if not name[0].isascii())
    bare = (name.removeprefix("ال") for name in arabic)
    return frozenset(_DOUBLED.sub(r"\1", "".join(_LETTERS.get(letter, "") for letter in name)) for name in bare)


@lru_cache(maxsize=20_000)
def spelt_like_name(text: str) -> bool:
    """Whether an uncommon word in Latin letters sounds like a known Arabic name, by its consonants."""
    if not text[0].isascii() or is_common(text) or organisation(text) or organisation(text.removesuffix("s")):
        return False
    skeleton = _skeleton(text)
    return len(skeleton) >= _SKELETON and skeleton in _skeletons()


def rare(word: Word) -> bool:
    """Whether a word is in no list of words and shaped like none: a name of abroad, most often."""
    if given(word.text) or len(word.text) <= _SKELETON - word.latin or organisation(word.text) or is_common(word.text):
        return False
    if word.latin:
        return word.capital and not word.shouted
    if word.text[0] in _VERBAL and any(is_common(first + word.text[1:]) for first in _VERBAL):
        return False
    return not (unlike_alone(word) or _CLITICS.match(word.text) or word.text.startswith(("و", "ال")))


def ambiguous(text: str) -> bool:
    """Whether a given name is a word too."""
    return text in name_set("ambiguous") or text in name_set("latin_ambiguous")


def listed(text: str) -> bool:
    """Whether a folded word is in any list of names."""
    return given(text) or text in name_set("family")


def organisation(text: str) -> bool:
    """Whether a folded word is a company, place, product, role, or what a form asks for next."""
    return text in name_set("organisations") or text in name_set("stops")


def particle(word: Word) -> bool:
    """Whether a word joins the parts of a name: بن, آل, bin, van."""
    return word.text in name_set("particles_latin" if word.latin else "particles_ar")


def family_like(word: Word) -> bool:
    """Whether a word reads as a family name after a given one: a known one, or a nisba that is no ordinary word."""
    if word.text in name_set("family"):
        return True
    if word.latin:
        return word.capital and not count(word.text) and not organisation(word.text)
    return _NISBA.fullmatch(word.text) is not None and not is_ordinary(word.text) and not organisation(word.text)


def starts_name(word: Word, *, strong: bool) -> bool:
    """Whether a word can be the first of a name after words that announce one (``strong``) or may do so."""
    if given(word.text) or spelt_like_name(word.text):
        return not word.latin or word.capital or strong or not ambiguous(word.text)
    if organisation(word.text) or len(word.text) < 2 or word.text[:2] == "i'" or word.text == _UPON:
        return False
    if word.latin:
        return count(word.text) < _SEEN if strong else word.capital and not word.shouted and not count(word.text)
    if is_prefixed(word.text) and (_JOINED.match(word.text) or (word.text[0] == "ب" and organisation(word.text[1:]))):
        return False
    return count(word.text) < _SEEN if strong else word.text[0] != "و" and not is_ordinary(word.text)


def continues_name(word: Word, *, capitals: bool) -> bool:
    """Whether a word can be a further word of a name; with ``capitals``, a Latin one needs its capital."""
    if word.text in name_set("stops") or (word.latin and capitals and not word.capital):
        return False
    if word.latin:
        known = spelt_like_name(word.text) or (given(word.text) and not ambiguous(word.text))
        if not known and not word.text.isalpha() and _ARABIZI.search(word.text):
            return False
        return not organisation(word.text) and (known or count(word.text) < (_SEEN if capitals else 1))
    if listed(word.text) and not (ambiguous(word.text) and count(word.text) >= _COMMON):
        return True
    joined = word.text[0] == "و" and len(word.text) > 3
    if joined or word.text == _UPON or organisation(word.text) or count(word.text) >= _SEEN:
        return False
    is_nisba = _NISBA.fullmatch(word.text) is not None
    return is_nisba or not (is_inflected(word.text) or is_prefixed(word.text) or _CLITICS.match(word.text))


def misshapen(word: Word) -> bool:
    """Whether an unknown Arabic word is shaped like a verb, a participle or a plural."""
    return not word.latin and not given(word.text) and _UNLIKE.search(word.text) is not None


def unlike_alone(word: Word) -> bool:
    """Whether an unknown Arabic word that stands alone is shaped like another word, or is one with clitics."""
    return misshapen(word) or (not word.latin and not given(word.text) and is_formed(word.text))
