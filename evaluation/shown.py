"""Rows that a report shows with their text and what was made of it: of our own sets only."""

from collections.abc import Iterable, Mapping, Sequence

from pydantic import Field

from evaluation.checks.rows import SETS as WRITTEN
from evaluation.data import HELD_OUT_SOURCE, matches
from evaluation.measures import Row
from evaluation.suite import Examples, Task, Value
from inference.types import Analysis, Draft, Finding, Record, Span
from models.sets.catalogue import SETS

SEEN = "seen"
"""The column of an answer that holds what its row shows, as JSON."""
OPEN = frozenset({info.name for info in SETS if not info.folder}) | {HELD_OUT_SOURCE, *WRITTEN}
"""Sets whose texts may stand in a report: written for this project."""
_LONGEST = 240


class Mark(Record):
    """Words that are marked, and what they show: a signal, a head, or the code of a finding."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    shows: str


class Seen(Record):
    """What was made of a row.

    Attributes:
        message: What the customer wrote, where the row's text is a reply.
        marks: In the row's text.
        reply: What was answered.
        reply_marks: In the reply.
        findings: Codes of findings without a place.
        sources: Id and beginning of each resolution or fact that the reply rests on.
    """

    message: str = ""
    marks: tuple[Mark, ...] = ()
    reply: str = ""
    reply_marks: tuple[Mark, ...] = ()
    findings: tuple[str, ...] = ()
    sources: tuple[tuple[str, str], ...] = ()


class ShownRow(Record):
    """One row: its text, the columns that were asked for, and what was made of it."""

    key: str
    text: str
    columns: dict[str, Value | None]
    seen: Seen


class Shown(Record):
    """The rows under one title; ``matching`` counts all that fit it, ``hidden`` those of sets whose texts stay out."""

    title: str
    matching: int
    hidden: int = 0
    rows: tuple[ShownRow, ...] = ()


def shown_examples(task: Task, rows: Sequence[Row], keys: Sequence[str], texts: Mapping[str, str]) -> tuple[Shown, ...]:
    """Return what a report shows of a task.

    Args:
        task: it says which rows.
        rows: columns of data and answers.
        keys: of each row; rows of one message share theirs.
        texts: by key.
    """
    return tuple(_shown(examples, rows, keys, texts) for examples in task.examples)


def _shown(examples: Examples, rows: Sequence[Row], keys: Sequence[str], texts: Mapping[str, str]) -> Shown:
    fitting = [(key, row) for key, row in zip(keys, rows, strict=True) if matches(row, examples.where)]
    # By the digest of the text: in an order that nobody chose, and that is the same in every run.
    ranked = sorted(fitting, key=lambda item: (-_rank(item[1], examples.by), item[0]))
    own = {key: row for key, row in reversed(ranked) if row.get("set") in OPEN}
    chosen = [(key, row) for key, row in ranked if own.get(key) is row][: examples.most]
    return Shown(
        title=examples.title,
        matching=len(fitting),
        hidden=sum(row.get("set") not in OPEN for _, row in fitting),
        rows=tuple(
            ShownRow(
                key=key,
                text=texts[key],
                columns={name: row.get(name) for name in examples.columns},
                seen=Seen.model_validate_json(str(row[SEEN])) if row.get(SEEN) else Seen(),
            )
            for key, row in chosen
        ),
    )


def _rank(row: Row, by: str | None) -> float:
    value = None if by is None else row.get(by)
    return float(value) if isinstance(value, (bool, int, float)) else 0.0


def seen_analysis(analysis: Analysis) -> Seen:
    """Return what is marked in a message: the words behind its anger and its signals."""
    return Seen(marks=_analysis_marks(analysis))


def seen_draft(analysis: Analysis, draft: Draft) -> Seen:
    """Return the message's marks beside the draft with its findings and sources."""
    marks, codes = finding_marks(draft.findings)
    sources = tuple((source.id, _begun(source.quote)) for source in draft.sources)
    return Seen(marks=_analysis_marks(analysis), reply=draft.text, reply_marks=marks, findings=codes, sources=sources)


def finding_marks(findings: Iterable[Finding]) -> tuple[tuple[Mark, ...], tuple[str, ...]]:
    """Return findings as marks, and the codes of those that have no place."""
    found = list(findings)
    marks = [_mark(item.span, item.code) for item in found if item.span is not None]
    return tuple(sorted(marks, key=lambda mark: (mark.start, mark.end))), tuple(
        item.code for item in found if item.span is None
    )


def _analysis_marks(analysis: Analysis) -> tuple[Mark, ...]:
    heads = [_mark(item.span, item.head) for item in analysis.evidence if item.head == "anger" and item.weight > 0]
    signals = [_mark(span, signal.name.value) for signal in analysis.signals for span in signal.evidence]
    return tuple(sorted({*heads, *signals}, key=lambda mark: (mark.start, mark.end, mark.shows)))


def _mark(span: Span, shows: str) -> Mark:
    return Mark(start=span.start, end=span.end, shows=shows)


def _begun(quote: str) -> str:
    words = " ".join(quote.split())
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST].rsplit(' ', 1)[0]} …"
