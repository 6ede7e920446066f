"""What the page shows of a stored draft: the message in runs that each mean one thing, numbered sources, direction."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import pairwise

from markupsafe import Markup

from api.drafts import StoredDraft
from inference.thread import own_text
from inference.types import Analysis, Message, Source, ToneTurn

_RTL = {"ar", "fa", "ur", "he", "ps", "ckb", "ug", "sd"}
_STRONG = 0.66
_MEDIUM = 0.33
_GLIMPSE = 120
_QUOTED = re.compile(r"«[^»]*»|“[^”]*”")


@dataclass(frozen=True)
class Run:
    """A stretch of the message, all of one meaning; ``kind`` is empty for plain text.

    ``strength`` is 1 to 3, ``signals`` are the names of the signals that the stretch shows, ``anchors`` those of them
    that it is the first to show; ``removed`` says why a stretch was not read.
    """

    text: str
    kind: str = ""
    strength: int = 0
    signals: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()
    removed: str = ""


@dataclass(frozen=True)
class Bar:
    """One of the customer's turns as a bar: ``height`` in percent, the words of the turn, and whether it counts."""

    height: int
    text: str
    counted: bool
    last: bool


@dataclass(frozen=True)
class NumberedSource:
    """A source with the number that steps cite it by; ``problem`` where it is a resolution that was found."""

    number: int
    source: Source
    problem: str | None


def runs(message: Message, analysis: Analysis) -> list[Run]:
    """Cut the message at the edges of its evidence and of what was not read; anger outweighs sentiment on a word."""
    text = message.text
    marks = _head_marks(analysis)
    removed = [(item.span.start, item.span.end, item.reason.value) for item in own_text(text, message.channel).removed]
    spans = [(span.start, span.end, signal.name.value) for signal in analysis.signals for span in signal.evidence]
    edges = {
        0,
        len(text),
        *(edge for mark in marks for edge in mark[:2]),
        *(edge for span in (*spans, *removed) for edge in span[:2]),
    }
    cut = sorted(edge for edge in edges if 0 <= edge <= len(text))
    found = []
    shown: set[str] = set()
    for start, end in pairwise(cut):
        # A span may enclose what was set aside, which no head has read.
        if reason := next((name for first, last, name in removed if first <= start and end <= last), ""):
            found.append(Run(text[start:end], removed=reason))
            continue
        over = [mark for mark in marks if mark[0] <= start and end <= mark[1]]
        kind, strength = min(((mark[2], mark[3]) for mark in over), default=("", 0))
        signals = tuple(dict.fromkeys(name for first, last, name in spans if first <= start and end <= last))
        anchors = tuple(name for name in signals if name not in shown)
        shown.update(anchors)
        found.append(Run(text[start:end], kind, strength, signals, anchors))
    return found


def course(message: Message, analysis: Analysis) -> list[Bar]:
    """Return the course of the tone, oldest turn first and the message last; empty where nothing came before it."""

    def words(turn: ToneTurn) -> str:
        text = message.text if turn.turn is None else message.history[turn.turn].text
        return own_text(text, message.channel).text[:_GLIMPSE]

    bars = [Bar(round(100 * turn.intensity), words(turn), turn.counted, turn.turn is None) for turn in analysis.course]
    return bars if len(bars) > 1 else []


def numbered_sources(stored: StoredDraft) -> list[NumberedSource]:
    """Number the draft's sources from 1, in their order."""
    problems = {hit.id: hit.problem for hit in stored.found.hits}
    return [
        NumberedSource(number, source, problems.get(source.id))
        for number, source in enumerate(stored.draft.sources, start=1)
    ]


def moment(at: datetime, zone: tzinfo, pattern: str = "%Y-%m-%d %H:%M") -> Markup:
    """Return a moment as it is shown: by the clock of a time zone, whose name and offset stand in the title."""
    local = at.astimezone(zone)
    offset, name = f"{local:%z}", getattr(zone, "key", None)
    title = f"{name}, UTC{offset[:3]}:{offset[3:5]}" if name else "UTC"
    shown = f"{local.strftime(pattern)}{'' if name else ' UTC'}"
    return Markup('<time datetime="{}" title="{}"><bdi dir="ltr">{}</bdi></time>').format(
        local.isoformat(), title, shown
    )


def lean(text: str) -> str:
    """Return the base direction of a sentence to agents: of its own first letter, not of the words that it quotes."""
    for letter in _QUOTED.sub("", text):
        kind = unicodedata.bidirectional(letter)
        if kind in {"L", "R", "AL"}:
            return "ltr" if kind == "L" else "rtl"
    return "auto"


def direction(language: str) -> str:
    """Return the base direction of a language; ``auto`` where it is not known."""
    if language == "und":
        return "auto"
    return "rtl" if language in _RTL else "ltr"


def _head_marks(analysis: Analysis) -> list[tuple[int, int, str, int]]:
    """Return (start, end, kind, strength) of each piece of evidence; strength is relative to the head's largest."""
    largest: dict[str, float] = {}
    for item in analysis.evidence:
        largest[item.head] = max(largest.get(item.head, 0.0), abs(item.weight))
    marks = []
    for item in analysis.evidence:
        share = abs(item.weight) / (largest[item.head] or 1.0)
        strength = 3 if share > _STRONG else 2 if share > _MEDIUM else 1
        kind = "anger" if item.head == "anger" else "negative" if item.weight < 0 else "positive"
        marks.append((item.span.start, item.span.end, kind, strength))
    return marks
