"""A conversation's rows: how each part of the pipeline finds them."""

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from api.helpdesks.tables import ConversationRow, DeliveryRow, DeskConnectionRow, DeskMessageRow, DeskNoteRow

MOST_MESSAGES = 400
"""Messages of a conversation that are looked at, the latest."""
MOST_NOTES = 100
"""Notes of a conversation that are looked at, the latest."""


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
    found = (await session.scalars(query.order_by(row.created_at.desc(), row.id).limit(MOST_NOTES))).all()
    return list(reversed(found))


async def conversation_of(session: AsyncSession, place: Place) -> ConversationRow | None:
    """Return a conversation; None where nothing was delivered of it."""
    return await session.get(ConversationRow, place)


def by_turns(
    row: type[ConversationRow | DeliveryRow],
    name: InstrumentedAttribute[str],
    *conditions: ColumnElement[bool],
    moment: InstrumentedAttribute[Any],
    connections: Collection[tuple[str, str]],
) -> Select[str, str, str]:
    """Select tenant, connection and name of rows: each connection's earliest first, then the second of each.

    One connection's backlog must not keep the others waiting, which may be other tenants'.

    Args:
        row: the table.
        name: which column names a row within its connection.
        conditions: which rows.
        moment: by which column a connection's rows are ordered.
        connections: (tenant, id) of those that are wanted.
    """
    turn = func.row_number().over(partition_by=(row.tenant, row.connection), order_by=(moment, name)).label("turn")
    columns = row.tenant.label("tenant"), row.connection.label("connection"), name.label("name")
    wanted = tuple_(row.tenant, row.connection).in_(list(connections))
    found = select(*columns, moment.label("moment"), turn).where(wanted, *conditions).subquery().c
    return select(found.tenant, found.connection, found.name).order_by(found.turn, found.moment, found.name)


async def connection_of(session: AsyncSession, place: Place) -> DeskConnectionRow:
    """Return what is remembered of a place's connection, in a writing session; made where it is new."""
    row = await session.get(DeskConnectionRow, (place.tenant, place.connection))
    if row is None:
        row = DeskConnectionRow(tenant=place.tenant, connection=place.connection, sequence=0, strikes=0)
        session.add(row)
        await session.flush()
    return row
