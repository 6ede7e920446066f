"""Conversations longer than what is looked at of them: what was matched stays as it is."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

import api.helpdesks.matching
from api.copilot import Copilot
from api.helpdesks.connections import Connection, SecretSource
from api.helpdesks.matching import match_replies
from api.helpdesks.planning import Situation
from api.helpdesks.rows import Place
from api.helpdesks.tables import ConversationRow, DeskMessageRow, DeskNoteRow, NoteState
from inference.types import Author, Channel, Message, Verdict
from tests.api.helpdesks.desk import QUESTION

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLACE = Place("default", "desk", "71")
CONNECTION = Connection(id="desk", vendor="none", secret=SecretSource(env="NONE"))
TURNS = 6


async def test_messages_that_are_not_looked_at_any_more_change_no_verdict(
    copilot: Copilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages, notes = await _conversation(copilot)
    await match_replies(copilot, _situation(messages, notes), PLACE)
    before = await _replies(copilot)
    assert [verdict for verdict, _ in before] == [Verdict.ACCEPTED] * TURNS
    for cut in range(1, 5):
        rest = messages[cut:]
        monkeypatch.setattr(api.helpdesks.matching, "MOST_MESSAGES", len(rest))
        await match_replies(copilot, _situation(rest, notes), PLACE)
        assert await _replies(copilot) == before


async def test_notes_that_are_not_looked_at_any_more_change_no_verdict(
    copilot: Copilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages, notes = await _conversation(copilot)
    await match_replies(copilot, _situation(messages, notes), PLACE)
    before = await _replies(copilot)
    for cut in range(1, TURNS):
        monkeypatch.setattr(api.helpdesks.matching, "MOST_NOTES", TURNS - cut)
        await match_replies(copilot, _situation(messages, notes[cut:]), PLACE)
        assert await _replies(copilot) == before


async def test_a_new_reply_of_a_long_conversation_is_matched(copilot: Copilot, monkeypatch: pytest.MonkeyPatch) -> None:
    messages, notes = await _conversation(copilot)
    monkeypatch.setattr(api.helpdesks.matching, "MOST_MESSAGES", 4)
    monkeypatch.setattr(api.helpdesks.matching, "MOST_NOTES", 2)
    await match_replies(copilot, _situation(messages[-4:], notes[-2:]), PLACE)
    [(verdict, parts)] = await _replies(copilot)
    assert (verdict, parts) == (Verdict.ACCEPTED, (f"a{TURNS - 1}", f"b{TURNS - 1}"))


async def _conversation(copilot: Copilot) -> tuple[list[DeskMessageRow], list[DeskNoteRow]]:
    """Return turns of a question, the draft that was left for it, and the draft sent in two parts."""
    messages, notes = list[DeskMessageRow](), list[DeskNoteRow]()
    for turn in range(TURNS):
        at = START + turn * HOUR
        stored = await copilot.propose(Message(text=QUESTION, conversation=PLACE.stable_id))
        notes.append(_note(stored.id, turn, at))
        messages.append(_message(f"m{turn}", Author.CUSTOMER, QUESTION, at))
        messages.append(_message(f"a{turn}", Author.AGENT, stored.draft.text, at + HOUR / 4))
        messages.append(_message(f"b{turn}", Author.AGENT, "Best regards", at + HOUR / 3))
    return messages, notes


async def _replies(copilot: Copilot) -> list[tuple[Verdict | None, tuple[str, ...]]]:
    found = (await copilot.sent.list(tenant=copilot.tenant)).items
    return [(reply.verdict, reply.parts) for reply in reversed(found)]


def _situation(messages: Sequence[DeskMessageRow], notes: Sequence[DeskNoteRow]) -> Situation:
    row = ConversationRow(**_place(), channel=Channel.CHAT, updated_at=START, unmatched=1)
    return Situation(row, messages, notes, CONNECTION, None, START + TURNS * HOUR)


def _message(id_: str, author: Author, text: str, at: datetime) -> DeskMessageRow:
    return DeskMessageRow(**_place(), id=id_, author=author, text=text, at=at, received_at=at, context={})


def _note(id_: str, turn: int, at: datetime) -> DeskNoteRow:
    times = {"created_at": at, "next_at": at, "left_at": at + HOUR / 10}
    return DeskNoteRow(**_place(), **times, id=id_, answers=[f"m{turn}"], state=NoteState.ANSWERED)


def _place() -> dict[str, str]:
    return PLACE._asdict()
