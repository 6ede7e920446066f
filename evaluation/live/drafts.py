"""What agents did with drafts: shares, edits, reasons and times, in all or by what a draft was and what made it."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import tzinfo
from enum import StrEnum

from pydantic import Field

from evaluation.live.figures import LiveFigure, mean, quantile, share
from evaluation.live.records import DraftRecord
from inference.types import ChangeKind, FeedbackReason, Record, Status, Verdict

MOST_VALUES = 50
"""Most values of a column that are shown; the ones with the most drafts are."""
_SENT = frozenset({Verdict.ACCEPTED, Verdict.EDITED})


class By(StrEnum):
    """What drafts can be parted by."""

    LANGUAGE = "language"
    DIALECT = "dialect"
    SCRIPT = "script"
    CHANNEL = "channel"
    ANGER = "anger"
    STATUS = "status"
    RESOLUTION = "resolution"
    WRITER = "writer"
    MODEL = "model"
    POLICY = "policy"
    INDEX = "index"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class DraftSlice(Record):
    """The figures of some drafts."""

    value: str | None = Field(description="Of the column that drafts are parted by; null for all of them.")
    drafts: int
    figures: tuple[LiveFigure, ...]


_COLUMNS: dict[By, Callable[[DraftRecord], str | None]] = {
    By.LANGUAGE: lambda item: item.case.language,
    By.DIALECT: lambda item: item.case.dialect,
    By.SCRIPT: lambda item: item.case.script,
    By.CHANNEL: lambda item: item.case.channel,
    By.ANGER: lambda item: item.case.anger,
    By.STATUS: lambda item: item.status.value,
    By.RESOLUTION: lambda item: item.resolution,
    By.WRITER: lambda item: item.writer,
    By.MODEL: lambda item: item.model,
    By.POLICY: lambda item: item.policy,
    By.INDEX: lambda item: item.index,
}
_TIMES = {By.DAY: "%Y-%m-%d", By.WEEK: "%G-W%V", By.MONTH: "%Y-%m"}


def draft_slices(drafts: Sequence[DraftRecord], by: By | None, zone: tzinfo) -> tuple[DraftSlice, ...]:
    """Return the figures of all drafts and, parted by a column, those of each value, in the values' order.

    Args:
        drafts: of the period.
        by: the column; None for all drafts alone.
        zone: in which days, weeks and months begin.
    """
    whole = DraftSlice(value=None, drafts=len(drafts), figures=tuple(draft_figures(drafts)))
    if by is None:
        return (whole,)
    parts: dict[str, list[DraftRecord]] = {}
    for item in drafts:
        value = item.made_at.astimezone(zone).strftime(_TIMES[by]) if by in _TIMES else _COLUMNS[by](item)
        if value is not None:
            parts.setdefault(value, []).append(item)
    most = sorted(parts, key=lambda value: (-len(parts[value]), value))[:MOST_VALUES]
    return (
        whole,
        *(
            DraftSlice(value=value, drafts=len(parts[value]), figures=tuple(draft_figures(parts[value])))
            for value in sorted(most)
        ),
    )


def draft_figures(drafts: Sequence[DraftRecord]) -> Iterator[LiveFigure]:
    """Yield the figures of drafts: of verdicts, edits, what was changed, reasons and times.

    Shares of verdicts count drafts that have one; drafts of one conversation are a unit.
    """
    judged = [item for item in drafts if item.verdict is not None]
    units = [item.conversation for item in judged]
    yield share("no_safe_draft", [item.status is Status.NO_SAFE_DRAFT for item in drafts], _units(drafts))
    for verdict in Verdict:
        yield share(verdict.value, [item.verdict is verdict for item in judged], units)
    yield share("verdict_inferred", [item.inferred for item in judged], units)
    yield from _edits(drafts)
    yield from _reasons(judged)
    yield from _times(drafts)


def _edits(drafts: Sequence[DraftRecord]) -> Iterator[LiveFigure]:
    """Yield how much of the drafts that were sent was edited, what was changed, and what should not have been sent."""
    sent = [item for item in drafts if item.verdict in _SENT and item.tokens is not None]
    yield mean("words_edited", [item.tokens or 0.0 for item in sent], _units(sent))
    yield mean("characters_edited", [item.characters or 0.0 for item in sent], _units(sent))
    edited = [item for item in drafts if item.verdict is Verdict.EDITED and item.changes]
    for kind in ChangeKind:
        yield share(f"changed.{kind.value}", [kind in item.changes for item in edited], _units(edited))
    checked = [item for item in drafts if item.blocked is not None]
    yield share("sent_against_policy", [bool(item.blocked) for item in checked], _units(checked))


def _reasons(judged: Sequence[DraftRecord]) -> Iterator[LiveFigure]:
    """Yield how often each reason was given, where agents gave any."""
    told = [item for item in judged if item.reasons]
    given = Counter(reason for item in told for reason in item.reasons)
    for reason in FeedbackReason:
        if given[reason]:
            yield share(f"reason.{reason.value}", [reason in item.reasons for item in told], _units(told))


def _times(drafts: Sequence[DraftRecord]) -> Iterator[LiveFigure]:
    """Yield how long a draft took to be there, and how long after it a reply was sent, by what was done with it.

    Their difference by verdict is no time saved: agents choose which drafts they use.
    """
    known = [item for item in drafts if item.received_at is not None]
    there = [max(0.0, (item.made_at - item.received_at).total_seconds()) for item in known if item.received_at]
    yield quantile("message_to_draft.median", there, 0.5, _units(known), unit="seconds")
    for verdict in (Verdict.ACCEPTED, Verdict.EDITED, Verdict.UNUSED):
        sent = [item for item in drafts if item.sent_at is not None and item.verdict is verdict]
        waits = [max(0.0, (item.sent_at - item.made_at).total_seconds()) for item in sent if item.sent_at]
        yield quantile(f"draft_to_reply.{verdict.value}.median", waits, 0.5, _units(sent), unit="seconds")


def _units(drafts: Sequence[DraftRecord]) -> list[str]:
    return [item.conversation for item in drafts]
