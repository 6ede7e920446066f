"""Phones, cards, national ids and account numbers among the windows of digits."""

import re
from collections.abc import Iterator
from functools import cache

from inference.personal.checksums import luhn
from inference.personal.context import Context
from inference.personal.found import Candidate
from inference.personal.national import NationalRule, by_length
from inference.personal.numbers import Window, windows
from inference.personal.types import Kind
from inference.text import Folded

# Mobile numbers of the Arab plans with their trunk 0 (ITU-T E.164 plans): ten digits, eleven in Egypt and Iraq.
_MOBILE = re.compile(r"0[5679][0-9]{8}|01[0125][0-9]{8}|07[3-9][0-9]{8}")
# The same with a calling code but no plus; longer than any number without one.
_ABROAD = re.compile(
    r"(?:966|971)5[0-9]{8}|201[0125][0-9]{8}|9627[0-9]{8}|965[2569][0-9]{7}|97[34][3-7][0-9]{7}|968[79][0-9]{7}|9639[0-9]{8}"
    r"|9647[3-9][0-9]{8}|9705[69][0-9]{7}|9677[0-9]{8}|2189[0-9]{8}|213[567][0-9]{8}|212[567][0-9]{8}|249[19][0-9]{8}|961[378][0-9]{6,7}"
)
_ABROAD_PLUS = re.compile(r"[1-9][0-9]{7,14}")
_INTERNATIONAL = re.compile(r"00[1-9][0-9]{7,13}")
_LANDLINE = re.compile(r"0[1-9][0-9]{6,9}")
_LOCAL = re.compile(r"[1-9][0-9]{6,14}")
_CARD = {
    13: re.compile("4"), 14: re.compile("3[0689]"), 15: re.compile("3[47]"), 16: re.compile("[2-6]"),
    18: re.compile("6[02]"), 19: re.compile("[46]"),
}  # fmt: skip
# What a number without any words beside it must begin with to be something.
_TELLING = re.compile(r"0|[2-6][0-9]{12}|784|[23][0-9]{11}|[12][0-9]{9}$|9[67][0-9]{9}|2[0-9]{10}")
_SHAPES = (
    (_INTERNATIONAL, 0.9, "phone_international"),
    (_MOBILE, 0.88, "phone_mobile"),
    (_ABROAD, 0.75, "phone_calling_code"),
)
# Words that make a number of a phone's shape something else.
_NO_PHONE = {
    "phone_international": {"order", "iban", "account"},
    "phone_mobile": {"order", "iban", "id", "card", "account"},
    "phone_calling_code": {"order", "iban", "id", "card", "account"},
}
_NOT_OTHERS = frozenset({"order", "amount", "account"})


def numeric(folded: Folded, context: Context) -> Iterator[Candidate]:
    """Yield what the numbers of a text can be."""
    for window in windows(folded):
        near = context.of(window.start, window.end)
        if near is None and not window.prefix and _TELLING.match(window.digits) is None:
            continue
        for make in (_phone, _card, _national, _account):
            found = make(window, near)
            if found is not None:
                yield found


def _phone(window: Window, near: str | None) -> Candidate | None:
    shape = _phone_shape(window, near)
    if shape is None:
        return None
    confidence, reason = shape
    # Words beside a number are what tells it from another of the same shape.
    return Candidate(Kind.PHONE, window.start, window.end, confidence + (near == "phone") * 0.04, reason)


def _phone_shape(window: Window, near: str | None) -> tuple[float, str] | None:
    """Return how sure the digits are a phone's and why; None where they are not."""
    digits = window.digits
    if window.prefix:
        return (0.95, "phone_international") if _ABROAD_PLUS.fullmatch(digits) else None
    for pattern, confidence, reason in _SHAPES:
        if near not in _NO_PHONE[reason] and pattern.fullmatch(digits):
            return confidence, reason
    local = _LANDLINE.fullmatch(digits) or (_LOCAL.fullmatch(digits) and window.groups <= 5)
    return (0.8 if window.whole else 0.7, "phone_context") if near == "phone" and local else None


def _card(window: Window, near: str | None) -> Candidate | None:
    start = _CARD.get(len(window.digits))
    if window.prefix or start is None or not start.match(window.digits) or window.groups > 6:
        return None
    if luhn(window.digits):
        confidence = 0.97 if near == "card" else 0.9
        found = Candidate(Kind.CARD, window.start, window.end, confidence, "card_checksum")
        return None if near in _NOT_OTHERS else found
    if near == "card" and len(window.digits) >= 15:
        return Candidate(Kind.CARD, window.start, window.end, 0.55, "card_context")
    return None


@cache
def _rules() -> dict[int, tuple[NationalRule, ...]]:
    return dict(by_length())


def _national(window: Window, near: str | None) -> Candidate | None:
    if window.prefix or near in _NOT_OTHERS:
        return None
    digits = window.digits
    for rule in _rules().get(len(digits), ()):
        if near == "id" and rule.shaped(digits):
            return Candidate(Kind.NATIONAL_ID, window.start, window.end, 0.97, "id_context", country=rule.country)
        if near != "phone" and rule.proven(digits):
            confidence = 0.7 if rule.country == "SA" else 0.92
            return Candidate(Kind.NATIONAL_ID, window.start, window.end, confidence, "id_digits", country=rule.country)
    if near == "id" and len(digits) <= 15:
        return Candidate(Kind.NATIONAL_ID, window.start, window.end, 0.57 + 0.02 * window.whole, "id_context_only")
    return None


def _account(window: Window, near: str | None) -> Candidate | None:
    if near != "account" or window.prefix:
        return None
    return Candidate(Kind.ACCOUNT_ID, window.start, window.end, 0.7 + 0.05 * window.whole, "account_context")
