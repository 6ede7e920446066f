"""What the page shows of a stored draft: the message in runs that each mean one thing, numbered sources, direction."""

from dataclasses import dataclass
from itertools import pairwise

from api.drafts import FoundHit, StoredDraft
from inference.types import Analysis, Source

_RTL = {"ar", "fa", "ur", "he", "ps", "ckb", "ug", "sd"}
_STRONG = 0.66
_MEDIUM = 0.33


@dataclass(frozen=True)
class Run:
    """A stretch of the message, all of one meaning; ``kind`` is empty for plain text.

    ``strength`` is 1 to 3, ``signals`` are the names of the signals that the stretch shows.
    """

    text: str
    kind: str = ""
    strength: int = 0
    signals: tuple[str, ...] = ()


@dataclass(frozen=True)
class NumberedSource:
    """A source with the number that steps cite it by; ``problem`` where it is a resolution that was found."""

    number: int
    source: Source
    problem: str | None


def runs(text: str, analysis: Analysis) -> list[Run]:
    """Cut the message at the edges of its evidence; anger outweighs sentiment where both mark a word."""
    marks = _head_marks(analysis)
    spans = [(span.start, span.end, signal.name.value) for signal in analysis.signals for span in signal.evidence]
    edges = {
        0,
        len(text),
        *(edge for mark in marks for edge in mark[:2]),
        *(edge for span in spans for edge in span[:2]),
    }
    cut = sorted(edge for edge in edges if 0 <= edge <= len(text))
    found = []
    for start, end in pairwise(cut):
        over = [mark for mark in marks if mark[0] <= start and end <= mark[1]]
        kind, strength = min(((mark[2], mark[3]) for mark in over), default=("", 0))
        signals = tuple(dict.fromkeys(name for first, last, name in spans if first <= start and end <= last))
        found.append(Run(text[start:end], kind, strength, signals))
    return found


def numbered_sources(stored: StoredDraft) -> list[NumberedSource]:
    """Number the draft's sources from 1, in their order."""
    problems = {hit.id: hit.problem for hit in stored.found.hits}
    return [
        NumberedSource(number, source, problems.get(source.id))
        for number, source in enumerate(stored.draft.sources, start=1)
    ]


def nearby(stored: StoredDraft) -> list[FoundHit]:
    """Return the resolutions found beside the cited ones."""
    cited = {source.id for source in stored.draft.sources}
    return [hit for hit in stored.found.hits if hit.id not in cited]


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
