"""Conversations of a period that began before it: their own first message is their case."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.copilot import Copilot
from api.quality.outcomes import OutcomeStore
from api.quality.reading import read_records
from api.quality.records import NewOutcome
from api.sent.tables import SentReplyRow
from api.tables import DraftRow
from evaluation.live import Conversation
from inference.types import Message

FIRST = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)
JUNE, JULY = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
pytestmark = pytest.mark.databases("sqlite", "postgres")


async def drafted(copilot: Copilot, text: str, at: datetime, conversation: str | None = "desk:1") -> str:
    """Store a draft as if it had been made at a moment."""
    stored = await copilot.propose(Message(text=text, conversation=conversation, received_at=at))
    async with copilot.database.writing("default") as session:
        row = await session.get(DraftRow, ("default", stored.id))
        assert row is not None
        row.created_at = at + timedelta(seconds=2)
    return stored.id


async def sent(copilot: Copilot, number: int, at: datetime, draft: str | None = None) -> None:
    values: dict[str, Any] = {"changes": [], "findings": [], "commitments": [], "blocked": False, "digest": "d"}
    values |= {"language": "en", "policy_revision": "p", "text": "Hello", "agent": "7"}
    row = SentReplyRow(
        tenant="default", id=f"{number:032x}", connection="desk", conversation="desk:1", draft_id=draft,
        sent_at=at, stored_at=at, **values,
    )  # fmt: skip
    async with copilot.database.writing("default") as session:
        session.add(row)


async def june(copilot: Copilot) -> tuple[Conversation, ...]:
    return (await read_records(copilot.database, JUNE, JULY, tenant="default")).conversations


async def test_the_case_is_the_first_message_wherever_it_lies(copilot: Copilot) -> None:
    first = await drafted(copilot, "My new card has not arrived yet and I am furious", FIRST)
    await drafted(copilot, "بطاقتي لم تصل", FIRST + timedelta(days=2))
    await drafted(copilot, "شكرا", JUNE + timedelta(days=3))
    await sent(copilot, 1, FIRST - timedelta(days=1))  # of an earlier matter: it answers nothing of this one
    await sent(copilot, 2, FIRST + timedelta(hours=1), first)
    await sent(copilot, 3, JUNE + timedelta(days=3, hours=1))
    (found,) = await june(copilot)
    assert found.case is not None
    assert (found.case.language, found.case.length) == ("en", 11)
    assert found.opened_at == FIRST
    assert found.first_response_at == FIRST + timedelta(hours=1)


async def test_a_conversation_that_only_a_reply_brings_into_the_period_has_its_case(copilot: Copilot) -> None:
    await drafted(copilot, "بطاقتي الجديدة لم تصل بعد", FIRST)
    await sent(copilot, 1, JUNE + timedelta(hours=1))
    told = NewOutcome(conversation="desk:1", opened_at=FIRST, satisfaction=0.25)
    await OutcomeStore(copilot.database, now=lambda: FIRST).tell([told], tenant="default")
    (found,) = await june(copilot)
    assert found.satisfaction == 0.25
    assert found.case is not None
    assert found.case.language == "ar"
    assert (found.opened_at, found.first_response_at) == (FIRST, JUNE + timedelta(hours=1))


async def test_others_conversations_and_drafts_without_one_stay_apart(copilot: Copilot) -> None:
    await drafted(copilot, "My card is lost", FIRST, conversation=None)
    await drafted(copilot, "بطاقتي لم تصل", JUNE + timedelta(days=1), conversation=None)
    await drafted(copilot, "My card is lost", FIRST, conversation="desk:2")
    (found,) = await june(copilot)
    assert found.case is not None
    assert found.case.language == "ar"
