"""Numbers and promises: each must stand in a source, a supplied fact, the policy or the customer's own words."""

import re
from collections.abc import Iterator

from inference.checks.base import SENTENCE, CheckInput
from inference.text import fold, fold_pattern
from inference.types import Finding, Severity

_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*%?")
_LIST_MARK = re.compile(r"(?m)^\s*\d{1,2}[.)]\s")
# A future verb, not one of the nouns that begin alike (years, cars, policies, sixty ...).
_NOT_FUTURE = r"(?!نو[اي]|نتين|نين|يار|ياس|يد[اةيت]|ينار|ينما|يلفي|يرفر|ير[هة]|تين|تون|تمئ|تار)"
_PROMISE_AR = fold_pattern(
    rf"[وفل]?س{_NOT_FUTURE}[نيت][^\W\d_]{{2,}}|س(?:أقوم|أرسل|أتابع|أعود|أتواصل)\w*"
    r"|راح|رح|هن[^\W\d_]{3,}|غادي|نضمن|أضمن|نعدكم|أعدكم|أبشر\w*|تم الرفع"
)
_PROMISE_EN = r"(?:we|i|they|it|you|a colleague|our team)(?:'ll| will)|guarantee\w*|promise"
_PROMISE = re.compile(rf"(?<!\w)(?:{_PROMISE_AR}|{_PROMISE_EN})(?!\w)")


def check_numbers(given: CheckInput) -> Iterator[Finding]:
    """Find numbers that no source, fact, policy phrase or customer's word holds."""
    known = set(_NUMBER.findall(given.backing)) | set(_NUMBER.findall(fold(given.message.text).text))
    marks = {match.start() for match in _LIST_MARK.finditer(given.folded.text)}
    for match in _NUMBER.finditer(given.folded.text):
        listed = any(start <= match.start() < start + 4 for start in marks)
        if match.group() not in known and not listed:
            text = f"The number {match.group()} stands in no source: remove it or cite where it comes from."
            yield given.finding("facts", "unsupported_number", Severity.BLOCK, text, at=match.span())


def promises(given: CheckInput) -> Iterator[tuple[int, int]]:
    """Yield the range, in folded text, of each sentence part that commits us: from the promising word to its end."""
    for sentence in SENTENCE.finditer(given.folded.text):
        match = _PROMISE.search(sentence.group())
        if match:
            yield sentence.start() + match.start(), sentence.end()


def check_promises(given: CheckInput) -> Iterator[Finding]:
    """Find commitments that neither a source nor a policy phrase backs word for word."""
    for start, end in promises(given):
        clause = given.folded.text[start:end].strip(" .!?,;")
        if clause not in given.backing:
            text = "This promise is backed by no source or policy: remove it or name who does it and by when."
            yield given.finding("promises", "unsupported_promise", Severity.BLOCK, text, at=(start, end))
