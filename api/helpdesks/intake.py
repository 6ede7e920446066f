"""Deliveries: stored before they are acknowledged, then read into messages, each in one transaction."""

import asyncio
import hashlib
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.clock import Now
from api.helpdesks.adapter import Delivery, Event, Fetching, Ignored
from api.helpdesks.events import take_in
from api.helpdesks.reading import AHEAD, MOST_KEY, read_safely
from api.helpdesks.registry import Opened
from api.helpdesks.rows import Place, by_turns, connection_of
from api.helpdesks.tables import CONVERSATION_LENGTH, DeliveryRow, DeliveryState, DeskConnectionRow
from api.idempotency import new_id
from models.errors import HelpdeskError, InputError
from retrieval.store import Database

UNREADABLE = "unreadable"
INTERNAL = "internal"
_MOST_HEADER = 500
_MOST_HEADERS = 40
# Signatures and tokens prove a delivery once, when it arrives; they are not kept.
_SECRETS = ("authorization", "cookie", "signature", "token", "secret", "api-key")


class Intake:
    """Stores deliveries, and reads what is stored.

    Args:
        database: where they are.
        now: what the time is.
    """

    def __init__(self, database: Database, *, now: Now) -> None:
        self.database = database
        self.now = now

    async def accept(self, opened: Opened, delivery: Delivery) -> bool:
        """Store a proven delivery; tell whether it is a new one.

        Raises:
            InputError: it is not what this helpdesk sends; it is kept as a dead letter all the same.
        """
        place = Place(opened.connection.tenant, opened.connection.id, "")
        try:
            key = read_safely(opened.adapter.key, delivery)
        except InputError:
            await self._store(place, delivery, read_safely(_digest, delivery), error=UNREADABLE)
            raise
        return await self._store(place, delivery, key[:MOST_KEY])

    async def accept_all(self, opened: Opened, deliveries: Collection[Delivery], *, cursor: str) -> int:
        """Store what a poll brought, and where the next one goes on, in one transaction; return how many were new."""
        place = Place(opened.connection.tenant, opened.connection.id, "")
        rows = []
        for delivery in deliveries:
            try:
                rows.append(_row(place, delivery, read_safely(opened.adapter.key, delivery)[:MOST_KEY], self.now()))
            except InputError:
                rows.append(_row(place, delivery, _digest(delivery), self.now(), error=UNREADABLE))
        async with self.database.writing(place.tenant) as session:
            new = [row for row in rows if await _is_new(session, row)]
            session.add_all({row.key: row for row in new}.values())
            (await connection_of(session, place)).cursor = cursor
        return len(new)

    async def cursor(self, opened: Opened) -> str | None:
        """Return where the next poll of a connection goes on; None before the first."""
        place = Place(opened.connection.tenant, opened.connection.id, "")
        async with self.database.reading() as session:
            row = await session.get(DeskConnectionRow, (place.tenant, place.connection))
        return None if row is None else row.cursor

    async def pending(self, connections: Collection[tuple[str, str]], *, limit: int) -> list[tuple[str, str, str]]:
        """Return (tenant, connection, id) of deliveries to be read: in turns, each connection's oldest first."""
        row = DeliveryRow
        due = row.state == DeliveryState.PENDING.value, row.next_at <= self.now()
        query = by_turns(row, row.id, *due, moment=row.next_at, connections=connections)
        async with self.database.reading() as session:
            found = await session.execute(query.limit(limit))
            return [(tenant, connection, id_) for tenant, connection, id_ in found]

    async def read(self, opened: Opened, id_: str, client: httpx.AsyncClient | None = None) -> str | None:
        """Read a stored delivery into messages, once; return why it is a dead letter now, None where it is none.

        Args:
            opened: its connection.
            id_: the delivery.
            client: of the connection, for adapters that fetch what a delivery leaves out.

        Raises:
            HelpdeskError: what it leaves out could not be fetched now.
        """
        place = Place(opened.connection.tenant, opened.connection.id, "")
        async with self.database.reading() as session:
            row = await session.get(DeliveryRow, (place.tenant, id_))
        if row is None or row.state != DeliveryState.PENDING:
            return None
        delivery = Delivery(row.body, row.headers, row.received_at)
        try:
            if client is not None and isinstance(opened.adapter, Fetching):
                delivery = await opened.adapter.fetch(client, delivery)
            # In a thread: a customer's mail may take long to read, and nobody else waits for it.
            read = await asyncio.to_thread(read_safely, opened.adapter.read, delivery)
            events = [_bounded(event, delivery.at) for event in read]
        except InputError as error:
            why = f"{UNREADABLE}: {error.field}" if error.field else UNREADABLE
            await self._bury(place.tenant, id_, why)
            return why
        except HelpdeskError as error:
            if not error.lasting:
                raise
            await self._bury(place.tenant, id_, error.code)
            return error.code
        async with self.database.writing(place.tenant) as session:
            stored = await session.get(DeliveryRow, (place.tenant, id_))
            if stored is None or stored.state != DeliveryState.PENDING:
                return None
            for event in events:
                await take_in(session, event, place=place, connection=opened.connection, now=self.now())
            stored.state, stored.error, stored.body, stored.headers = DeliveryState.READ, None, b"", {}
        return None

    async def put_off(
        self, tenant: str, id_: str, pause: Callable[[int], timedelta], *, attempts: int, why: str = INTERNAL
    ) -> None:
        """Read a delivery later; after ``attempts`` it becomes a dead letter.

        Args:
            tenant: whose.
            id_: the delivery.
            pause: until it is tried again, by how often it was tried.
            attempts: most of them.
            why: the code of what failed.
        """
        async with self.database.writing(tenant) as session:
            row = await session.get(DeliveryRow, (tenant, id_))
            if row is None or row.state != DeliveryState.PENDING:
                return
            row.attempts += 1
            row.next_at, row.error = self.now() + pause(row.attempts), why
            if row.attempts >= attempts:
                row.state = DeliveryState.DEAD

    async def _bury(self, tenant: str, id_: str, why: str) -> None:
        async with self.database.writing(tenant) as session:
            row = await session.get(DeliveryRow, (tenant, id_))
            if row is not None and row.state == DeliveryState.PENDING:
                row.state, row.error = DeliveryState.DEAD, why[:200]

    async def _store(self, place: Place, delivery: Delivery, key: str, *, error: str | None = None) -> bool:
        row = _row(place, delivery, key, self.now(), error=error)
        async with self.database.writing(place.tenant) as session:
            if new := await _is_new(session, row):
                session.add(row)
        return new


async def _is_new(session: AsyncSession, row: DeliveryRow) -> bool:
    query = select(DeliveryRow.id).where(
        DeliveryRow.tenant == row.tenant, DeliveryRow.connection == row.connection, DeliveryRow.key == row.key
    )
    return (await session.scalars(query)).first() is None


def _row(place: Place, delivery: Delivery, key: str, now: datetime, *, error: str | None = None) -> DeliveryRow:
    return DeliveryRow(
        tenant=place.tenant,
        id=new_id(),
        connection=place.connection,
        key=key,
        received_at=delivery.at,
        headers=_kept(delivery),
        body=delivery.body,
        state=DeliveryState.PENDING if error is None else DeliveryState.DEAD,
        next_at=now,
        attempts=0,
        error=error,
    )


def _kept(delivery: Delivery) -> dict[str, str]:
    """Return the headers that tell what a delivery is: neither proofs of it, nor what every client sends."""
    kept = {
        name: value[:_MOST_HEADER]
        for name, value in delivery.headers.items()
        if name.startswith("x-") and not any(part in name for part in _SECRETS)
    }
    return dict(list(kept.items())[:_MOST_HEADERS])


def _digest(delivery: Delivery) -> str:
    return hashlib.sha256(delivery.body).hexdigest()


def _bounded(event: Event, arrived: datetime) -> Event:
    """Refuse ids that no row can hold; a moment that lies ahead of us, or has no zone, becomes that of the arrival.

    A reply from the future would answer all that the customer writes until then.

    Raises:
        InputError: an id is empty or too long.
    """
    if isinstance(event, Ignored):
        return event
    if not 0 < len(event.conversation) <= CONVERSATION_LENGTH or not event.conversation.isprintable():
        raise InputError("The conversation's id is empty, too long or holds control characters.", field="conversation")
    if not 0 < len(event.id) <= MOST_KEY or not event.id.isprintable():
        raise InputError("The message's id is empty, too long or holds control characters.", field="id")
    try:
        at = event.at.astimezone(UTC)
    except OverflowError:  # on the first or last day that there is, in another zone
        return replace(event, at=arrived)
    return replace(event, at=arrived) if event.at.tzinfo is None or at > arrived + AHEAD else event
