"""The lexicon of actions (``lexicons/tried.yaml``), compiled: verbs, objects, and which word may begin which.

Most words begin nothing, and a message's words are mostly common ones: what a word may begin is kept in a cache, and
the full expressions are only tried where they have a chance.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

from inference.lexicons import load_lexicon
from inference.text import fold_pattern

HEAD = r"(?:(?:^|[.,;:]\s*|(?<!\w)(?:and|then|or|please|now|first|also|next|just|by)\s+))"
"""What stands before an English order."""
_LABEL = r"(?:(?<!\w)(?:tap|choose|select|press|under)\s+)"
_PREFIX = "[وف]?"
_NOUN_PREFIX = "[وفبل]?(?:ال)?"
_OBJECT_PREFIX = "[وفبلكع]?(?:ال|لل|ل)?"
_OBJECT_SUFFIX = "(?:ا|ي|ه|ها|ك|كم|نا|هم)?"
_PART = re.compile(r"\\.|\[[^\]]*\]|.")
_LOOKBEHIND = re.compile(r"\(\?<[=!][^)]*\)")
_WORD_START = re.compile(r"(?<!\w)(?=(\w\S*))")


class Action(NamedTuple):
    """One action; ``object`` is empty where the verb alone says it, or where the customer does not name it."""

    verb: str
    object: str


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb: how steps tell it, how it is reported, and what it takes as its object.

    Attributes:
        name: Its key.
        bare: Whether it says enough without an object.
        named: Whether a customer must name the object all the same.
        objects: What it takes.
        told: Finds it in a step.
        reported: Matches it where a customer says in the past tense that they did it.
        based: Matches its present tense or noun, which counts only after a lead.
        head: Matches the first word of the latter two.
    """

    name: str
    bare: bool
    named: bool
    objects: frozenset[str]
    told: re.Pattern[str]
    reported: re.Pattern[str]
    based: re.Pattern[str]
    head: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Thing:
    """An object: its key, what matches it, and what matches its first word."""

    name: str
    pattern: re.Pattern[str]
    head: re.Pattern[str]


class Begun(NamedTuple):
    """What may begin at a place in a text."""

    start: int
    verbs: tuple[Verb, ...]
    things: tuple[Thing, ...]


def entry(name: str) -> Any:  # noqa: ANN401 - each caller knows the shape
    """Return one part of the lexicon."""
    return load_lexicon("tried")[name]


def expand(pattern: str) -> str:
    """Put the patterns of ``names`` in place of their <name>, and fold."""
    for name in ("did", "doing", "again", "up", "tu", "t"):
        pattern = pattern.replace(f"<{name}>", entry("names")[name])
    return fold_pattern(pattern)


def one_of(patterns: dict[str, list[str]] | list[str], prefix: str = _PREFIX, suffix: str = "") -> str:
    """Return an alternation over a lexicon entry; Arabic alternatives may carry ``prefix`` and ``suffix``."""
    if isinstance(patterns, list):
        return rf"(?:{prefix}(?:{'|'.join(map(expand, patterns))}))" if patterns else r"(?!)"
    latin = [*patterns.get("en", []), *patterns.get("arabizi", [])]
    parts = [rf"{prefix}(?:{'|'.join(map(expand, patterns['ar']))}){suffix}"] if patterns.get("ar") else []
    parts += ["|".join(map(expand, latin))] if latin else []
    return rf"(?:{'|'.join(parts)})" if parts else r"(?!)"


def bounded(body: str) -> re.Pattern[str]:
    """Compile a pattern of whole words."""
    return re.compile(rf"(?<!\w){body}(?!\w)")


@cache
def verbs() -> tuple[Verb, ...]:
    """Return the verbs, in the order of the lexicon."""
    return tuple(
        Verb(
            name=name,
            bare=item.get("bare", False),
            named=item.get("named", False),
            objects=frozenset(item["objects"]),
            told=_told(item["told"]),
            reported=bounded(one_of(item["done"])),
            based=bounded(one_of(item["base"], _NOUN_PREFIX)),
            head=_head_of([item["done"], item["base"]], _NOUN_PREFIX),
        )
        for name, item in entry("verbs").items()
    )


@cache
def things() -> tuple[Thing, ...]:
    """Return the objects, in the order of the lexicon."""
    return tuple(
        Thing(name, bounded(one_of(item, _OBJECT_PREFIX, _OBJECT_SUFFIX)), _head_of([item], _OBJECT_PREFIX))
        for name, item in entry("objects").items()
    )


def _told(patterns: dict[str, list[str]]) -> re.Pattern[str]:
    latin, arabic = ("|".join(map(expand, patterns[script])) for script in ("en", "ar"))
    return re.compile(rf"(?:(?<!\w){_PREFIX}(?P<ar>{arabic})|(?:{HEAD}|{_LABEL})(?P<en>{latin}))(?!\w)")


def _head_of(entries: Sequence[dict[str, list[str]]], prefix: str) -> re.Pattern[str]:
    arabic = {_first_word(expand(pattern)) for item in entries for pattern in item["ar"]}
    latin = {_first_word(expand(pattern)) for item in entries for pattern in (*item["en"], *item.get("arabizi", []))}
    parts = [rf"{prefix}(?:{'|'.join(sorted(arabic))})"] * bool(arabic) + ["|".join(sorted(latin))] * bool(latin)
    return re.compile("|".join(parts) or r"(?!)")


def _first_word(pattern: str) -> str:
    """Return a pattern for the first word of what a pattern matches: up to the first white space that it may hold."""
    pattern = _LOOKBEHIND.sub("", pattern)
    depth, whole, parts = 0, 0, list(_PART.finditer(pattern))
    for part in parts:
        depth += (part.group() == "(") - (part.group() == ")")
        if part.group() in {" ", r"\s"}:
            if not depth:
                return pattern[: part.start()]
            rest = pattern[whole:]
            return pattern[:whole] + (_first_of_group(rest) if rest.startswith("(?:") else "")
        # A group counts with what repeats it.
        if not depth and pattern[part.end() : part.end() + 1] not in {"?", "*", "+", "{"}:
            whole = part.end()
    return pattern


def _first_of_group(pattern: str) -> str:
    """Return the first words of a pattern that begins with a group of alternatives, some of several words."""
    depth, ends, end = 0, [2], 0
    for part in _PART.finditer(pattern):
        depth += (part.group() == "(") - (part.group() == ")")
        if part.group() == "|" and depth == 1:
            ends.append(part.start())
        if not depth:
            end = part.start()
            break
    bounds = zip(ends, [*ends[1:], end], strict=True)
    first = [_first_word(pattern[start + 1 : stop]) for start, stop in bounds]
    rest = pattern[end + 1 :]
    return f"(?:{'|'.join([*first, _first_word(rest[1:])] if rest[:1] in {'?', '*'} else first)})"


def begun(text: str) -> list[Begun]:
    """Return the places of a folded text where a reported verb or an object may begin, in reading order."""
    places = (Begun(match.start(), *_begins(match.group(1))) for match in _WORD_START.finditer(text))
    return [place for place in places if place.verbs or place.things]


@cache
def _gate() -> re.Pattern[str]:
    heads = [*(verb.head for verb in verbs()), *(thing.head for thing in things())]
    return re.compile("|".join(f"(?:{head.pattern})" for head in heads))


@lru_cache(maxsize=32_768)
def _begins(word: str) -> tuple[tuple[Verb, ...], tuple[Thing, ...]]:
    if not _gate().match(word):
        return (), ()
    begins = tuple(verb for verb in verbs() if verb.head.match(word))
    return begins, tuple(thing for thing in things() if thing.head.match(word))
