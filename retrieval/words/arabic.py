"""Light stems of Arabic words, their consonants in Latin letters, and the Arabic reading of Arabizi words.

Stems follow the light stemmers of Larkey et al. (2002): clitics and endings are taken off, nothing is looked up. The
dialects' prefixes (b-, ha-, 3al-) and the negation ma...sh are taken off too, and the beginnings listed as ``whole``
in ``words.yaml`` protect words whose first letter only looks like a clitic (in the word for "arrived" the first letter
is no "and").
"""

import re
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice, product
from typing import Any

import yaml

_VARIANTS = 4
"""Readings of one Arabizi word that are kept."""
_ARTICLE = re.compile(r"(?:[وف]?[بك]?ال|[وف]?لل|[وف]?[هع]ال)(?=\w{3})")
_AND = re.compile(r"[وف](?=\w{4})")
_ASPECT = re.compile(r"(?:[بهحس][يتن]|ي)(?=\w{3})")
_NEGATED = re.compile(r"و?ما?(\w{3,})ش")
_ENDING = re.compile(
    r"(?<=\w\w\w)(?:(?<![او])ني|هما|كما|ات|ون|ين|ان|وا|يه|نا|ها|هم|هن|كم|كن|تم|تو|ه|ي|ك|ت|ا|و)$|(?<=\w\w)(?:تين|ه)$"
)
_CLASSES = str.maketrans(
    {
        **dict.fromkeys("اويءع", ""),
        **dict(zip("بتثجحخدذرزسشصضطظغفقكلمنه", "bttjhxddrzs$sdtdgfkklmnh", strict=True)),
    }
)
# What Latin typing writes for Arabic letters, longest first; several readings where the dialects differ.
_READINGS: dict[str, tuple[str, ...]] = {
    "3'": ("غ",), "7'": ("خ",), "sh": ("ش",), "ch": ("ش",), "kh": ("خ",), "gh": ("غ",), "th": ("ث",), "dh": ("ذ",),
    "ph": ("ف",), "ck": ("ك",), "aa": ("ا",), "ee": ("ي",), "ii": ("ي",), "oo": ("و",), "ou": ("و",), "ei": ("ي",),
    "ai": ("ي",), "ay": ("ي",), "ey": ("ي",), "aw": ("و",), "2": ("ق", ""), "3": ("ع",), "5": ("خ",), "6": ("ط",),
    "7": ("ح",), "8": ("ق",), "9": ("ق",), "b": ("ب",), "c": ("ك",), "d": ("د",), "f": ("ف",), "g": ("ج", "ق"),
    "h": ("ه",), "j": ("ج",), "k": ("ك",), "l": ("ل",), "m": ("م",), "n": ("ن",), "p": ("ب",), "q": ("ق",), "r": ("ر",),
    "s": ("س",), "t": ("ت",), "v": ("ف",), "w": ("و",), "x": ("كس",), "y": ("ي",), "z": ("ز",),
}  # fmt: skip
_VOWELS = {"a": "ا", "e": "ي", "i": "ي", "o": "و", "u": "و"}
_SOUND = re.compile("|".join([*_READINGS, *_VOWELS]))
_LATIN_ARTICLE = re.compile(r"^(?:[wf]?(?:b|3a?|ha)?(?:[aei]l)|[wf]?[bl]?l(?=[^aeiouy']))(?=\w{3})")
_DOUBLED = re.compile(r"([^aeiou\d])\1")


@cache
def word_lists() -> Any:  # noqa: ANN401 - nested lists of words
    """Read ``words.yaml``."""
    return yaml.safe_load((files(__package__) / "words.yaml").read_text(encoding="utf-8"))


@lru_cache(maxsize=100_000)
def stem(word: str, *, clitics: bool = True) -> str:
    """Return the light stem of a folded Arabic word, at least two letters of it.

    Args:
        word: folded (``inference.text.fold``), Arabic letters only.
        clitics: whether to take off what stands before the word: article, "and", a verb's prefixes.
    """
    if negated := _NEGATED.fullmatch(word):
        word = negated[1]
    if clitics:
        word = _without_clitics(word)
    while (shorter := _ENDING.sub("", word)) != word:
        word = shorter
    return word


def _without_clitics(word: str) -> str:
    """Take off the article with what stands before it, or "and" and a verb's prefixes."""
    whole = _whole()
    if word.startswith(whole):
        return word
    if article := _ARTICLE.match(word):
        return word[article.end() :]
    if _AND.match(word):
        word = word[1:]
        if word.startswith(whole):
            return word
    aspect = _ASPECT.match(word)
    return word[aspect.end() :] if aspect else word


@lru_cache(maxsize=100_000)
def skeleton(word: str) -> str:
    """Return the consonants of a folded Arabic stem in Latin letters, sounds that writers interchange being one.

    Long vowels, hamza and ayn are left out, doubled letters are one; so it is shorter than the word, or empty.
    """
    consonants = word.translate(_CLASSES)
    return "".join(letter for index, letter in enumerate(consonants) if consonants[index - 1 : index] != letter)


@lru_cache(maxsize=100_000)
def readings(word: str) -> tuple[str, ...]:
    """Return skeletons of what a word in Arabizi may stand for, the likeliest first, at most four.

    It is spelt in Arabic letters, short vowels inside it left out, and stemmed as Arabic.
    """
    plain = _LATIN_ARTICLE.sub("", _DOUBLED.sub(r"\1", word))
    parts: list[tuple[str, ...]] = []
    for sound in _SOUND.finditer(plain):
        at_edge = sound.start() == 0 or sound.end() == len(plain)
        parts.append(_READINGS.get(sound[0]) or (_VOWELS[sound[0]] if at_edge else "",))
    spelt = ("".join(choice) for choice in islice(product(*parts), _VARIANTS))
    return tuple(dict.fromkeys(skeleton(stem(variant, clitics=False)) for variant in spelt))


@cache
def _whole() -> tuple[str, ...]:
    return tuple(word_lists()["whole"])
