"""Amounts of money, with their currency or after words that are sure to speak of money."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from inference.slots.data import spelt, words
from inference.slots.numbers import DIGITS, cardinal, decimal, multiples, number_words, times
from inference.slots.page import Candidate, Page
from inference.slots.types import SlotName

_THREE_PLACES = frozenset({"KWD", "BHD", "OMR", "JOD", "TND", "LYD"})
"""Currencies of a thousand parts, whose amounts have three decimals (ISO 4217)."""
_BEFORE = 60
"""Characters before an amount in which a question about limits may have begun."""


@cache
def _currencies() -> tuple[tuple[str | None, re.Pattern[str]], ...]:
    return tuple(
        (None if code == "?" else code, re.compile(f"(?:{spelt('money', code)})")) for code in words()["money"]
    )


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    names = "|".join(spelt("money", code) for code in words()["money"])
    more = rf"(?: ?(?P<more>{multiples()})(?!\w))?"
    digits = rf"(?P<digits>{DIGITS})"
    # «بـ٢٥٠ ريالًا»: the preposition is written against the number.
    start = r"(?:(?<![\w.,/:٬٫])|(?<=(?<!\w)[بلو]))"
    end = r"(?![\w/]|[.,:]\d|-\d)"
    return (
        re.compile(rf"{start}(?:{digits}|(?P<words>{number_words()}))(?<!\ba){more}(?: ?|-)(?P<name>{names})(?!\w)"),
        re.compile(rf"(?<!\w)(?P<name>{names})\.? ?{digits}{more}{end}"),
        re.compile(
            rf"(?<!\w)(?:{spelt('paid')}) (?P<amount>{digits}{more})"
            rf"(?=$|[.!,?\n)](?!\d)| (?:{spelt('paid_then')})(?!\w)){end}"
        ),
    )


@cache
def _policy() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return (
        re.compile(rf"(?<!\w)(?:{spelt('policy', 'asks')})(?!\w)"),
        re.compile(rf"(?<!\w)(?:{spelt('policy', 'of')})(?!\w)"),
    )


def amounts(page: Page) -> Iterator[Candidate]:
    """Yield the amounts of a page; none of a question about limits and fees."""
    if not re.search(r"\d", page.text) and not _patterns()[0].search(page.text):
        return
    asks, of = _policy()
    for pattern in _patterns():
        for match in pattern.finditer(page.text):
            sentence, left = page.sentence(match.start()), page.before(match.start(), _BEFORE)
            found = match.groupdict()
            code = _code(found.get("name"))
            value = _value(found, code)
            if value is None or (
                "?" in sentence and asks.search(sentence) and (of.search(sentence) or of.search(left))
            ):
                continue
            span = match.span("amount") if "amount" in found else match.span()
            yield Candidate(SlotName.AMOUNT, *span, value, currency=code)


def _code(name: str | None) -> str | None:
    return next((code for code, pattern in _currencies() if pattern.fullmatch(name)), None) if name else None


def _value(found: dict[str, str | None], code: str | None) -> str | None:
    """Return an amount as a decimal number; empty where its separators can be read in two ways, None for none."""
    more = times(found.get("more"))
    if found.get("words"):
        whole = cardinal(found["words"] or "")
        return None if whole is None else str(whole * more)
    digits = found["digits"] or ""
    value = decimal(digits)
    if value is None:
        if code not in _THREE_PLACES:
            return ""
        value = Decimal(digits)
    return str(value if more == 1 else (value * more).to_integral_value())
