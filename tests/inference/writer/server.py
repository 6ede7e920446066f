"""A server of the OpenAI chat API on loopback that says what a test wants, and remembers what it was asked."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any


def event(text: str, **more: Any) -> str:
    """One streamed piece of an answer."""
    return json.dumps({"choices": [{"delta": {"content": text}}], **more}, ensure_ascii=False)


@dataclass
class Reply:
    """What one request is answered with; after the events the connection ends, hangs, or breaks off."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    events: tuple[str, ...] = ()
    hangs: bool = False
    breaks: bool = False
    raw: bytes = b""


@dataclass
class FakeServer:
    """Answers requests in the order of ``replies``."""

    replies: list[Reply]
    url: str = ""
    asked: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    left: asyncio.Event = field(default_factory=asyncio.Event)
    handlers: set[asyncio.Task[None] | None] = field(default_factory=set)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.handlers.add(asyncio.current_task())
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._handle(reader, writer)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.asked.append((headers | {":path": head[0].split()[1]}, json.loads(body)))
        reply = self.replies.pop(0)
        lines = [f"{name}: {value}" for name, value in reply.headers.items()]
        start = [f"HTTP/1.1 {reply.status} X", "Transfer-Encoding: chunked", "Connection: close", *lines]
        writer.write("\r\n".join([*start, "", ""]).encode())
        for data in (*(f"data: {item}\n\n".encode() for item in reply.events), reply.raw):
            if data:
                writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        await writer.drain()
        if reply.hangs:
            await reader.read()
            self.left.set()
        if not reply.breaks:
            writer.write(b"0\r\n\r\n")
            await writer.drain()


@asynccontextmanager
async def serving(*replies: Reply) -> AsyncIterator[FakeServer]:
    """Run a server while the block lasts."""
    fake = FakeServer(list(replies))
    server = await asyncio.start_server(fake.handle, "127.0.0.1", 0)
    fake.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield fake
    finally:
        server.close()
        await asyncio.wait(
            [task for task in fake.handlers if task] or [asyncio.create_task(asyncio.sleep(0))], timeout=5
        )
