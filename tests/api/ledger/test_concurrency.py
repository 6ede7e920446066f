"""Two processes at one ledger."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from api.ledger import Ledger, NewEvent
from api.tables import CommitmentEventRow
from inference.types import Commitment, CommitmentKind
from models.errors import ConflictError
from retrieval.store import Database, create_engine
from tests.api.ledger.conftest import TENANT, Desk

pytestmark = pytest.mark.databases("sqlite", "postgres")
CALL = Commitment(text="We will call you back within 2 working days.", kind=CommitmentKind.CALLBACK, owner="Huda")


@pytest.fixture
async def second(desk: Desk, address: str) -> AsyncIterator[Ledger]:
    """Another process's ledger, by the same clock."""
    database = Database(create_engine(address))
    yield Ledger(database, now=lambda: desk.time)
    await database.close()


async def test_sweeps_of_two_processes_write_each_notice_once_and_leave_no_number_out(
    desk: Desk, second: Ledger
) -> None:
    for number in range(12):
        await desk.send(CALL, conversation=str(number))
    desk.time += timedelta(days=60)
    sweeps = [ledger.sweep(tenant=TENANT) for ledger in (desk.ledger, second, desk.ledger, second)]
    found = [notice.sequence for notices in await asyncio.gather(*sweeps) for notice in notices]
    assert sorted(found) == list(range(1, 13))


async def test_one_of_many_final_events_is_taken(desk: Desk, second: Ledger) -> None:
    await desk.send(CALL)
    item = await desk.only()
    told = [NewEvent.model_validate({"event": "kept", "by": f"agent {number}"}) for number in range(10)]
    ledgers = (desk.ledger, second)
    given = [ledgers[place % 2].tell(item.id, event, tenant=TENANT) for place, event in enumerate(told)]
    found = await asyncio.gather(*given, return_exceptions=True)
    assert sum(isinstance(one, ConflictError) for one in found) == 9
    async with desk.ledger.database.reading() as session:
        numbers = await session.scalars(select(CommitmentEventRow.number).order_by(CommitmentEventRow.number))
        assert list(numbers) == [1, 2]
