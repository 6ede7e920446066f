"""The helpdesks of a running service: its connections, what takes deliveries in, and the worker."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from api.clock import Now, utc_now
from api.helpdesks.connections import Connection
from api.helpdesks.intake import Intake
from api.helpdesks.matching import match_replies
from api.helpdesks.notes import note_of
from api.helpdesks.overview import MOST, Overview
from api.helpdesks.records import FetchedNote, NotePage
from api.helpdesks.registry import LiveConnections
from api.helpdesks.rows import Place, conversation_of, notes_of
from api.helpdesks.tables import DeskNoteRow, NoteState
from api.helpdesks.timing import Timing
from api.helpdesks.vendors.generic import note_body
from api.helpdesks.worker import Worker
from api.settings import Settings
from api.tables import DraftRow
from api.tenants import Tenants
from models.errors import NotFoundError

TIMING = Timing()
_CURRENT = (NoteState.LEFT, NoteState.SENDING, NoteState.WAITING)


@dataclass(frozen=True)
class CurrentDraft:
    """The newest draft of a conversation, as agents should see it."""

    draft_id: str


class Helpdesks:
    """What the service knows of its helpdesks.

    Args:
        connections: those in force.
        tenants: whose drafts are left.
        now: what the time is.
        worker: the one of this process; None where others work.
    """

    def __init__(self, connections: LiveConnections, tenants: Tenants, *, now: Now, worker: Worker | None) -> None:
        self.connections = connections
        self.intake = Intake(tenants.database, now=now)
        self.overview = Overview(tenants.database, now=now)
        self.now = now
        self._tenants = tenants
        self._worker = worker

    def wake(self) -> None:
        """Let the worker look at once."""
        if self._worker is not None:
            self._worker.wake()

    def connection(self, connection: str, *, tenant: str | None = None) -> Connection | None:
        """Return a connection's settings; None where there is none of this id, or it is another tenant's."""
        opened = self.connections.get(connection)
        if opened is None or tenant not in {None, opened.connection.tenant}:
            return None
        return opened.connection

    def own(self, *, tenant: str) -> list[Connection]:
        """Return a tenant's connections, in the order of their file."""
        return [item.connection for item in self.connections.current.values() if item.connection.tenant == tenant]

    async def current(self, connection: str, conversation: str, *, tenant: str) -> CurrentDraft | None:
        """Return the newest draft of a conversation that is left or on its way; None where there is none."""
        async with self._tenants.database.reading() as session:
            notes = await notes_of(session, Place(tenant, connection, conversation))
        newest = next((note for note in reversed(notes) if note.state in _CURRENT), None)
        return None if newest is None else CurrentDraft(newest.id)

    async def editing(self, connection: str, conversation: str, *, tenant: str, until: datetime) -> None:
        """Keep a conversation's draft as it is until a moment, since an agent is editing it; never moved back."""
        place = Place(tenant, connection, conversation)
        async with self._tenants.database.writing(tenant) as session:
            row = await conversation_of(session, place)
            if row is not None and (row.editing_until is None or row.editing_until < until):
                row.editing_until = until

    async def notes(self, connection: str, *, tenant: str, after: int = 0, limit: int = 50) -> NotePage:
        """Return the notes that a connection left behind the sequence number ``after``, for whoever fetches them.

        Raises:
            NotFoundError: the tenant has no such connection.
        """
        found = self.connection(connection, tenant=tenant)
        if found is None:
            raise NotFoundError(f"There is no connection with the id '{connection}'.", field="connection")
        row = DeskNoteRow
        # Notes whose drafts were erased are passed over here: a page of nothing else would look like the end.
        query = select(row).join(DraftRow, (DraftRow.tenant == row.tenant) & (DraftRow.id == row.id))
        query = query.where(row.tenant == tenant, row.connection == connection, row.sequence > after)
        async with self._tenants.database.reading() as session:
            rows = (await session.scalars(query.order_by(row.sequence).limit(max(1, min(limit, MOST))))).all()
        drafts = self._tenants.copilot(tenant).drafts
        items = []
        for item in rows:
            stored = await drafts.find(item.id, tenant=tenant)
            if stored is None or item.sequence is None or item.left_at is None:
                continue
            note = note_of(stored, conversation=item.conversation, language=found.notes_language)
            body = note_body(note) | {"current": item.state == NoteState.LEFT}
            items.append(FetchedNote(sequence=item.sequence, left_at=item.left_at, note=body))
        return NotePage(items=tuple(items))


@asynccontextmanager
async def running_helpdesks(
    settings: Settings, tenants: Tenants, *, now: Now = utc_now, timing: Timing | None = None
) -> AsyncIterator[Helpdesks]:
    """Read the connections and work while the block lasts.

    Args:
        settings: name the file of connections and how many conversations are worked on at once.
        tenants: whose drafts are left.
        now: what the time is.
        timing: of leases and pauses; ``TIMING`` if None.

    Raises:
        ConfigurationError: the file of connections is faulty, or a secret is missing.
    """
    connections = LiveConnections(settings.helpdesks)
    if settings.workers == 0 or settings.helpdesks is None:
        yield Helpdesks(connections, tenants, now=now, worker=None)
        return
    worker = Worker(
        tenants.database,
        connections,
        tenants.copilot,
        match=match_replies,
        now=now,
        timing=timing or TIMING,
        at_once=settings.workers,
    )
    async with worker.running():
        yield Helpdesks(connections, tenants, now=now, worker=worker)
