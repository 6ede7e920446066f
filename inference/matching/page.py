"""A reply as what counts of it: sentences of words, without quoted history, greetings, signatures and list numbers."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from inference.lexicons import load_lexicon
from inference.stems import stem_words, stopwords
from inference.text import Folded, fold, fold_pattern
from inference.thread import own_text
from inference.types import Channel, Span

WORD = re.compile(r"[^\W_]+(?:[.,:/'][^\W_]+)*")
_NUMBER_SIGN = re.compile(r"(?<=\d)[,٬'](?=\d{3}(?!\d))")
_MARKUP = re.compile(
    r"<(?:/?(?:p|div|br|li|ul|ol|span|b|i|strong|em|a|blockquote|table|tr|td|html|body|h\d))\b[^>]*>", re.IGNORECASE
)
_LINE_END = re.compile(r"<(?:br|/p|/div|/li|/tr|/h\d)\b[^>]*>", re.IGNORECASE)
_QUOTED = re.compile(r"<blockquote\b.*?(?:</blockquote>|$)", re.IGNORECASE | re.DOTALL)
_TITLES = "|".join(rf"(?<=(?<!\w){title})[.]" for title in ("mr", "mrs", "ms", "dr", "ا", "د", "م"))
_SENTENCE = re.compile(rf"(?:[^.!?؟\n]|(?<=\S)[.](?=\S)|{_TITLES})+[.!?؟]*")
_LISTED = re.compile(r"\s*(?:\(?\d{1,2}[.)\-:](?!\d)|[-*•–·▪◦✅👉]+|step \d{1,2}:?|(?:ال)?خطوه \d{1,2}:?)\s*")
_HANDED = 12
"""Most words of a line that only greets or closes."""
_SIGNED = 4
"""Most lines under a closing formula that still belong to the signature."""
_LINE_WORDS = 6
"""Most words of a line in a signature."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a reply: as it is compared, its stem, and its range in the folded text."""

    text: str
    stem: str
    start: int
    end: int
    telling: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence or list item; ``listed`` where it is numbered or has a bullet."""

    tokens: tuple[Token, ...]
    listed: bool

    @property
    def words(self) -> tuple[str, ...]:
        """The words as they are compared."""
        return tuple(token.text for token in self.tokens)


class Page:
    """A reply's words that count.

    Args:
        text: plain text; spans point into it.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded: Folded = fold(text)
        self.sentences: tuple[Sentence, ...] = tuple(self._read())

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """All words that count, in order."""
        return tuple(token for sentence in self.sentences for token in sentence.tokens)

    def span(self, first: Token, last: Token) -> Span:
        """Return the stretch of the text from one word to another."""
        return self.folded.span(first.start, last.end)

    def said(self, first: Token, last: Token) -> str:
        """Return the words of a stretch as they were written."""
        return self.span(first, last).text

    def _read(self) -> Iterator[Sentence]:
        parts = self._parts()
        first = next((index for index, part in enumerate(parts) if not _courtesy(part, "greeting")), len(parts))
        last = _end(parts, first)
        if first >= last:  # nothing but courtesy: that is what was said
            first, last = 0, len(parts)
        for start, end, _ in parts[first:last]:
            sentence = self._sentence(start, end)
            if sentence.tokens:
                yield sentence

    def _parts(self) -> list[tuple[int, int, str]]:
        """Return the ranges of the sentences that nobody quoted, with their folded words."""
        removed = [item.span for item in own_text(self.text, Channel.EMAIL).removed]
        offsets, found = self.folded.offsets, []
        for match in _SENTENCE.finditer(self.folded.text):
            at = offsets[match.start()]
            words = " ".join(re.sub(r"[^\w#'.:,@-]+", " ", match.group()).strip(" .,:-").split())
            if words and not any(span.start <= at < span.end for span in removed):
                found.append((match.start(), match.end(), words))
        return found

    def _sentence(self, start: int, end: int) -> Sentence:
        text = self.folded.text
        lead = _LISTED.match(text, start, end)
        begin = lead.end() if lead else start
        whole = text[begin:end]
        stems = {item.start: item.text for item in stem_words(whole)}
        common = stopwords()
        tokens = tuple(
            Token(
                _NUMBER_SIGN.sub("", match.group()),
                _plain_stem(stems.get(match.start(), match.group())),
                begin + match.start(),
                begin + match.end(),
                match.group() not in common,
            )
            for match in WORD.finditer(whole)
        )
        return Sentence(tokens, lead is not None)


def plain(text: str) -> str:
    """Return a reply without markup that a helpdesk left in it; text that holds none stays as it is."""
    if not _MARKUP.search(text):
        return text
    lines = _MARKUP.sub("", _LINE_END.sub("\n", _QUOTED.sub("\n", text)))
    return re.sub(r"\n{3,}", "\n\n", html.unescape(lines).replace("\xa0", " ")).strip()


def _end(parts: list[tuple[int, int, str]], first: int) -> int:
    """Return where the closing begins: courtesy at the end, and the few short lines of a signature under a formula."""
    last = len(parts)
    for index in range(max(first + 1, last - _SIGNED), last):
        below = parts[index + 1 :]
        if _courtesy(parts[index], "closing") and all(len(part[2].split()) <= _LINE_WORDS for part in below):
            last = index
            break
    while last > first + 1 and _courtesy(parts[last - 1], "closing"):
        last -= 1
    return last


def _courtesy(part: tuple[int, int, str], kind: str) -> bool:
    """Tell whether a line only greets or closes: as a whole, or clause by clause."""
    words = part[2].strip(" .,:-")
    if len(words.split()) > _HANDED:
        return False
    pattern = _pattern(kind)
    clauses = (clause.strip(" .:-") for clause in words.split(","))
    whole = (words, " ".join(words.replace(",", " ").split()))
    return any(pattern.fullmatch(line) for line in whole) or all(pattern.fullmatch(clause) for clause in clauses)


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    written = load_lexicon("matching")[kind]
    return re.compile("|".join(fold_pattern(f"(?:{line})") for lines in written.values() for line in lines))


def _plain_stem(stem: str) -> str:
    """Return a stem without the ending of one addressed or of several: «افتحوا» and «افتح» are one."""
    if stem[:1].isascii():
        return stem
    for ending in ("وا", "و", "ك", "ي"):
        if stem.endswith(ending) and len(stem) - len(ending) >= 3:
            return stem[: -len(ending)]
    return stem
