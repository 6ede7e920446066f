"""Lists of stored drafts and of what became of them: newest first, page by page, whatever is stored meanwhile."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field
from sqlalchemy import ColumnElement, Select, and_, or_, select

from api.drafts import GivenFeedback
from api.tables import DraftRow, FeedbackRow
from inference.types import AngerLevel, Channel, Identifier, LanguageCode, Reason, Record, Status, Verdict
from models.errors import InputError
from retrieval.store import Database

MAX_PAGE = 200
Rows = Select[*tuple[Any, ...]]
EXCERPT = 140
"""Code points of the customer's message that a summary shows."""


class Became(StrEnum):
    """What became of a draft, to list by: its last verdict, or none yet."""

    ACCEPTED = Verdict.ACCEPTED.value
    EDITED = Verdict.EDITED.value
    REJECTED = Verdict.REJECTED.value
    UNUSED = Verdict.UNUSED.value
    NONE = "none"


class DraftSummary(Record):
    """A draft in a list; read it by its id for the rest."""

    id: str
    created_at: datetime
    status: Status
    reason: Reason | None = Field(default=None, description="Why there is no safe draft.")
    language: LanguageCode
    channel: Channel
    conversation: Identifier | None
    urgent: bool
    anger: AngerLevel
    excerpt: str = Field(description="How the customer's message begins.")
    verdict: Verdict | None = Field(description="The last one given.")


class DraftPage(Record):
    """One page of a listing; pass ``next`` as ``cursor`` for the following one, null at the end."""

    items: tuple[DraftSummary, ...]
    next: str | None


class ListedFeedback(GivenFeedback):
    """Feedback in a list, with the draft that it is about."""

    draft_id: str


class FeedbackPage(Record):
    """One page of a listing; pass ``next`` as ``cursor`` for the following one, null at the end."""

    items: tuple[ListedFeedback, ...]
    next: str | None


@dataclass(frozen=True)
class DraftFilter:
    """Which drafts are wanted; all that is given is met at once. ``since`` counts in, ``until`` does not."""

    status: Status | None = None
    since: datetime | None = None
    until: datetime | None = None
    conversation: str | None = None
    channel: Channel | None = None
    urgent: bool | None = None
    became: Became | None = None


async def list_drafts(
    database: Database, wanted: DraftFilter, *, tenant: str, after: str | None = None, limit: int = 50
) -> DraftPage:
    """Return summaries of drafts, newest first; ``next`` and ``after`` are places in the list, not yet cursors.

    Raises:
        InputError: ``after`` is no place in this list.
    """
    row = DraftRow
    last = last_verdict()
    query: Rows = select(row, last).where(row.tenant == tenant, *_conditions(wanted, last))
    size = max(1, min(limit, MAX_PAGE))
    query = _page(query, row.created_at, row.id, after, size)
    async with database.reading() as session:
        found = (await session.execute(query)).all()
    items = tuple(_summary(draft, verdict) for draft, verdict in found[:size])
    return DraftPage(items=items, next=_place(items[-1].created_at, items[-1].id) if len(found) > size else None)


async def list_feedback(
    database: Database,
    *,
    tenant: str,
    verdict: Verdict | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    after: str | None = None,
    limit: int = 50,
) -> FeedbackPage:
    """Return verdicts, newest first; places and errors as for ``list_drafts``."""
    row = FeedbackRow
    query = select(row).where(row.tenant == tenant, *_between(row.at, since, until))
    if verdict is not None:
        query = query.where(row.verdict == verdict.value)
    size = max(1, min(limit, MAX_PAGE))
    async with database.reading() as session:
        found = (await session.scalars(_page(query, row.at, row.id, after, size))).all()
    items = tuple(
        ListedFeedback.model_validate({name: getattr(item, name) for name in ListedFeedback.model_fields})
        for item in found[:size]
    )
    return FeedbackPage(items=items, next=_place(items[-1].at, items[-1].id) if len(found) > size else None)


def last_verdict() -> ColumnElement[str | None]:
    """Return a draft's last verdict as a column beside ``DraftRow``."""
    row = FeedbackRow
    query = select(row.verdict).where(row.tenant == DraftRow.tenant, row.draft_id == DraftRow.id)
    # What a person said comes before what was inferred, as in ``StoredDraft.feedback``.
    return query.order_by(row.inferred, row.at.desc(), row.id.desc()).limit(1).correlate(DraftRow).scalar_subquery()


def _conditions(wanted: DraftFilter, last: ColumnElement[str | None]) -> list[ColumnElement[bool]]:
    row = DraftRow
    found = _between(row.created_at, wanted.since, wanted.until)
    pairs: tuple[tuple[Any, Any], ...] = (
        (row.status, wanted.status),
        (row.conversation, wanted.conversation),
        (row.channel, wanted.channel),
        (row.urgent, wanted.urgent),
    )
    found += [column == value for column, value in pairs if value is not None]
    if wanted.became is not None:
        found.append(last.is_(None) if wanted.became is Became.NONE else last == wanted.became.value)
    return found


def _between(column: Any, since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:  # noqa: ANN401 - a mapped column
    found = [] if since is None else [column >= since]
    return found if until is None else [*found, column < until]


def _page(query: Rows, at: Any, id_: Any, after: str | None, size: int) -> Rows:  # noqa: ANN401 - as above
    if after is not None:
        moment, last = _read_place(after)
        query = query.where(or_(at < moment, and_(at == moment, id_ < last)))
    return query.order_by(at.desc(), id_.desc()).limit(size + 1)


def _place(moment: datetime, id_: str) -> str:
    return f"{moment.isoformat()} {id_}"


def _read_place(text: str) -> tuple[datetime, str]:
    moment, _, id_ = text.partition(" ")
    try:
        found = datetime.fromisoformat(moment)
        if found.tzinfo is None or not id_:
            raise ValueError
        found.astimezone()  # the last and first days of the calendar have no local time
    except (ValueError, OverflowError) as error:
        msg = "The cursor is not one that a listing gave: start again without it."
        raise InputError(msg, field="cursor") from error
    return found, id_


def _summary(row: DraftRow, verdict: str | None) -> DraftSummary:
    text = " ".join(str(row.message["text"]).split())
    return DraftSummary(
        id=row.id,
        created_at=row.created_at,
        status=Status(row.status),
        reason=row.draft.get("reason"),
        language=row.draft["language"],
        channel=Channel(row.channel),
        conversation=row.conversation,
        urgent=row.urgent,
        anger=row.analysis["anger"]["level"],
        excerpt=text if len(text) <= EXCERPT else f"{text[: EXCERPT - 1]}…",
        verdict=None if verdict is None else Verdict(verdict),
    )
