"""The worker: reads deliveries and carries conversations on, in tasks of the service's own process.

Several processes may work on one database: each conversation is held by one of them at a time, and a hold that is not
renewed ends (``Timing.lease``). A process that is killed loses nothing: what it had begun is in the rows.
"""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, nullcontext
from datetime import timedelta

import structlog

from api.clock import Now
from api.copilot import Copilot
from api.helpdesks.adapter import Fetching, Polling
from api.helpdesks.carrying import Carrier, Match
from api.helpdesks.clients import Clients
from api.helpdesks.conversations import ConversationStore, HoldLostError
from api.helpdesks.intake import Intake
from api.helpdesks.registry import LiveConnections, Opened
from api.helpdesks.rows import Place
from api.helpdesks.timing import Timing
from models.errors import ConfigurationError, HelpdeskError, RifqError
from retrieval.store import Database

BATCH = 50
"""Deliveries or conversations that one look finds."""
_ATTEMPTS = 12
"""How often a delivery is read that something of ours fails on."""
_FETCHES = 150
"""How often a helpdesk is asked for what a delivery left out: about a day."""
_READ_AT_ONCE = 8
_STOP = 8.0
"""Seconds in which a stopping worker finishes what it has begun."""
_CONFIGURATION_PAUSE = 5.0
_logger = structlog.stdlib.get_logger("rifq.helpdesks")
Copilots = Callable[[str], Copilot]


class Worker:
    """Reads and carries until it is stopped.

    Args:
        database: of all tenants.
        connections: those in force.
        copilots: gives each tenant's Copilot.
        match: closes the loop; None where nothing does.
        now: what the time is.
        timing: of looks, leases and pauses.
        at_once: most conversations that are worked on at the same time, over all connections.
    """

    def __init__(
        self,
        database: Database,
        connections: LiveConnections,
        copilots: Copilots,
        *,
        match: Match | None,
        now: Now,
        timing: Timing,
        at_once: int,
    ) -> None:
        self._connections = connections
        self._copilots = copilots
        self._match = match
        self._timing = timing
        self._slots = asyncio.Semaphore(at_once)
        self._store = ConversationStore(database, now=now, timing=timing, holder=uuid.uuid4().hex)
        self._intake = Intake(database, now=now)
        self._wake = asyncio.Event()
        self._busy: dict[Place, asyncio.Task[None]] = {}
        self._clients = Clients(timing)
        self._reading: dict[str, asyncio.Task[None]] = {}
        self._resting: dict[str, float] = {}
        self._polled: dict[str, float] = {}
        self._polling: dict[str, asyncio.Task[None]] = {}

    def wake(self) -> None:
        """Look for work now: something has been delivered."""
        self._wake.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work while the block lasts; at its end finish what has begun, or let it go."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            others = [*self._polling.values(), *self._reading.values()]
            for other in others:
                other.cancel()
            await asyncio.gather(task, *others, return_exceptions=True)
            await self._finish()
            await self._clients.close()

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                more = await self._look()
            except RifqError as error:
                _logger.warning("helpdesk_look_failed", code=error.code)
                more = False
            except Exception as error:  # noqa: BLE001 - whatever it is, the next look may succeed, and nothing is lost
                _logger.error("helpdesk_look_failed", error=type(error).__name__)
                more = False
            if not more:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._timing.look):
                        await self._wake.wait()

    async def _look(self) -> bool:
        """Read what was delivered and begin what is due; tell whether there may be more at once."""
        opened = self._connections.current
        pairs = [(item.connection.tenant, item.connection.id) for item in opened.values()]
        await self._clients.keep(set(opened.values()))
        if not pairs:
            return False
        self._poll(opened.values())
        clock = asyncio.get_running_loop().time()
        awake = [(tenant, id_) for tenant, id_ in pairs if self._resting.get(id_, 0.0) <= clock]
        pending = await self._intake.pending(awake, limit=BATCH) if awake else []
        for _, connection, id_ in pending:
            await self._begin_reading(opened[connection], id_)
        roomy = [(item.connection.tenant, item.connection.id) for item in opened.values() if self._has_room(item)]
        due = await self._store.due(roomy, limit=BATCH) if roomy else []
        begun = [self._begin(place, opened[place.connection]) for place in due]
        return (len(pending) == BATCH and not self._reading) or (any(begun) and len(due) == BATCH)

    async def _begin_reading(self, opened: Opened, id_: str) -> None:
        """Read a delivery: at once, or beside all else where its helpdesk has to be asked for what it left out."""
        if not isinstance(opened.adapter, Fetching):
            await self._read(opened, id_)
        elif id_ not in self._reading and len(self._reading) < _READ_AT_ONCE:
            task = self._reading[id_] = asyncio.create_task(self._read(opened, id_))
            task.add_done_callback(lambda _: self._read_ended(id_))

    def _read_ended(self, id_: str) -> None:
        self._reading.pop(id_, None)
        self._wake.set()

    async def _read(self, opened: Opened, id_: str) -> None:
        tenant, backoff = opened.connection.tenant, self._timing.backoff
        try:
            fetching = isinstance(opened.adapter, Fetching)
            async with self._clients.of(opened) if fetching else nullcontext() as client:
                why = await self._intake.read(opened, id_, client)
        except HelpdeskError as error:
            asked = timedelta(seconds=error.retry_after or 0.0)
            # The others of this connection would only be refused as well.
            until = asyncio.get_running_loop().time() + asked.total_seconds()
            self._resting[opened.connection.id] = max(until, self._resting.get(opened.connection.id, until))
            await self._intake.put_off(
                tenant, id_, lambda tried: max(asked, backoff(tried)), attempts=_FETCHES, why=error.code
            )
        except Exception as error:  # noqa: BLE001 - one delivery must not keep the others from being read
            _logger.warning("delivery_not_read", connection=opened.connection.id, error=type(error).__name__)
            await self._intake.put_off(tenant, id_, backoff, attempts=_ATTEMPTS)
        else:
            if why is not None:
                _logger.warning("delivery_dead", connection=opened.connection.id, delivery=id_)

    def _begin(self, place: Place, opened: Opened) -> bool:
        """Begin to carry a conversation, where its connection and this worker have room for one more."""
        if place in self._busy or not self._has_room(opened) or self._slots.locked():
            return False
        task = asyncio.create_task(self._carry(place, opened))
        self._busy[place] = task
        task.add_done_callback(lambda _: self._end(place))
        return True

    def _has_room(self, opened: Opened) -> bool:
        same = sum(place.connection == opened.connection.id for place in self._busy)
        return same < opened.connection.calls_at_once

    def _end(self, place: Place) -> None:
        self._busy.pop(place, None)
        self._wake.set()

    async def _carry(self, place: Place, opened: Opened) -> None:
        async with self._slots:
            try:
                if await self._store.claim(place):
                    async with self._holding(place), self._clients.of(opened) as client:
                        copilot = self._copilots(place.tenant)
                        await Carrier(self._store, opened, client, copilot, self._match).carry(place)
            except HoldLostError:
                _logger.info("conversation_taken_over", connection=place.connection)
            except ConfigurationError as error:
                _logger.warning("connection_unusable", connection=place.connection, code=error.code)
                await self._store.put_off(place, self._store.now() + timedelta(seconds=_CONFIGURATION_PAUSE))
            except RifqError as error:
                _logger.warning("conversation_delayed", connection=place.connection, code=error.code)
            except Exception as error:  # noqa: BLE001 - the hold ends by itself, and somebody looks again
                _logger.error("conversation_failed", connection=place.connection, error=type(error).__name__)

    @asynccontextmanager
    async def _holding(self, place: Place) -> AsyncIterator[None]:
        """Renew the hold while the block lasts: a language model may take longer than a lease."""

        async def renew() -> None:
            while True:
                await asyncio.sleep(self._timing.lease / 3)
                with contextlib.suppress(RifqError):
                    await self._store.renew(place)

        task = asyncio.create_task(renew())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _poll(self, opened: Iterable[Opened]) -> None:
        """Ask those helpdesks what is new that do not call by themselves, each on its own."""
        clock = asyncio.get_running_loop().time()
        for item in opened:
            id_ = item.connection.id
            if isinstance(item.adapter, Polling) and id_ not in self._polling and self._polled.get(id_, 0.0) <= clock:
                self._polled[id_] = clock + item.adapter.interval
                task = self._polling[id_] = asyncio.create_task(self._ask(item, item.adapter))
                task.add_done_callback(lambda _, id_=id_: self._polling.pop(id_, None))  # type: ignore[misc]

    async def _ask(self, opened: Opened, adapter: Polling) -> None:
        id_ = opened.connection.id
        try:
            polled = await adapter.poll(await self._intake.cursor(opened))
            if await self._intake.accept_all(opened, polled.deliveries, cursor=polled.cursor):
                self._wake.set()
        except RifqError as error:
            wait = error.retry_after if isinstance(error, HelpdeskError) else None
            self._polled[id_] = asyncio.get_running_loop().time() + max(adapter.interval, wait or 0.0)
            _logger.warning("poll_failed", connection=id_, code=error.code)
        except Exception as error:  # noqa: BLE001 - the next poll goes on from the same place
            _logger.error("poll_failed", connection=id_, error=type(error).__name__)

    async def _finish(self) -> None:
        """Let what has begun come to its end for a while, then give it back."""
        tasks = list(self._busy.values())
        places = list(self._busy)
        if tasks:
            await asyncio.wait(tasks, timeout=_STOP)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for place in places:
            with contextlib.suppress(RifqError):
                await self._store.release(place)
