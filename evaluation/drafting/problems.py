"""Problems of our own in four tempers and two languages, and example messages, from the YAML files beside this one."""

from importlib.resources import files
from typing import Any

import yaml
from pydantic import Field

from inference.types import AngerLevel, Message, Record

LANGUAGES = ("ar", "en")


class Problem(Record):
    """One problem in four tempers; ``intent`` names the sample's resolution that answers it."""

    intent: str
    ar: dict[AngerLevel, str] = Field(min_length=len(AngerLevel))
    en: dict[AngerLevel, str] = Field(min_length=len(AngerLevel))

    def wordings(self, language: str) -> dict[AngerLevel, str]:
        """Return the four wordings in one language, the calmest first."""
        found = self.ar if language == "ar" else self.en
        return {level: found[level] for level in AngerLevel}


class Example(Record):
    """A message with its context, and what a reader found still wrong with its draft.

    Attributes:
        title: What it shows.
        judged: Digest of the draft that ``wrong`` was written about; another draft needs another reading.
        wrong: What is still wrong, in a sentence or two.
    """

    title: str
    message: Message
    judged: str = ""
    wrong: str


def load_problems() -> tuple[Problem, ...]:
    """Read the problems; the first five also stand in the matrix of channels."""
    return tuple(map(Problem.model_validate, _read("problems.yaml")))


def load_examples() -> tuple[Example, ...]:
    """Read the examples."""
    return tuple(map(Example.model_validate, _read("examples.yaml")))


def _read(name: str) -> list[Any]:
    found: list[Any] = yaml.safe_load((files(__package__) / name).read_text(encoding="utf-8"))
    return found
