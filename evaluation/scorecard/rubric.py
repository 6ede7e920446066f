"""The rubric: what a reply is judged by, as a file that a team may replace with its own."""

import hashlib
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import Field, PrivateAttr, StringConstraints, field_validator, model_validator

from inference.documents import read_document
from inference.types import Channel, Record
from models.errors import ConfigurationError, NotFoundError

Level = Literal[1, 2, 3, 4]
"""A score of a criterion: 1 poor, 2 short of what is expected, 3 as expected, 4 exemplary."""
LEVELS: tuple[Level, ...] = (1, 2, 3, 4)
_NUMBERS: dict[object, Level] = {str(level): level for level in LEVELS}
ItemId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""The id of a criterion or an auto-fail item."""
Weight = Annotated[float, Field(ge=0, le=10)]
_Line = Annotated[str, StringConstraints(min_length=1, max_length=1_000, strip_whitespace=True)]


class Wording(Record):
    """A text in both languages of the console."""

    ar: _Line
    en: _Line

    def in_(self, language: str) -> str:
        """Return the text in Arabic for ``ar``, else in English."""
        return self.ar if language == "ar" else self.en


class Criterion(Record):
    """One thing that a reply is judged by, in four anchored levels.

    Attributes:
        id: Names it in cards, columns and exports.
        question: What a reviewer asks of the reply.
        levels: What a reply of each level looks like; all four.
        not_due: When it does not apply, so that its score stays empty; None: it always applies.
        weight: Of its points in the total; 0 keeps it out.
    """

    id: ItemId
    title: Wording
    question: Wording
    levels: dict[Level, Wording]
    not_due: Wording | None = None
    weight: Weight = 1.0

    @field_validator("levels", mode="before")
    @classmethod
    def _numbered(cls, given: object) -> object:
        """JSON writes the keys of an object as text."""
        return {_NUMBERS.get(key, key): words for key, words in given.items()} if isinstance(given, dict) else given

    @model_validator(mode="after")
    def _anchored(self) -> Self:
        if missing := sorted(set(LEVELS) - set(self.levels)):
            raise ValueError(f"levels: add {', '.join(map(str, missing))}; each of 1 to 4 needs its words")
        return self


class AutoFail(Record):
    """A fault that fails a reply whatever its points: stated beside the total, never averaged into it.

    Attributes:
        definition: What counts, and what does not.
        example: A reply, or a part of one, that has it.
    """

    id: ItemId
    title: Wording
    definition: Wording
    example: Wording


Item = TypeVar("Item", Criterion, AutoFail)


class Rubric(Record):
    """What replies are judged by.

    Attributes:
        version: Counted up by whoever changes what a score means.
        channels: Weights by channel where they differ from the criteria's own; 0 keeps a criterion out there.
    """

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    version: int = Field(ge=1)
    criteria: tuple[Criterion, ...] = Field(min_length=1, max_length=40)
    auto_fails: tuple[AutoFail, ...] = Field(default=(), max_length=40)
    channels: dict[Channel, dict[ItemId, Weight]] = Field(default_factory=dict)
    _revision: str = PrivateAttr(default="")

    @property
    def id(self) -> str:
        """``name@version``, as cards name it."""
        return f"{self.name}@{self.version}"

    @property
    def revision(self) -> str:
        """The first 12 digits of the file's SHA-256: told beside the id, since files change without a new version."""
        return self._revision

    def criterion(self, name: str) -> Criterion:
        """Return a criterion by its id.

        Raises:
            NotFoundError: there is none.
        """
        return self._named(self.criteria, name)

    def auto_fail(self, name: str) -> AutoFail:
        """Return an auto-fail item by its id.

        Raises:
            NotFoundError: there is none.
        """
        return self._named(self.auto_fails, name)

    def weight(self, name: str, channel: Channel) -> float:
        """Return what a criterion's points weigh on a channel; 0: it does not count there."""
        return self.channels.get(channel, {}).get(name, self.criterion(name).weight)

    def _named(self, items: tuple[Item, ...], name: str) -> Item:
        for item in items:
            if item.id == name:
                return item
        known = ", ".join(item.id for item in items)
        raise NotFoundError(f"The rubric {self.id} has no '{name}': it has {known}.", field=name)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names = [*(item.id for item in self.criteria), *(item.id for item in self.auto_fails)]
        if doubled := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"criteria: {', '.join(doubled)} stands twice")
        known = {item.id for item in self.criteria}
        for channel, weights in self.channels.items():
            if unknown := sorted(set(weights) - known):
                raise ValueError(f"channels.{channel}: there is no criterion {', '.join(unknown)}")
        for channel in Channel:
            if not any(self.weight(item.id, channel) for item in self.criteria):
                raise ValueError(f"channels.{channel}: no criterion counts there")
        return self


def load_rubric(path: Path | None = None) -> Rubric:
    """Read and validate a rubric (the shipped one when ``path`` is None).

    Raises:
        ConfigurationError: the file is absent, is not YAML, names a key twice or does not fit the schema; names each
            place at fault with its line.
    """
    source = files(__package__) / "rubric.yaml" if path is None else path
    try:
        raw = source.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"The rubric {path} cannot be read ({error.strerror}): name a readable file."
        ) from error
    rubric = read_document(raw, Rubric, "The rubric")
    rubric._revision = hashlib.sha256(raw).hexdigest()[:12]
    return rubric


def rubric_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a rubric, for editors that complete and check YAML."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | Rubric.model_json_schema()
