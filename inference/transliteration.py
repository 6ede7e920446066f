"""Arabizi in Arabic letters: what words in Latin letters and digits most likely stand for.

The encoder has read much Arabic and hardly any Arabizi, and understands a message better that it may read in both
spellings (``models.encoder.Encoder``). A word's consonants are looked up among those of known words: the commonest
whose vowels fit is taken. What comes of it is for the encoder alone, nobody is shown it.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice, product
from math import log
from typing import Any

from inference.language import detect
from inference.lexicons import load_lexicon, read_list
from inference.text import fold
from inference.types import Script

_WORD = re.compile(r"[a-z0-9']*[a-z][a-z0-9'-]*")
_SOUND = re.compile(r"tch|th|kh|sh|ch|gh|dh|[3679]'|[a-z0-9']")
_DOUBLED = re.compile(r"(.)\1+")
_WEAK = re.compile(r"[اويىةءأإآؤئ]")
_MOST_SOUNDS, _MOST_SPELLINGS, _MOST_ALIKE = 9, 96, 12
"""Sounds of a word, spellings of its consonants, and words of one spelling beyond which nothing is looked up."""
_UNLIKELY, _UNLIKE, _CLITIC, _ARTICLE = 1.2, 6.0, 2.5, 0.5
"""What a less likely letter, vowels that do not fit, and what is taken off in front cost, in nats of frequency. Chosen
by eye on 25 dev messages of ``bank_questions``."""


def in_arabic_letters(text: str) -> str | None:
    """Return a text in Arabizi as it would be spelt in Arabic letters; None where it is in no Arabizi."""
    if detect(text).script is not Script.ARABIZI:
        return None
    written = _WORD.sub(lambda match: _reading(match.group().strip("'-")), text.lower())
    return _joined().sub(r"\1", written)


@lru_cache(maxsize=16_384)
def _reading(word: str) -> str:
    lexicon = _lexicon()
    if word in lexicon["words"]:
        return str(lexicon["words"][word])
    found = list(_known(word))
    for latin, arabic in lexicon["proclitics"].items():
        if word.startswith(latin) and len(word) >= len(latin) + 2:
            cost = _ARTICLE if arabic.endswith(("ال", "لل")) else _CLITIC
            found += [(score - cost, arabic + known) for score, known in _known(word[len(latin) :].lstrip("-"))]
    if found:
        return max(found)[1]
    sounds = lexicon["sounds"]
    return _spelt(word, [sounds[sound][0] for sound in _sounds(word) if sound in sounds], vowels="iou")


def _known(word: str) -> Iterator[tuple[float, str]]:
    """Yield known words with the consonants of one in Arabizi, each with how likely it is meant."""
    sounds = _lexicon()["sounds"]
    options = [sounds[sound] for sound in _sounds(word) if sound in sounds]
    if not 0 < len(options) <= _MOST_SOUNDS:
        return
    for choice in islice(product(*(enumerate(letters) for letters in options)), _MOST_SPELLINGS):
        letters, cost = [letter for _, letter in choice], sum(rank for rank, _ in choice)
        bones = _DOUBLED.sub(r"\1", "".join(letters))
        bare = bones.removesuffix("ه")
        alike = (*_words().get(bones, ()), *(_words().get(bare, ()) if bare != bones else ()))
        spelt = {fold(_spelt(word, letters, vowels=vowels)).text for vowels in ("aeiou", "iou")} if alike else ()
        for known, frequency in alike:
            unlike = min(_edits(own, known) for own in spelt) / max(len(known), 3)
            yield frequency - _UNLIKELY * cost - _UNLIKE * unlike, known


def _spelt(word: str, letters: Sequence[str], *, vowels: str) -> str:
    """Spell a word with these letters for its consonants, and with these of the vowels inside it written."""
    lexicon, consonants = _lexicon(), iter(letters)
    out, sounds = [], _sounds(word)
    for place, sound in enumerate(sounds):
        if sound in lexicon["sounds"]:
            out.append(next(consonants))
        elif place == 0 and sound in "aeiou":
            out.append("ا")
        elif place == len(sounds) - 1:
            out.append(lexicon["endings"].get(sound, ""))
        elif sound in vowels or sound in "wy":
            out.append(lexicon["vowels"].get(sound, ""))
    return "".join(out)


def _sounds(word: str) -> list[str]:
    return _SOUND.findall(_DOUBLED.sub(r"\1", word))


def skeleton(word: str) -> str:
    """Return the consonants of a folded Arabic word, doubled ones once, without the ending of the feminine."""
    return _DOUBLED.sub(r"\1", _WEAK.sub("", word.removesuffix("ه")))


def _edits(one: str, other: str) -> int:
    """Return the edit distance (Levenshtein) of two short words."""
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, start=1):
        corner, row[0] = row[0], place
        for at, own in enumerate(other, start=1):
            corner, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, corner + (letter != own))
    return row[-1]


@cache
def _words() -> dict[str, tuple[tuple[str, float], ...]]:
    """Return the known words by their consonants, the commonest first, each with its log frequency."""
    found: dict[str, list[tuple[str, float]]] = {}
    for row in read_list(files(__package__) / "transliteration.txt.gz"):
        frequency, *words = row.split()
        for word in words:
            alike = found.setdefault(skeleton(word), [])
            if len(alike) < _MOST_ALIKE:
                alike.append((word, log(float(frequency))))
    return {bones: tuple(alike) for bones, alike in found.items()}


@cache
def _lexicon() -> dict[str, Any]:
    return dict(load_lexicon("transliteration"))


@cache
def _joined() -> re.Pattern[str]:
    return re.compile(rf"(?<!\S)({'|'.join(_lexicon()['joined'])}) (?=[\u0621-\u064a])")
