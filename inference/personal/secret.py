"""Secrets: codes, PINs, passwords and answers to security questions, by the words near them and their own shape."""

import re
from collections.abc import Iterator
from functools import cache

from inference.personal.context import Context
from inference.personal.data import load
from inference.personal.found import BLANK, Candidate
from inference.personal.nameness import organisation
from inference.personal.numbers import is_counted, set_aside
from inference.personal.types import Kind
from inference.text import Folded, fold_pattern

_EDGE, _END = r"(?<![^\W\d_])", r"(?![^\W\d_])"
_CODE = r"(?P<value>[0-9](?:[ -]?[0-9]){2,7})(?![0-9:/]|[.][0-9]|[ -][0-9])"
_DIGITS = re.compile(
    r"(?<![\w+#])(?<![0-9][.,:/-])(?:[0-9]{2,4}(?:[ -][0-9]{2,4}){1,3}|[0-9]{3,8})(?![\w/]|[.,:-][0-9]| [0-9])"
)
_SHORT, _FEWEST, _MOST = 3, 4, 8
_YEAR = re.compile("(?:19|20)[0-9]{2}")
_TYPED = re.compile(rf"(?<![^\s(«\"':=])[^\s{BLANK},;«»\"'()]{{5,40}}")
_LETTER, _STRONG = re.compile("[a-z]"), re.compile(r"[0-9]{2}|[a-z][@#$%&*!^]+[a-z0-9]|_[a-z]*[0-9]|[0-9]_")
_PLAIN = re.compile(
    r"https?:|www\.|@[a-z0-9-]+\.[a-z]|^v?[0-9]+(?:[.,:/-][0-9]+)+[a-z]?$|^[0-9]+[a-z]{1,3}$|[^\x00-\x7f]"
)
# Letters with single digits among them are Arabizi (beta3i, 3arfa), not a password.
_ARABIZI = re.compile("[2-9]?[a-z'-]+(?:[2-9][a-z'-]+)*[2-9]?")
_DEVICE = re.compile("([a-z]+)[0-9]{1,2}")
_ANSWER_WORDS = 5
_WORD = re.compile(rf"[ ]?([^\s{BLANK},;.!?«»\"']+)")


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    words = load("words")["secret"]
    code, word, link, bare = (fold_pattern(words[key]) for key in ("code", "word", "link", "bare"))
    unit = fold_pattern(load("words")["unit_after"])
    mark = rf"\s\[{BLANK}"
    # A password's own mark ends it where the sentence goes on.
    last = r"(?<![.?)\]])(?:(?<!!)|(?= [a-z]))"
    free = rf"(?P<value>(?=[^{mark}]{{0,40}}[0-9])[^{mark}\],;«»\"'][^\s{BLANK},;«»\"']{{3,40}}{last})"
    quoted = rf"[«\"'](?P<value>[^\s{BLANK}«»\"'][^\n{BLANK}«»\"']{{2,40}})(?=[»\"'])"
    return (
        re.compile(rf"{_EDGE}[وفب]?(?:{code}){_END}{link}{_CODE}(?! ?(?:{unit}){_END})"),
        re.compile(rf"(?<![0-9+-]){_CODE} ?(?:هو |هذا |is (?:the |my )?)?(?:{code}){_END}"),
        re.compile(rf"{_EDGE}و?(?:{word}){_END}{link}{free}(?! ?(?:{unit}){_END})"),
        re.compile(rf"{_EDGE}[وفب]?(?:{bare}){_END}{link}(?=(?:[ -]?[0-9]){{6}}){_CODE}(?! ?(?:{unit}){_END})"),
        re.compile(rf"{_EDGE}و?(?:{word}){_END}(?: (?:is|was|هي|هو|كانت?))? ?[:=]? ?{quoted}"),
    )


@cache
def _loose() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], frozenset[str]]:
    words = load("words")["secret"]
    handed, many, answer = (fold_pattern(words[key]) for key in ("handed", "many", "answer"))
    return (
        re.compile(rf"{_EDGE}(?:{handed})"),
        re.compile(rf" ?(?:{many}){_END}"),
        re.compile(
            rf"{_EDGE}و?(?:{answer}){_END}[^.!?\n{BLANK}]{{0,40}}?"
            rf"(?:{_EDGE}(?:is|was|هو|هي|كان|كانت){_END}|[:=]) ?[«\"']?"
        ),
        frozenset(fold_pattern(word) for word in words["no_answer"]),
    )


def secrets(folded: Folded, context: Context) -> Iterator[Candidate]:
    """Yield secrets: right beside the words that name them, or near such words and shaped like one."""
    for pattern in _patterns():
        for match in pattern.finditer(folded.text):
            value, start = match["value"], match.start("value")
            if not _ARABIZI.fullmatch(value) or folded.text[:start].rstrip()[-1:] in {":", "=", '"', "'", "«"}:
                yield Candidate(Kind.SECRET, *match.span("value"), 0.96, "secret_context")
    yield from _codes(folded, context)
    yield from _passwords(folded, context)
    yield from _answers(folded.text)


def _codes(folded: Folded, context: Context) -> Iterator[Candidate]:
    """Yield the numbers that the nearest words call a code, whatever stands between."""
    text, aside = folded.text, set_aside(folded.text)
    handed, many, *_ = _loose()
    for match in _DIGITS.finditer(text):
        start, end = match.span()
        near = context.of(start, end)
        if near not in {"cvv", "secret", "code"} or start in aside or is_counted(text, start, end):
            continue
        size = sum(char.isdigit() for char in match.group())
        if not (_SHORT if near == "cvv" else _FEWEST) <= size <= (_FEWEST if near == "cvv" else _MOST):
            continue
        if _YEAR.fullmatch(match.group()) or many.match(text, end):
            continue
        if near == "code" and handed.search(text, max(0, start - 60), end + 30) is None:
            continue
        yield Candidate(Kind.SECRET, start, end, 0.82, "secret_near")


def _passwords(folded: Folded, context: Context) -> Iterator[Candidate]:
    """Yield what looks like a password near words for one."""
    for match in _TYPED.finditer(folded.text):
        value = match.group().rstrip(".?:")
        device = _DEVICE.fullmatch(value)
        if not (_LETTER.search(value) and _STRONG.search(value)) or _PLAIN.search(value):
            continue
        if (device and organisation(device[1])) or context.before(match.start()) != "secret":
            continue
        yield Candidate(Kind.SECRET, match.start(), match.start() + len(value), 0.8, "secret_shape")


def _answers(text: str) -> Iterator[Candidate]:
    """Yield the words given as the answer to a security question."""
    *_, answer, none = _loose()
    for match in answer.finditer(text):
        start = end = match.end()
        for place in range(_ANSWER_WORDS):
            word = _WORD.match(text, end)
            if word is None or (place and (word[1] in {"and", "but", "or", "w", "بس"} or word[1][0] == "و")):
                break
            if not place and word[1] in none:
                break
            start, end = (word.start(1) if not place else start), word.end()
        if end > match.end():
            yield Candidate(Kind.SECRET, start, end, 0.9, "secret_answer")
