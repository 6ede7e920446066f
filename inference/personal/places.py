"""Addresses as people write them out: comma-joined stretches that hold address words and numbers, and box numbers."""

import re
from collections.abc import Iterator
from functools import cache

from inference.personal.data import load
from inference.personal.found import BLANK, Candidate
from inference.personal.nameness import name_set
from inference.personal.ordinary import count, is_ordinary, is_prefixed
from inference.personal.types import Kind
from inference.text import Folded, fold_pattern

_TOKEN = re.compile(r"[^\s,\n]+")
_STRETCH = re.compile(rf"[^\n;?!{BLANK}]{{4,300}}")
_NUMBER = re.compile(r"#?[0-9]{1,5}[a-z]?|[a-z][0-9]{1,4}")
_COMMA = re.compile(r",(?![0-9]{3})")
_JOINS = frozenset({"رقم", "no", "el", "al"})
_LINE = re.compile(rf"[^\n.;?!:,{BLANK}]*")
_SENTENCE = re.compile(rf"[^\n.;?!:{BLANK}]{{6,300}}")
_CITY = re.compile(
    "dubai|sharjah|ajman|doha|riyadh|jeddah|cairo|amman|beirut|kuwait|manama|muscat|دبي|جده|مكه|مصر|قطر|عمان"
)
_LONGEST_PART, _LONGEST_TAIL = 7, 3
_ORDINARY, _PARTS = 3, 8


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    words = load("words")["place"]
    edge, end = r"(?<![^\W_])", r"(?![^\W_])"
    return (
        re.compile(rf"{edge}(?:{fold_pattern(words['label'])}){end}[ \t]*(?:(?:هو|is|are)[ \t]+)?[:=\-]?[ \t\n]*"),
        re.compile(rf"(?:و|ب|ل|في)?(?:{fold_pattern(words['word'])})"),
        re.compile(rf"{edge}(?:{fold_pattern(words['box'])})"),
    )


def places(folded: Folded) -> Iterator[Candidate]:
    """Yield addresses after a word that announces one, comma-joined stretches of address words, and box numbers."""
    label, _, box = _patterns()
    text = folded.text
    for match in label.finditer(text):
        stretch = _STRETCH.match(text, match.end())
        found = stretch and _taken(text, *stretch.span(), needed=1)
        if found:
            yield Candidate(Kind.ADDRESS, *found, 0.76, "address_label")
    for match in _SENTENCE.finditer(text):
        if match.group().count(",") and (found := _joined(text, *match.span())):
            yield Candidate(Kind.ADDRESS, *found, 0.74, "address_parts")
    for span in _numbered(text):
        yield Candidate(Kind.ADDRESS, *span, 0.73, "address_numbered")
    for match in box.finditer(text):
        yield Candidate(Kind.ADDRESS, *match.span(), 0.78, "address_box")


@cache
def _pairs() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the pattern of address words each with its number, three or more times or with a way among two."""
    words = load("words")["place"]
    number = r"(?: رقم| no\.?| number)? ?#?[0-9]{1,5}(?![0-9])"
    pair = rf"(?:و|ب|ل|في)?(?:{fold_pattern(words['word'])}){number}"
    return (
        re.compile(rf"(?<![^\W_]){pair}(?:[ ,-]{{1,3}}{pair})+"),
        re.compile(rf"(?<![^\W_])(?:{fold_pattern(words['way'])}){number}"),
    )


def _numbered(text: str) -> Iterator[tuple[int, int]]:
    """Yield stretches of numbered parts with no comma needed, and the district and town that follow."""
    pairs, way = _pairs()
    for match in pairs.finditer(text):
        if way.search(match.group()) is None:
            continue
        end = match.end()
        line = _LINE.match(text, end)
        tokens = list(_TOKEN.finditer(text, end, line.end() if line else end))[:_LONGEST_TAIL]
        for token in tokens:
            if is_ordinary(token.group()) or is_prefixed(token.group()) or _NUMBER.fullmatch(token.group()):
                break
            end = token.end()
        yield match.start(), end


def _joined(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the stretch of comma-joined parts around two that are parts of an address."""
    first = _first_word(text, start, end)
    return None if first is None else _taken(text, first, end, needed=2)


def _first_word(text: str, start: int, end: int) -> int | None:
    """Return where the first address word stands, or the house number just before it."""
    word, before = _patterns()[1], None
    for token in _TOKEN.finditer(text, start, end):
        if word.fullmatch(token.group()):
            return token.start() if before is None else before
        before = token.start() if _NUMBER.fullmatch(token.group()) else None
    return None


def _taken(text: str, start: int, end: int, *, needed: int) -> tuple[int, int] | None:
    """Take parts from ``start`` on while they read as an address; None where too few of them are telling."""
    word, last, telling, at, numbers = _patterns()[1], start, 0, start, False
    for _ in range(_PARTS):
        comma = _COMMA.search(text, at, end)
        tokens = list(_TOKEN.finditer(text, at, comma.start() if comma else end))
        size = len(tokens) if comma and len(tokens) <= _LONGEST_PART else _tail(tokens)
        size = min(size, _own(tokens, first=at == start))
        if not size:
            break
        shown = [token.group() for token in tokens[:size]]
        telling += any(word.fullmatch(item) or _NUMBER.fullmatch(item) for item in shown)
        numbers = numbers or any(_NUMBER.fullmatch(item) for item in shown)
        last = tokens[size - 1].end()
        if comma is None or size < len(tokens):
            break
        at = comma.end()
    while last > start and text[last - 1] in ".:)('\"":
        last -= 1
    worded = any(word.fullmatch(token.group()) for token in _TOKEN.finditer(text, start, last))
    return (start, last) if telling >= needed and numbers and worded else None


def _own(tokens: list[re.Match[str]], *, first: bool) -> int:
    """How many tokens come before one that begins something else: a verb of the writer's, the next field of a form."""
    word = _patterns()[1]
    for place, token in enumerate(tokens):
        text = token.group()
        bare = text.rstrip(":.")
        field = text.endswith(":") or bare in name_set("stops")
        begins = not (place or first or _CITY.fullmatch(bare) or bare.startswith("ال")) and count(bare) >= _ORDINARY
        if bare not in _JOINS and not word.fullmatch(bare) and not _NUMBER.fullmatch(bare) and (field or begins):
            return place
    return len(tokens)


def _tail(tokens: list[re.Match[str]]) -> int:
    """How many tokens of a part that no comma ends belong to the address."""
    word, names = _patterns()[1], 0
    for place, token in enumerate(tokens):
        text = token.group()
        if word.fullmatch(text):
            names = 0
        elif text in _JOINS and names < _LONGEST_TAIL:
            continue
        elif _NUMBER.fullmatch(text):
            names = _LONGEST_TAIL
            continue
        else:
            names += 1
            # A district is often called by an ordinary word (حي السلام).
            ordinary = place and count(text) >= _ORDINARY and not (names == 1 and text.startswith("ال"))
            if names > _LONGEST_TAIL or ordinary or text in name_set("stops"):
                return place
    return len(tokens)
