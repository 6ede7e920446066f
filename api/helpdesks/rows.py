"""A conversation's rows: how each part of the pipeline finds them."""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.helpdesks.tables import ConversationRow, DeskConnectionRow, DeskMessageRow, DeskNoteRow

MOST_MESSAGES = 400
"""Messages of a conversation that are looked at, the latest."""
_MOST_NOTES = 100


class Place(NamedTuple):
    """A conversation: whose, through which connection, and the helpdesk's id of it."""

    tenant: str
    connection: str
    conversation: str

    @property
    def stable_id(self) -> str:
        """The id under which drafts and the ledger know the conversation."""
        return f"{self.connection}:{self.conversation}"


async def messages_of(session: AsyncSession, place: Place) -> list[DeskMessageRow]:
    """Return the latest messages of a conversation by their own times, the earliest first."""
    row = DeskMessageRow
    query = select(row).where(
        row.tenant == place.tenant, row.connection == place.connection, row.conversation == place.conversation
    )
    query = query.order_by(row.at.desc(), row.received_at.desc(), row.id.desc()).limit(MOST_MESSAGES)
    return list(reversed((await session.scalars(query)).all()))


async def notes_of(session: AsyncSession, place: Place) -> list[DeskNoteRow]:
    """Return the latest notes of a conversation, in the order in which they were reserved."""
    row = DeskNoteRow
    query = select(row).where(
        row.tenant == place.tenant, row.connection == place.connection, row.conversation == place.conversation
    )
    found = (await session.scalars(query.order_by(row.created_at.desc(), row.id).limit(_MOST_NOTES))).all()
    return list(reversed(found))


async def conversation_of(session: AsyncSession, place: Place) -> ConversationRow | None:
    """Return a conversation; None where nothing was delivered of it."""
    return await session.get(ConversationRow, place)


async def connection_of(session: AsyncSession, place: Place) -> DeskConnectionRow:
    """Return what is remembered of a place's connection, in a writing session; made where it is new."""
    row = await session.get(DeskConnectionRow, (place.tenant, place.connection))
    if row is None:
        row = DeskConnectionRow(tenant=place.tenant, connection=place.connection, sequence=0, strikes=0)
        session.add(row)
        await session.flush()
    return row
