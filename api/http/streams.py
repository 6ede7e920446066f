"""``POST /v1/drafts/stream``: a draft as server-sent events, while it is being made.

An address of its own, not another media type of ``POST /v1/drafts``: each has one kind of answer, one status and one
place in the OpenAPI document, and a proxy needs to be told not to buffer only this one.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from starlette.background import BackgroundTask

from api.access.principal import Scope
from api.copilot import Copilot
from api.drafts import StoredDraft
from api.http import examples
from api.http.bodies import OneAnalysis
from api.http.dependencies import CopilotDep, needs, own
from api.http.keyed import KeyedRoute
from api.http.problems import rifq_problem
from inference.types import Analysis, Message
from inference.writer import Delta
from models.errors import RifqError

_MEDIA_TYPE = "text/event-stream"
HEARTBEAT = 10.0
"""Seconds of silence after which a comment keeps the connection alive."""
_EXAMPLE = (
    'event: analysis\ndata: {"analysis": {"language": "en", "...": "..."}}\n\n'
    'event: delta\ndata: {"attempt": 1, "step": "explain", "text": "Cards arrive within"}\n\n'
    'event: draft\ndata: {"id": "4d7c...", "draft": {"status": "ready", "...": "..."}}\n\n'
)
_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": (
            "`analysis` (as of /v1/analyze), then `delta` events while a language model writes, then `draft` (as of "
            "/v1/drafts): stored before it is sent, checked, and the only text that counts. A delta of attempt 2 "
            "replaces all of attempt 1. `problem` instead of `draft` says what went wrong. Comments keep the "
            "connection alive."
        ),
        "content": {_MEDIA_TYPE: {"example": _EXAMPLE}},
    }
}
router = APIRouter(prefix="/v1", route_class=KeyedRoute, dependencies=[needs(Scope.DRAFT)])


@router.post(
    "/drafts/stream",
    tags=["drafts"],
    summary="Draft a reply, streamed",
    response_class=StreamingResponse,
    responses=_ANSWER,
)
async def stream_draft(
    message: Annotated[Message, Body(openapi_examples=examples.DRAFT)], copilot: CopilotDep, request: Request
) -> StreamingResponse:
    """The draft of ``POST /v1/drafts`` as server-sent events; leaving stops the language model, and stores nothing."""
    making = _Making(copilot, own(message, copilot.tenant), request.state.request_id)
    await making.begun()
    stop = BackgroundTask(making.stop)
    return StreamingResponse(making.events(), media_type=_MEDIA_TYPE, background=stop)


class _Making:
    """One draft being made in a task of its own, so that silence can be filled and the task be cancelled."""

    def __init__(self, copilot: Copilot, message: Message, request_id: str) -> None:
        self._news: asyncio.Queue[Analysis | Delta | None] = asyncio.Queue()
        self._task = asyncio.create_task(copilot.propose(message, tell=self._news.put_nowait))
        self._task.add_done_callback(self._ended)
        self._request_id = request_id
        self._first: Analysis | Delta | None = None

    async def begun(self) -> None:
        """Wait for the first news, so that what keeps a draft from being begun is an ordinary problem response.

        Raises:
            RifqError: the message or the service's state does not allow a draft.
        """
        try:
            self._first = await self._news.get()
        except asyncio.CancelledError:
            self._task.cancel()
            raise
        if self._first is None:
            self._task.result()

    async def events(self) -> AsyncIterator[bytes]:
        """Yield the events; the task ends when the reader leaves."""
        news = self._first
        try:
            while news is not None:
                yield _event(news)
                waiting = True
                while waiting:
                    try:
                        async with asyncio.timeout(HEARTBEAT):
                            news = await self._news.get()
                        waiting = False
                    except TimeoutError:
                        yield KEEPALIVE_COMMENT
            yield self._last()
        finally:
            await self.stop()

    async def stop(self) -> None:
        """Cancel the task and wait for its end."""
        self._task.cancel()
        await asyncio.wait({self._task})

    def _last(self) -> bytes:
        try:
            stored = self._task.result()
        except RifqError as error:
            problem = bytes(rifq_problem(error, request_id=self._request_id).body).decode()
            return format_sse_event(data_str=problem, event="problem")
        return format_sse_event(data_str=stored.model_dump_json(), event="draft")

    def _ended(self, task: asyncio.Task[StoredDraft]) -> None:
        self._news.put_nowait(None)
        if not task.cancelled():
            task.exception()  # seen: a reader who has left cannot be told of it


def _event(news: Analysis | Delta) -> bytes:
    if isinstance(news, Analysis):
        return format_sse_event(data_str=OneAnalysis(analysis=news).model_dump_json(), event="analysis")
    return format_sse_event(data_str=news.model_dump_json(), event="delta")
