"""Reading the ledger: one commitment, lists, notices, figures, and what a conversation is owed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select, tuple_

from api.clock import Now, utc_now
from api.ledger.records import (
    ITSELF,
    CommitmentEvent,
    CommitmentHistory,
    Counts,
    EventName,
    LedgerFigures,
    Listing,
    Notice,
    StoredCommitment,
)
from api.tables import CommitmentEventRow, CommitmentNoticeRow, CommitmentRow
from inference.types import CommitmentKind, CommitmentState, PastCommitment
from models.errors import InputError, NotFoundError
from retrieval.store import Database

MAX_PAGE = 200
"""Most commitments of one page, and most that a message is told of its conversation."""


@dataclass(frozen=True)
class Page:
    """A stretch of a listing; ``next`` is the id behind which the following page begins, None at the end."""

    items: tuple[StoredCommitment, ...]
    next: str | None


class LedgerReader:
    """Reads commitments; every method names its tenant.

    Args:
        database: where they are.
        now: what the time is, by which open ones are overdue.
    """

    def __init__(self, database: Database, *, now: Now = utc_now) -> None:
        self.database = database
        self.now = now

    async def owing(self) -> tuple[str, ...]:
        """Return the tenants that have a commitment past its due time and still open."""
        row = CommitmentRow
        query = select(row.tenant).where(row.state == CommitmentState.OPEN.value, row.due < self.now()).distinct()
        async with self.database.reading() as session:
            return tuple(await session.scalars(query.order_by(row.tenant)))

    async def get(self, id: str, *, tenant: str) -> CommitmentHistory:  # noqa: A002 - the contract's name
        """Return one commitment with its events.

        Raises:
            NotFoundError: the id does not exist for this tenant.
        """
        event = CommitmentEventRow
        async with self.database.reading() as session:
            row = await session.get(CommitmentRow, (tenant, id))
            query = select(event).where(event.tenant == tenant, event.commitment_id == id).order_by(event.number)
            events = (await session.scalars(query)).all()
        if row is None:
            raise unknown(id)
        return history(row, events, self.now())

    async def list(
        self,
        *,
        tenant: str,
        only: Listing | None = None,
        conversation: str | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> Page:
        """Return commitments in the order of their due times, from behind the id ``after``.

        Args:
            tenant: whose.
            only: a state, or what is overdue; ``open`` holds what is overdue too.
            conversation: of this conversation only.
            after: the last id of the page before.
            limit: of one page; cut to ``MAX_PAGE``.

        Raises:
            InputError: there is no commitment ``after``.
        """
        now, size = self.now(), max(1, min(limit, MAX_PAGE))
        query = select(CommitmentRow).where(CommitmentRow.tenant == tenant)
        if only is not None:
            query = query.where(_is(only, now))
        if conversation is not None:
            query = query.where(CommitmentRow.conversation == conversation)
        async with self.database.reading() as session:
            if after is not None:
                last = await session.get(CommitmentRow, (tenant, after))
                if last is None:
                    msg = "The cursor is not one that a listing gave: start again without it."
                    raise InputError(msg, field="cursor")
                query = query.where(tuple_(CommitmentRow.due, CommitmentRow.id) > tuple_(last.due, last.id))
            query = query.order_by(CommitmentRow.due, CommitmentRow.id).limit(size + 1)
            rows = (await session.scalars(query)).all()
        items = tuple(StoredCommitment(**published(row, now)) for row in rows[:size])
        return Page(items, items[-1].id if len(rows) > size else None)

    async def notices(self, *, tenant: str, after: int = 0, limit: int = 50) -> tuple[Notice, ...]:
        """Return the notices behind the sequence number ``after``, in the order in which they were written.

        Whoever remembers the last number that they have dealt with misses none and sees none twice.
        """
        size, notice, row = max(1, min(limit, MAX_PAGE)), CommitmentNoticeRow, CommitmentRow
        query = select(notice, row).join(row, and_(row.tenant == notice.tenant, row.id == notice.commitment_id))
        query = query.where(notice.tenant == tenant, notice.sequence > after).order_by(notice.sequence)
        async with self.database.reading() as session:
            found = (await session.execute(query.limit(size))).all()
        now = self.now()
        return tuple(Notice(sequence=one.sequence, noticed_at=one.at, **published(other, now)) for one, other in found)

    async def figures(self, *, tenant: str) -> LedgerFigures:
        """Count what became of all commitments, by kind."""
        overdue = func.sum(case((_is(Listing.OVERDUE, self.now()), 1), else_=0))
        query = select(CommitmentRow.kind, CommitmentRow.state, func.count(), overdue)
        query = query.where(CommitmentRow.tenant == tenant).group_by(CommitmentRow.kind, CommitmentRow.state)
        counts: dict[CommitmentKind, dict[str, int]] = {}
        async with self.database.reading() as session:
            for kind, state, number, late in await session.execute(query):
                entry = counts.setdefault(CommitmentKind(kind), {"overdue": 0})
                entry[state] = int(number)
                entry["overdue"] += int(late)
        return LedgerFigures.of({kind: Counts(**entry) for kind, entry in counts.items()})

    async def past(self, conversation: str, *, tenant: str) -> tuple[PastCommitment, ...]:
        """Return what a conversation's replies committed us to, oldest first, at most the latest ``MAX_PAGE``."""
        now, row = self.now(), CommitmentRow
        query = select(row).where(row.tenant == tenant, row.conversation == conversation)
        query = query.order_by(row.made_at.desc(), row.id.desc()).limit(MAX_PAGE)
        async with self.database.reading() as session:
            rows = (await session.scalars(query)).all()
            broken = [item.id for item in rows if item.state == CommitmentState.BROKEN]
            event = CommitmentEventRow
            ended = select(event).where(
                event.tenant == tenant, event.commitment_id.in_(broken), event.event == EventName.BROKEN.value
            )
            ends = {item.commitment_id: item for item in await session.scalars(ended)}
        return tuple(_past(item, ends.get(item.id), now) for item in reversed(rows))


def unknown(id: str) -> NotFoundError:  # noqa: A002 - the contract's name
    """Return the error of an id that does not exist."""
    return NotFoundError(f"There is no commitment with the id '{id}'.", field="id")


def history(row: CommitmentRow, events: Sequence[CommitmentEventRow], now: datetime) -> CommitmentHistory:
    """Return a row with its events as published."""
    fields = CommitmentEvent.model_fields
    told = tuple(CommitmentEvent(**{name: getattr(item, name) for name in fields}) for item in events)
    return CommitmentHistory(**published(row, now), events=told)


def published(row: CommitmentRow, now: datetime) -> dict[str, Any]:
    """Return a row's fields as published."""
    fields = StoredCommitment.model_fields.keys() - {"overdue"}
    return {name: getattr(row, name) for name in fields} | {"overdue": is_overdue(row, now)}


def is_overdue(row: CommitmentRow, now: datetime) -> bool:
    """Tell whether a commitment is open and was due before ``now``."""
    return row.state == CommitmentState.OPEN and row.due < now


def _past(row: CommitmentRow, broken: CommitmentEventRow | None, now: datetime) -> PastCommitment:
    """Say of a commitment whether it is owed: not so where it was told already, or a newer one took its place.

    What the customer was told no time for is owed only where somebody says that it was not kept.
    """
    told = row.told_at is not None
    ended = broken is not None and broken.replaced_by is None and not told
    sure = not row.assumed or (broken is not None and broken.by != ITSELF)
    owed = sure and (is_overdue(row, now) or ended)
    return PastCommitment(
        id=row.id,
        text=row.text,
        kind=CommitmentKind(row.kind),
        owner=row.owner,
        due=row.due,
        state=CommitmentState(row.state),
        owed=owed,
        speak=owed and not told,
    )


def _is(only: Listing, now: datetime) -> ColumnElement[bool]:
    if only is not Listing.OVERDUE:
        return CommitmentRow.state == only.value
    return and_(CommitmentRow.state == CommitmentState.OPEN.value, CommitmentRow.due < now)
