"""Names to train on: the recognisers' own lists, spellings made of them, and Faker's names (MIT) of many countries."""

import pkgutil
import random
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import yaml

from inference.personal.data import load
from inference.text import fold
from models.errors import ConfigurationError

ABROAD = (
    *("en", "en_GB", "en_IE", "en_IN", "en_KE", "en_NG", "en_NZ", "en_PK", "en_TH", "en_US", "de_DE", "es_CO", "es_MX"),
    *("fr_FR", "id_ID", "it_IT", "nl_NL", "pl_PL", "pt_BR", "sw", "tr_TR", "tw_GH", "yo_NG", "zu_ZA", "ig_NG", "ha_NG"),
)
ARAB = ("ar_AA", "ar_DZ", "ar_PS", "ar_SA")
ARAB_LATIN = ("fr_DZ", "en_PK")
_WORD = re.compile(r"[^\W\d_]{2,}(?:[ '-][^\W\d_]+){0,2}")
_UNSEEN = 10
# Arabic letters and the ways in which each is written in Latin ones.
_SOUNDS = {
    "ا": "a", "ب": "b", "ت": "t", "ث": "th s", "ج": "j g", "ح": "h", "خ": "kh", "د": "d", "ذ": "th z", "ر": "r",
    "ز": "z", "س": "s", "ش": "sh", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "a", "غ": "gh", "ف": "f", "ق": "q k",
    "ك": "k", "ل": "l", "م": "m", "ن": "n", "ه": "h", "و": "w ou o", "ي": "y i ee", "ة": "a ah", "ى": "a",
    "أ": "a", "إ": "e i", "آ": "a",
}  # fmt: skip
_SCRIPT = {
    "a": "ا", "b": "ب", "c": "ك", "d": "د", "e": "ي", "f": "ف", "g": "ج", "h": "ه", "i": "ي", "j": "ج", "k": "ك",
    "l": "ل", "m": "م", "n": "ن", "o": "و", "p": "ب", "q": "ك", "r": "ر", "s": "س", "t": "ت", "u": "و", "v": "ف",
    "w": "و", "x": "كس", "y": "ي", "z": "ز", "sh": "ش", "kh": "خ", "th": "ث", "gh": "غ", "ch": "تش", "ph": "ف",
    "oo": "و", "ee": "ي", "ou": "و",
}  # fmt: skip
_PAIR = re.compile("|".join(sorted(_SCRIPT, key=len, reverse=True)))


@dataclass(frozen=True)
class Pool:
    """Given and family names by script and origin, and given ones that are words too; a split's halves share none."""

    arabic_given: tuple[str, ...]
    arabic_family: tuple[str, ...]
    latin_given: tuple[str, ...]
    latin_family: tuple[str, ...]
    abroad_given: tuple[str, ...]
    abroad_family: tuple[str, ...]
    arabic_word: tuple[str, ...]
    latin_word: tuple[str, ...]


def pools(without: Iterable[Path]) -> tuple[Pool, Pool]:
    """Return the names to train on and a tenth that is held out, without the names in the YAML files ``without``."""
    known = load("known")
    banned = {fold(word).text for path in without for word in _strings(yaml.safe_load(path.read_text("utf-8")))}
    arab = _faker(ARAB)
    latin = _faker(ARAB_LATIN)
    abroad = _faker(ABROAD)
    lists = [
        [*known["given"], *known["ambiguous"], *arab[0]],
        [*known["family"], *arab[1]],
        [*(romanised(name, 0) for name in known["given"]), *latin[0]],
        [*(romanised(name, 0) for name in known["family"]), *latin[1]],
        [*(name.title() for name in known["latin_given"] + known["latin_ambiguous"]), *abroad[0]],
        abroad[1],
        known["ambiguous"],
        [name.title() for name in known["latin_ambiguous"]],
    ]
    kept = [
        list(dict.fromkeys(name for name in names if _WORD.fullmatch(name) and fold(name).text not in banned))
        for names in lists
    ]
    seen, unseen = ([tuple(name for name in names if _held(name) == part) for names in kept] for part in (False, True))
    return Pool(*seen), Pool(*unseen)


def _held(name: str) -> bool:
    return zlib.crc32(fold(name).text.encode()) % _UNSEEN == 0


def _strings(content: object) -> list[str]:
    if isinstance(content, str):
        return re.split(r"[ \-]", content)
    parts = content.values() if isinstance(content, dict) else content if isinstance(content, list) else ()
    return [word for part in parts for word in _strings(part)]


def _faker(locales: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the given and the family names of Faker's locales (40.54.0, https://github.com/joke2k/faker, MIT)."""
    try:
        package = import_module("faker.providers.person")
    except ImportError as error:
        raise ConfigurationError("Names to train on come from Faker: pip install Faker") from error
    there = {module.name for module in pkgutil.iter_modules(package.__path__)}
    made: tuple[list[str], list[str]] = ([], [])
    for locale in sorted(there.intersection(locales)):
        provider = import_module(f"faker.providers.person.{locale}").Provider
        for kind, names in (("first_names", made[0]), ("last_names", made[1])):
            for suffix in ("", "_male", "_female"):
                found = getattr(provider, kind + suffix, None)
                names.extend(found if isinstance(found, list | tuple | dict) else ())
    return made


def romanised(name: str, seed: int) -> str:
    """Write an Arabic name in Latin letters, one of the ways in which people do; short vowels are guessed."""
    rng = random.Random(f"{name} {seed}")  # noqa: S311 - spellings, not secrets
    out: list[str] = []
    for letter in name.removeprefix("ال"):
        sounds = [letter] if letter in " -" else _SOUNDS.get(letter, "").split() or [""]
        sound = rng.choice(sounds)
        if out and out[-1][-1:] not in "aeiou " and sound[:1] not in "aeiou " and sound and rng.random() < 0.7:
            out.append(rng.choice("aaaeiu"))
        out.append(sound)
    head = rng.choice(["Al ", "Al-", "El ", "Al", "El"]) if name.startswith("ال") else ""
    return head + "".join(out).title()


def arabised(name: str) -> str:
    """Write a name of abroad in Arabic letters, sound by sound; a first vowel stands on an alef."""
    plain = re.sub(r"(.)\1", r"\1", name.lower())
    plain = re.sub(r"e\b", "", re.sub(r"\b(?=[eiou])", "a", plain))
    made = _PAIR.sub(lambda match: _SCRIPT[match.group()], plain)
    return re.sub(r"[^ء-ي ]", "", made)
