"""What may not be erased for now: legal holds on a customer or a conversation, and what complaints keep."""

import uuid
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from pydantic import AwareDatetime, Field
from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.clock import Now, utc_now
from api.complaints import holds as complaints
from api.privacy.finding import Held
from api.privacy.matching import Kind
from api.privacy.tables import HoldRow
from inference.types import Identifier, Record
from models.errors import ConflictError, NotFoundError
from retrieval.store import Database


class HoldKind(StrEnum):
    """What a hold is on."""

    CUSTOMER = "customer"
    CONVERSATION = "conversation"


class NewHold(Record):
    """A hold to be set; it ends by itself at ``until``, or when somebody lifts it."""

    kind: HoldKind
    value: Identifier = Field(description="The helpdesk's id of the customer, or of the conversation.")
    reason: str = Field(min_length=1, max_length=200, description="Why, such as a file number; nothing personal.")
    until: AwareDatetime | None = None


class Hold(NewHold):
    """A hold as it was stored."""

    id: str
    by: str
    at: datetime


class Kept(Record):
    """One reason why something may not be erased now."""

    reason: str = Field(description="A hold's reason, or legal_hold, open_complaint or after_closing of a complaint.")
    reference: str = Field(description="The hold's id, or the complaint's reference number.")
    until: datetime | None = None


class Ids(Record):
    """A subject's ids, as holds are asked for them."""

    customer_ids: frozenset[str] = frozenset()
    conversations: frozenset[str] = frozenset()
    draft_ids: frozenset[str] = frozenset()


class HoldStore:
    """Sets, lists and lifts holds; every method names its tenant."""

    def __init__(self, database: Database, now: Now = utc_now) -> None:
        self._database = database
        self._now = now

    async def set(self, new: NewHold, *, by: str, tenant: str) -> Hold:
        """Store a hold."""
        hold = Hold(id=uuid.uuid4().hex, by=by, at=self._now(), **dict(new))
        async with self._database.writing(tenant) as session:
            session.add(HoldRow(tenant=tenant, **hold.model_dump()))
        return hold

    async def list(self, *, tenant: str) -> tuple[Hold, ...]:
        """Return all holds, the oldest first."""
        async with self._database.reading() as session:
            rows = (
                await session.scalars(select(HoldRow).where(HoldRow.tenant == tenant).order_by(HoldRow.at, HoldRow.id))
            ).all()
        return tuple(Hold.model_validate({name: getattr(row, name) for name in Hold.model_fields}) for row in rows)

    async def lift(self, id: str, *, tenant: str) -> None:  # noqa: A002 - the contract's name
        """End a hold.

        Raises:
            NotFoundError: the id does not exist for this tenant.
        """
        async with self._database.writing(tenant) as session:
            gone = await session.execute(
                delete(HoldRow).where(HoldRow.tenant == tenant, HoldRow.id == id).returning(HoldRow.id)
            )
            if not gone.all():
                msg = f"There is no hold with the id '{id}'."
                raise NotFoundError(msg, field="id")


async def kept_back(session: AsyncSession, ids: Ids, *, tenant: str, now: datetime) -> tuple[Kept, ...]:
    """Return what keeps a subject's data from erasure now."""
    row = HoldRow
    named = or_(
        _named(Kind.CUSTOMER, ids.customer_ids),
        _named(Kind.CONVERSATION, ids.conversations),
    )
    rows = await session.scalars(select(row).where(row.tenant == tenant, named, _in_force(now)).order_by(row.at))
    own = [Kept(reason=item.reason, reference=item.id, until=item.until) for item in rows]
    of_complaints = await complaints.holds(session, tenant, ids, now)
    return (*own, *(Kept(reason=item.reason, reference=item.reference, until=item.until) for item in of_complaints))


async def all_held(session: AsyncSession, *, tenant: str, now: datetime) -> Held:
    """Return everything that is held for a tenant: retention leaves it, and no erasure masks it."""
    rows = (await session.scalars(select(HoldRow).where(HoldRow.tenant == tenant, _in_force(now)))).all()
    by_kind = {kind: {row.value for row in rows if row.kind == kind} for kind in HoldKind}
    customers = await complaints.held_customers(session, tenant, now)
    conversations = await complaints.held_conversations(session, tenant, now)
    return Held(
        customers=customers | by_kind[HoldKind.CUSTOMER],
        conversations=conversations | by_kind[HoldKind.CONVERSATION],
    )


def refuse(kept: Collection[Kept]) -> None:
    """Refuse an erasure that a hold forbids.

    Raises:
        ConflictError: there is one; names reasons and references.
    """
    if kept:
        reasons = ", ".join(f"{item.reason} ({item.reference})" for item in kept)
        msg = f"This data must be kept for now: {reasons}. End the hold or the complaint first."
        raise ConflictError(msg, field="subject")


def _named(kind: Kind, values: Collection[str]) -> ColumnElement[bool]:
    return (HoldRow.kind == kind.value) & HoldRow.value.in_(list(values))


def _in_force(now: datetime) -> ColumnElement[bool]:
    return HoldRow.until.is_(None) | (HoldRow.until > now)
