"""What a text says, as keys that compare across wordings: stems, concepts of two languages, figures, names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from inference.contradiction.numbers import numbers
from inference.lexicons import load_lexicon
from inference.stems import stem_words
from inference.text import fold

_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s«»\"'<>]+|[\w.+-]+@[\w-]+\.[\w.-]+|(?<!\w)@\w{2,}|(?<![\w@.])(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/[^\s«»\"'<>]*)?"
)
_NUMBER = re.compile(r"(?<!\w)\+?\d[\d,. -]*\d(?!\w)|(?<!\w)\d(?!\w)")
_CODE = re.compile(
    r"(?<!\w)(?=[\w-]*[a-z])(?=[\w-]*\d)[a-z0-9]+(?:-[a-z0-9]+)*(?!\w)|[★☆⭐🌟]|[\U0001f300-\U0001faff]|\*{2,}"
)
_DIGIT = re.compile(r"\d")
_CAPITAL = re.compile("[A-Z]")
_SMALL = re.compile("[a-z]")
_CAPITALS = re.compile(r"(?<!\w)[A-Z]{3,}(?!\w)")
_NAME = re.compile(r"(?<=[\w,;:—-] )[\"'“«]?[A-Z][a-z]{2,}\w*")
_ARABIC = re.compile(r"[\u0621-\u064a]")
_QUOTE = re.compile(
    r"\"([^\"\n]{2,200})\"|“([^”\n]{2,200})”|«([^»\n]{2,200})»|(?<!\w)['‘]([^'’\n]{2,200})['’](?!\w)"
    r"|`([^`\n]{2,200})`|(?<![a-z]): *([^:\n«\"]{2,120})$"
)
_TELLING = 3
"""The least number in words that tells as much as one in digits."""
_PARTICLES = "وفبلك"
_SHORTEST = 3
_PHONE_DIGITS = 7
_ADDRESS_WEIGHT = 4.0
_FIGURE_WEIGHT = 2.0


@dataclass(frozen=True, slots=True)
class Keys:
    """What a stretch of text says.

    Attributes:
        weights: How telling each key is: 1 for a word, 2 for a figure or a name, 4 for an address.
        quotes: The words of each quotation in it.
    """

    weights: dict[str, float]
    quotes: tuple[frozenset[str], ...] = ()

    def __contains__(self, key: str) -> bool:
        return key in self.weights

    @property
    def all(self) -> frozenset[str]:
        """The keys."""
        return frozenset(self.weights)


@lru_cache(maxsize=512)  # the same messages and earlier turns, whatever is said of them
def keys_of(text: str) -> Keys:
    """Return the keys of a text as it was written."""
    return read_keys(text, fold(text).text)


@lru_cache(maxsize=512)  # the renderings of one reply share most of their sentences
def read_keys(text: str, folded: str) -> Keys:
    """Return the keys of a text as it was written, which is folded already."""
    quotes = (next(filter(None, match.groups())) for match in _QUOTE.finditer(text))
    quoted = tuple(frozenset(key for key, _ in _keys(quote, fold(quote).text)) for quote in quotes)
    return Keys(dict(_keys(text, folded)), quoted)


def _keys(original: str, text: str) -> Iterator[tuple[str, float]]:
    commands = _commands()
    for stem in stem_words(text):
        raw = text[stem.start : stem.end]
        bare = raw[1:] if raw[0] in "وف" else raw
        if not commands.isdisjoint((raw, bare, stem.text)) or raw.isdigit():
            continue
        key = _key(raw, stem.text)
        yield key, _FIGURE_WEIGHT if key in _grave() else 1.0
    for written in _names(original):
        name = fold(written).text
        if name not in commands:
            stems = [item.text for item in stem_words(name)]
            yield from ((_key(name, stem), _FIGURE_WEIGHT) for stem in stems)
    for match in _NUMBER.finditer(text) if _DIGIT.search(text) else ():
        digits = re.sub(r"[^\d.]|\.(?=\d{3}(?!\d))", "", match.group()).rstrip(".")
        yield f"#{digits}", _FIGURE_WEIGHT if len(digits) < _PHONE_DIGITS else _ADDRESS_WEIGHT
    for number in numbers(text):
        if not number.digits and number.value >= _TELLING:
            yield f"#{number.value:g}", _FIGURE_WEIGHT
    for match in _CODE.finditer(text):
        yield f"!{match.group()[:2] if match.group()[0] == '*' else match.group()}", _ADDRESS_WEIGHT - 1
    for match in _ADDRESS.finditer(text):
        yield f"@{match.group().rstrip('.,;:)/')}", _ADDRESS_WEIGHT


def _key(raw: str, stem: str) -> str:
    """Return a word's concept, or its stem without a particle written onto it."""
    concepts = _concepts()
    bare = raw[1:] if raw[0] in _PARTICLES else raw
    found = concepts.get(raw) or concepts.get(stem) or concepts.get(bare)
    return found or (stem[1:] if stem[0] in _PARTICLES and len(stem) > _SHORTEST else stem)


def _names(text: str) -> Iterator[str]:
    capitals = len(_CAPITAL.findall(text))
    if not capitals:
        return
    arabic = _ARABIC.search(text) is not None
    if arabic or capitals <= len(_SMALL.findall(text)):  # else all of it is shouted
        yield from _CAPITALS.findall(text)
        yield from (match.group().strip("\"'“«") for match in _NAME.finditer(text))
    if arabic:
        yield from re.findall(r"(?<!\w)[A-Z][a-z]{2,}(?!\w)", text)


@cache
def _concepts() -> dict[str, str]:
    found: dict[str, str] = {}
    for concept, written in load_lexicon("untrusted")["concepts"].items():
        for word in written.split():
            folded = fold(word).text
            for form in (folded, *(item.text for item in stem_words(folded))):
                found.setdefault(form, f"={concept}")
    return found


@cache
def _grave() -> frozenset[str]:
    return frozenset(f"={name}" for name in load_lexicon("untrusted")["grave"].split())


@cache
def _commands() -> frozenset[str]:
    folded = [fold(word).text for word in load_lexicon("untrusted")["commands"].split()]
    return frozenset([*folded, *(item.text for word in folded for item in stem_words(word))])
