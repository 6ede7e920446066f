"""Numbers as customers write them, in digits or words, Arabic and its dialects, Arabizi and English."""

import re
from decimal import Decimal
from functools import cache

from inference.slots.data import spelt, words
from inference.text import fold_pattern

DIGITS = r"\d+(?:[.,٫٬]\d+)*"
"""A number in digits with its separators, in folded text."""


@cache
def _values(name: str) -> dict[str, int]:
    return {fold_pattern(word): value for value, group in words()[name].items() for word in group}


@cache
def number_words() -> str:
    """Return a pattern of cardinals in words, compounds such as «خمسة وعشرين» and "twenty-one" among them."""
    names = "|".join(sorted(map(re.escape, _values("numbers")), key=len, reverse=True))
    return rf"(?:{names})(?:(?: و|[ -])(?:{names})(?!\w))?"


@cache
def ordinal_words() -> str:
    """Return a pattern of ordinals from the second to the tenth."""
    return "|".join(sorted(map(re.escape, _values("ordinals")), key=len, reverse=True))


def ordinal(text: str) -> int:
    """Return the value of what ``ordinal_words`` matched."""
    return _values("ordinals")[text]


def cardinal(text: str) -> int | None:
    """Return a whole number written in digits or words; None where it is neither."""
    if text.isdecimal():
        return int(text)
    values = _values("numbers")
    if text in values:
        return values[text]
    parts = [values.get(part.removeprefix("و")) for part in re.split(r"[ -]", text)]
    known = [part for part in parts if part is not None]
    # Tens and one unit; "two three days" is no five.
    return sum(known) if len(known) == len(parts) == 2 and max(known) >= 20 and min(known) < 10 else None


def decimal(text: str) -> Decimal | None:
    """Return a number written in digits with separators; None where they can be read in two ways ("1.250")."""
    plain = text.replace("٬", ",").replace("٫", ".")
    point = max(plain.rfind("."), plain.rfind(","))
    if point < 0:
        return Decimal(plain)
    mark, places = plain[point], len(plain) - point - 1
    grouped = plain.count(mark) > 1 or (mark == "," and places == 3)
    if not grouped and mark == "." and places == 3 and "," not in plain and "٫" not in text:
        return None
    whole = plain if grouped else plain[:point]
    return Decimal(re.sub(r"[.,]", "", whole) + ("" if grouped else f".{plain[point + 1 :]}"))


@cache
def multiples() -> str:
    """Return a pattern of the words for thousands and millions."""
    return f"{spelt('thousands')}|{spelt('millions')}"


def times(word: str | None) -> int:
    """Return what a word of ``multiples`` multiplies by; 1 for none."""
    if not word:
        return 1
    return 1_000 if re.fullmatch(spelt("thousands"), word) else 1_000_000
