"""The policy's section on complaints: where the company answers for them, and how they are numbered."""

from string import Formatter
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from inference.types import LanguageCode, Probability, Record, SignalName

_PLACES = frozenset({"year", "number", "check"})
_WIDTH = 6


def _reference(value: str) -> str:
    try:
        fields = [(name, spec, conversion) for _, name, spec, conversion in Formatter().parse(value) if name]
    except ValueError as error:
        raise ValueError(f"a brace is not closed ({error})") from error
    names = [name for name, _, _ in fields]
    if any(spec or conversion for _, spec, conversion in fields) or not set(names) <= _PLACES:
        raise ValueError("it may hold {year}, {number} and {check}, each as it stands here")
    if names.count("number") != 1 or names.count("check") != 1:
        raise ValueError("it needs {number} and {check}, once each")
    return value


class ComplaintRules(Record):
    """Where a tenant answers for complaints, what makes one, and how it is numbered.

    Attributes:
        country: ISO 3166 code of a country file, by whose rules the clocks run.
        sector: Which of the country's sectors the company belongs to; its first one if left out.
        reference: Format of reference numbers; ``{number}`` counts without gaps, from 1 each year where ``{year}`` is
            in it, and ``{check}`` are two check digits.
        signals: What in a message makes a complaint of it, besides one that the customer calls so.
        raise_from: Confidence from which a signal does.
        company: The company's name in texts about complaints, by language; the brand if left out.
        contact: How complaints are reached (address, telephone), by language; for texts that name it.
        days: Shorter times than the country's, by the name of the duty and in its unit.
        keep_days: How long what belongs to a closed complaint is held back from erasure.
    """

    country: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
    sector: str | None = Field(default=None, max_length=40)
    reference: Annotated[str, Field(max_length=60), AfterValidator(_reference)] = "C-{year}-{number}-{check}"
    signals: tuple[SignalName, ...] = (SignalName.REGULATOR_THREAT, SignalName.LEGAL_THREAT)
    raise_from: Probability = 0.5
    company: dict[LanguageCode, str] = Field(default_factory=dict)
    contact: dict[LanguageCode, str] = Field(default_factory=dict)
    days: dict[str, Annotated[int, Field(ge=0, le=1_000)]] = Field(default_factory=dict)
    keep_days: int = Field(default=5 * 365, ge=0, le=36_500)

    @model_validator(mode="after")
    def _languages(self) -> Self:
        if any(not text.strip() for text in (*self.company.values(), *self.contact.values())):
            raise ValueError("company and contact hold no empty texts: leave them out instead")
        return self

    def numbered(self, number: int, year: int) -> str:
        """Return the reference of a complaint; with its two check digits.

        The check digits are those of ISO/IEC 7064 MOD 97-10 over the digits of the year (where it is shown) and the
        number: any one wrong digit, and any two exchanged, are found.
        """
        shown = "{year}" in self.reference
        digits = f"{year if shown else ''}{number:0{_WIDTH}d}"
        check = f"{98 - int(digits + '00') % 97:02d}"
        return self.reference.format(year=year, number=f"{number:0{_WIDTH}d}", check=check)

    @property
    def yearly(self) -> bool:
        """Whether numbers begin at 1 each year."""
        return "{year}" in self.reference
