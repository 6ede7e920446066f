"""National ids by country: what their digits must look like, and what proves one without words beside it.

Sources of the rules:
    Egypt (14): century, birth date YYMMDD, governorate, serial, check; the Interior Ministry's layout as described in
        Wikipedia, "Egyptian National Identity Card". No check rule is official; date and governorate decide.
    Saudi Arabia (10): 1 citizen or 2 resident, Luhn; Absher and Yaqeen integration guides.
    United Arab Emirates (15): 784 (ISO 3166 numeric), birth year, 7 digits, Luhn; Federal Authority for Identity (ICP).
    Kuwait (12): century 2 or 3, YYMMDD, serial, check = 11 - weighted sum mod 11; PACI, as commonly published.
    Bahrain (9): YYMM, serial, check; Information & eGovernment Authority (CPR). Qatar (11): century, YY, ISO 3166
        numeric of the nationality, serial; Ministry of Interior (QID). Jordan (10): Civil Status Department. Oman
        (7 to 9): Royal Oman Police. No check of these four is published, so that they need words beside them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from inference.personal.checksums import luhn, weighted

_GOVERNORATES = frozenset(
    {
        "01", "02", "03", "04", "11", "12", "13", "14", "15", "16", "17", "18", "19", "21", "22", "23", "24", "25",
        "26", "27", "28", "29", "31", "32", "33", "34", "35", "88",
    }
)  # fmt: skip
_KUWAIT = (2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_OLDEST = 1900


@dataclass(frozen=True, slots=True)
class NationalRule:
    """One country's id.

    Attributes:
        country: ISO 3166 code.
        lengths: how many digits.
        shaped: whether digits look like one.
        proven: whether they prove it without words beside them.
    """

    country: str
    lengths: tuple[int, ...]
    shaped: Callable[[str], bool]
    proven: Callable[[str], bool] = lambda _: False


def by_length() -> Mapping[int, tuple[NationalRule, ...]]:
    """Return the rules for each number of digits, the more telling ones first."""
    lengths = sorted({length for rule in RULES for length in rule.lengths})
    return {length: tuple(rule for rule in RULES if length in rule.lengths) for length in lengths}


def _date(century: str, digits: str) -> bool:
    try:
        day = date({"2": 1900, "3": 2000}[century] + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except (KeyError, ValueError):
        return False
    return day <= date.today()  # noqa: DTZ011 - a birthday has no time zone


def _egypt(digits: str) -> bool:
    return digits[7:9] in _GOVERNORATES and _date(digits[0], digits[1:7])


def _saudi(digits: str) -> bool:
    return digits[0] in "12" and luhn(digits)


def _emirates(digits: str) -> bool:
    return digits.startswith("784") and _OLDEST <= int(digits[3:7]) <= date.today().year  # noqa: DTZ011


def _kuwait(digits: str) -> bool:
    return _date(digits[0], digits[1:7])


def _kuwait_check(digits: str) -> bool:
    return _kuwait(digits) and 11 - weighted(digits[:11], _KUWAIT) % 11 == int(digits[11])


RULES = (
    NationalRule("EG", (14,), _egypt, _egypt),
    NationalRule("AE", (15,), _emirates, _emirates),
    NationalRule("KW", (12,), _kuwait, _kuwait_check),
    NationalRule("QA", (11,), lambda digits: digits[0] in "23"),
    NationalRule("SA", (10,), _saudi, _saudi),
    NationalRule("JO", (10,), lambda digits: digits[0] in "29"),
    NationalRule("BH", (9,), lambda digits: 1 <= int(digits[2:4]) <= 12),
    NationalRule("OM", (7, 8, 9), lambda digits: digits[0] != "0"),
)
