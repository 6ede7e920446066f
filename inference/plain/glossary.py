"""The bilingual glossary: everyday words for jargon, read from ``glossary/*.yaml`` and checked once."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated, Literal

import yaml
from pydantic import Field, TypeAdapter, ValidationError, field_validator, model_validator

from inference.lexicons import read_yaml
from inference.plain.words import words_of
from inference.types import Record, TechnicalLevel
from models.errors import ConfigurationError

LANGUAGES = ("ar", "en")
LOCKED = "locked.yaml"
MOST_WORDS = 12
"""Longest explanation, in words: it stands in brackets inside somebody's sentence."""
_NOT_IN_BRACKETS = re.compile(r"[()\[\]{}\d٠-٩.!?؟\n]")
_LETTERS = {"ar": re.compile(r"[\u0621-\u064a]"), "en": re.compile(r"[A-Za-z]")}

Text = Annotated[str, Field(min_length=1, max_length=200)]
Level = Literal["everybody", "novice", "nobody"]
"""Whom a term is explained to: all but experts, laymen only, or nobody (it only lends its comparison)."""


class Wording(Record):
    """A term in one language.

    Attributes:
        forms: How it is written, singular and irregular plurals; the article, possessives and tanween, and English
            plurals in -s, are recognised by themselves. Capitals only (PIN) match capitals only.
        plain: The everyday explanation: what can stand in brackets after the term, whoever it belongs to.
        many: The explanation of its plural; without it a plural is not explained.
        like: An everyday comparison, one true sentence.
        instead: Everyday words that replace a term, by the exact words that they replace.
        beside: Words of which one must stand in the text too, where the form means something else elsewhere.
        level: Where this language's word is better or worse known than the term at large.
    """

    forms: tuple[Text, ...] = Field(min_length=1)
    plain: Text
    many: Text | None = None
    like: Text | None = None
    instead: Mapping[Text, Text] = Field(default_factory=dict)
    beside: tuple[Text, ...] = ()
    level: Level | None = None

    @field_validator("plain", "many")
    @classmethod
    def _fits_brackets(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if _NOT_IN_BRACKETS.search(value):
            raise ValueError("'plain' stands in brackets: no digits, brackets, full stops or line breaks")
        if len(value.split()) > MOST_WORDS:
            raise ValueError(f"'plain' has more than {MOST_WORDS} words")
        return value

    @field_validator("like")
    @classmethod
    def _is_sentence(cls, value: str | None) -> str | None:
        if value is not None and not value.endswith("."):
            raise ValueError("'like' is a sentence and ends with a full stop")
        return value


class Entry(Record):
    """A term of the glossary; a ``locked`` one is explained but never replaced."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    level: Level
    locked: bool = False
    ar: Wording
    en: Wording

    @model_validator(mode="after")
    def _holds_together(self) -> "Entry":
        for language in LANGUAGES:
            wording = self.wording(language)
            if _LETTERS[language].search(wording.plain) is None:
                raise ValueError(f"'plain' of {language} has no word of that language")
            if self.locked and wording.instead:
                raise ValueError("a locked term is never replaced: it takes no 'instead'")
        return self

    def wording(self, language: str) -> Wording:
        """Return the term's wording in ``ar`` or ``en``."""
        return self.ar if language == "ar" else self.en

    def is_jargon(self, language: str, level: TechnicalLevel) -> bool:
        """Tell whether customers of a technical level need the term explained."""
        known_to = self.wording(language).level or self.level
        if level is TechnicalLevel.EXPERT or known_to == "nobody":
            return False
        return known_to == "everybody" or level is TechnicalLevel.LAYMAN


_LOCKED = TypeAdapter(tuple[tuple[Text, ...], ...])


@cache
def glossary() -> Mapping[str, Entry]:
    """Return the glossary by id.

    Raises:
        ConfigurationError: an entry breaks the format; names the file and the entry.
    """
    return read_glossary(files(__package__) / "glossary")


def read_glossary(folder: Traversable) -> Mapping[str, Entry]:
    """Read and check a folder of glossary files.

    Raises:
        ConfigurationError: an entry breaks the format or repeats an id; names the file and the entry.
    """
    entries: dict[str, Entry] = {}
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if not file.name.endswith(".yaml") or file.name == LOCKED:
            continue
        for entry in _entries(file):
            if entry.id in entries:
                raise _fault(file, entry.id, "the id is taken: give it another, or merge the two")
            entries[entry.id] = entry
    return entries


@cache
def locked_names() -> tuple[str, ...]:
    """Return the product names that are never explained, replaced or broken up, in both scripts."""
    text = (files(__package__) / "glossary" / LOCKED).read_text(encoding="utf-8")
    return tuple(name for names in _LOCKED.validate_python(read_yaml(text)) for name in names)


def _entries(file: Traversable) -> Iterator[Entry]:
    try:
        rows = read_yaml(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise _fault(file, "-", str(error)) from error
    if not isinstance(rows, list):
        raise _fault(file, "-", "a glossary file is a list of entries")
    for number, row in enumerate(rows, start=1):
        name = str(row.get("id", number)) if isinstance(row, dict) else str(number)
        try:
            entry = Entry.model_validate(row)
        except ValidationError as error:
            faults = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
            raise _fault(file, name, faults) from error
        if empty := [form for part in (entry.ar, entry.en) for form in part.forms if not words_of(form)]:
            raise _fault(file, name, f"the form {empty[0]!r} has no letters")
        yield entry


def _fault(file: Traversable, entry: str, fault: str) -> ConfigurationError:
    return ConfigurationError(f"The glossary file {file.name} is at fault in the entry {entry}: {fault}.", field=entry)
