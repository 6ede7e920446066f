"""The base record and the shared field types of the domain."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _round(value: float) -> float:
    return round(float(value), 4)


Score = Annotated[float, AfterValidator(_round)]
"""A published score: rounded to four places, so that batch-mates can never change its last digits."""

Probability = Annotated[float, Field(ge=0.0, le=1.0), AfterValidator(_round)]
"""A probability in [0, 1], rounded to four places."""

LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
"""An ISO 639 code: two letters (``ar``, ``en``), or three where no two-letter code exists; ``und`` is undetermined."""


def _no_controls(value: str) -> str:
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in value) or not value.strip():
        raise ValueError("an id may hold no control, invisible or lone surrogate characters, nor only spaces")
    return value


Identifier = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_no_controls)]
"""A caller's id: any visible text of 1 to 200 characters."""


class Record(BaseModel):
    """An immutable domain value; unknown fields are refused, so that a typing slip is never silently dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Record):
    """A stretch of the original text: ``text[start:end]``, in code points."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str
