"""Addresses as people write them out: parts (street, district, building, flat, town) in any order, commas or not.

Each word of a text is given one letter for what it does in an address; a grammar over those letters, not over the
words, finds the chains of parts. A part alone is a place (شارع التحلية); several with a number are a home.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from inference.personal.data import load
from inference.personal.found import BLANK, Candidate
from inference.personal.numbers import is_counted
from inference.personal.ordinary import count, is_common, is_formed, is_ordinary, is_prefixed
from inference.personal.types import Kind
from inference.text import Folded, fold_pattern

_TOKEN = re.compile(
    r"(?<![^\W_])[a-z]{1,2}[0-9][0-9a-z]? [0-9][a-z]{2}(?![^\W_])"
    r"|[^\W_]+(?:['.-][^\W\d_][^\W_]*|[/-][0-9]{1,4}(?![^\W_]))*|[^\s\w]|_|\n"
)
_POSTCODE = re.compile(r"[a-z]{1,2}[0-9][0-9a-z]? [0-9][a-z]{2}")
_NUMBER = re.compile(r"(?!0[0-9]{2})(?:[0-9]{1,5}(?:[/-][0-9]{1,4})?[a-z]?|[a-z]-?[0-9]{1,4})")
_PREFIX = re.compile(r"(?:[وف](?=ال|[بل]))?(?:بال|عال|لل|ال|[بلف])(?=[^\W\d_]{2})")
_AND = re.compile(r"[وف]ال[^\W\d_]{2}|و(?=[^\W\d_]{3})")
_ABBREVIATED = re.compile(r"(?<![^\W_])([^\W_]{1,4})$")
# A unit with no article; with one it is "unity", the name of many streets.
_BARE = "وحده"
_ORDINARY, _GAP = 3, 6
# What each class of words is called in the grammar, the first that holds a word before the later ones.
_CLASSES = {
    "e": "street", "f": "street_else", "w": "way", "g": "plot", "b": "building", "u": "unit", "a": "area",
    "o": "ordinal", "j": "number", "l": "landmark", "z": "else", "c": "city",
}  # fmt: skip
# The letters besides: a number, a postcode, a comma or dash, a line's end, a full stop or what stands for one; a word
# that is none of a customer's, a capitalised one, one with the Arabic article, any other.
_NAME, _MORE = "[pCdcx]", "[pCc]"
_NUM = "j?n(?!n)"
_OPENS = "(?=[,;]?[ewgbuajon])"
_PARTS = {
    "unit": f"u(?:{_NUM}|j?o)|[on]u",
    "plot": f"g(?:{_NUM}|j?o)",
    "way": f"(?:n,?)?w(?:{_NUM}|{_NAME}{{1,4}}?(?:,?jn|n(?!u)|{_OPENS})|{_NAME}{_MORE}{{0,2}})",
    "street": f"(?:n,?)?{_MORE}{{1,4}}[ef]|[e]{_NUM}",
    "building": f"{_MORE}{{1,3}}b(?:{_NUM})?|b(?:{_NUM}|{_NAME}{{1,3}}?(?:n(?!u)|{_OPENS})|{_NAME}{_MORE}?)",
    "area": f"a(?:{_NUM}|j?o|{_NAME}{{1,3}}?(?:n(?!u)|{_OPENS})|{_NAME}{_MORE}{{0,2}})",
}
_PART = re.compile("|".join(f"(?P<{name}>{part})" for name, part in _PARTS.items()))
_ANY = "(?:" + "|".join(_PARTS.values()) + ")"
_HEAD = "(?:c[pc]?,?(?:[pcd]{1,2},)?)?(?:[pc](?=n?[wgbua]))?"
_BESIDE = f"l[pCdcxub]{{1,4}}?,?(?={_ANY})"
_CHAIN = re.compile(f"{_HEAD}{_ANY}(?:[,;]?(?:{_BESIDE})?{_ANY}|,{_MORE}{{1,3}}n?(?![pCdxn])|c)*")
_TOWN = re.compile("[pC]{1,2}(?=[,;|zl]|$)|(?:,?[pcu]?c)?(?:,?c)?(?:,?(?:n|k)(?![pCdxn]))?")
_TELLING = frozenset({"way", "street", "plot", "area"})
_LEAD = re.compile("(?:[pCdc]{1,3},?){1,2}$")


class _Token(NamedTuple):
    """A token at ``folded[start:end]`` and its letter; ``behind`` letters of it are a preposition."""

    start: int
    end: int
    letter: str
    behind: int


@cache
def _classes() -> re.Pattern[str]:
    words = load("address")
    return re.compile("|".join(f"(?P<{letter}>{fold_pattern(words[key])})" for letter, key in _CLASSES.items()))


@cache
def _labels() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    words = {key: fold_pattern(value) for key, value in load("address").items()}
    edge, end = r"(?<![^\W_])", r"(?![^\W_])"
    town = rf"(?:(?:, ?| )(?:abu )?(?:{words['city']}){end})?"
    return (
        re.compile(rf"{edge}و?(?:{words['label']}){end}[ \t]*(?:(?:هو|هي|is|are)[ \t]+)?[:=\-]?[ \t\n]*"),
        re.compile(rf"{edge}(?:{words['box']}){town}"),
        re.compile(rf"{edge}(?:{words['short_label']}){end}[^\n.?!{BLANK}]{{0,25}}?(?P<value>{words['short']})"),
        re.compile(rf"(?P<value>{words['short']})[^\n.?!{BLANK}]{{0,12}}?{edge}(?:{words['short_label']}){end}"),
    )


def addresses(folded: Folded) -> Iterator[Candidate]:
    """Yield addresses written out, box numbers and short national addresses."""
    text = folded.text
    label, box, *shorts = _labels()
    labels = [match.span() for match in label.finditer(text)]
    ends = [end for _, end in labels]
    tokens = _laid(folded, labels)
    letters = "".join(token.letter for token in tokens)
    for match in _CHAIN.finditer(letters):
        labelled = _label_before(tokens, match.start(), ends)
        if _enough(match.group(), labelled=labelled is not None):
            first = match.start() if labelled is None else _lead(letters, labelled, match.start())
            town = _TOWN.match(letters, match.end())
            last = town.end() if town else match.end()
            start = tokens[first].start + tokens[first].behind
            confidence, reason = (0.76, "address_label") if labelled is not None else (0.74, "address_parts")
            yield Candidate(Kind.ADDRESS, start, tokens[last - 1].end, confidence, reason)
    for match in box.finditer(text):
        yield Candidate(Kind.ADDRESS, *match.span(), 0.78, "address_box")
    for pattern in shorts:
        for match in pattern.finditer(text):
            yield Candidate(Kind.ADDRESS, *match.span("value"), 0.97, "address_short")


def _laid(folded: Folded, labels: Sequence[tuple[int, int]]) -> list[_Token]:
    """Return the tokens, an Arabizi article before an address word left out: it says nothing more (el dor el talet)."""
    tokens = [_announcing(token, labels) for token in _tokens(folded)]
    articles = {
        place
        for place, (token, later) in enumerate(pairwise(tokens))
        if later.letter in "wgbuao" and folded.text[token.start : token.end] in {"el", "il"}
    }
    return [token for place, token in enumerate(tokens) if place not in articles]


def _announcing(token: _Token, labels: Sequence[tuple[int, int]]) -> _Token:
    """Take a label's words for such as no address has, unless they are parts of one (السكن شقة 4)."""
    place = bisect_right(labels, (token.start, len(labels) and labels[-1][1])) - 1
    inside = place >= 0 and token.end <= labels[place][1]
    return token._replace(letter="z") if inside and token.letter in "pCdx" else token


def _label_before(tokens: Sequence[_Token], place: int, ends: Sequence[int]) -> int | None:
    """Return the first token after a label that stands at most a few words before a token; None where none does."""
    for first in range(place, max(-1, place - _GAP), -1):
        if first < place and tokens[first].letter in ";|":
            return None
        at = bisect_left(ends, tokens[first - 1].end if first else 0)
        if at < len(ends) and ends[at] <= tokens[first].start + tokens[first].behind:
            return first
    return None


def _lead(letters: str, first: int, place: int) -> int:
    """Return where an address after a label begins: with the district or town that is named before its parts."""
    lead = _LEAD.search(letters, first, place)
    return place if lead is None else lead.start()


def _enough(chain: str, *, labelled: bool) -> bool:
    """Whether parts are somebody's address: with a number, several; after a label, one, or a street in a district."""
    parts = [(str(match.lastgroup), match.group()) for match in _PART.finditer(chain)]
    numbered = "n" in chain
    telling = any(name in _TELLING or (name == "building" and "n" not in part) for name, part in parts)
    if labelled:
        street = any(name in {"way", "street"} for name, _ in parts)
        return (numbered and parts[0][0] != "unit") or (len(parts) > 1 and (numbered or street))
    house = any(name == "street" and part[0] == "n" and part[-1] == "e" for name, part in parts)
    return house or (telling and len(parts) > 1 and (numbered or "o" in chain))


def _tokens(folded: Folded) -> Iterator[_Token]:
    text = folded.text
    for match in _TOKEN.finditer(text):
        piece, start, end = match.group(), *match.span()
        if piece in "\"'«»#" or (piece == "." and _abbreviated(text, start)):
            continue
        letter, behind = _letter(folded, piece, start)
        yield _Token(start, end, letter, behind)


def _abbreviated(text: str, stop: int) -> bool:
    """Whether a full stop ends an abbreviation (St. 4, no. 7): that parts nothing, as a sentence's does."""
    word = _ABBREVIATED.search(text[max(0, stop - 6) : stop])
    known = _classes().fullmatch(word[1]) if word and text[stop + 1 : stop + 2] == " " else None
    return known is not None and str(known.lastgroup) in "ewbuj"


def _letter(folded: Folded, token: str, start: int) -> tuple[str, int]:
    """Return a token's letter, and how many letters of a preposition it begins with."""
    if not token[0].isalnum():
        return {",": ",", "-": ",", "–": ",", "/": ",", "\n": ";"}.get(token, "|"), 0
    if _POSTCODE.fullmatch(token):
        return "k", 0
    if _NUMBER.fullmatch(token):
        return ("|" if is_counted(folded.text, start, start + len(token)) else "n"), 0
    if token[0].isdigit() and not any(char.isalpha() for char in token):
        return "|", 0
    letter, behind = _worded(token)
    if letter == "x" and token[0].isascii() and folded.original[folded.offsets[start]].isupper():
        return "C", 0
    return letter, behind


@lru_cache(maxsize=20_000)
def _worded(token: str) -> tuple[str, int]:
    known = _classes().fullmatch(token)
    if known:
        return str(known.lastgroup), 0
    if token[0].isascii():
        return ("x" if is_common(token) else "p"), 0
    prefix = _PREFIX.match(token)
    known = _classes().fullmatch(token[prefix.end() :]) if prefix and not token.endswith(_BARE) else None
    if prefix and known and known.lastgroup not in {"z", "j", "l"}:
        article = 0 if prefix.group().endswith("لل") else prefix.group().find("ال")
        return str(known.lastgroup), prefix.end() if article < 0 else article
    if _AND.match(token) and (token[1:3] == "ال" or is_prefixed(token) or is_ordinary(token)):
        return "z", 0
    if token.startswith("ال"):
        return ("d" if count(token) >= _ORDINARY else "p"), 0
    return ("x" if count(token) >= _ORDINARY or is_formed(token) or is_prefixed(token) else "p"), 0
