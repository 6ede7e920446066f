"""Numbers of folded text, in digits or words, Arabic and English, to thousands and millions."""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from inference.lexicons import load_lexicon
from inference.slots.data import words
from inference.text import fold_pattern

_TOKEN = re.compile(r"(?<![\da-z_.,/:])(?<![a-z]-)\d+(?:[.,٫٬]\d+)*|[^\W\d_]+")
_PREFIXED = (
    re.compile(r"([وفبلك])(?P<article>)(?=[^\W\d_]{2})"),
    re.compile(r"([وفبلك]?)(?P<article>ال|لل)(?=[^\W\d_]{2})"),
)
_TWO_THOUSAND = re.compile(r" (?:ريال|درهم|دينار|دولار|جنيه|يورو)(?!\w)")  # «ألفا ريال»; one thousand is «ألف ريال»
_JOINED = frozenset({" ", "-", " and ", " and a "})
_TEN_NEXT = re.compile(r" عشره?(?!\w)")
_MONDAY = frozenset({"اثنين", "اتنين", "تنين"})
_LINKS = frozenset({"and", "a"})
_TEN, _HUNDRED, _THOUSAND = 10, 100, 1_000
_LEAST_TENS = 20


class Number(NamedTuple):
    """A number at ``text[start:end]``; ``definite`` where it stands with the article («الخمسة»)."""

    value: float
    start: int
    end: int
    digits: bool
    definite: bool


class _Word(NamedTuple):
    text: str
    start: int
    end: int
    value: float
    joined: bool
    definite: bool


class _Sense(NamedTuple):
    """What a word can mean: its value, behind "and" or with the article; ``teen`` only before «عشر»."""

    bare: str
    value: float
    joined: bool = False
    definite: bool = False
    teen: bool = False
    after_in: bool = False


@lru_cache(maxsize=512)  # several checks ask for those of one sentence, which stands in several renderings
def numbers(text: str) -> tuple[Number, ...]:
    """Return the numbers of folded text in their order; «مئة وخمسون», "12k" and "two and a half" are one each."""
    return tuple(_numbers(text))


def _numbers(text: str) -> Iterator[Number]:
    run: list[_Word] = []
    for match in _TOKEN.finditer(text):
        token = match.group()
        if not run and _sense(token) is None and not token[0].isdecimal():
            continue
        if run and token in _LINKS:
            continue
        word = _read(match, text)
        if run and (word is None or not _goes_on(run, word, text)):
            yield _number(run, text)
            run = []
        if word is not None and (run or _begins(word, text)):
            run.append(word)
    if run:
        yield _number(run, text)


def plain(text: str) -> float:
    """Return the value of a number in digits, its thousands grouped or not."""
    bare = re.sub(r"[,٬](?=\d{3}(?!\d))", "", text).replace("٫", ".").replace("٬", "").replace(",", ".")
    return float(bare) if bare.count(".") < 2 else float(re.sub(r"\D", "", bare))


@cache
def _values() -> dict[str, float]:
    own = load_lexicon("figures")["numbers"]
    skipped = frozenset(map(fold_pattern, own["skipped"]))
    spoken = {fold_pattern(word): float(value) for value, group in words()["numbers"].items() for word in group}
    known = {word: value for word, value in spoken.items() if word not in skipped and " " not in word}
    written = {fold_pattern(word): float(value) for value, group in own["values"].items() for word in group}
    return known | written


@cache
def _teens() -> dict[str, float]:
    return {fold_pattern(word): value for word, value in load_lexicon("figures")["numbers"]["before_ten"].items()}


@cache
def _ordinals() -> re.Pattern[str]:
    return re.compile(rf"(?:{fold_pattern(load_lexicon('figures')['numbers']['ordinals'])}) $")


def _read(match: re.Match[str], text: str) -> _Word | None:
    token = match.group()
    if token[0].isdecimal():
        return _Word(token, *match.span(), plain(token), joined=False, definite=False)
    sense = _sense(token)
    if sense is None or (sense.teen and not _TEN_NEXT.match(text, match.end())):
        return None
    # «في المئة» says a percentage.
    if sense.after_in and text.endswith("في ", 0, match.start()):
        return None
    return _Word(sense.bare, *match.span(), sense.value, sense.joined, sense.definite)


@lru_cache(maxsize=8_192)
def _sense(token: str) -> _Sense | None:
    """Read a word, or an Arabic one behind "and", a preposition, the article or several of them."""
    if token in _values():
        return _Sense(token, _values()[token])
    if token in _teens():
        return _Sense(token, _teens()[token], teen=True)
    for prefix in () if token[0].isascii() else filter(None, (found.match(token) for found in _PREFIXED)):
        inner = _sense(token[prefix.end() :]) if len(token) > prefix.end() > 0 else None
        if inner is None or inner.definite or inner.joined:
            continue
        article = bool(prefix["article"])
        # «الخمسة والثلاثون» is one number, «الخمسة والعشرة» are two.
        joined = prefix[1] == "و" and (not article or _LEAST_TENS <= inner.value < _HUNDRED)
        # «بالمئة» says a percentage, «الاثنين» a day.
        if article and ((inner.value == _HUNDRED and prefix[1] == "ب") or inner.bare in _MONDAY):
            return None
        hundred = inner.value == _HUNDRED and article
        return inner._replace(joined=joined, definite=article, after_in=hundred)
    return None


def _begins(word: _Word, text: str) -> bool:
    """Tell whether a number can begin with a word: a multiple alone does («ألف»), a half or a ten of an ordinal not."""
    if word.text == "k":
        return False
    return not (
        word.value == _TEN
        and word.text.startswith("عشر")
        and _ordinals().search(text[max(0, word.start - 12) : word.start])
    )


def _goes_on(run: Sequence[_Word], word: _Word, text: str) -> bool:
    """Tell whether a word belongs to the number that a run of words says so far."""
    last, between = run[-1], text[run[-1].end : word.start]
    if word.text == "k":
        return not between and last.text[0].isdecimal()
    if word.text[0].isdecimal() or between not in _JOINED:
        return False
    if word.value < 1:
        return word.joined or between == " and a " or (between == " and " and word.text.startswith("half"))
    if word.value >= _THOUSAND or (word.value == _HUNDRED and not word.joined):
        return last.value < word.value and (not word.joined or last.value < 1)
    return not last.text[0].isdecimal() and _adds(last, word, between)


def _adds(last: _Word, word: _Word, between: str) -> bool:
    if word.text[0].isascii():
        return last.value >= _HUNDRED or (last.value >= _LEAST_TENS and word.value < _TEN and between in {" ", "-"})
    if not word.joined:
        return word.value == _TEN and last.value < _TEN  # «خمسة عشر»
    return last.value >= _HUNDRED or (last.value < _TEN and word.value >= _LEAST_TENS)


def _number(run: Sequence[_Word], text: str) -> Number:
    total, current = 0.0, 0.0
    for word in run:
        if word.value >= _THOUSAND:
            total, current = total + (current or 1) * word.value, 0.0
        elif word.value == _HUNDRED and not word.joined and 0 < current < _TEN:
            current *= _HUNDRED
        else:
            current += word.value
    end = run[-1].end
    if run[0].text == "الفا" and len(run) == 1 and _TWO_THOUSAND.match(text, end):
        total *= 2
    if run[-1].text == "couple" and text.startswith(" of ", end):
        end += 3
    digits = run[0].text[0].isdecimal()
    return Number(total + current, run[0].start, end, digits, any(word.definite for word in run))
