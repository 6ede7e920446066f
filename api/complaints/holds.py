"""What complaints keep from erasure: a regulator may ask for everything that belongs to one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.complaints.reading import ENDED
from api.complaints.tables import ComplaintEventRow, ComplaintRow


class Subject(Protocol):
    """Whose data is to go, by the ids that name it."""

    @property
    def customer_ids(self) -> Collection[str]:
        """The helpdesk's ids of the customer."""
        ...

    @property
    def conversations(self) -> Collection[str]:
        """The helpdesk's ids of conversations."""
        ...

    @property
    def draft_ids(self) -> Collection[str]:
        """Ids of drafts."""
        ...


@dataclass(frozen=True)
class Hold:
    """One complaint that keeps data.

    Attributes:
        complaint: its id.
        reference: its reference number.
        reason: ``legal_hold`` until somebody releases it, ``open_complaint`` until it ends, ``after_closing``.
        until: when it ends by itself; None: not before somebody ends it.
    """

    complaint: str
    reference: str
    reason: str
    until: datetime | None


async def holds(session: AsyncSession, tenant: str, subject: Subject, now: datetime) -> tuple[Hold, ...]:
    """Return the complaints that keep a subject's data from erasure."""
    row = ComplaintRow
    named = or_(
        row.customer_id.in_(list(subject.customer_ids)),
        row.conversation.in_(list(subject.conversations)),
        row.draft_id.in_(list(subject.draft_ids)),
    )
    rows = await session.scalars(select(row).where(row.tenant == tenant, named, _keeps(now)).order_by(row.id))
    return tuple(_hold(item) for item in rows)


async def held_conversations(session: AsyncSession, tenant: str, now: datetime) -> frozenset[str]:
    """Return the conversations that complaints keep."""
    row = ComplaintRow
    found = await session.scalars(select(row.conversation).where(row.tenant == tenant, _keeps(now)))
    return frozenset(item for item in found if item is not None)


async def held_customers(session: AsyncSession, tenant: str, now: datetime) -> frozenset[str]:
    """Return the customers whose data complaints keep."""
    row = ComplaintRow
    found = await session.scalars(select(row.customer_id).where(row.tenant == tenant, _keeps(now)))
    return frozenset(item for item in found if item is not None)


async def forget(session: AsyncSession, tenant: str, ids: Collection[str]) -> int:
    """Take the personal data out of complaints and return how many; number, dates, states and duties stay.

    Args:
        session: a writing session.
        tenant: whose.
        ids: of complaints that nothing holds; ``holds`` is the caller's to ask.
    """
    row, event = ComplaintRow, ComplaintEventRow
    empty = {"conversation": None, "customer_id": None, "draft_id": None, "summary": None}
    found = await session.execute(
        update(row).where(row.tenant == tenant, row.id.in_(list(ids))).values(**empty).returning(row.id)
    )
    changed = len(found.all())
    own = event.tenant == tenant, event.complaint_id.in_(list(ids))
    await session.execute(update(event).where(*own).values(note=None, text=None, delivery=None))
    return changed


def _keeps(now: datetime) -> ColumnElement[bool]:
    row = ComplaintRow
    return or_(row.held, row.state.not_in(ENDED), row.kept_until > now)


def _hold(row: ComplaintRow) -> Hold:
    if row.held:
        return Hold(row.id, row.reference, "legal_hold", None)
    if row.state not in ENDED:
        return Hold(row.id, row.reference, "open_complaint", None)
    return Hold(row.id, row.reference, "after_closing", row.kept_until)
