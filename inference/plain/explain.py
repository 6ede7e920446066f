"""Jargon in a reply: found, explained once in brackets at its first use, or replaced by everyday words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from inference.plain.context import around, is_explained, is_menu, sentence_of, within
from inference.plain.glossary import LANGUAGES, Entry, Wording, glossary
from inference.plain.match import Found, ids_in
from inference.plain.phrase import defines, phrase_end
from inference.plain.reading import Reading, read
from inference.plain.words import words_of
from inference.types import Record, Span, TechnicalLevel

_APART = 30
"""Characters that part brackets at least: two close together make a sentence unreadable."""


class Explanation(Record):
    """A term that was made plain: its id, as it was written, and its span in the new text with what explains it."""

    id: str
    term: str
    way: Literal["explained", "replaced"]
    span: Span


class Explained(Record):
    """A text with its terms made plain, in the order of the text."""

    text: str
    terms: tuple[Explanation, ...] = ()


@dataclass(frozen=True)
class _Change:
    start: int
    end: int
    new: str
    term: str
    entry: Entry
    way: Literal["explained", "replaced"]


def explain(text: str, language: str, *, level: TechnicalLevel, most: int = 2, known: str = "") -> Explained:
    """Explain or replace jargon in a reply.

    A term is explained in brackets after its whole noun phrase, once; replaced, everywhere. Left alone are terms that
    the customer used, that the text explains, in quotes, links, menus and product names, and those that leave no place
    for brackets. A sentence takes one explanation.

    Args:
        text: the reply, or a part of it.
        language: ``ar`` or ``en``; other languages are returned as they are.
        level: how technical the customer is; experts get nothing explained.
        most: most terms that are explained; what everybody stumbles over goes first. Everyday twins cost no room.
        known: the customer's own words.
    """
    changes: list[_Change] = []
    ranked = sorted(_needing(text, language, level, known), key=lambda item: item.rank)
    taken: set[int] = set()
    for item in ranked:
        if replaced := list(item.replacements()):
            changes += replaced
        elif len(taken) < most and (explained := item.brackets(taken)) is not None:
            changes.append(explained)
            taken.add(item.sentence)
    return _changed(text, sorted(changes, key=lambda change: change.start))


def unexplained(text: str, language: str, *, level: TechnicalLevel, known: str = "") -> tuple[Span, ...]:
    """Return the first use of each term that a customer of this level needs explained and that nobody explains."""
    spans = [item.uses[0] for item in _needing(text, language, level, known)]
    return tuple(Span(start=use.start, end=use.end, text=text[use.start : use.end]) for use in spans)


@dataclass(frozen=True)
class _Need:
    """A term that wants explaining, with its uses in the text."""

    reading: Reading
    uses: tuple[Found, ...]

    @property
    def entry(self) -> Entry:
        return self.uses[0].entry

    @property
    def wording(self) -> Wording:
        return self.entry.wording(self.reading.language)

    @property
    def rank(self) -> tuple[bool, int]:
        return (self.wording.level or self.entry.level) != "everybody", self.uses[0].start

    @property
    def sentence(self) -> int:
        return sentence_of(self.reading.text, self.uses[0].start, self.reading.starts)[0]

    def replacements(self) -> Iterator[_Change]:
        """Yield an everyday twin for each use that has one; none unless every use has, or a reader meets both."""
        changes = [self._replacement(use) for use in self.uses]
        if all(changes):
            yield from (change for change in changes if change)

    def _replacement(self, use: Found) -> _Change | None:
        instead, words = _instead(self.entry.id, self.reading.language), self.reading.words
        for first in range(max(0, use.first - 1), use.first + 1):
            for last in range(use.last, min(use.last + 2, len(words))):
                start, end = words[first].start, words[last].end
                old = self.reading.text[start:end]
                if (new := instead.get(_key(old))) is not None:
                    return _Change(start, end, _cased(old, new), old, self.entry, "replaced")
        return None

    def brackets(self, taken: set[int]) -> _Change | None:
        """Return the explanation after the first use; None where it has no place, or its sentence has one already."""
        use, text = self.uses[0], self.reading.text
        end = phrase_end(text, self.reading.words, use, self.reading.language)
        plain = self.wording.many if use.plural else self.wording.plain
        if end is None or plain is None or self.sentence in taken or self._is_crowded(end):
            return None
        term = text[use.start : use.end]
        return _Change(use.start, end, f"{text[use.start : end]} ({plain})", term, self.entry, "explained")

    def _is_crowded(self, end: int) -> bool:
        near = self.reading.text[max(0, self.uses[0].start - _APART) : end + _APART]
        return "(" in near or ")" in near


@lru_cache(maxsize=256)
def _needing(text: str, language: str, level: TechnicalLevel, known: str) -> tuple[_Need, ...]:
    if language not in LANGUAGES or level is TechnicalLevel.EXPERT:
        return ()
    reading = read(text, language)
    uses: dict[str, list[Found]] = {}
    for found in reading.terms:
        if found.entry.is_jargon(language, level):
            uses.setdefault(found.entry.id, []).append(found)
    for used in ids_in(known) if uses and known else ():
        uses.pop(used, None)
    needs = []
    for found_uses in uses.values():
        free = [use for use in found_uses if not _is_name(reading, use)]
        if free and not any(_explains(reading, use) for use in free):
            needs.append(_Need(reading, tuple(free)))
    return tuple(needs)


def _is_name(reading: Reading, use: Found) -> bool:
    """Tell whether a use is quoted, a link or the name of a menu."""
    quoted = within(use.start, use.end, reading.quoted)
    return quoted or is_menu(reading.text, use, reading.starts, reading.language)


def _explains(reading: Reading, use: Found) -> bool:
    """Tell whether the text itself explains a term: in brackets, in apposition, as a definition, in other words."""
    text, words = reading.text, reading.words
    if within(use.start, use.end, reading.aside):
        return True
    if reading.language == "ar" and use.start in reading.starts and defines(text, words, use):
        return True
    end = phrase_end(text, words, use, reading.language)
    return is_explained(text, use, end or use.end, around(text, use, reading.starts), reading.language)


def _changed(text: str, changes: Sequence[_Change]) -> Explained:
    parts: list[str] = []
    terms: dict[str, Explanation] = {}
    at = length = 0
    for change in changes:
        before = text[at : change.start]
        start = length + len(before)
        parts += [before, change.new]
        at, length = change.end, start + len(change.new)
        span = Span(start=start, end=length, text=change.new)
        terms.setdefault(change.entry.id, Explanation(id=change.entry.id, term=change.term, way=change.way, span=span))
    return Explained(text="".join([*parts, text[at:]]), terms=tuple(terms.values()))


@lru_cache(maxsize=1_024)
def _instead(identifier: str, language: str) -> dict[str, str]:
    return {_key(old): new for old, new in glossary()[identifier].wording(language).instead.items()}


def _key(phrase: str) -> str:
    return " ".join(word.folded for word in words_of(phrase))


def _cased(old: str, new: str) -> str:
    return new[0].upper() + new[1:] if old[0].isupper() else new
