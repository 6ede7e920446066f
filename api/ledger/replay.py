"""``python -m api.ledger.replay DIRECTORY POLICY``: plays what happens to a ledger, each line at the moment it names.

One JSON object a line in, ``{"at": moment, "do": name, ...}``, one a line out once it is durable. The clock stands
wherever the line says, so that a month passes in minutes, and may step back; the process is there to be killed.
"""

import asyncio
import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

from api.clock import utc_now
from api.drafts import DraftStore, Proposal
from api.ledger.ledger import Ledger
from api.ledger.records import NewEvent
from inference.policy import load_policy
from inference.types import Feedback
from models.errors import ConflictError
from retrieval.store import database_url, open_database

TENANT = "replay"


class SetClock:
    """A clock that shows what it was last set to."""

    def __init__(self) -> None:
        self.shown = utc_now()

    def now(self) -> datetime:
        """Return the moment that the clock shows."""
        return self.shown

    def today(self) -> date:
        """Return its day."""
        return self.shown.date()


class Replay:
    """Performs lines over one ledger and its drafts."""

    def __init__(self, ledger: Ledger, drafts: DraftStore, clock: SetClock) -> None:
        self.ledger = ledger
        self.drafts = drafts
        self.clock = clock

    async def perform(self, line: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
        """Do what a line says; it is durable when this returns.

        Raises:
            RifqError: it is refused otherwise than by a commitment's final state.
        """
        self.clock.shown = datetime.fromisoformat(line["at"])
        deeds = {
            "propose": self._propose,
            "verdict": self._judge,
            "event": self._tell,
            "sweep": self._sweep,
            "past": self._owed,
            "figures": self._count,
        }
        return await deeds[line["do"]](line)

    async def _propose(self, line: dict[str, Any]) -> list[str]:
        proposals = [Proposal.model_validate(item) for item in line["proposals"]]
        return [item.id for item in await self.drafts.add(proposals, tenant=TENANT)]

    async def _judge(self, line: dict[str, Any]) -> str:
        feedback = Feedback.model_validate(line["feedback"])
        return (await self.drafts.add_feedback(line["draft"], feedback, tenant=TENANT)).id

    async def _tell(self, line: dict[str, Any]) -> str:
        told = NewEvent.model_validate(line["event"])
        try:
            return (await self.ledger.tell(line["commitment"], told, tenant=TENANT)).state
        except ConflictError:
            return "conflict"

    async def _sweep(self, _line: dict[str, Any]) -> list[int]:
        return [item.sequence for item in await self.ledger.sweep(tenant=TENANT)]

    async def _owed(self, line: dict[str, Any]) -> list[str]:
        past = await self.ledger.past(line["conversation"], tenant=TENANT)
        return [item.id for item in past if item.owed]

    async def _count(self, _line: dict[str, Any]) -> dict[str, Any]:
        return (await self.ledger.figures(tenant=TENANT)).model_dump(mode="json")


async def _run(directory: Path, policy: Path) -> None:
    database, clock, rules = await open_database(database_url(directory)), SetClock(), load_policy(policy)
    ledger = Ledger(database, now=clock.now)
    replay = Replay(ledger, DraftStore(database, policy=rules, today=clock.today, ledger=ledger), clock)
    try:
        while line := await asyncio.to_thread(sys.stdin.readline):
            sys.stdout.write(json.dumps(await replay.perform(json.loads(line))) + "\n")
            sys.stdout.flush()
    finally:
        await database.close()


if __name__ == "__main__":
    asyncio.run(_run(Path(sys.argv[1]), Path(sys.argv[2])))
