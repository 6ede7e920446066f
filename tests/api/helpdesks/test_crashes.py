"""Killed anywhere, by anything: at the end there is exactly one current note, and none was left twice."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from api.copilot import Copilot
from api.helpdesks.adapter import AgentReply, CustomerMessage, Delivery, Event, Left, Note
from api.helpdesks.carrying import Carrier, Match
from api.helpdesks.connections import Connection, SecretSource
from api.helpdesks.conversations import ConversationStore
from api.helpdesks.events import take_in
from api.helpdesks.registry import Opened
from api.helpdesks.rows import Place, notes_of
from api.helpdesks.tables import DeskNoteRow, NoteState
from api.helpdesks.timing import Timing
from models.errors import HelpdeskError
from retrieval.store import Database
from tests.api.helpdesks.desk import OTHER, QUESTION

TIMING = Timing()
START = datetime(2026, 3, 1, 9, tzinfo=UTC)
CONNECTION = Connection(id="desk", vendor="none", secret=SecretSource(env="NONE"))


class Killed(BaseException):
    """The process is gone: nothing catches it."""


class Life:
    """Ends at the n-th point at which a process can be killed."""

    def __init__(self, points: float) -> None:
        self.points = points

    def tick(self) -> None:
        self.points -= 1
        if self.points == 0:
            raise Killed


class MortalDatabase:
    """A database whose process is killed before a transaction, before its commit, or behind it."""

    def __init__(self, database: Database, life: Life) -> None:
        self._database = database
        self._life = life

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        async with self._database.reading() as session:
            yield session

    @asynccontextmanager
    async def writing(self, tenant: str | None = None) -> AsyncIterator[AsyncSession]:
        self._life.tick()
        async with self._database.writing(tenant) as session:
            yield session
            self._life.tick()
        self._life.tick()


class FakeAdapter:
    """Keeps notes in memory; its process is killed before or behind each call; some calls go wrong."""

    def __init__(self) -> None:
        self.notes: dict[str, tuple[str, Note]] = {}
        self.life = Life(-1)
        self.random = Random(0)  # noqa: S311 - not for secrets
        self.trouble = 0.0
        self.versions = False

    def verify(self, delivery: Delivery) -> None:
        raise NotImplementedError

    def key(self, delivery: Delivery) -> str:
        raise NotImplementedError

    def read(self, delivery: Delivery) -> list[Event]:
        raise NotImplementedError

    async def leave(self, _client: httpx.AsyncClient, note: Note) -> Left:
        self.life.tick()
        self._fail(unsure=False)
        ref = f"n{len(self.notes)}-{self.random.random()}"
        self.notes[ref] = (note.conversation, note)
        self.life.tick()
        self._fail(unsure=True)
        return Left(ref, "v1" if self.versions else None)

    async def find(self, _client: httpx.AsyncClient, note: Note) -> Left | None:
        self.life.tick()
        self._fail(unsure=False)
        for ref, (conversation, left) in self.notes.items():
            if conversation == note.conversation and left.marker == note.marker:
                return Left(ref, "v1" if self.versions else None)
        return None

    async def withdraw(self, _client: httpx.AsyncClient, _note: Note, left: Left) -> bool:
        self.life.tick()
        self._fail(unsure=False)
        self.notes.pop(left.ref, None)
        self.life.tick()
        self._fail(unsure=True)
        return True

    def of(self, conversation: str) -> list[Note]:
        return [note for name, note in self.notes.values() if name == conversation]

    def _fail(self, *, unsure: bool) -> None:
        if self.random.random() < self.trouble:
            raise HelpdeskError("It did not answer.", unsure=unsure)


class World:
    """Workers that come and go over one database and one helpdesk."""

    def __init__(self, copilot: Copilot, match: Match | None = None) -> None:
        self.now = START
        self._match = match
        self.adapter = FakeAdapter()
        self._copilot = copilot
        self._workers = 0

    async def tell(self, event: Event) -> None:
        async with self._copilot.database.writing("default") as session:
            place = Place("default", "desk", "")
            await take_in(session, event, place=place, connection=CONNECTION, now=self.now)

    async def work(self, conversation: str, life: Life) -> bool:
        """Let a new worker carry a conversation on; tell whether it came to its end."""
        self._workers += 1
        self.now += timedelta(seconds=TIMING.lease + TIMING.settle)
        self.adapter.life = life
        database: Any = MortalDatabase(self._copilot.database, life)
        store = ConversationStore(database, now=lambda: self.now, timing=TIMING, holder=f"w{self._workers}")
        opened: Any = Opened.__new__(Opened)
        opened.connection, opened.adapter = CONNECTION, self.adapter
        place = Place("default", "desk", conversation)
        async with httpx.AsyncClient() as client:
            carrier = Carrier(store, opened, client, self._copilot, self._match)
            try:
                if await store.claim(place):
                    await carrier.carry(place)
            except Killed:
                return False
        return True

    async def rows(self, conversation: str) -> list[DeskNoteRow]:
        async with self._copilot.database.reading() as session:
            return await notes_of(session, Place("default", "desk", conversation))

    async def states(self, conversation: str) -> list[str]:
        return [note.state for note in await self.rows(conversation)]


def _message(conversation: str, number: int, text: str = QUESTION) -> CustomerMessage:
    return CustomerMessage(conversation, f"m{number}", text, START + timedelta(seconds=number))


@pytest.mark.parametrize("versions", [False, True])
async def test_killed_at_every_point(copilot: Copilot, versions: bool) -> None:
    world = World(copilot)
    world.adapter.versions = versions
    survived, point = False, 0
    while not survived:
        point += 1
        name = str(point)
        await world.tell(_message(name, 1))
        assert await world.work(name, Life(-1))
        # The customer writes once more: the newer note is left, the older withdrawn; killed at each point of that.
        await world.tell(_message(name, 2, OTHER))
        survived = await world.work(name, Life(point))
        for _ in range(3):
            await world.work(name, Life(-1))
        [note] = world.adapter.of(name)
        assert await world.states(name) == [NoteState.SUPERSEDED, NoteState.LEFT]
        assert (note.id, note.replaces) == ((await world.rows(name))[-1].id, not versions)
    assert point > 15


async def test_killed_again_and_again_with_a_helpdesk_that_fails(copilot: Copilot) -> None:
    world, random = World(copilot), Random(7)  # noqa: S311 - not for secrets
    world.adapter.trouble = 0.2
    for number in range(25):
        name = str(number)
        for place in range(1, random.randint(2, 4)):
            await world.tell(_message(name, place, random.choice((QUESTION, OTHER))))
            for _ in range(random.randint(0, 3)):
                await world.work(name, Life(random.randint(1, 12)))
        answered = random.random() < 0.3
        if answered:
            await world.tell(AgentReply(name, "a1", "It is on its way.", START + timedelta(hours=1)))
        for _ in range(12):
            await world.work(name, Life(-1))
        states = await world.states(name)
        left = states.count(NoteState.LEFT)
        assert left == (0 if answered else 1)
        # An answered note stays where it is; nothing else of ours does.
        assert len(world.adapter.of(name)) == left + states.count(NoteState.ANSWERED)
        assert not {NoteState.DRAFTING, NoteState.WAITING, NoteState.SENDING, NoteState.DEAD} & set(states)
