"""What the forms of one word share: rough stems that bring Arabic derivations together, too."""

import re
from collections.abc import Iterator
from functools import lru_cache

from inference.text import Folded

_FOLDED_IF = re.compile(r"(?<!\w)[وف]?ان(?!\w)")
WORD = re.compile(r"\d+(?:[.,٫٬]\d+)*%?|[^\W\d_]+(?:'[^\W\d_]+)*")
CLITICS = ("و", "ف", "ب", "ل", "ك")
SHORTEST = 3
"""Letters that a stem keeps at least."""

_GROUPING = re.compile(r"[,٬](?=\d{3})")
_ENGLISH_END = re.compile(r"(?:'s|'|ations?|ating|ated|ates?|ing|ies|ied|ed|es|ment|s|ly|e|y)$")
_DOUBLED = re.compile(r"([b-df-hj-np-rtvwxz])\1$")
_ARABIC_END = re.compile(
    r"(?:يتين|يتان|تموه|تموها|تكم|تنا|تها|ته|هما|كما|وها|وه|ها|هم|كم|نا|ات|ون|ين|وا|ان|تم|يه|ه|ا|ي)$"
)
_WEAK = re.compile("[اويى]")
_WEAK_RUN = re.compile("[اويى]+")
_ARTICLES = ("وال", "فال", "بال", "كال", "ولل", "لل", "ال")
_POSSESSIVES = ("كم", "ها", "هم", "نا", "ه")
_LONGEST = 6
_PREFIXED = 4
"""Letters beyond which a first letter may be a prefix."""


def with_if(folded: Folded) -> str:
    """Return folded text in which «إن» keeps its hamza: folded, "if" and "that" (أن) are one word."""
    text = folded.text
    if "ان" not in text:
        return text
    letters = list(text)
    for match in _FOLDED_IF.finditer(text):
        at = match.end() - 2
        if folded.original[folded.offsets[at]] == "إ":
            letters[at] = "إ"
    return "".join(letters)


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """Return what the inflected and derived forms of a folded word share: for Arabic, about its root's letters."""
    if word[0].isdigit():
        return "#" + _GROUPING.sub("", word)
    return _english(word) if word[0].isascii() else _arabic(word)


def _english(word: str) -> str:
    word = word.replace("'", "") if word.endswith("n't") else word
    for _ in range(2):
        cut = _ENGLISH_END.sub("", word)
        if len(cut) < SHORTEST:
            break
        word = cut
    return _DOUBLED.sub(r"\1", word)[:_LONGEST]


def _arabic(word: str) -> str:
    for article in _ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= SHORTEST:
            word = word.removeprefix(article)
            break
    else:
        if word[0] in "وف" and len(word) > _PREFIXED:
            word = word[1:]
    word = word.removeprefix("س") if word[:2] in {"سي", "ست", "سن"} and len(word) > _PREFIXED else word
    cut = _ARABIC_END.sub("", word)
    root = _WEAK.sub("", cut)
    if len(root) < SHORTEST:  # with a weak root the vowels must stay
        root = _WEAK_RUN.sub("ا", cut)
    for prefix in ("ست", "م", "ت", "ن", "ا"):
        if root.startswith(prefix) and len(root) - len(prefix) >= SHORTEST:
            root = root.removeprefix(prefix)
    return root if len(root) > 1 else cut or word


def variants(word: str) -> Iterator[str]:
    """Yield an Arabic word without its article, conjunction or preposition, and without its possessive."""
    bare = [word]
    bare += [word.removeprefix(prefix) for prefix in (*_ARTICLES, *CLITICS) if word.startswith(prefix)]
    bare += [word[1:].removeprefix("ال") for prefix in CLITICS if word.startswith(f"{prefix}ال")]
    bare += ["ي" + form[1:] for form in bare if len(form) > SHORTEST and form[0] in "نتا"]
    for form in bare:
        if len(form) >= SHORTEST:
            yield form
            for suffix in _POSSESSIVES:
                short = form.removesuffix(suffix)
                if short != form and len(short) >= SHORTEST:
                    yield from (short, f"{short[:-1]}ه" if short.endswith("ت") else f"{short}ا")
