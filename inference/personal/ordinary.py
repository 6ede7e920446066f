"""Words that customers use for other things than people: counted in our own open corpora, committed as a list."""

import re
from functools import cache, lru_cache
from importlib.resources import files

from inference.lexicons import read_list

_PREFIX = re.compile(r"^(?:وال|بال|فال|كال|لل|ال|و)(?=[^\W\d_]{3})|^[فبلك](?=[^\W\d_]{4})")
_SUFFIX = re.compile(r"(?<=[^\W\d_]{3})(?:ي|نا|كم|ها|هم|ه|ك|وا|ت|ين|ون|ات|تي|تها|تنا|تكم)$")

_KNOWN = 5
_PROCLITIC = re.compile(r"^(?:[وف]?(?:[بعفكه]ال|لل)|وال|[وفبل]|ع(?=ال))(?=[^\W\d_]{3})")
_ENCLITIC = re.compile(r"(?<=[^\W\d_]{3})(?:نا|ت)?(?:و|وا|ت|نا|ني|ها|ه|هم|كم|كن|ناها|تها|توه)ش?$")
# Signs of tense and denial before a verb, and the letters of its persons.
_TENSE = re.compile(r"^(?:[وف]?(?:ما?|[بهحسدغ]|كا?|عم)?)(?=[^\W\d_]{3})")
_PERSONS = "ايتن"
_DENIED = re.compile(r"^ما?[^\W\d_]{3,}ش$")
_STEM = 3


@cache
def _counts() -> dict[str, int]:
    lines = read_list(files(__package__) / "ordinary.txt.gz")
    return {word: int(count) for line in lines for word, count in [line.split()]}


def count(word: str) -> int:
    """How many messages of the corpora have the word (folded); 0 where fewer than two, or where it is a name."""
    return _counts().get(word, 0)


def is_ordinary(word: str) -> bool:
    """Whether a folded word is in the list, or is once its Arabic clitics are off."""
    return count(word) > 0 or is_inflected(word)


@cache
def _common() -> frozenset[str]:
    return frozenset(read_list(files(__package__) / "common.txt.gz"))


def is_common(word: str) -> bool:
    """Whether a folded word is ordinary, or frequent in Arabic or English at large, clitics off or on."""
    if is_ordinary(word) or word in _common():
        return True
    return word.removesuffix("s") in _common() if word[0].isascii() else _PREFIX.sub("", word) in _common()


@lru_cache(maxsize=50_000)
def is_inflected(word: str) -> bool:
    """Whether an Arabic word is one of the list with clitics around it."""
    if word[0].isascii():
        return False
    bare = _PREFIX.sub("", word)
    if bare != word and count(bare):
        return True
    return any(count(_SUFFIX.sub("", form)) >= _KNOWN for form in {word, bare} if len(form) > _KNOWN)


@lru_cache(maxsize=50_000)
def is_prefixed(word: str) -> bool:
    """Whether an Arabic word is a known one behind "and", a preposition or both (وصورتها, عالطرد, بمرور)."""
    bare = _PROCLITIC.sub("", word)
    return bare != word and any(_is_stem(form) for form in (bare, "ال" + bare, _ENCLITIC.sub("", bare)))


@lru_cache(maxsize=50_000)
def is_formed(word: str) -> bool:
    """Whether an Arabic word is a known one with clitics, or a form of a known verb (برتاح, مطلبتهاش, عملو)."""
    if word[0].isascii():
        return False
    bare = _ENCLITIC.sub("", word)
    if is_prefixed(word) or _DENIED.fullmatch(word) or (bare != word and _is_stem(bare)):
        return True
    stems = [form for form in dict.fromkeys((_TENSE.sub("", word), _TENSE.sub("", bare))) if form != word]
    verbs = [form[1:] if form[0] in _PERSONS and len(form) > _STEM else form for form in stems]
    return any(_is_stem(person + verb) for verb in verbs for person in _PERSONS)


def _is_stem(word: str) -> bool:
    """Whether a word is known, a short one only if customers use it often: three letters are easily hit by chance."""
    return count(word) >= _KNOWN or (len(word) > _STEM and (count(word) > 0 or word in _common()))
