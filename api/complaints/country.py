"""Country files: the times and wordings that regulators ask for, each with its source, to be verified with counsel."""

import datetime as dt
from enum import StrEnum
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from inference.calendar import WorkCalendar
from inference.documents import read_document
from inference.types import LanguageCode, Record
from models.errors import InputError

_PLACES = frozenset({"company", "reference", "received", "final_due", "contact"})
_LANGUAGES = frozenset({"ar", "en"})
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{1,39}$")]
Text = Annotated[str, Field(min_length=1, max_length=2_000)]


class DutyKind(StrEnum):
    """What is due; a window is no duty: something simpler is enough until it closes."""

    ACKNOWLEDGEMENT = "acknowledgement"
    PROGRESS = "progress"
    FINAL_RESPONSE = "final_response"
    WINDOW = "window"


class Unit(StrEnum):
    """What a time is counted in; both end with the close of their last day."""

    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"


class RuleSource(Record):
    """Where a rule stands, and when we last read it there."""

    law: Text
    article: Text
    url: Annotated[str, StringConstraints(pattern=r"^https://\S+$", max_length=500)]
    seen: dt.date


class Rule(Record):
    """What every rule has: a name, its source, how sure we are, and that counsel must see it.

    Attributes:
        confidence: ``high`` was read in the rule's own text, ``medium`` on a public page about it, ``low`` nowhere.
        verify_with_counsel: Always; it is shown wherever the rule is.
    """

    name: Name
    source: RuleSource
    confidence: Literal["high", "medium", "low"]
    verify_with_counsel: Literal[True]
    remark: str | None = Field(default=None, max_length=500)


class Duty(Rule):
    """Something due within a time from receipt.

    Attributes:
        kinds: Kinds of complaint that it is for; all where empty. Written ``for`` in the file.
        within: How many units after receipt.
        extended: The same where a holding response was sent; None where the rule has none.
        stops: Whether the clock may stand still while the customer owes an answer.
    """

    kind: DutyKind
    kinds: tuple[Name, ...] = Field(default=(), alias="for")
    within: int = Field(ge=0, le=400)
    unit: Unit
    extended: int | None = Field(default=None, ge=1, le=400)
    stops: bool = False


class LockedParagraph(Rule):
    """A paragraph that a final response must hold unchanged, by language, with ``{placeholders}``."""

    text: dict[LanguageCode, Text]


class Sector(Record):
    """A sector's duties and wordings; ``kinds`` are the kinds of complaint that it tells apart, the usual one first."""

    name: dict[LanguageCode, Text]
    regulator: dict[LanguageCode, Text]
    kinds: tuple[Name, ...] = Field(min_length=1)
    duties: tuple[Duty, ...] = Field(min_length=1)
    acknowledgement: dict[LanguageCode, Text]
    locked: tuple[LockedParagraph, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        names = [rule.name for rule in (*self.duties, *self.locked)]
        if len(set(names)) < len(names):
            raise ValueError("two rules have one name")
        if unknown := sorted({kind for duty in self.duties for kind in duty.kinds} - set(self.kinds)):
            raise ValueError(f"duties are for kinds that the sector has not: {', '.join(unknown)}")
        for kind in self.kinds:
            found = [duty for duty in self.duties_for(kind) if duty.kind is DutyKind.FINAL_RESPONSE]
            if len(found) != 1:
                raise ValueError(f"the kind {kind} needs exactly one final_response among the duties")
        for texts in (self.acknowledgement, *(paragraph.text for paragraph in self.locked)):
            _check_texts(texts)
        return self

    def duties_for(self, kind: str) -> tuple[Duty, ...]:
        """Return what is due for a kind of complaint, in the file's order."""
        return tuple(duty for duty in self.duties if not duty.kinds or kind in duty.kinds)


def _check_texts(texts: dict[str, str]) -> None:
    if lacking := sorted(_LANGUAGES - set(texts)):
        raise ValueError(f"a text lacks {', '.join(lacking)}")
    for text in texts.values():
        if unknown := sorted({name for _, name, _, _ in Formatter().parse(text) if name is not None} - _PLACES):
            raise ValueError(f"nothing fills {{{unknown[0]}}}; a text may hold {', '.join(sorted(_PLACES))}")


class Country(Record):
    """One country file; its calendar counts where the tenant has none, and never lets a time end later than it does."""

    version: Literal[1]
    country: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
    name: dict[LanguageCode, Text]
    calendar: WorkCalendar
    sectors: dict[Name, Sector] = Field(min_length=1)

    def sector(self, name: str | None) -> tuple[str, Sector]:
        """Return a sector with its name; the file's first one for None.

        Raises:
            InputError: the country has no such sector.
        """
        chosen = name or next(iter(self.sectors))
        if chosen not in self.sectors:
            msg = f"The file of '{self.country}' has no sector '{chosen}': choose one of {', '.join(self.sectors)}."
            raise InputError(msg, field="sector")
        return chosen, self.sectors[chosen]


def countries() -> tuple[str, ...]:
    """Return the codes of the countries that there is a file for."""
    folder = files(__package__) / "countries"
    return tuple(sorted(item.name.removesuffix(".yaml") for item in folder.iterdir() if item.name.endswith(".yaml")))


@cache
def load_country(code: str) -> Country:
    """Read a country file.

    Raises:
        InputError: there is no file for the country.
        ConfigurationError: the file does not fit; names each place with its line.
    """
    if code not in countries():
        msg = f"There is no country file '{code}': choose one of {', '.join(countries())}."
        raise InputError(msg, field="country")
    raw = (files(__package__) / "countries" / f"{code}.yaml").read_bytes()
    return read_document(raw, Country, f"The country file {code}.yaml")
