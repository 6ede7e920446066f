"""A server of the OpenAI chat API on loopback that judges by a planted habit: what the biases are tried on."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

Habit = Callable[[str], str]
"""What a judge answers to the user's part of a chat."""


@asynccontextmanager
async def serving(habit: Habit) -> AsyncIterator[str]:
    """Serve while the block lasts; give the API's root."""
    open_: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            open_.add(task)
            task.add_done_callback(open_.discard)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            writer.write(_response(habit(_asked(await _body(reader)))))
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    finally:
        server.close()
        await asyncio.gather(*open_, return_exceptions=True)


async def _body(reader: asyncio.StreamReader) -> dict[str, Any]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = next(line for line in head.split("\r\n") if line.startswith("content-length:"))
    body: dict[str, Any] = json.loads(await reader.readexactly(int(length.partition(":")[2])))
    return body


def _asked(body: dict[str, Any]) -> str:
    content: str = body["messages"][-1]["content"]
    return content


def _response(text: str) -> bytes:
    event = json.dumps({"choices": [{"delta": {"content": text}}]}, ensure_ascii=False)
    sent = f"data: {event}\n\ndata: [DONE]\n\n".encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: {len(sent)}\r\nConnection: close\r\n"
    return f"{head}\r\n".encode() + sent
