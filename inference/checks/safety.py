"""Safety: the customer's language, no request for secrets, no control characters that hide or reorder text."""

import re
from collections.abc import Iterator

from inference.checks.base import SENTENCE, CheckInput
from inference.text import fold_pattern
from inference.types import Edit, Finding, Span

_ARABIC = re.compile(r"[\u0620-\u064a]")
_LATIN = re.compile(r"[A-Za-z]")
_CONTROL = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffd]"
)
_SECRET_EN = r"(?:pin|cvv|cvc|otp|password|passcode|one[- ]time (?:code|password)|(?:full|whole) card number)"  # noqa: S105
_SECRET_AR = fold_pattern(
    "(?:الرقم السري|رقمكم السري|رمز التحقق|كلمة المرور|كلمة السر|رمز الأمان|رقم البطاقة (?:كاملا|بالكامل))"
)
_ASK_EN = (
    rf"(?:send|give|tell|share|provide|confirm|reply with)(?: us| me)? (?:with )?(?:your|the)(?: \w+)? {_SECRET_EN}"
)
_ASK_VERB_AR = fold_pattern(r"[وفل]?(?:أرسلوا|ارسلوا|زودونا|أعطونا|شاركونا|أخبرونا|اكتبوا\s+لنا|أرسلوا\s+لنا)\s+ب?")
_ASK = re.compile(rf"(?<!\w)(?:{_ASK_EN}|{_ASK_VERB_AR}{_SECRET_AR})")
_NEVER = re.compile(fold_pattern(r"لا |لن |never|not |n't |أبدا"))
_UNFILLED = re.compile(r"\$?\{{1,2}[^{}\n]{0,100}\}{1,2}|\[[A-Z][A-Z_]{1,30}_\d{1,4}\]")
_MAJORITY = 0.6


def check_language(given: CheckInput) -> Iterator[Finding]:
    """Find a text that is not in the reply's language."""
    arabic, latin = len(_ARABIC.findall(given.text)), len(_LATIN.findall(given.text))
    if arabic + latin == 0:
        return
    share = (arabic if given.language == "ar" else latin) / (arabic + latin)
    if share < _MAJORITY:
        yield given.finding("wrong_language", language=given.language)


def check_secrets(given: CheckInput) -> Iterator[Finding]:
    """Find requests for a PIN, password, one-time code or full card number (a warning never to share them is fine)."""
    for sentence in SENTENCE.finditer(given.folded.text):
        match = _ASK.search(sentence.group())
        if match and not _NEVER.search(sentence.group()):
            at = (sentence.start() + match.start(), sentence.start() + match.end())
            yield given.finding("asks_for_secret", at=at)


def check_unfilled(given: CheckInput) -> Iterator[Finding]:
    """Find placeholders that nothing filled, and masks that stand for personal data of another conversation."""
    for match in _UNFILLED.finditer(given.text):
        span = Span(start=match.start(), end=match.end(), text=match.group())
        yield given.finding("unfilled_placeholder", span=span)


def check_controls(given: CheckInput) -> Iterator[Finding]:
    """Find bidi controls, zero-width and replacement characters."""
    match = _CONTROL.search(given.text)
    if match:
        span = Span(start=match.start(), end=match.end(), text=match.group())
        gone = Edit(start=span.start, end=span.end, replacement="")
        character = f"U+{ord(match.group()):04X}"
        yield given.finding("control_character", span=span, suggestion=gone, character=character)
