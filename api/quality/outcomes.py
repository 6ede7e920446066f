"""Outcomes in the database: told by a helpdesk, an import, or a call; told twice they end the same."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from api.clock import Now
from api.drafts import storable
from api.quality.records import NewOutcome, Outcome
from api.quality.tables import OutcomeRow
from inference.types import Record
from models.errors import InputError
from retrieval.store import Database

MAX_PAGE = 200
_TOLD = tuple(name for name in NewOutcome.model_fields if name != "conversation")


class OutcomePage(Record):
    """One page of a listing; pass ``next`` as ``cursor`` for the following one, null at the end."""

    items: tuple[Outcome, ...]
    next: str | None


class OutcomeStore:
    """Reads and writes outcomes; every method names its tenant.

    Args:
        database: where they are.
        now: the clock.
    """

    def __init__(self, database: Database, *, now: Now) -> None:
        self._database = database
        self._now = now

    async def tell(self, outcomes: Sequence[NewOutcome], *, tenant: str) -> tuple[Outcome, ...]:
        """Store what is told, in one transaction; return what is known of these conversations now, order kept.

        Raises:
            InputError: a text holds NUL or broken Unicode.
        """
        kept, now = [storable(item) for item in outcomes], self._now()
        found = []
        async with self._database.writing(tenant) as session:
            for item in kept:
                row = await _row(session, tenant, item.conversation, now)
                told = {name: value for name in _TOLD if (value := getattr(item, name)) is not None}
                _set(row, told, now)
                await session.flush()
                found.append(_outcome(row))
        return tuple(found)

    async def list(self, *, tenant: str, after: str | None = None, limit: int = 50) -> OutcomePage:
        """Return outcomes, what was told last first, from behind the conversation ``after``.

        Raises:
            InputError: there is no outcome of the conversation ``after``.
        """
        row, size = OutcomeRow, max(1, min(limit, MAX_PAGE))
        query = select(row).where(row.tenant == tenant)
        async with self._database.reading() as session:
            if after is not None:
                last = await session.get(row, (tenant, after))
                if last is None:
                    msg = "The cursor is not one that a listing gave: start again without it."
                    raise InputError(msg, field="cursor")
                query = query.where(tuple_(row.told_at, row.conversation) < tuple_(last.told_at, last.conversation))
            query = query.order_by(row.told_at.desc(), row.conversation.desc()).limit(size + 1)
            rows = (await session.scalars(query)).all()
        items = tuple(_outcome(item) for item in rows[:size])
        return OutcomePage(items=items, next=items[-1].conversation if len(rows) > size else None)


async def take_state(
    session: AsyncSession,
    conversation: str,
    *,
    tenant: str,
    closed_at: datetime | None,
    reopened: bool,
    satisfaction: float | None,
    now: datetime,
) -> None:
    """Take what a helpdesk's own events say of a conversation, in the transaction that takes in the event.

    Args:
        session: of the transaction.
        conversation: as the drafts' messages name it.
        tenant: whose.
        closed_at: when it was closed, by this event; None where the event says nothing of that, or opened it.
        reopened: the event opened it again.
        satisfaction: in [0, 1]; None where nothing was reported.
        now: the present moment.
    """
    row = await _row(session, tenant, conversation, now)
    told: dict[str, object] = {}
    if closed_at is not None or reopened:
        told |= {"closed_at": closed_at, "reopened": (row.reopened or 0) + reopened}
    if satisfaction is not None:
        told["satisfaction"] = satisfaction
    _set(row, told, now)


def _set(row: OutcomeRow, told: dict[str, object], now: datetime) -> None:
    """Change what is told otherwise; what is told again changes nothing, not even when it was told."""
    for name, value in told.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            row.told_at = now


async def _row(session: AsyncSession, tenant: str, conversation: str, now: datetime) -> OutcomeRow:
    row = await session.get(OutcomeRow, (tenant, conversation))
    if row is None:
        row = OutcomeRow(tenant=tenant, conversation=conversation, told_at=now)
        session.add(row)
    return row


def _outcome(row: OutcomeRow) -> Outcome:
    return Outcome.model_validate({name: getattr(row, name) for name in Outcome.model_fields})
