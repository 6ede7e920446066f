"""Numbers and promises: each must stand in a source, a supplied fact, the policy or the customer's own words."""

import re
from collections.abc import Iterator
from functools import lru_cache

from inference.checks.base import SENTENCE, CheckInput
from inference.contradiction.figures import figures
from inference.text import fold, fold_pattern
from inference.thread import own_words
from inference.types import Finding, Message, Severity

_NUMBER = re.compile(r"\d+(?:[.,:/٫٬-]\d+)*[%٪]?")
_SEPARATORS = str.maketrans("٫٬٪", ".,%")
_BRACKETS = re.compile(r" ?\(([^()\n]{1,200})\)")
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
    backing = f"{given.backing}\n{fold(given.message.text).text}"
    known = {number.translate(_SEPARATORS) for number in _NUMBER.findall(backing)}
    marks = {match.start() for match in _LIST_MARK.finditer(given.folded.text)}
    for match in _NUMBER.finditer(given.folded.text):
        listed = any(start <= match.start() < start + 4 for start in marks)
        number = match.group().translate(_SEPARATORS)
        if number not in known and not listed and number not in _worded(given.message):
            text = f"The number {match.group()} stands in no source: remove it or cite where it comes from."
            yield given.finding("facts", "unsupported_number", Severity.BLOCK, text, at=match.span())


@lru_cache(maxsize=64)
def _worded(message: Message) -> frozenset[str]:
    """Return the numbers that the customer wrote, those in words too, in ASCII digits."""
    return frozenset(
        f"{figure.written:g}" for figure in figures(fold(own_words(message)).text) if isinstance(figure.written, float)
    )


def promised(text: str) -> Iterator[tuple[int, int]]:
    """Yield the range, in folded text, of each sentence part that commits us: from the promising word to its end."""
    for sentence in SENTENCE.finditer(text):
        match = _PROMISE.search(sentence.group())
        if match:
            yield sentence.start() + match.start(), sentence.end()


def without_explanations(text: str, backing: str) -> str:
    """Return folded text without the brackets that explain a term in words of the backing."""
    return _BRACKETS.sub(lambda match: "" if match[1].strip() in backing else match[0], text)


def check_promises(given: CheckInput) -> Iterator[Finding]:
    """Find commitments that neither a source nor a policy phrase backs word for word."""
    for start, end in promised(given.folded.text):
        clause = given.folded.text[start:end].strip(" .!?,;")
        if clause not in given.backing and without_explanations(clause, given.backing) not in given.backing:
            text = "This promise is backed by no source or policy: remove it or name who does it and by when."
            yield given.finding("promises", "unsupported_promise", Severity.BLOCK, text, at=(start, end))
