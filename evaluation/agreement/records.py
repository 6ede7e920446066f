"""What is rated, and what is said of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import Field

from evaluation.figures import TOO_FEW
from inference.types import Record

Value = float | int | str | bool | None
"""A level, a measurement, a choice or a yes; None where a rater could not tell or nothing applied: a missing value."""

FEWEST = TOO_FEW
"""Items under which no number is given: of 20, alpha's intervals hold the truth in 91 to 94% of simulated rounds."""
FEWEST_EFFECTIVE = 20
"""So many equally weighted items must say as much as the weighted ones do (Kish's effective number)."""


class Scale(StrEnum):
    """What may be done with values: tell them apart, order them, subtract them."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


@dataclass(frozen=True)
class Rating:
    """What one person said of one item."""

    item: str
    rater: str
    value: Value


@dataclass(frozen=True)
class Question:
    """What was asked of every item.

    Attributes:
        name: of the question: a criterion, an auto-fail, a choice.
        scale: of the people's values.
        ratings: what people said; a rater's later answer to an item takes the place of an earlier one.
        machine: what a machine said of items, on the same question; empty where none was asked.
        same_scale: whether the machine's values are the people's levels, so that they can be set against each other;
            not so for a metric in 0 to 1 beside levels 1 to 4.
    """

    name: str
    scale: Scale
    ratings: Sequence[Rating]
    machine: Mapping[str, Value] = field(default_factory=dict)
    same_scale: bool = True


class Note(StrEnum):
    """Why a number is missing."""

    TOO_FEW = "too_few"
    NO_VARIATION = "no_variation"
    NO_INTERVAL = "no_interval"


class Coefficient(Record):
    """A number with its 95% bootstrap interval over items; numbers are missing where the note says why."""

    n: int = Field(description="Items that count.")
    point: float | None = None
    low: float | None = None
    high: float | None = None
    note: Note | None = None


class Reliance(StrEnum):
    """What alpha's interval allows to be concluded from the scores (Krippendorff 2004: .800, and .667 at the least)."""

    RELIABLE = "reliable"
    TENTATIVE = "tentative"
    UNRELIABLE = "unreliable"
    UNDECIDED = "undecided"
    TOO_FEW = "too_few"


class Pair(Record):
    """Two raters over the items that both rated; ``difference`` is the first's mean less the second's."""

    first: str
    second: str
    agreement: Coefficient
    kappa: Coefficient | None = Field(default=None, description="Plain; missing for measurements.")
    quadratic_kappa: Coefficient | None = Field(default=None, description="Where values are ordered levels.")
    difference: Coefficient | None = Field(default=None, description="Missing where values have no order.")


class Agreement(Record):
    """How far people agree on one question."""

    items: int = Field(description="Items with a value.")
    shared: int = Field(description="Items with the values of two raters or more.")
    raters: int
    ratings: int
    split: int = Field(description="Items of which some raters said that it does not apply, and others gave a value.")
    alpha: Coefficient
    agreement: Coefficient
    reliance: Reliance
    pairs: tuple[Pair, ...] = ()


class Verdict(StrEnum):
    """Whether to believe the machine."""

    BELIEVE = "believe"
    DISBELIEVE = "disbelieve"
    UNDECIDED = "undecided"
    TOO_FEW = "too_few"


class Level(Record):
    """What people said where the machine said one thing: a row of the calibration view."""

    machine: str = Field(description="The machine's value, or the range of its values: '0.25 to 0.5'.")
    n: int = Field(description="Items.")
    counts: dict[str, int] = Field(description="The people's value -> how many ratings.")
    mean: Coefficient | None = Field(default=None, description="Of the people's values; a share where they are yes/no.")
    right: Coefficient | None = Field(
        default=None, description="Share of items whose people's mean is nearer to this level than to any other."
    )
    verdict: Verdict | None = Field(default=None, description="Missing where the scales differ, or have no order.")


class MachineAgreement(Record):
    """A machine against people on one question; each item weighs the same, however many people rated it."""

    items: int = Field(description="Items with the machine's value and a person's.")
    ratings: int
    kappa: Coefficient | None = Field(default=None, description="Plain; where the scales are the same.")
    quadratic_kappa: Coefficient | None = Field(default=None, description="Where both give ordered levels.")
    spearman: Coefficient | None = Field(default=None, description="Against the people's mean, where there is order.")
    bias: Coefficient | None = Field(default=None, description="The machine less the people's mean, on the same scale.")
    levels: tuple[Level, ...]
    verdict: Verdict


class Answered(Record):
    """One question with everything that was found."""

    name: str
    scale: Scale
    people: Agreement
    machine: MachineAgreement | None = None
