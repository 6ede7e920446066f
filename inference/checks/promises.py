"""Promises: what the reply commits us to must stand in a source or in the policy."""

import re
from collections.abc import Iterator

from inference.checks.base import SENTENCE, CheckInput
from inference.text import fold_pattern
from inference.types import Finding

_BRACKETS = re.compile(r" ?\(([^()\n]{1,200})\)")
# A future verb, not one of the nouns that begin alike (years, cars, policies, sixty ...).
_NOT_FUTURE = r"(?!نو[اي]|نتين|نين|يار|ياس|يد[اةيت]|ينار|ينما|يلفي|يرفر|ير[هة]|تين|تون|تمئ|تار)"
_PROMISE_AR = fold_pattern(
    rf"[وفل]?س{_NOT_FUTURE}[نيت][^\W\d_]{{2,}}|س(?:أقوم|أرسل|أتابع|أعود|أتواصل)\w*"
    r"|راح|رح|هن[^\W\d_]{3,}|غادي|نضمن|أضمن|نعدكم|أعدكم|أبشر\w*|تم الرفع"
)
_PROMISE_EN = r"(?:we|i|they|it|you|a colleague|our team)(?:'ll| will)|guarantee\w*|promise"
_PROMISE = re.compile(rf"(?<!\w)(?:{_PROMISE_AR}|{_PROMISE_EN})(?!\w)")


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
            yield given.finding("unsupported_promise", at=(start, end))
