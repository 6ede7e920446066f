"""The readings of a text under which an order may hide: as it stands, in look-alike letters, spaced out, or encoded."""

import base64
import binascii
import codecs
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote

from inference.lexicons import load_lexicon
from inference.text import Folded, fold
from inference.types import Span

SENTENCE = re.compile(r"[^\n.!?؟]+(?:[.!?؟](?=[^\s\"'”»)])[^\n.!?؟]*)*[.!?؟\"'”»)]*")
"""A sentence of anybody's text; the dots of an address end none."""
_FOREIGN = re.compile("[\u0370-\u03ff\u0400-\u052f\u2100-\u214f\u24b6-\u24e9\uff01-\uff5e\U0001d400-\U0001d7ff]")
_LEET = re.compile(r"(?<![\w@$])(?=[\w@$!|]*[a-z])(?=[\w@$!|]*[0-9@$!|])[a-z0-9@$!|]{3,}(?![\w@$])", re.IGNORECASE)
_SPACED = re.compile(r"(?<!\w)[^\W\d_](?:([ .\-_*·•|/~+])[^\W\d_]){1}(?:\1{1,3}[^\W\d_]){3,}(?!\w)")
_BASE64 = re.compile(r"(?<![\w+/=])[A-Za-z0-9+/_-]{16,}={0,2}(?![\w+/=])")
_HEX = re.compile(r"(?<!\w)(?:0x)?(?:[0-9a-fA-F]{2}[ :]?){12,}(?!\w)")
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2}|[\w.+-]){3,}")
_TAGS = re.compile("[\U000e0020-\U000e007e]{3,}")
_WORD = re.compile(r"[^\W\d_]{2,}")
_ARABIC_WORD = re.compile(r"(?<!\w)(?:وال|بال|ال|لل)[\u0621-\u064a]{2,}")
_MIN_DECODED = 8
_READABLE = 0.85
_LEETED = str.maketrans("0134578@$!|", "oieastbasil")
_ALIKE = str.maketrans("асеорхуіјѕԁһкмтвнԛԝɡαβεικνορτυχγ", "aceopxyijsdhkmtbhqwgabeiknoptuxy")


@dataclass(frozen=True)
class View:
    """A text as it may be read.

    Attributes:
        folded: The reading.
        hidden: Whether it had to be decoded: honest customers encode nothing.
        place: Where it stands in the text itself, for one that was decoded; else offsets tell.
    """

    folded: Folded
    hidden: bool = False
    place: Span | None = None

    def span(self, start: int, end: int) -> Span:
        """Return the span of the text itself behind a stretch of the reading."""
        return self.place or self.folded.span(start, end)


def views(text: str) -> Iterator[View]:
    """Yield the text as it stands, then every other reading that differs."""
    plain = fold(text)
    yield View(plain)
    unmasked = _unmasked(plain)
    if unmasked.text != plain.text:
        yield View(unmasked)
    for match in _SPACED.finditer(plain.text):
        joined = re.sub(r"[^\S\n]+", " ", _SPACED.sub(_joined, plain.text))
        yield View(fold(joined), place=plain.span(*match.span()))
        break
    yield from _decoded(text)
    yield from _turned(plain)


def _unmasked(plain: Folded) -> Folded:
    """Read look-alike letters and digits as the Latin ones that they stand for, character by character."""
    text = plain.text
    if _FOREIGN.search(text):
        text = "".join(_single(char) for char in text).translate(_ALIKE)
    text = _LEET.sub(lambda match: match.group().translate(_LEETED), text)
    return Folded(original=plain.original, text=text, offsets=plain.offsets)


def _single(char: str) -> str:
    plain = unicodedata.normalize("NFKC", char).lower() if _FOREIGN.match(char) else char
    return plain if len(plain) == 1 else char


def _joined(match: re.Match[str]) -> str:
    """Join letters that stand apart; where three separators stand, a word ends."""
    separator = match.group(1)
    words = re.split(re.escape(separator) + r"{2,}", match.group())
    return " ".join(word.replace(separator, "") for word in words)


def _decoded(text: str) -> Iterator[View]:
    for pattern, decode in ((_BASE64, _from_base64), (_HEX, _from_hex), (_PERCENT, _from_percent), (_TAGS, _from_tags)):
        for match in pattern.finditer(text):
            said = decode(match.group())
            if said is not None and _readable(said):
                yield View(
                    fold(said), hidden=True, place=Span(start=match.start(), end=match.end(), text=match.group())
                )


def _from_base64(token: str) -> str | None:
    padded = token.rstrip("=") + "=" * (-len(token.rstrip("=")) % 4)
    try:
        return base64.b64decode(padded, altchars=b"-_" if {"-", "_"} & set(token) else None).decode("utf-8")
    except (binascii.Error, ValueError):
        return None


def _from_hex(token: str) -> str | None:
    try:
        return bytes.fromhex(token.removeprefix("0x").replace(":", "").replace(" ", "")).decode("utf-8")
    except ValueError:
        return None


def _from_percent(token: str) -> str | None:
    return unquote(token).replace("+", " ") if token.count("%") > 2 else None


def _from_tags(token: str) -> str:
    return "".join(chr(ord(char) - 0xE0000) for char in token)


def _readable(text: str) -> bool:
    wordlike = sum(char.isalnum() or char.isspace() or char in ".,:;!?'\"/-،؛؟" for char in text)
    letters = sum(char.isalpha() for char in text)
    return len(text) >= _MIN_DECODED and wordlike >= _READABLE * len(text) and letters * 2 >= len(text)


def _turned(plain: Folded) -> Iterator[View]:
    """Yield sentences that read as words only after ROT13 or from their end."""
    for match in SENTENCE.finditer(plain.text):
        said = match.group()
        # Nearly every sentence holds words that only plain text has: it is not looked at again.
        if len(said) < _MIN_DECODED or _familiar(said) > 0:
            continue
        for other in (codecs.encode(said, "rot13"), said[::-1]):
            if other != said and _familiar(other) >= max(2, len(said.split()) / 3):
                yield View(fold(other), hidden=True, place=plain.span(*match.span()))


def _familiar(text: str) -> int:
    common = _common()
    return sum(word in common for word in _WORD.findall(text)) + len(_ARABIC_WORD.findall(text))


@cache
def _common() -> frozenset[str]:
    return frozenset(fold(word).text for word in load_lexicon("untrusted")["common"].split())
