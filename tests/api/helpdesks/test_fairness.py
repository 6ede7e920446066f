"""Nobody waits for somebody else's backlog."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from api.copilot import Copilot
from api.helpdesks.adapter import Delivery
from api.helpdesks.conversations import ConversationStore
from api.helpdesks.intake import Intake
from api.helpdesks.tables import ConversationRow, DeliveryRow, DeliveryState
from api.helpdesks.timing import Timing
from api.helpdesks.vendors.freshdesk import FreshdeskAdapter
from inference.types import Channel
from models.errors import HelpdeskError
from retrieval.store import Database
from tests.api.helpdesks.desk import Desk

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
BACKLOG = 120
pytestmark = pytest.mark.databases("sqlite", "postgres")
PAIRS = [("default", "busy"), ("default", "calm")]


async def test_a_backlog_of_one_connection_hides_no_other_ones_conversation(copilot: Copilot) -> None:
    async with copilot.database.writing("default") as session:
        session.add_all(_conversation("busy", number) for number in range(BACKLOG))
        session.add(_conversation("calm", BACKLOG))
    due = await _store(copilot.database).due(PAIRS, limit=50)
    assert len(due) == 50
    assert [place.connection for place in due[:2]] == ["busy", "calm"]
    assert [int(place.conversation) for place in due if place.connection == "busy"] == list(range(49))


async def test_a_backlog_of_one_connection_hides_no_other_ones_delivery(copilot: Copilot) -> None:
    async with copilot.database.writing("default") as session:
        session.add_all(_delivery("busy", number) for number in range(BACKLOG))
        session.add(_delivery("calm", BACKLOG))
    pending = await Intake(copilot.database, now=lambda: NOW).pending(PAIRS, limit=50)
    assert len(pending) == 50
    assert [connection for _, connection, _ in pending[:2]] == ["busy", "calm"]
    assert [int(id_) for _, connection, id_ in pending if connection == "busy"] == list(range(49))


@pytest.mark.parametrize("vendor", ["freshdesk"])
async def test_a_helpdesk_that_refuses_is_not_asked_for_the_next_delivery(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    async def fetch(_adapter: FreshdeskAdapter, _client: httpx.AsyncClient, delivery: Delivery) -> Delivery:
        asked.append(delivery)
        raise HelpdeskError("Too many requests.", retry_after=600)

    monkeypatch.setattr(FreshdeskAdapter, "fetch", fetch)
    await desk.tell()
    await desk.until(lambda: asked)
    await desk.tell(conversation="72")
    await asyncio.sleep(0.3)
    assert len(asked) == 1


def _store(database: Database) -> ConversationStore:
    return ConversationStore(database, now=lambda: NOW, timing=Timing(), holder="worker")


def _conversation(connection: str, number: int) -> ConversationRow:
    due = NOW - timedelta(seconds=600 - number)
    return ConversationRow(
        tenant="default",
        connection=connection,
        conversation=str(number),
        channel=Channel.CHAT,
        updated_at=due,
        due_at=due,
        unmatched=0,
    )


def _delivery(connection: str, number: int) -> DeliveryRow:
    at = NOW - timedelta(seconds=600 - number)
    return DeliveryRow(
        tenant="default",
        id=str(number),
        connection=connection,
        key=str(number),
        received_at=at,
        headers={},
        body=b"{}",
        state=DeliveryState.PENDING,
        next_at=at,
        attempts=0,
    )
