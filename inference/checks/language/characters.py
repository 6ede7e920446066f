"""Letters that are not what they seem: invisible controls, look-alikes of other alphabets, broken encodings."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache

from inference.checks.base import CheckInput
from inference.checks.language.shown import known_words
from inference.lexicons import load_lexicon
from inference.text import fold
from inference.types import Edit, Finding, Span

_INVISIBLE = (
    "\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffc\ue000-\uf8ff\U000e0100-\U000e01ef"
)
_CONTROL = re.compile(f"[{_INVISIBLE}]+")
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f")
_TAGS = re.compile("[\U000e0000-\U000e007f]+")
_JOINER = re.compile("[\u200c\u200d]+")
_EMOJI = re.compile("[\u2190-\u2bff\u3030\ufe0f\U0001f000-\U0001faff\U0001f3fb-\U0001f3ff]")
_ARABIC_LETTER = re.compile("[\u0620-\u064a\u0671-\u06d3\u06d5]")
_PERSIAN = re.compile("[\u067e\u0686\u0698\u06a9\u06af\u06cc]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_OTHER = re.compile(
    "[\u0131\u0251\u0261\u0370-\u03ff\u0400-\u052f\u0530-\u058f\u13a0-\u13ff\uff21-\uff3a\uff41-\uff5a"
    "\U0001d400-\U0001d7ff\u2100-\u214f\u24b6-\u24e9]"
)
_ARABIC_OTHER = re.compile("[\u06a9\u06aa\u06cc\u06cd\u06be\u06c0-\u06c3\u06c6\u06d0\u06d2\u06d5\u066e\u06ba\u067c]")
_MIXED = re.compile(
    "[\u0620-\u064a\u0671-\u06d3][A-Za-z]{1,3}(?=[\u0620-\u064a\u0671-\u06d3])"
    "|(?<=[a-z])[\u0620-\u064a\u0671-\u06d3]{1,2}(?=[a-z])"
)
_HIGH = (
    "\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014"
    "\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122"
)
_ODD = (
    "\u0080-\u00bf\u2018-\u203a\u20ac\u2122\u0152\u0153\u0679\u067e\u0686\u0688\u0691\u0698\u06a9\u06af\u06ba\u06be"
    "\u06c1\u06d2…†‡ˆ‰"
)
_MOJIBAKE = re.compile(
    f"(?:[ÃÂØÙÚÛÐÑ][{_HIGH}])+(?:[{_HIGH}]*[ÃÂØÙÚÛ][{_HIGH}])*"  # UTF-8 read as Windows-1252
    f"|â[{_HIGH}]{{1,2}}|ðŸ[{_HIGH}]{{0,2}}|ï»¿|ï¿½"
    f"|(?:[طظ][{_ODD}]"
    "[\u0600-\u06ff\u0080-\u00bf\u2018-\u203a]*){2,}"  # UTF-8 read as Windows-1256
    "|[À-ÿ]{4,}"  # Windows-1256 read as Windows-1252
    "|\ufffd+|[?]{4,}|(?<=\\w)[?]{2,}(?=\\w)|&(?:#x?[0-9a-fA-F]{2,6}|amp|nbsp|quot|lt|gt|apos|lrm|rlm|hellip|rsquo|lsquo);"
    r"|(?:\\u[0-9a-fA-F]{4})+|(?:=[0-9A-F]{2}){3,}|(?:%[0-9A-F]{2}){4,}"
)
# What broken text holds one of: nearly every reply holds neither.
_BROKEN = re.compile(r"[À-ÿ\ufffd?&=%\\]")
_BROKEN_ARABIC = re.compile(f"[طظ][{_ODD}]")
_ENCODINGS = ("cp1252", "latin-1", "cp1256")


def check_controls(given: CheckInput) -> Iterator[Finding]:
    """Find bidi controls, zero-width and other invisible characters, tags, and joiners that join nothing."""
    text = given.text
    flags = [match.span() for match in _FLAG.finditer(text)]
    found = [match.span() for match in _CONTROL.finditer(text)]
    found += [span for span in (m.span() for m in _TAGS.finditer(text)) if not _inside(span, flags)]
    found += [match.span() for match in _JOINER.finditer(text) if not _joins(text, *match.span())]
    for start, end in sorted(found):
        span = Span(start=start, end=end, text=text[start:end])
        character = f"U+{ord(text[start]):04X}"
        gone = Edit(start=start, end=end, replacement=" " if text[start] in "\u2028\u2029" else "")
        yield given.finding("control_character", span=span, suggestion=gone, character=character)


def _inside(span: tuple[int, int], ranges: list[tuple[int, int]]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in ranges)


def _joins(text: str, start: int, end: int) -> bool:
    """Tell whether a joiner stands between emoji, or a non-joiner inside a Persian word."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if end - start == 1 and _EMOJI.match(before) and _EMOJI.match(after):
        return True
    near = text[max(0, start - 12) : end + 12]
    return bool(_ARABIC_LETTER.match(before) and _ARABIC_LETTER.match(after) and _PERSIAN.search(near))


def check_homoglyphs(given: CheckInput) -> Iterator[Finding]:
    """Find words with letters of another alphabet that look alike, and letters of Persian keyboards in Arabic ones."""
    text = given.text
    foreign, persian, mixed = _OTHER.search(text), _ARABIC_OTHER.search(text), _MIXED.search(text)
    if not (foreign or persian or mixed):
        return
    said = "\n".join([given.message.text, *(source.quote for source in given.trusted)])
    for match in _WORD.finditer(text):
        word = match.group()
        suspect = _OTHER.search(word) or _ARABIC_OTHER.search(word) or _MIXED.search(word)
        if suspect and len(word) > 1 and word not in said:
            right = _righted(word)
            edit = Edit(start=match.start(), end=match.end(), replacement=right) if right != word else None
            span = Span(start=match.start(), end=match.end(), text=word)
            yield given.finding("homoglyph", span=span, suggestion=edit)


def _righted(word: str) -> str:
    """Return a word with the letters that it is taken for; as it is where that leaves strangers."""
    arabic = len(_ARABIC_LETTER.findall(word)) * 2 > len(word)
    table = _lookalikes()["arabic" if arabic else "latin"]
    plain = unicodedata.normalize("NFKC", word) if _OTHER.search(word) else word
    right = "".join(table.get(char, char) for char in plain)
    return word if _OTHER.search(right) or _ARABIC_OTHER.search(right) else right


@cache
def _lookalikes() -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = load_lexicon("script")["lookalikes"]
    return found


def check_mojibake(given: CheckInput) -> Iterator[Finding]:
    """Find text that was read in the wrong encoding, escapes of markup, and the marks that stand for lost letters."""
    known = ""
    text = given.text
    for match in _MOJIBAKE.finditer(text) if _BROKEN.search(text) or _BROKEN_ARABIC.search(text) else ():
        if match.group().isalpha() or match.group()[0] in "%=":  # a name with many accents, or a link
            known = known or known_words(given)
            if fold(match.group()).text in known or "http" in given.text[max(0, match.start() - 80) : match.start()]:
                continue
        right = _decoded(match.group())
        edit = Edit(start=match.start(), end=match.end(), replacement=right) if right else None
        span = Span(start=match.start(), end=match.end(), text=match.group())
        yield given.finding("mojibake", span=span, suggestion=edit)


def _decoded(run: str) -> str | None:
    """Return what a run says in the encoding that it was written in, where exactly that reads as letters."""
    for encoding in _ENCODINGS:
        try:
            right = run.encode(encoding).decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
        if right != run and all(char.isprintable() for char in right) and _MOJIBAKE.search(right) is None:
            return right
    return None
