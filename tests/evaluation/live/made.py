"""Records for tests: ordinary ones, of which each test changes what it is about."""

from datetime import UTC, datetime, timedelta
from typing import Any

from evaluation.live import Case, Conversation, DraftRecord
from inference.types import Status

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""A Monday."""


def case(**given: Any) -> Case:
    usual: dict[str, Any] = {
        "language": "ar", "dialect": "gulf", "script": "arabic", "channel": "chat", "anger": "calm", "intensity": 0.1,
        "sentiment": 0.0, "technical": "layman", "trajectory": "steady", "signals": frozenset(), "length": 20,
        "turns": 0,
        "relevance": 0.8, "answerable": True, "urgent": False, "uncertain": False, "owed": False,
    }  # fmt: skip
    return Case(**(usual | given))


def draft(number: int, **given: Any) -> DraftRecord:
    at = given.pop("made_at", START + timedelta(minutes=number))
    usual: dict[str, Any] = {
        "id": f"d{number}", "conversation": f"c{number}", "made_at": at, "received_at": at - timedelta(seconds=2),
        "sent_at": None, "status": Status.READY, "case": case(), "verdict": None, "inferred": False, "reasons": (),
        "changes": frozenset(), "tokens": None, "characters": None, "blocked": None, "resolution": "r1",
        "writer": "composer", "model": "m1", "policy": "p1", "index": "1",
    }  # fmt: skip
    return DraftRecord(**(usual | given))


def conversation(number: int, **given: Any) -> Conversation:
    at = given.pop("opened_at", START + timedelta(minutes=number))
    usual: dict[str, Any] = {
        "id": f"c{number}", "agent": "a", "opened_at": at, "first_response_at": None, "case": case(), "reopened": None,
        "satisfaction": None, "handling_seconds": None, "changed": None,
    }  # fmt: skip
    return Conversation(**(usual | given))
