"""The two clients: one waits, one is awaited; everything else they share.

Example:
    >>> with Client("http://127.0.0.1:8000", key="rifq_...") as client:  # doctest: +SKIP
    ...     stored = client.draft("My new card has not arrived yet")
    ...     stored.draft.status
    <Status.READY: 'ready'>
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Self, TypeVar

import httpx

from api.client import calls
from api.client.call import Call, Received
from api.client.errors import UnreachableError
from api.client.operations import Operations
from api.client.sending import EventReader, Retries, answer_or_problem, received, request_of, wait_before_next
from api.client.shapes import StreamEvent
from inference.types import Message

T = TypeVar("T")
TIMEOUT = 60.0
"""Seconds to wait for one answer; a language model may need that long."""


class Client(Operations):
    """Speaks to one service and waits for each answer; close it, or use it in a ``with`` block.

    Args:
        address: the service's, such as ``https://rifq.example``.
        key: an API key; none for a service on this machine that asks for none.
        timeout: seconds for one answer.
        retries: how often, and for how long, it is tried again.
        transport: httpx's, for tests and proxies.
        sleep: waits between attempts.

    Every method raises ``ProblemResponseError`` where the service answers with a problem and ``UnreachableError`` where
    no answer comes. POSTs carry an ``Idempotency-Key``, so that trying again does nothing twice.
    """

    def __init__(
        self,
        address: str,
        key: str | None = None,
        *,
        timeout: float = TIMEOUT,
        retries: Retries | None = None,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._http = httpx.Client(
            base_url=address, headers=_headers(key), timeout=timeout, transport=transport, follow_redirects=False
        )
        self._retries = retries or Retries()
        self._sleep = sleep

    def send(self, call: Call[T]) -> T:
        """Send a call, again where that is safe and may help, and return its answer."""
        attempt = 0
        while True:
            attempt += 1
            got, failure = self._attempt(call)
            wait = wait_before_next(call, got, attempt, self._retries)
            if wait is None:
                answer: T = answer_or_problem(call, _answered(got, failure))
                return answer
            self._sleep(wait)

    def stream_draft(self, message: Message | str, *, key: str | None = None) -> Iterator[StreamEvent]:
        """Draft a reply and yield its events while it is written: the last is ``draft`` or ``problem``."""
        call, reading = calls.stream_draft(message, key=key), EventReader()
        try:
            response = self._http.send(request_of(call, self._http), stream=True)
            try:
                if response.status_code >= 400:
                    response.read()
                    answer_or_problem(call, received(response))
                for line in response.iter_lines():
                    yield from reading.feed(line)
            finally:
                response.close()
        except httpx.TransportError as error:
            raise _unreachable(error) from error

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_failure: object) -> None:
        self.close()

    def _attempt(self, call: Call[T]) -> tuple[Received | None, httpx.TransportError | None]:
        try:
            return received(self._http.send(request_of(call, self._http))), None
        except httpx.TransportError as error:
            return None, error


class AsyncClient(Operations):
    """``Client`` for asyncio: the same methods, awaited; ``every_...`` and ``stream_draft`` are ``async for``."""

    def __init__(
        self,
        address: str,
        key: str | None = None,
        *,
        timeout: float = TIMEOUT,
        retries: Retries | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._http = httpx.AsyncClient(
            base_url=address, headers=_headers(key), timeout=timeout, transport=transport, follow_redirects=False
        )
        self._retries = retries or Retries()

    async def send_async(self, call: Call[T]) -> T:
        """Send a call, again where that is safe and may help, and return its answer."""
        attempt = 0
        while True:
            attempt += 1
            got, failure = await self._attempt(call)
            wait = wait_before_next(call, got, attempt, self._retries)
            if wait is None:
                answer: T = answer_or_problem(call, _answered(got, failure))
                return answer
            await asyncio.sleep(wait)

    async def stream_draft(self, message: Message | str, *, key: str | None = None) -> AsyncIterator[StreamEvent]:
        """Draft a reply and yield its events while it is written: the last is ``draft`` or ``problem``."""
        call, reading = calls.stream_draft(message, key=key), EventReader()
        try:
            response = await self._http.send(request_of(call, self._http), stream=True)
            try:
                if response.status_code >= 400:
                    await response.aread()
                    answer_or_problem(call, received(response))
                async for line in response.aiter_lines():
                    for event in reading.feed(line):
                        yield event
            finally:
                await response.aclose()
        except httpx.TransportError as error:
            raise _unreachable(error) from error

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_failure: object) -> None:
        await self.close()

    async def _attempt(self, call: Call[T]) -> tuple[Received | None, httpx.TransportError | None]:
        try:
            return received(await self._http.send(request_of(call, self._http))), None
        except httpx.TransportError as error:
            return None, error


def _headers(key: str | None) -> dict[str, str]:
    headers = {"Accept": "application/json, application/problem+json", "User-Agent": "rifq-client"}
    return headers if key is None else headers | {"Authorization": f"Bearer {key}"}


def _answered(got: Received | None, failure: httpx.TransportError | None) -> Received:
    if got is None:
        raise _unreachable(failure) from failure
    return got


def _unreachable(failure: httpx.TransportError | None) -> UnreachableError:
    msg = f"The service did not answer ({type(failure).__name__}): see that it runs, and its address and your proxy."
    return UnreachableError(msg)
