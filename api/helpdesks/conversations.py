"""Conversations in the database: who works on which, and every step of a note, each in one transaction."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_
from sqlalchemy.ext.asyncio import AsyncSession

from api.clock import Now
from api.helpdesks.adapter import Left
from api.helpdesks.connections import Connection
from api.helpdesks.planning import (
    COURTESY,
    EDITED,
    STAYS,
    UNDRAFTED,
    Do,
    Situation,
    Step,
    Wait,
    digest_of,
    next_step,
)
from api.helpdesks.rows import Place, by_turns, connection_of, conversation_of, messages_of, notes_of
from api.helpdesks.tables import ConversationRow, DeskConnectionRow, DeskNoteRow, NoteState
from api.helpdesks.timing import Timing
from api.idempotency import new_id
from models.errors import HelpdeskError, RifqError
from retrieval.store import Database

_MOST_ERROR = 200
_ENDS = {Do.ANSWERED: NoteState.ANSWERED, Do.DROP: NoteState.DROPPED, Do.SUPERSEDE: NoteState.SUPERSEDED}
_REASONS = {Do.DROP: "answered_first", Do.SUPERSEDE: "newer_message"}


class HoldLostError(RifqError):
    """Another worker has taken the conversation over: whoever meets this stops, and nothing is amiss."""

    code = "hold_lost"


@dataclass(frozen=True)
class Work:
    """A step to be taken outside the database, with what it needs; or a wait, with which the hold has ended."""

    step: Step | Wait
    situation: Situation


class ConversationStore:
    """Hands out conversations and keeps the steps of their notes.

    Args:
        database: where they are.
        now: what the time is.
        timing: of leases and pauses.
        holder: this worker's name.
    """

    def __init__(self, database: Database, *, now: Now, timing: Timing, holder: str) -> None:
        self.database = database
        self.now = now
        self.timing = timing
        self.holder = holder

    async def due(self, connections: Collection[tuple[str, str]], *, limit: int) -> list[Place]:
        """Return conversations (of these tenants and connections, in turns) that are due and that nobody holds."""
        row, now = ConversationRow, self.now()
        free = or_(row.held_until.is_(None), row.held_until < now)
        query = by_turns(row, row.conversation, row.due_at <= now, free, moment=row.due_at, connections=connections)
        async with self.database.reading() as session:
            return [Place(*item) for item in await session.execute(query.limit(limit))]

    async def claim(self, place: Place) -> bool:
        """Take a conversation that is due and free; tell whether it is ours now."""
        async with self.database.writing(place.tenant) as session:
            row, now = await conversation_of(session, place), self.now()
            if row is None or row.due_at is None or row.due_at > now or (row.held_until and row.held_until >= now):
                return False
            self._hold(row)
        return True

    async def renew(self, place: Place) -> None:
        """Keep a conversation for another lease.

        Raises:
            HoldLostError: somebody else has it.
        """
        async with self._held(place):
            pass

    async def release(self, place: Place) -> None:
        """Give a conversation back as it is; a later look finds it again."""
        async with self.database.writing(place.tenant) as session:
            row = await conversation_of(session, place)
            if row is not None and row.holder == self.holder:
                row.holder = row.held_until = None

    async def work(self, place: Place, connection: Connection) -> Work:
        """Take all steps that only change rows; return the next one that does not, or the wait that ends the hold.

        Raises:
            HoldLostError: somebody else has the conversation.
        """
        async with self._held(place) as (session, row):
            while True:
                situation = await self._situation(session, place, row, connection)
                step = next_step(situation)
                if isinstance(step, Wait):
                    row.due_at, row.holder, row.held_until = step.until, None, None
                    return Work(step, situation)
                if not self._settle(session, place, step, situation):
                    return Work(step, situation)
                await session.flush()

    def _settle(self, session: AsyncSession, place: Place, step: Step, situation: Situation) -> bool:
        """Take a step that only changes rows; tell whether it was one."""
        note, now = step.note, situation.now
        if step.do is Do.RESERVE:
            session.add(_reserved(place, situation))
        elif note is not None and step.do in _ENDS:
            note.state, note.reason = _ENDS[step.do], _REASONS.get(step.do)
        else:
            if note is not None and step.do is Do.LEAVE:
                # Committed before the call: whoever comes after a crash looks there before anything is left again.
                note.state, note.attempts = NoteState.SENDING, note.attempts + 1
                note.next_at = now + timedelta(seconds=self.timing.settle)
            return False
        return True

    async def drafted(self, place: Place, note_id: str, *, wanted: bool) -> None:
        """A note's draft is stored; it is to be left, unless it only returns a greeting that nobody wants answered."""
        async with self._note(place, note_id) as (_, note):
            if note.state == NoteState.DRAFTING:
                note.state, note.reason = (NoteState.WAITING, None) if wanted else (NoteState.DROPPED, COURTESY)
                note.attempts, note.next_at = 0, self.now()

    async def left(self, place: Place, note_id: str, left: Left) -> None:
        """A note lies in the helpdesk: it gets the connection's next number."""
        async with self._note(place, note_id) as (session, note):
            if note.state != NoteState.SENDING:
                return
            connection = await connection_of(session, place)
            connection.sequence, connection.strikes, connection.error = connection.sequence + 1, 0, None
            note.state, note.ref, note.version = NoteState.LEFT, left.ref[:200], left.version and left.version[:200]
            note.left_at, note.next_at, note.sequence = self.now(), self.now(), connection.sequence
            note.error = None

    async def absent(self, place: Place, note_id: str) -> None:
        """A note that was sent is not there: it is still to be left."""
        async with self._note(place, note_id) as (_, note):
            if note.state == NoteState.SENDING:
                note.state, note.next_at = NoteState.WAITING, self.now()

    async def withdrawn(self, place: Place, note_id: str, *, taken: bool) -> None:
        """An older note was taken back, or stays because an agent has edited it: the newer one is left beside it."""
        async with self._note(place, note_id) as (session, note):
            note.state, note.reason = NoteState.SUPERSEDED, "withdrawn" if taken else EDITED
            if not taken:
                for other in await notes_of(session, place):
                    if other.state == NoteState.WAITING:
                        other.beside = True

    async def failed(self, place: Place, note_id: str, error: RifqError) -> NoteState:
        """A call for a note did not succeed: it is tried again later, or given up; return the note's state."""
        asked = error.retry_after if isinstance(error, HelpdeskError) else None
        async with self._note(place, note_id) as (session, note):
            now, state = self.now(), NoteState(note.state)
            lasting = isinstance(error, HelpdeskError) and error.lasting
            # A note is withdrawn for the sake of the newest one: for how long it lay there before says nothing.
            begun = (await notes_of(session, place))[-1].created_at if state is NoteState.LEFT else note.created_at
            late = now - begun > timedelta(seconds=self.timing.give_up)
            note.error = error.message[:_MOST_ERROR]
            if state is NoteState.LEFT:
                # An older note that cannot be taken back stays: the newer one says that it is replaced.
                note.attempts += 1
                note.next_at = now + self.timing.backoff(note.attempts)
                if lasting or late:
                    note.state, note.reason = NoteState.SUPERSEDED, STAYS
            elif lasting or late:
                note.state, note.reason = NoteState.DEAD, UNDRAFTED if state is NoteState.DRAFTING else None
            elif state is NoteState.DRAFTING:
                note.attempts += 1
                note.next_at = now + self.timing.backoff(note.attempts)
            elif not (isinstance(error, HelpdeskError) and error.unsure):
                note.state, note.next_at = NoteState.WAITING, now + self.timing.backoff(max(note.attempts, 1))
            else:
                settled = now + timedelta(seconds=self.timing.settle)
                note.next_at = max(settled, now + self.timing.backoff(max(note.attempts, 1)))
            if isinstance(error, HelpdeskError) and not lasting:
                await self._strike(session, place, error, asked)
            return NoteState(note.state)

    async def unfound(self, place: Place, note_id: str, error: HelpdeskError) -> None:
        """Whether a note is there could not be learnt: it stays unsure, and is looked for later."""
        async with self._note(place, note_id) as (session, note):
            note.attempts, note.error = note.attempts + 1, error.message[:_MOST_ERROR]
            note.next_at = self.now() + self.timing.backoff(note.attempts)
            late = self.now() - note.created_at > timedelta(seconds=self.timing.give_up)
            if error.lasting or late:
                note.state = NoteState.DEAD
            else:
                await self._strike(session, place, error, error.retry_after)

    async def forget(self, place: Place, note_id: str) -> None:
        """A note's draft was erased: whatever was to be done with it is not done any more."""
        async with self._note(place, note_id) as (_, note):
            note.state, note.reason = NoteState.SUPERSEDED, "erased"

    async def matched(self, place: Place, seen: int) -> None:
        """What agents sent was matched; ``seen`` is how many replies there were to match when that began."""
        async with self._held(place) as (_, row):
            row.unmatched = max(0, row.unmatched - seen)

    async def put_off(self, place: Place, until: datetime) -> None:
        """End the hold, and look again at a moment."""
        async with self._held(place) as (_, row):
            row.due_at, row.holder, row.held_until = until, None, None

    async def _strike(self, session: AsyncSession, place: Place, error: HelpdeskError, asked: float | None) -> None:
        """Leave a connection alone for as long as it asks, or for a while after too many failures in a row."""
        connection = await connection_of(session, place)
        connection.strikes += 1
        connection.error = error.message[:_MOST_ERROR]
        pause = timedelta(seconds=asked) if asked is not None else None
        if connection.strikes >= self.timing.strikes:
            grown = self.timing.backoff(connection.strikes - self.timing.strikes + 1)
            pause = max(pause or grown, min(grown, timedelta(minutes=1)))
        if pause is not None:
            until = self.now() + pause
            connection.paused_until = max(until, connection.paused_until or until)

    def _hold(self, row: ConversationRow) -> None:
        row.holder, row.held_until = self.holder, self.now() + timedelta(seconds=self.timing.lease)

    @asynccontextmanager
    async def _held(self, place: Place) -> AsyncIterator[tuple[AsyncSession, ConversationRow]]:
        async with self.database.writing(place.tenant) as session:
            row = await conversation_of(session, place)
            if row is None or row.holder != self.holder:
                raise HoldLostError("Another worker has this conversation now.")
            self._hold(row)
            yield session, row

    @asynccontextmanager
    async def _note(self, place: Place, note_id: str) -> AsyncIterator[tuple[AsyncSession, DeskNoteRow]]:
        async with self._held(place) as (session, _):
            note = await session.get(DeskNoteRow, (place.tenant, note_id))
            if note is None:  # erased meanwhile
                raise HoldLostError("The note is gone.")
            yield session, note

    async def _situation(
        self, session: AsyncSession, place: Place, row: ConversationRow, connection: Connection
    ) -> Situation:
        stored = await session.get(DeskConnectionRow, (place.tenant, place.connection))
        return Situation(
            row=row,
            messages=await messages_of(session, place),
            notes=await notes_of(session, place),
            connection=connection,
            paused_until=None if stored is None else stored.paused_until,
            now=self.now(),
        )


def _reserved(place: Place, situation: Situation) -> DeskNoteRow:
    burst = situation.burst
    ids = {item.id for item in burst}
    return DeskNoteRow(
        tenant=place.tenant,
        id=new_id(),
        connection=place.connection,
        conversation=place.conversation,
        answers=[item.id for item in burst],
        digest=digest_of(burst),
        state=NoteState.DRAFTING,
        created_at=situation.now,
        next_at=situation.now,
        attempts=0,
        beside=any(note.reason == EDITED and ids.intersection(note.answers) for note in situation.notes),
    )
