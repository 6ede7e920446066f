"""The model's one place: a single thread that answers what has queued, in batches, and nothing waits when it is idle.

Messages go before index texts, so that a growing knowledge base never delays an agent by more than one small batch.
A batch is what already stands in the queue, cut at a budget of texts and characters (tokens follow characters).
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from api.timing import record
from inference.analysis import EncoderLike, Understood
from inference.trajectory import WINDOW
from inference.types import Author, Message
from models.errors import OverloadedError

Vectors = NDArray[np.float32]

MAX_BATCH = 32
"""Most texts in one pass."""
MAX_BATCH_CHARACTERS = 12_000
"""Most characters in one pass (a text counts at most what the encoder reads of it); one text alone always passes."""
TEXT_CEILING = 1_940
"""Characters beyond which a text costs nothing more: the encoder cuts it to its maximum of tokens."""
TEXT_OVERHEAD = 60
"""What even an empty text costs, in characters."""
MAX_WAIT = 10.0
"""Seconds of work that may wait: an agent is better told to come back than left waiting longer."""
INDEX_BATCH = 16
"""Texts of an index build in one pass: the longest that a message has to wait for one."""


class AnalyzerLike(Protocol):
    """What the engine needs of ``inference.analysis.Analyzer``."""

    def analyze(self, messages: Sequence[Message]) -> list[Understood]:
        """Analyse messages, order kept."""


@dataclass
class _Job:
    """One text (answered by its vector) or message (by what was understood) in the queue; ``cost`` in characters.

    The future holds the answer, the seconds waited, and the seconds of the pass.
    """

    payload: Message | str
    cost: int
    future: Future[tuple[Any, float, float]] = field(default_factory=Future)
    queued_at: float = field(default_factory=time.perf_counter)


class Engine:
    """Runs the encoder and the analyser off the event loop, in one thread.

    Args:
        encoder: turns texts into vectors; used by the engine's thread only.
        analyzer: turns messages into analyses; used by the engine's thread only.
        max_queue: texts that may wait; more are refused at once.
    """

    def __init__(self, encoder: EncoderLike, analyzer: AnalyzerLike, *, max_queue: int) -> None:
        self.encoder = encoder
        self._analyzer = analyzer
        self._max_queue = max_queue
        self._urgent: deque[_Job] = deque()
        self._index: deque[_Job] = deque()
        self._wake = threading.Condition()
        self._closed = False
        self._seconds_per_character = 1e-4
        self._thread = threading.Thread(target=self._run, name="rifq-model", daemon=True)
        self._thread.start()

    async def analyze(self, messages: Sequence[Message]) -> list[Understood]:
        """Analyse messages, order kept.

        Raises:
            OverloadedError: the queue is full, or the engine is closed.
        """
        understood: list[Understood] = await self._answer(
            [_Job(message, _message_cost(message)) for message in messages]
        )
        return understood

    async def encode(self, texts: Sequence[str]) -> list[Vectors]:
        """Encode query texts to unit vectors [dimension], order kept.

        Raises:
            OverloadedError: the queue is full, or the engine is closed.
        """
        vectors: list[Vectors] = await self._answer([_Job(text, _cost(text)) for text in texts])
        return vectors

    def encode_for_index(self, texts: Sequence[str]) -> Vectors:
        """Encode texts of the index to unit vectors [n, dimension]; blocks, so call it from a worker thread.

        Raises:
            OverloadedError: the engine was closed meanwhile.
        """
        jobs = [_Job(text, _cost(text)) for text in texts]
        self._enqueue(self._index, jobs)
        return np.stack([job.future.result()[0] for job in jobs])

    def close(self) -> None:
        """Finish the batch at hand, refuse everything that still waits, and end the thread."""
        with self._wake:
            self._closed = True
            waiting = [*self._urgent, *self._index]
            self._urgent.clear()
            self._index.clear()
            self._wake.notify()
        for job in waiting:
            if job.future.set_running_or_notify_cancel():
                job.future.set_exception(_closed())
        self._thread.join()

    async def _answer(self, jobs: list[_Job]) -> list[Any]:
        self._enqueue(self._urgent, jobs)
        futures = [asyncio.wrap_future(job.future) for job in jobs]
        try:
            results = await asyncio.gather(*futures)
        finally:
            for future in futures:
                future.cancel()
        if results:
            record("queue", max(result[1] for result in results))
            record("model", max(result[2] for result in results))
        return [result[0] for result in results]

    def _enqueue(self, queue: deque[_Job], jobs: list[_Job]) -> None:
        with self._wake:
            if self._closed:
                raise _closed()
            if queue is self._urgent and queue:
                self._check_room(jobs)
            queue.extend(jobs)
            self._wake.notify()

    def _check_room(self, jobs: list[_Job]) -> None:
        """Refuse work that would wait too long; called with the lock held, and only when something waits already."""
        seconds = self._seconds_per_character * sum(job.cost for job in (*self._urgent, *jobs))
        if len(self._urgent) + len(jobs) > self._max_queue or seconds > MAX_WAIT:
            wait = min(60, max(1, round(seconds)))
            msg = f"{len(self._urgent)} texts wait for the model already: try again in {wait} s."
            raise OverloadedError(msg, retry_after=wait)

    def _run(self) -> None:
        while (batch := self._next()) is not None:
            live = [job for job in batch if job.future.set_running_or_notify_cancel()]
            if live:
                self._work(live)

    def _next(self) -> list[_Job] | None:
        """Wait for work and take one batch of one kind; None when closed."""
        with self._wake:
            while not (self._urgent or self._index or self._closed):
                self._wake.wait()
            if self._closed:
                return None
            queue, limit = (self._urgent, MAX_BATCH) if self._urgent else (self._index, INDEX_BATCH)
            return take(queue, limit)

    def _work(self, batch: list[_Job]) -> None:
        start = time.perf_counter()
        try:
            answers = self._compute([job.payload for job in batch])
        except Exception as error:  # noqa: BLE001 - handed to the callers; the thread must live on
            for job in batch:
                job.future.set_exception(error)
            return
        seconds = time.perf_counter() - start
        measured = seconds / sum(job.cost for job in batch)
        self._seconds_per_character += 0.1 * (measured - self._seconds_per_character)
        for job, answer in zip(batch, answers, strict=True):
            job.future.set_result((answer, start - job.queued_at, seconds))

    def _compute(self, payloads: Sequence[Message | str]) -> Sequence[Understood | Vectors]:
        messages = [item for item in payloads if isinstance(item, Message)]
        if messages:
            return self._analyzer.analyze(messages)
        return list(self.encoder.encode([item for item in payloads if isinstance(item, str)]).search)


def take(queue: deque[_Job], limit: int) -> list[_Job]:
    """Take from the front of a queue: texts or messages (one kind), within ``limit`` and the budget of characters."""
    batch = [queue.popleft()]
    cost = batch[0].cost
    while queue and len(batch) < limit:
        following = queue[0]
        cost += following.cost
        if type(following.payload) is not type(batch[0].payload) or cost > MAX_BATCH_CHARACTERS:
            break
        batch.append(queue.popleft())
    return batch


def _cost(text: str) -> int:
    return TEXT_OVERHEAD + min(len(text), TEXT_CEILING)


def _message_cost(message: Message) -> int:
    """Most that a message can cost with the customer's earlier turns beside it: only what they quote is still to go."""
    said = [turn.text for turn in message.history if turn.author is Author.CUSTOMER and turn.text.strip()]
    return sum(map(_cost, (message.text, *said[1 - WINDOW :])))


def _closed() -> OverloadedError:
    return OverloadedError("The service is shutting down: try again when it is back.", retry_after=5)
