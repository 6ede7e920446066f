"""The telling words of a text with their signs, and the words that carry certainty, scope, conditions and order."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from inference.checks.fidelity.lexicon import Entry, Form, form, forms
from inference.checks.fidelity.stemming import WORD

_BREAK = re.compile(r"[,;:.!?()\n\u2013\u2014]")
_JOINS = frozenset({"and", "then"})
_ARABIC_NOT = frozenset({"لا", "ولا"})


class Word(NamedTuple):
    """A word of folded text, and the number of its clause."""

    text: str
    clause: int
    opens: bool


class Unit(NamedTuple):
    """A telling word or phrase.

    Attributes:
        matter: what it speaks of.
        sign: False for the turned side of an opposite ("free", "after") or of a negation; ``signed`` tells whether
            the sign means anything by itself.
        at: the index of its first word; ``end`` that behind its last.
        turned: how it is negated: "" (not at all), "verb", "noun" ("no", "without"), or "contrast" ("not the ...").
    """

    matter: str
    sign: bool
    signed: bool
    at: int
    end: int
    turned: str = ""


class Mark(NamedTuple):
    """A word or phrase that carries certainty, scope, a condition or order; ``group`` says which."""

    group: str
    at: int
    end: int


def split(text: str) -> Iterator[Word]:
    """Yield the words of folded text; ``opens`` tells that punctuation stands before one."""
    conjunctions = forms("conjunctions")
    number, last = 0, 0
    for match in WORD.finditer(text):
        word, start = match.group(), match.start()
        opens = text[last:start] != " " and _BREAK.search(text, last, start) is not None
        number += opens or word in conjunctions or (word in _MA and _AS_LONG.match(text, start) is not None)
        yield Word(word, number, opens)
        last = match.end()


_AS_LONG = re.compile(r"[وف]?ما (?:دا?م|لم(?!\w))")
"""«ما دام», «ما لم» open a clause."""
_SUBJECTS = frozenset({"ان", "one"})
"""After "no" or "without" these turn what is done: "no one answers", «دون أن»."""
_PARTICLES = {"on": True, "off": False}
_PARTED = 4
_EVER = frozenset({"ever", "even", "really"})
_LIMIT = 7
"""Words within which "not ... except" means "only"."""
"""Words within which "switch ... off" is parted."""
_MA = frozenset({"ما", "وما", "فما"})
_MA_BEFORE = frozenset({"كان", "كانت", "كانوا", "كنت", "راح", "رح", "عاد", "عادت"})


def find_units(words: Sequence[Word], texts: tuple[str, ...], known: Sequence[Form]) -> Iterator[Unit]:
    """Yield what words speak of, without signs of negation; "before" and "after" are bound to what follows them."""
    units = tuple(_plain(texts, known))
    for number, unit in enumerate(units):
        if unit.matter != "sequence":
            yield unit
        elif number + 1 < len(units) and words[units[number + 1].at].clause == words[unit.at].clause:
            yield unit._replace(matter=f"sequence {units[number + 1].matter}")


def _plain(texts: tuple[str, ...], known: Sequence[Form]) -> Iterator[Unit]:
    at, parted = 0, forms("parted")
    while at < len(texts):
        text, word = texts[at], known[at]
        found = word.matter
        for entry in word.phrases:
            if not entry.rest or texts[at + 1 : at + 1 + len(entry.rest)] == entry.rest:
                found = entry
                break
        length = 1 if found is None else len(found.rest) + 1
        particle = _particle(texts, at) if text in parted else None
        if particle is not None:
            found = Entry((), "switch", particle)
        if found is not None:
            yield Unit(found.name, found.sign is not False, found.sign is not None, at, at + length)
        elif not word.common and (len(text) > 1 or text.isdigit()):
            yield Unit(word.stem, True, False, at, at + 1)
        at += length


def _particle(texts: tuple[str, ...], at: int) -> bool | None:
    """Return whether "switch" or "turn" has its "on" or "off" a few words on: "switch the flash off"."""
    return next((_PARTICLES[text] for text in texts[at + 1 : at + 1 + _PARTED] if text in _PARTICLES), None)


def find_marks(texts: tuple[str, ...], known: Sequence[Form]) -> Iterator[Mark]:
    """Yield the marks that stand in a text."""
    for at, word in enumerate(known):
        for entry in word.marks:
            if not entry.rest or texts[at + 1 : at + 1 + len(entry.rest)] == entry.rest:
                yield Mark(entry.name, at, at + 1 + len(entry.rest))


def turn(words: Sequence[Word], known: Sequence[Form], units: Sequence[Unit], marks: Sequence[Mark]) -> Iterator[Unit]:
    """Yield the units, with the sign turned of those that are negated."""
    found: dict[int, str] = {}
    contrasts = {mark.end - 1 for mark in marks if mark.group == "contrast"}
    turning = [at for at, form in enumerate(known) if form.negates or at in contrasts or words[at].text in _MA]
    neutral = {at for mark in marks if mark.group == "neutral" for at in range(mark.at, mark.end)} if turning else set()
    for at in turning:
        word = words[at]
        only = word.text in _ARABIC_NOT and any(item.text == "الا" for item in words[at + 2 : at + _LIMIT])
        if at in contrasts or (at not in neutral and not only and (known[at].negates or _ma(words, at))):
            found |= _reached(words, units, at, "contrast" if at in contrasts else _kind(words, at))
    for unit in units:
        yield unit._replace(sign=not unit.sign, turned=found[unit.at]) if unit.at in found else unit


def _ma(words: Sequence[Word], at: int) -> bool:
    """Tell whether «ما» denies: «ما كان يكفي»; «كل ما يلزم» says what."""
    if words[at].text not in _MA or at + 1 == len(words) or words[at + 1].clause != words[at].clause:
        return False
    return words[at + 1].text in _MA_BEFORE


def _reached(words: Sequence[Word], units: Sequence[Unit], at: int, kind: str) -> dict[int, str]:
    """Return what a negation turns: the next unit, past "can"; a contrast all that it names."""
    found = {}
    for unit in units:
        if unit.at <= at or words[unit.at].clause != words[at].clause:
            continue
        if any(word.text in _JOINS for word in words[at : unit.at]):
            break
        if kind != "noun" or unit.signed:
            found[unit.at] = kind
        if kind != "contrast" and unit.matter != "permission":
            break
    return found


def _kind(words: Sequence[Word], at: int) -> str:
    following = next((word.text for word in words[at + 1 : at + 3] if word.text not in _EVER), "")
    nominal = words[at].text in forms("nominal")
    if nominal:
        return "verb" if following.endswith("ing") or following in _SUBJECTS else "noun"
    if following in forms("contrasted"):
        return "contrast"
    return "contrast" if words[at].text in _ARABIC_NOT and following and _names(following) else "verb"


def _names(word: str) -> bool:
    """Tell whether an Arabic word after "لا" is a noun: no verb begins so."""
    return word[0] not in "يتنا" and not any(entry.sign is not None for entry in form(word).phrases if not entry.rest)
