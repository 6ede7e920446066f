"""A service with one fake helpdesk connected, over real sockets where time-outs matter."""

import asyncio
import hashlib
import hmac
import re
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
import yaml
from sqlalchemy import select
from starlette.types import ASGIApp

import api.helpdesks.service
from api.helpdesks.service import Helpdesks
from api.helpdesks.tables import ConversationRow, DeliveryRow, DeskMessageRow, DeskNoteRow, NoteState
from api.helpdesks.timing import Timing
from api.http.app import create_app
from api.settings import Settings
from retrieval.store import Database
from tests.api.helpdesks.fakes.base import FakeHelpdesk, FakeNote, Kind, Said

FAST = Timing(look=0.05, lease=2.0, call=0.5, settle=0.6, first=0.05, longest=0.3, give_up=3_600, strikes=50)
QUESTION = "My new card has not arrived yet"
OTHER = "Why was I charged a fee abroad"
PATIENCE = 20.0
_MARKER = re.compile(r"rifq-([0-9a-f]{32})")


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Serve an application in a thread; yields its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False, ws="none", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.started
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = server.force_exit = True
    thread.join(timeout=10)


@dataclass
class Desk:
    """A running service and a fake that calls it."""

    fake: FakeHelpdesk
    client: httpx.AsyncClient
    database: Database
    helpdesks: Helpdesks
    numbers: Iterator[int]
    clock: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(hours=1))

    def said(
        self, text: str = QUESTION, *, kind: Kind = Kind.CUSTOMER, conversation: str = "71", after: float = 10.0
    ) -> Said:
        """Say something, ``after`` seconds behind what was said before, by the helpdesk's clock."""
        self.clock += timedelta(seconds=after)
        return Said(kind, conversation, str(next(self.numbers)), text, self.clock)

    async def deliver(self, said: Said, *, number: str | None = None) -> httpx.Response:
        headers, body = self.fake.delivery(said, datetime.now(UTC), number=number or f"d-{said.id}")
        return await self.client.post("/v1/hooks/desk", headers=headers, content=body)

    async def tell(self, text: str = QUESTION, **named: Any) -> Said:
        """Say something and deliver it."""
        said = self.said(text, **named)
        assert (await self.deliver(said)).status_code == 202
        return said

    async def until(self, done: Callable[[], Any]) -> None:
        """Wait until something holds.

        Raises:
            TimeoutError: it does not.
        """
        async with asyncio.timeout(PATIENCE):
            while not done():  # noqa: ASYNC110 - what is waited for lies in another process, as it were
                await asyncio.sleep(0.02)

    async def settled(self) -> None:
        """Wait until every delivery is read and no conversation waits for anything."""
        async with asyncio.timeout(PATIENCE):
            while await self._waiting():  # noqa: ASYNC110 - what is waited for lies in another process, as it were
                await asyncio.sleep(0.02)

    async def _waiting(self) -> bool:
        async with self.database.reading() as session:
            unread = await session.scalar(select(DeliveryRow.id).where(DeliveryRow.state == "pending").limit(1))
            due = select(ConversationRow.conversation).where(
                (ConversationRow.due_at.is_not(None)) | (ConversationRow.holder.is_not(None))
            )
            return unread is not None or await session.scalar(due.limit(1)) is not None

    def current(self, conversation: str = "71") -> list[FakeNote]:
        return self.fake.current(conversation)

    def markers(self, conversation: str = "71") -> list[str]:
        """The drafts whose notes an agent sees; some vendors keep those that are replaced."""
        return [note_id for note in self.current(conversation) for note_id in _MARKER.findall(note.text)]

    def shown(self, conversation: str = "71") -> str:
        """All that an agent sees of ours: notes, and true drafts where the vendor has them."""
        drafts = [note for note in getattr(self.fake, "drafts", ()) if note.conversation == conversation]
        return "\n".join(note.text for note in (*self.current(conversation), *drafts) if not note.deleted)

    def sound(self) -> None:
        """Nothing was left twice, and nothing was public or otherwise amiss."""
        left = [marker for note in self.fake.notes for marker in _MARKER.findall(note.text)]
        assert len(left) == len(set(left))
        assert self.fake.faults == []

    async def read(self, *, messages: int) -> None:
        """Wait until so many messages are there, and the worker has looked at them."""
        async with asyncio.timeout(PATIENCE):
            while len(await self.messages()) < messages:  # noqa: ASYNC110 - what is waited for lies in another process, as it were
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.6)

    async def sign_and_post(self, body: bytes) -> httpx.Response:
        """Post a body of one's own making, as Chatwoot would sign it."""
        stamp = str(int(time.time()))
        secret = self.fake.environment()["FAKE_CHATWOOT_SECRET"]
        signature = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        headers = {"X-Chatwoot-Signature": f"sha256={signature}", "X-Chatwoot-Timestamp": stamp}
        return await self.client.post("/v1/hooks/desk", headers=headers, content=body)

    async def deliveries(self) -> list[DeliveryRow]:
        async with self.database.reading() as session:
            return list(await session.scalars(select(DeliveryRow)))

    async def notes(self) -> list[DeskNoteRow]:
        async with self.database.reading() as session:
            return list(await session.scalars(select(DeskNoteRow).order_by(DeskNoteRow.created_at, DeskNoteRow.id)))

    async def states(self) -> list[NoteState]:
        return [NoteState(note.state) for note in await self.notes()]

    async def messages(self) -> list[DeskMessageRow]:
        async with self.database.reading() as session:
            return list(await session.scalars(select(DeskMessageRow).order_by(DeskMessageRow.at)))

    async def conversation(self) -> ConversationRow | None:
        async with self.database.reading() as session:
            return (await session.scalars(select(ConversationRow))).first()


def write_connections(path: Path, fake: FakeHelpdesk, address: str, patch: pytest.MonkeyPatch, **options: Any) -> None:
    """Write the helpdesks file for one fake, and set its secrets."""
    for name, value in fake.environment().items():
        patch.setenv(name, value)
    entry = {
        "id": "desk",
        "private_network": True,
        "quiet_seconds": 0.2,
        "longest_wait_seconds": 1.0,
        **fake.connection(address),
        **options,
    }
    path.write_text(yaml.safe_dump({"version": 1, "connections": [entry]}), encoding="utf-8")


@asynccontextmanager
async def opened(
    settings: Settings,
    open_: Any,
    fake: FakeHelpdesk,
    patch: pytest.MonkeyPatch,
    tmp_path: Path,
    **options: Any,
) -> AsyncIterator[Desk]:
    """Run the service with a fake connected."""
    patch.setattr(api.helpdesks.service, "TIMING", FAST)
    file = tmp_path / "helpdesks.yaml"
    with serving(fake.app()) as url:
        write_connections(file, fake, url, patch, **options)
        app = create_app(settings.model_copy(update={"helpdesks": file}), open_)
        transport = httpx.ASGITransport(app=app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://localhost") as client,
        ):
            yield Desk(fake, client, app.state.tenants.database, app.state.helpdesks, iter(range(100, 10**6)))
