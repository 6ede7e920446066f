"""How the connections are doing, and their dead letters: listed, and tried again."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Subquery, func, literal, select, tuple_, union_all

from api.clock import Now
from api.helpdesks.connections import Connection
from api.helpdesks.planning import OPEN, UNDRAFTED
from api.helpdesks.records import ConnectionStatus, DeadLetter, DeadLetterPage
from api.helpdesks.rows import Place, connection_of, conversation_of
from api.helpdesks.tables import (
    ConversationRow,
    DeliveryRow,
    DeliveryState,
    DeskConnectionRow,
    DeskNoteRow,
    NoteState,
)
from models.errors import InputError, NotFoundError
from retrieval.store import Database

MOST = 200
_OPEN = tuple(state.value for state in OPEN)


def hook_of(connection: Connection) -> str:
    """Return the path at which a connection is called."""
    return f"/v1/hooks/{connection.id}"


class Overview:
    """Reads states and dead letters; every method names its tenant.

    Args:
        database: where they are.
        now: what the time is.
    """

    def __init__(self, database: Database, *, now: Now) -> None:
        self.database = database
        self.now = now

    async def status(self, connections: Sequence[Connection], *, tenant: str) -> tuple[ConnectionStatus, ...]:
        """Return how each of a tenant's connections is doing."""
        return tuple([await self._status(item) for item in connections if item.tenant == tenant])

    async def dead(self, *, tenant: str, after: str | None = None, limit: int = 50) -> DeadLetterPage:
        """Return dead letters, the oldest first, from behind the id ``after``.

        Raises:
            InputError: there is no dead letter ``after``.
        """
        size, letters = max(1, min(limit, MOST)), _letters(tenant)
        query = select(letters).order_by(letters.c.at, letters.c.id).limit(size + 1)
        async with self.database.reading() as session:
            if after is not None:
                at = await session.scalar(select(letters.c.at).where(letters.c.id == after))
                if at is None:
                    msg = "The cursor is not one that a listing gave: start again without it."
                    raise InputError(msg, field="cursor")
                query = query.where(tuple_(letters.c.at, letters.c.id) > tuple_(at, after))
            rows = (await session.execute(query)).mappings().all()
        items = tuple(DeadLetter(**{**row, "conversation": row["conversation"] or None}) for row in rows[:size])
        return DeadLetterPage(items=items, next=items[-1].id if len(rows) > size else None)

    async def replay(self, id_: str, *, tenant: str) -> None:
        """Try a dead letter again, as if it had just arrived.

        Raises:
            NotFoundError: there is no dead letter of this id.
        """
        async with self.database.writing(tenant) as session:
            delivery = await session.get(DeliveryRow, (tenant, id_))
            if delivery is not None and delivery.state == DeliveryState.DEAD:
                delivery.state, delivery.next_at, delivery.attempts = DeliveryState.PENDING, self.now(), 0
                return
            note = await session.get(DeskNoteRow, (tenant, id_))
            if note is None or note.state != NoteState.DEAD:
                raise NotFoundError(f"There is no dead letter with the id '{id_}'.", field="id")
            place = Place(tenant, note.connection, note.conversation)
            conversation = await conversation_of(session, place)
            # It may lie there all the same: it is looked for before it is left again.
            note.state = NoteState.DRAFTING if note.reason == UNDRAFTED else NoteState.SENDING
            note.created_at = note.next_at = self.now()
            note.reason, note.attempts = None, 0
            (await connection_of(session, place)).paused_until = None
            if conversation is not None:
                conversation.due_at = self.now()

    async def _status(self, connection: Connection) -> ConnectionStatus:
        delivery, note, now = DeliveryRow, DeskNoteRow, self.now()
        mine = (delivery.tenant == connection.tenant, delivery.connection == connection.id)
        ours = (note.tenant == connection.tenant, note.connection == connection.id)
        async with self.database.reading() as session:
            arrived = await session.scalar(select(func.max(delivery.received_at)).where(*mine))
            counted = (
                select(delivery.state, func.count(), func.min(delivery.next_at)).where(*mine).group_by(delivery.state)
            )
            deliveries = {state: (count, first) for state, count, first in await session.execute(counted)}
            noted = select(note.state, func.count()).where(*ours).group_by(note.state)
            notes: dict[str, int] = {state: count for state, count in await session.execute(noted)}  # noqa: C416
            row = await session.get(DeskConnectionRow, (connection.tenant, connection.id))
            oldest = await session.scalar(
                select(func.min(ConversationRow.due_at)).where(
                    ConversationRow.tenant == connection.tenant, ConversationRow.connection == connection.id
                )
            )
        unread, first = deliveries.get(DeliveryState.PENDING, (0, None))
        waits = [now - moment for moment in (first, oldest) if moment is not None and moment < now]
        paused = row.paused_until if row is not None and row.paused_until and row.paused_until > now else None
        return ConnectionStatus(
            id=connection.id,
            vendor=connection.vendor,
            hook=hook_of(connection),
            last_delivery=arrived,
            lag_seconds=round(max(waits, default=timedelta()).total_seconds(), 1),
            unread=unread,
            waiting=sum(notes.get(state, 0) for state in _OPEN),
            left=row.sequence if row is not None else 0,
            failed=deliveries.get(DeliveryState.DEAD, (0, None))[0] + notes.get(NoteState.DEAD, 0),
            paused_until=paused,
            error=row.error if row is not None and row.strikes else None,
        )


def _letters(tenant: str) -> Subquery:
    delivery, note = DeliveryRow, DeskNoteRow
    unread = select(
        delivery.id.label("id"),
        literal("delivery").label("kind"),
        delivery.connection.label("connection"),
        literal("").label("conversation"),
        delivery.received_at.label("at"),
        delivery.attempts.label("attempts"),
        func.coalesce(delivery.error, "unknown").label("error"),
    ).where(delivery.tenant == tenant, delivery.state == DeliveryState.DEAD.value)
    unleft = select(
        note.id,
        literal("note"),
        note.connection,
        note.conversation,
        note.created_at,
        note.attempts,
        func.coalesce(note.error, "unknown"),
    ).where(note.tenant == tenant, note.state == NoteState.DEAD.value)
    return union_all(unread, unleft).subquery()
