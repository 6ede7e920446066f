"""Plays a day: makes the calls as a vendor would, until they are acknowledged, and kills the service meanwhile."""

import asyncio
import json
import sqlite3
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import httpx

from evaluation.helpdesks.day import Call, Day
from evaluation.helpdesks.processes import FAKES, SERVICE, Child
from models.errors import ConfigurationError

RATES = {"busy": 0.05, "broken": 0.05, "broken_after": 0.05, "silent": 0.03, "silent_after": 0.03}
"""Shares of the vendor's answers that go wrong, in each way."""
# No connection is used twice: one that the other side has closed meanwhile would fail a call that was never made.
_UNLIMITED = httpx.Limits(max_connections=None, max_keepalive_connections=0)
_SILENCE = 3.0
_LATENCY = 0.05
_AGAIN = 0.3
_PATIENCE = 180.0
POLLED = frozenset({"email"})
"""Vendors that call no hook: what happens lies in the helpdesk, and the service asks for it."""
_SPOKEN = ("customer", "agent")
_UNDER_WAY = """
SELECT (SELECT count(*) FROM deliveries WHERE state = 'pending')
  + (SELECT count(*) FROM desk_conversations WHERE due_at IS NOT NULL OR holder IS NOT NULL)
"""


@dataclass
class Played:
    """How a day went: what was called and answered, and what lies in the helpdesk and in the database at its end."""

    day: Day
    database: Path
    state: dict[str, Any] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    admitted: int = 0
    kills: int = 0
    waits: list[float] = field(default_factory=list)


class Player:
    """Plays one vendor's day in a directory.

    Args:
        vendor: of the fake.
        day: what happens.
        directory: of the service's data.
        kills: how often the service is killed.
        encoder: ``fake`` or ``shipped``.
    """

    def __init__(self, vendor: str, day: Day, directory: Path, *, kills: int, encoder: str) -> None:
        self._vendor = vendor
        self._directory = directory
        self._kills = kills
        self._encoder = encoder
        self._random = Random(day.seed)  # noqa: S311 - not for secrets
        self.played = Played(day, directory / "data" / "rifq.sqlite3")

    async def play(self) -> Played:
        """Play the day to its end.

        Raises:
            ConfigurationError: a process does not start, or the day does not come to its end.
        """
        fake = await asyncio.to_thread(Child, FAKES, [self._vendor], {})
        try:
            async with httpx.AsyncClient(timeout=60.0, limits=_UNLIMITED, trust_env=False) as client:
                environment = await self._connect(client, fake)
                service = await asyncio.to_thread(Child, SERVICE, [self._encoder], environment)
                try:
                    await self._run(client, fake, service)
                finally:
                    await asyncio.to_thread(service.stop)
                self.played.state = (await client.get(f"{fake.address}/_fake/state")).json()
        finally:
            await asyncio.to_thread(fake.kill)
        return self.played

    async def _connect(self, client: httpx.AsyncClient, fake: Child) -> dict[str, str]:
        """Write the connections file for a fake; return the service's environment."""
        told = (await client.get(f"{fake.address}/_fake/connection", params={"url": fake.address})).json()
        troubles = {"rates": RATES, "silence": _SILENCE, "latency": _LATENCY}
        await client.post(f"{fake.address}/_fake/rates", json=troubles)
        entry = {"id": "desk", "private_network": True, "quiet_seconds": 0.4, "longest_wait_seconds": 2.0}
        file = self._directory / "helpdesks.yaml"
        connections = [{**entry, "calls_at_once": 8, **told["connection"]}]
        # JSON is YAML.
        file.write_text(json.dumps({"version": 1, "connections": connections}), encoding="utf-8")
        settings = {"RIFQ_DATA": str(self._directory / "data"), "RIFQ_HELPDESKS": str(file), "RIFQ_WORKERS": "8"}
        return {**settings, "RIFQ_THREADS": "1", **told["environment"]}

    async def _run(self, client: httpx.AsyncClient, fake: Child, service: Child) -> None:
        if self._vendor in POLLED:
            await self._first_look(client, fake)
        began = time.monotonic()
        calls = [asyncio.create_task(self._call(client, fake, service, call, began)) for call in self.played.day.calls]
        killing = asyncio.create_task(self._kill(service))
        await asyncio.gather(*calls, killing)
        if self._vendor in POLLED:
            await self._last_look()
        deadline = time.monotonic() + _PATIENCE
        while self._under_way():
            if time.monotonic() > deadline:
                msg = f"The day of {self._vendor} does not come to its end: {self._under_way()} things wait."
                raise ConfigurationError(msg)
            await asyncio.sleep(0.5)

    async def _first_look(self, client: httpx.AsyncClient, fake: Child) -> None:
        """Wait until the service has looked into a mailbox: the first look only says where it begins.

        Raises:
            ConfigurationError: it does not.
        """
        deadline = time.monotonic() + _PATIENCE
        while not (await client.get(f"{fake.address}/_fake/polls")).json()["sessions"]:
            if time.monotonic() > deadline:
                raise ConfigurationError(f"The service never looks into the mailbox of {self._vendor}.")
            await asyncio.sleep(_AGAIN)

    async def _last_look(self) -> None:
        """Wait until everything in a mailbox has been fetched; what is missing after a while is lost."""
        wanted = sum(said.kind in _SPOKEN for said in self.played.day.said)
        deadline = time.monotonic() + _PATIENCE
        while self._count("SELECT count(*) FROM desk_messages") < wanted:
            if time.monotonic() > deadline:
                return
            await asyncio.sleep(0.5)

    async def _kill(self, service: Child) -> None:
        """Kill the service at random moments, and start it again."""
        for _ in range(self._kills):
            share = self.played.day.seconds / (self._kills + 1)
            await asyncio.sleep(self._random.uniform(0.5, 1.0) * share)
            service.address = ""
            await asyncio.to_thread(service.kill)
            await asyncio.to_thread(service.start)
            self.played.kills += 1

    async def _call(self, client: httpx.AsyncClient, fake: Child, service: Child, call: Call, began: float) -> None:
        """Call the hook at its moment, and again until it answers, as vendors do."""
        await asyncio.sleep(max(0.0, began + call.moment - time.monotonic()))
        said = {**vars(call.said), "at": call.said.at.isoformat()}
        if self._vendor in POLLED:
            await client.post(f"{fake.address}/_fake/arrive", json={"said": said, "forged": call.forged})
            return
        while True:
            if not service.address:
                await asyncio.sleep(_AGAIN)
                continue
            asked = {"said": said, "at": datetime.now(UTC).isoformat(), "number": call.number}
            told = (await client.post(f"{fake.address}/_fake/delivery", json=asked)).json()
            headers = _forged(told["headers"]) if call.forged else told["headers"]
            start = time.monotonic()
            try:
                answer = await client.post(
                    f"{service.address}/v1/hooks/desk", headers=headers, content=told["body"].encode()
                )
            except (httpx.TransportError, httpx.InvalidURL):
                self.played.answers["none"] += 1
                await asyncio.sleep(_AGAIN)
                continue
            self.played.answers[str(answer.status_code)] += 1
            if call.forged:
                self.played.admitted += answer.is_success
                return
            if answer.is_success:
                self.played.waits.append(time.monotonic() - start)
                return
            await asyncio.sleep(_AGAIN)

    def _under_way(self) -> int:
        return self._count(_UNDER_WAY)

    def _count(self, query: str) -> int:
        with sqlite3.connect(f"file:{self.played.database}?mode=ro", uri=True) as connection:
            found: int = connection.execute(query).fetchone()[0]
        return found


def _forged(headers: dict[str, str]) -> dict[str, str]:
    """Return the headers of somebody who does not know the secret: one character of every proof is another one."""
    proofs = ("signature", "token", "secret", "authorization")
    return {
        name: _other(value)
        if any(word in name.lower() for word in proofs) and "timestamp" not in name.lower()
        else value
        for name, value in headers.items()
    }


def _other(value: str) -> str:
    place = len(value) // 2
    return value[:place] + ("1" if value[place] != "1" else "2") + value[place + 1 :]
