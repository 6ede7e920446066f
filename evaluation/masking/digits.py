"""Digits of made-up numbers: national ids by country, cards, IBANs, with right check digits."""

import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta

_IBAN_LENGTHS = {"SA": 24, "AE": 23, "EG": 29, "JO": 30, "KW": 30, "BH": 22, "QA": 29, "LB": 28, "GB": 22, "DE": 22}
_LETTERED = {"JO": "CBJO", "KW": "CBKU", "BH": "NBOB", "QA": "QNBA", "GB": "NWBK"}


def digits(rng: random.Random, count: int) -> str:
    """Make that many digits."""
    return "".join(str(rng.randrange(10)) for _ in range(count))


def luhn(body: str) -> str:
    """Return the digits with their Luhn check digit."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return f"{body}{-total % 10}"


def born(rng: random.Random) -> date:
    """Make a birth date."""
    return date(1950, 1, 1) + timedelta(days=rng.randrange(20_000))


def _egypt(rng: random.Random) -> str:
    day = born(rng)
    region = rng.choice(["01", "02", "03", "12", "14", "21", "25", "28", "88"])
    century = 2 if day.year < 2000 else 3
    body = f"{century}{day:%y%m%d}{region}{digits(rng, 4)}"
    # Weights as published by users of the id, who found them by observation.
    total = sum(
        int(digit) * weight for digit, weight in zip(body, (2, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=True)
    )
    return f"{body}{(11 - total % 11) % 10}"


def _kuwait(rng: random.Random) -> str:
    while True:
        day = born(rng)
        body = f"{2 if day.year < 2000 else 3}{day:%y%m%d}{digits(rng, 4)}"
        weights = (2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
        check = 11 - sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11
        if check < 10:
            return f"{body}{check}"


NATIONAL_IDS: Mapping[str, Callable[[random.Random], str]] = {
    "EG": _egypt,
    "SA": lambda rng: luhn(rng.choice("12") + digits(rng, 8)),
    "AE": lambda rng: luhn(f"784{born(rng):%Y}{digits(rng, 7)}"),
    "JO": lambda rng: f"{rng.choice(['9', '2'])}{born(rng):%y}1{digits(rng, 6)}",
    "KW": _kuwait,
    "BH": lambda rng: f"{born(rng):%y%m}{digits(rng, 5)}",
    "QA": lambda rng: (
        f"{2 if rng.random() < 0.7 else 3}{born(rng):%y}{rng.choice(['634', '818', '050'])}{digits(rng, 5)}"
    ),
}


def iban(rng: random.Random) -> str:
    """Make an IBAN without blanks."""
    country = rng.choice(list(_IBAN_LENGTHS))
    bank = _LETTERED.get(country, "")
    body = bank + digits(rng, _IBAN_LENGTHS[country] - 4 - len(bank))
    number = int("".join(str(int(char, 36)) for char in f"{body}{country}00"))
    return f"{country}{98 - number % 97:02d}{body}"
