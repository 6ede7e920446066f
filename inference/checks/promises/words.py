"""What single words say about a promise: what is done, by whom and when; read once per word."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from inference.lexicons import load_lexicon
from inference.stems import stem_words
from inference.text import fold, fold_pattern

_TOKEN = re.compile(r"\d+(?:[.:,]\d+)*|[^\W\d_]+(?:['-][^\W\d_]+)*")
_VOWELS = "aeiou"
_LONG = 3
_TO_YOU = re.compile(" (?:اليكم|لكم|عليكم|لحضراتكم|لحضرتك|لك|اليك|لكو|ليكم|وياكم)(?!\\w)")
# A future verb, not one of the nouns that begin alike (years, cars, policies, sixty ...).
_NOT_FUTURE = r"(?!نو[اي]|نتين|نين|يار|ياس|يد[اةيت]|ينار|ينما|يلفي|يرفر|ير[هة]|تين|تون|تمئ|تار|نة|نه|ياق|يول|يء|يي)"
_FUTURE = re.compile(fold_pattern(rf"[وفل]?س{_NOT_FUTURE}[نيت][^\W\d_]{{2,}}"))
_ENDS = (
    "(?:ون|وا|ن|ي|ين|ان|نا|ت|تم|ه|ها|هم|هما|كم|ك|ا|ات|لكم|لك|و|لكو|وه|وها|وهم|تها|تكم|ته|تهم|ناه|ناها|ناكم|ناهم|نالكم)"
)
_ARABIC = "(?P<and>[وف])?(?P<will>س|ح(?=[نتيا])|ه(?=[نتيا]))?(?P<by>[لبك])?(?P<the>ال|ل)?(?P<who>[انيت])?"


@dataclass(frozen=True, slots=True)
class Word:
    """What a word may mean.

    Attributes:
        concepts: What is done or spoken of, as the lexicon names it.
        person: "us", "you", "other", or empty where the word does not tell.
        future: Whether it is a verb of the future by its form.
        past: Whether it is a verb of ours in the past.
        verb: Whether it may be a verb.
    """

    concepts: frozenset[str]
    person: str = ""
    future: bool = False
    past: bool = False
    verb: bool = False


class Token(NamedTuple):
    """A word with its range in folded text."""

    text: str
    start: int
    end: int

    @property
    def word(self) -> Word:
        """What it may mean."""
        return read_word(self.text)


def tokens(text: str, start: int = 0, end: int | None = None) -> tuple[Token, ...]:
    """Return the words and numbers of a range of folded text."""
    found = _TOKEN.finditer(text, start, len(text) if end is None else end)
    return tuple([Token(match.group(), *match.span()) for match in found])


@lru_cache(maxsize=32_768)
def read_word(text: str) -> Word:
    """Read one folded word."""
    if text[0].isascii():
        return Word(_english().get(text, frozenset()), verb=text in _english())
    future = _FUTURE.fullmatch(text) is not None
    # Most words have no concept at all, which one look tells.
    lists = _arabic() if _any_arabic().fullmatch(text) else ()
    matched = [(name, match) for name, pattern in lists if (match := pattern.fullmatch(text))]
    if text in _never():
        return Word(frozenset())
    if not matched:
        return Word(frozenset(), _person(text, future=future), future=future, verb=future)
    parts = [match for _, match in matched]
    dialect = any(match["will"] and match["who"] for match in parts)
    ours = any(match["who"] == "ن" or (match["will"] and match["who"] == "ا") for match in parts)
    past = any(not match["who"] and not match["the"] and "نا" in match["ends"][:2] for match in parts)
    person = "us" if ours or past else "other" if any(match["who"] == "ي" for match in parts) else ""
    return Word(frozenset(name for name, _ in matched), person, future or dialect, past and not ours, verb=True)


def _person(text: str, *, future: bool) -> str:
    return "us" if future and re.match("[وفل]?سن", text) else ""


@cache
def _english() -> Mapping[str, frozenset[str]]:
    forms: dict[str, set[str]] = {}
    for name, words in load_lexicon("promises")["concepts"].items():
        for word in words["en"]:
            for form in (word[1:],) if word.startswith("=") else _inflected(word):
                forms.setdefault(form, set()).add(name)
    return {form: frozenset(names) for form, names in forms.items()}


def _inflected(word: str) -> Iterator[str]:
    yield from (word, f"{word}s", f"{word}es", f"{word}d", f"{word}ed", f"{word}ing")
    if word.endswith("e"):
        yield f"{word[:-1]}ing"
    if word.endswith("y"):
        yield from (f"{word[:-1]}ies", f"{word[:-1]}ied")
    if len(word) > _LONG - 1 and word[-1] not in f"{_VOWELS}wxy" and word[-2] in _VOWELS:
        yield from (f"{word}{word[-1]}ed", f"{word}{word[-1]}ing")


@cache
def _arabic() -> Sequence[tuple[str, re.Pattern[str]]]:
    return tuple(
        (name, re.compile(f"{_ARABIC}(?:{fold_pattern('|'.join(words['ar']))})(?P<ends>{_ENDS}{{0,2}})"))
        for name, words in load_lexicon("promises")["concepts"].items()
    )


@cache
def _any_arabic() -> re.Pattern[str]:
    cores = "|".join(fold_pattern("|".join(words["ar"])) for words in load_lexicon("promises")["concepts"].values())
    return re.compile(f"{_ARABIC}(?:{cores}){_ENDS}{{0,2}}")


@cache
def _never() -> frozenset[str]:
    return frozenset(fold(word).text for row in load_lexicon("promises")["never"] for word in row)


@lru_cache(maxsize=4_096)
def meanings(text: str) -> tuple[frozenset[str], ...]:
    """Return what each telling word of folded text may mean: its concepts, or its stem where it has none."""
    found = [(item, read_word(text[item.start : item.end])) for item in stem_words(text)]
    money = any("money" in word.concepts and "return" not in word.concepts for _, word in found)
    return tuple(_plain(word, text[item.end :], money=money) or frozenset({item.text}) for item, word in found)


def _plain(word: Word, after: str, *, money: bool) -> frozenset[str]:
    """Return a word's concepts without those that its neighbours rule out: «رد» gives back or answers."""
    if "return" not in word.concepts or money:
        return word.concepts - ({"tell", "answer"} if "return" in word.concepts else frozenset())
    if word.concepts & {"tell", "answer"}:
        return word.concepts - {"return"}
    # «نعود إليكم»: we write again.
    back = word.person == "us" and _TO_YOU.match(after) is not None
    return frozenset({"tell"}) if back else word.concepts
