"""The words of a report in one language: its sentences, and the names of figures, tasks, columns and values."""

import re
from functools import cache
from importlib.resources import files
from typing import Any

from evaluation.choices import PageLanguage
from inference.lexicons import read_yaml

_BOTH = re.compile(r"(.+) \((\w+)\)")
_SIGNED = re.compile(r"-[\d.,]+%?|[\d.,]+%")
_ISOLATE, _POP = "\u2066", "\u2069"


class Words:
    """Sentences and names in one language."""

    def __init__(self, language: PageLanguage) -> None:
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        """Return a sentence with its values; among Arabic words a number would change sides with its sign."""
        if self.language is PageLanguage.AR:
            values = {name: _isolated(value) for name, value in values.items()}
        return str(texts()["page"][key][self.language.value]).format(**values)

    @property
    def comma(self) -> str:
        """What stands between the items of a list."""
        return "، " if self.language is PageLanguage.AR else ", "

    def name(self, name: str) -> str:
        """Return the name of a figure, a task, a column or a value; what has none stays as it is."""
        if (found := self._known(name)) is not None:
            return found
        if (both := _BOTH.fullmatch(name)) and (first := self._known(both[1])) is not None:
            return f"{first} ({self.name(both[2])})"
        return name.replace("_", " ")

    def line(self, suite: str, line: str) -> str:
        """Return what a suite measures, in one line."""
        return str(texts()["lines"].get(suite, line)) if self.language is PageLanguage.AR else line

    def _known(self, name: str) -> str | None:
        found = texts()["names"].get(name)
        if isinstance(found, dict):
            return str(found[self.language.value])
        return None if found is None else str(found) if self.language is PageLanguage.AR else name.replace("_", " ")


def _isolated(value: object) -> object:
    return f"{_ISOLATE}{value}{_POP}" if _SIGNED.fullmatch(str(value)) else value


@cache
def texts() -> dict[str, Any]:
    """Read the words: ``page`` (sentences in both languages), ``lines`` and ``names`` (Arabic, or both languages)."""
    found: dict[str, Any] = read_yaml((files(__package__) / "names.yaml").read_text(encoding="utf-8"))
    return found
