"""The customer's own words: quoted history, signatures and the like are set aside, with offsets into the original.

A line is the unit. Precision comes first: a line goes only on the marks that a mail client, a helpdesk or a chat export
leaves (a date with a clock or an address before "wrote:", a block of header fields), never for a word alone. Signs that
people also type in a chat ("> ", "--", a name and a number) count in e-mail only. The expressions live in
``lexicons/mail.yaml``; each sees one line, or a few joined, of at most ``LONGEST_MARK`` characters.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate, zip_longest

from inference import mail_marks
from inference.mail_footer import MOST_LINES, Tail, disclaimer_size, signature_size
from inference.text import fold
from inference.types import Channel, Message, Span

LONGEST_MARK = 400
"""Most characters of a line, or of joined lines, that are compared with a mark: bounds the time of every expression."""

_WRAPPED = 3  # lines over which a client wraps "On ..., X <x@y> wrote:"
_HEADER_LINES = 10
_FEWEST_QUOTES = 2  # a lone "> 5 days" that no attribution announces is a sign, not a quotation
_SPEECH = re.compile(r"[^\s\-_=*>|~.,:\u2022]")


class Removal(StrEnum):
    """Why a stretch of a message is not the customer's own words."""

    QUOTED_HISTORY = "quoted_history"
    SIGNATURE = "signature"
    FORWARDED_HEADER = "forwarded_header"
    DISCLAIMER = "disclaimer"


@dataclass(frozen=True, slots=True)
class Removed:
    """A stretch of the original that was set aside, whole lines, and why."""

    span: Span
    reason: Removal


@dataclass(frozen=True, slots=True)
class OwnText:
    """The customer's own words.

    Attributes:
        original: The message as it was given.
        text: What of it is analysed; the original itself when nothing was removed, else without outer white space.
        removed: What was set aside, in reading order.
        starts: First code point in ``text`` of each kept piece, ascending from 0.
        shifts: What to add to a position within that piece to have its position in ``original``.
    """

    original: str
    text: str
    removed: tuple[Removed, ...]
    starts: tuple[int, ...]
    shifts: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """Return the span of the original behind ``text[start:end]`` (``start < end``); it may enclose a removal."""
        first, last = self._position(start), self._position(end - 1) + 1
        return Span(start=first, end=last, text=self.original[first:last])

    def _position(self, index: int) -> int:
        return index + self.shifts[bisect_right(self.starts, index) - 1]


def own_words(message: Message) -> str:
    """Return the customer's own words in a message."""
    return own_text(message.text, message.channel).text


@lru_cache(maxsize=128)  # analysis, search and composer each ask for one message's
def own_text(text: str, channel: Channel) -> OwnText:
    """Separate what the customer wrote now from what the message carries along; never fails.

    A message that is only a quote or a forward keeps its text (without a forward's header), so that ``text`` of the
    result says something whenever the message did.
    """
    page = _Page(text)
    email = channel is Channel.EMAIL
    _mark_history(page, email=email)
    _mark_exports(page)
    _mark_ends(page, email=email)
    if not page.speaks():
        page.marks = [None if mark is Removal.QUOTED_HISTORY else mark for mark in page.marks]
    if not page.speaks():
        page.marks = [None] * len(page.marks)
    return page.result()


class _Page:
    """A message as lines: folded and stripped for the rules, with their edges in the original and their marks."""

    def __init__(self, text: str) -> None:
        self.text = text
        raw = text.split("\n")
        self.raw = [line.strip() for line in raw]
        # Folding keeps every line feed, so that folded lines and original lines pair up.
        self.lines = [line.strip() for line in fold(text).text.split("\n")]
        self.edges = list(accumulate((len(line) + 1 for line in raw), initial=0))
        self.marks: list[Removal | None] = [None] * len(raw)
        self.following = self._following()

    def _following(self) -> list[int]:
        """For each line the index of the next line that is not blank (the number of lines when there is none)."""
        following, upcoming = [0] * len(self.lines), len(self.lines)
        for index in range(len(self.lines) - 1, -1, -1):
            following[index] = upcoming
            upcoming = index if self.lines[index] else upcoming
        return following

    def mark(self, start: int, end: int, reason: Removal) -> None:
        self.marks[start:end] = [reason] * (end - start)

    def joined(self, start: int, end: int) -> str:
        """Lines ``start`` to ``end`` as one; empty when too long to be a mark."""
        line = " ".join(self.lines[start:end])
        return line if len(line) <= LONGEST_MARK else ""

    def quotes(self, index: int) -> bool:
        return index < len(self.lines) and self.lines[index].startswith(">")

    def speaks(self) -> bool:
        pairs = zip(self.lines, self.marks, strict=True)
        return any(mark is None and _SPEECH.search(line) for line, mark in pairs)

    def own_lines(self) -> list[int]:
        return [index for index, line in enumerate(self.lines) if line and self.marks[index] is None]

    def pieces(self) -> Iterator[tuple[int, int, Removal | None]]:
        """Runs of lines with the same mark, as stretches of the original; blank lines go with the run before them."""
        start, current = 0, self.marks[0]
        for index, mark in enumerate(self.marks):
            if mark is not current and (self.lines[index] or mark is not None):
                yield start, self.edges[index], current
                start, current = self.edges[index], mark
        yield start, len(self.text), current

    def result(self) -> OwnText:
        if not any(self.marks):
            return OwnText(self.text, self.text, (), (0,), (0,))
        kept, removed = [], []
        for start, end, reason in self.pieces():
            if reason is None:
                kept.append((start, end))
            else:
                removed.append(Removed(Span(start=start, end=end, text=self.text[start:end]), reason))
        kept = _trimmed(self.text, kept)
        lengths = accumulate((end - start for start, end in kept), initial=0)
        starts = tuple(length for length, _ in zip(lengths, kept, strict=False))
        shifts = tuple(start - offset for (start, _), offset in zip(kept, starts, strict=True))
        own = "".join(self.text[start:end] for start, end in kept)
        return OwnText(self.text, own, tuple(removed), starts, shifts)


def _trimmed(text: str, pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Drop white space before the first word and after the last; pieces that hold nothing else go too."""
    spoken = [(start, end) for start, end in pieces if text[start:end].strip()]
    first, last = spoken[0], spoken[-1]
    spoken[0] = (first[1] - len(text[slice(*first)].lstrip()), first[1])
    spoken[-1] = (spoken[-1][0], last[0] + len(text[slice(*last)].rstrip()))
    return spoken


def _mark_history(page: _Page, *, email: bool) -> None:
    index = 0
    while index < len(page.lines):
        size, reason = _history_at(page, index)
        if size:
            page.mark(index, index + size, reason)
            below = page.following[index + size - 1]
            if not page.quotes(below):
                page.mark(index + size, len(page.lines), Removal.QUOTED_HISTORY)
                return
            index = _mark_quotation(page, below)
        else:
            index += 1
    quoted = [index for index in range(len(page.lines)) if page.quotes(index)]
    for index in quoted if email and len(quoted) >= _FEWEST_QUOTES else ():
        page.mark(index, index + 1, Removal.QUOTED_HISTORY)


def _mark_quotation(page: _Page, index: int) -> int:
    """Mark the "> " lines from ``index`` on; return the first line that is none."""
    while page.quotes(index):
        page.mark(index, index + 1, Removal.QUOTED_HISTORY)
        index += 1
    return index


def _history_at(page: _Page, index: int) -> tuple[int, Removal]:
    """How many lines from ``index`` on head a quotation or a forward (0: none), and what they are."""
    line = page.lines[index]
    if not line or len(line) > LONGEST_MARK:
        return 0, Removal.QUOTED_HISTORY
    if mail_marks.is_reply_above(line):
        return 1, Removal.QUOTED_HISTORY
    if mail_marks.announces(line, "original") or mail_marks.announces(line, "forwarded"):
        return 1 + _header_size(page, index + 1, ruled=True), Removal.FORWARDED_HEADER
    if mail_marks.is_ruler(line):
        size = _header_size(page, index + 1, ruled=True)
        return size and size + 1, Removal.FORWARDED_HEADER
    size = _header_size(page, index, ruled=False)
    return (size, Removal.FORWARDED_HEADER) if size else (_attribution_size(page, index), Removal.QUOTED_HISTORY)


def _header_size(page: _Page, index: int, *, ruled: bool) -> int:
    """Lines of the header block at ``index``, leading blank lines counted; 0 when there is none."""
    first = index if index < len(page.lines) and page.lines[index] else page.following[min(index, len(page.lines) - 1)]
    if first >= len(page.lines) or mail_marks.header_field(page.lines[first][:LONGEST_MARK]) is None:
        return 0
    fields: set[str] = set()
    end = cursor = first
    while cursor < len(page.lines) and cursor < first + _HEADER_LINES:
        field = mail_marks.header_field(page.lines[cursor][:LONGEST_MARK])
        if field is None or field in fields:
            break
        fields.add(field)
        end, cursor = cursor + 1, page.following[cursor]
        # A long list of recipients runs on to a second line.
        if field in {"to", "copy"} and end == cursor and _runs_on(page, cursor):
            cursor += 1
    block = " ".join(line[:LONGEST_MARK] for line in page.lines[first:end])
    return end - index if mail_marks.is_header(block, fields, ruled=ruled) else 0


def _runs_on(page: _Page, index: int) -> bool:
    names = [mail_marks.header_field(line[:LONGEST_MARK]) for line in page.lines[index : index + 2]]
    return len(names) == 2 and names[0] is None and names[1] is not None


def _attribution_size(page: _Page, index: int) -> int:
    """Lines of the attribution that begins at ``index``, wrapped ones joined; 0 when there is none."""
    longest = _WRAPPED if mail_marks.opens_attribution(page.lines[index]) else 1
    for size in range(1, longest + 1):
        end = index + size
        if end > len(page.lines) or not page.lines[end - 1]:
            return 0
        quoted = page.quotes(page.following[end - 1])
        if mail_marks.is_attribution(page.joined(index, end), quoted=quoted):
            # The customer's own line may stand right above: the shortest attribution is the true one.
            inner = [later for later in range(index + 1, end) if mail_marks.opens_attribution(page.lines[later])]
            nested = any(mail_marks.is_attribution(page.joined(later, end), quoted=quoted) for later in inner)
            return 0 if nested else size
    return 0


def _mark_exports(page: _Page) -> None:
    """Mark lines pasted from WhatsApp or Telegram; lines between two stamps without a gap belong to the first."""
    stamps = {
        index: stamp
        for index in page.own_lines()
        if (stamp := mail_marks.exported_by(page.lines[index][:LONGEST_MARK]))
    }
    speakers = Counter(stamps.values())
    # "12/03/2025, 10:11 - called: no answer" is how people keep a diary, too; in a conversation a speaker returns.
    chat = [index for index, stamp in stamps.items() if stamp in {"bracketed", "named"} or speakers[stamp] > 1]
    for index, upcoming in zip_longest(chat, chat[1:], fillvalue=len(page.lines)):
        end = index + (2 if stamps[index] == "named" else 1)
        if upcoming < len(page.lines) and all(page.lines[index:upcoming]):
            end = upcoming
        page.mark(index, min(end, len(page.lines)), Removal.QUOTED_HISTORY)


def _mark_ends(page: _Page, *, email: bool) -> None:
    """Mark what stands above the first own words (gateways' warnings) and below the last (signature, disclaimer)."""
    own = page.own_lines()
    if email and own and mail_marks.is_banner(page.joined(own[0], own[0] + 1)):
        page.mark(own[0], own[0] + 1, Removal.DISCLAIMER)
        own = own[1:]
    while own:
        size, reason = _last_part(page, own, email=email)
        if not size:
            return
        for index in own[-size:]:
            page.mark(index, index + 1, reason)
        del own[-size:]


def _last_part(page: _Page, own: list[int], *, email: bool) -> tuple[int, Removal]:
    """How many of the last own lines are a disclaimer or a signature (0: none), and which."""
    if mail_marks.is_device(page.lines[own[-1]]):
        return 1, Removal.SIGNATURE
    if not email:
        return 0, Removal.SIGNATURE
    if mail_marks.is_banner(page.lines[own[-1]][:LONGEST_MARK]) or mail_marks.is_ruler(page.lines[own[-1]]):
        return 1, Removal.DISCLAIMER
    tail = _tail(page, own)
    size = disclaimer_size(tail)
    return (size, Removal.DISCLAIMER) if size else (signature_size(tail), Removal.SIGNATURE)


def _tail(page: _Page, own: list[int]) -> Tail:
    last = own[-MOST_LINES:]
    paragraph = 1
    while paragraph < len(last) and last[-paragraph - 1] == last[-paragraph] - 1:
        paragraph += 1
    return Tail([page.lines[index] for index in last], [page.raw[index] for index in last], paragraph)
