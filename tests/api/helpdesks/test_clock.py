"""A moving clock: pauses of days, helpdesks that refuse for a while, and what fails on the way."""

from datetime import timedelta
from typing import Any

import pytest

from api.copilot import Copilot
from api.helpdesks.adapter import AgentReply, ConversationState, CustomerMessage, Left, Note
from api.helpdesks.rows import Place, conversation_of
from api.helpdesks.tables import NoteState
from models.errors import HelpdeskError, StorageError
from tests.api.helpdesks import test_crashes
from tests.api.helpdesks.desk import OTHER, QUESTION
from tests.api.helpdesks.test_crashes import CONNECTION, START, TIMING, Life, World


async def _live(world: World, times: int = 1) -> None:
    for _ in range(times):
        assert await world.work("71", Life(-1))


def _asked(number: int, text: str, world: World) -> CustomerMessage:
    return CustomerMessage("71", f"m{number}", text, world.now)


async def test_a_draft_of_last_week_is_withdrawn_though_the_first_attempt_fails(copilot: Copilot) -> None:
    world = World(copilot)
    world.adapter.versions = True
    await world.tell(_asked(1, QUESTION, world))
    await _live(world, 2)
    world.now += timedelta(days=7)
    await world.tell(_asked(2, OTHER, world))
    world.adapter.trouble = 1.0
    await _live(world)
    world.adapter.trouble = 0.0
    await _live(world, 3)
    assert [note.id for note in world.adapter.of("71")] == [(await world.rows("71"))[-1].id]
    assert await world.states("71") == [NoteState.SUPERSEDED, NoteState.LEFT]
    assert (await world.rows("71"))[0].reason == "withdrawn"


async def test_a_draft_that_stays_is_named_by_the_newer_one(copilot: Copilot, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(copilot)
    world.adapter.versions = True
    await world.tell(_asked(1, QUESTION, world))
    await _live(world, 2)
    monkeypatch.setattr(world.adapter, "withdraw", _refuse)
    await world.tell(_asked(2, OTHER, world))
    await _live(world, 3)
    assert [note.replaces for note in world.adapter.of("71")] == [False, True]


async def test_notes_stand_beside_an_edited_draft_until_an_agent_answers(
    copilot: Copilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(copilot)
    world.adapter.versions = True
    await world.tell(_asked(1, QUESTION, world))
    await _live(world, 2)
    withdraw = world.adapter.withdraw
    [edited] = [note.id for note in world.adapter.of("71")]

    async def keep(client: Any, note: Note, left: Left) -> bool:
        return note.id != edited and await withdraw(client, note, left)

    monkeypatch.setattr(world.adapter, "withdraw", keep)
    for number, text in ((2, OTHER), (3, QUESTION)):
        await world.tell(_asked(number, text, world))
        await _live(world, 3)
        assert [note.beside for note in world.adapter.of("71")] == [False, True]
    await world.tell(AgentReply("71", "a1", "It is on its way.", world.now))
    await world.tell(CustomerMessage("71", "m4", OTHER, world.now + timedelta(seconds=1)))
    await _live(world, 3)
    assert not world.adapter.of("71")[-1].beside


async def test_a_draft_that_cannot_be_made_is_given_up_in_the_end(
    copilot: Copilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any, **__: Any) -> None:
        raise ValueError("a fault of ours")

    world = World(copilot)
    monkeypatch.setattr(copilot, "propose", fail)
    await world.tell(_asked(1, QUESTION, world))
    await _live(world)
    assert await world.states("71") == [NoteState.DRAFTING]
    world.now += timedelta(seconds=TIMING.give_up)
    await _live(world)
    assert await world.states("71") == [NoteState.DEAD]


async def test_a_conversation_opened_in_the_second_in_which_it_was_closed_is_open(copilot: Copilot) -> None:
    world = World(copilot)
    await world.tell(ConversationState("71", "closed", START, closed=True))
    await world.tell(CustomerMessage("71", "m1", QUESTION, START))
    await world.tell(ConversationState("71", "opened", START, closed=False))
    await _live(world, 2)
    assert await world.states("71") == [NoteState.LEFT]


async def _refuse(*_: Any) -> bool:
    raise HelpdeskError("It may not be withdrawn.", lasting=True)


async def test_a_reply_is_matched_later_where_the_database_cannot_be_written(copilot: Copilot) -> None:
    tried = []

    async def match(*_: Any) -> None:
        tried.append(world.now)
        if len(tried) == 1:
            raise StorageError("The disk of the data directory is full.")

    world = World(copilot, match)
    await world.tell(AgentReply("71", "a1", "It is on its way.", world.now))
    await _live(world, 3)
    assert len(tried) == 2


@pytest.mark.parametrize(("quiet", "due"), [(60, 60), (90, 75)])
async def test_a_match_that_fails_puts_off_no_draft(
    copilot: Copilot, monkeypatch: pytest.MonkeyPatch, quiet: int, due: int
) -> None:
    async def match(*_: Any) -> None:
        raise StorageError("The disk of the data directory is full.")

    update = {"quiet_seconds": quiet, "longest_wait_seconds": quiet}
    monkeypatch.setattr(test_crashes, "CONNECTION", CONNECTION.model_copy(update=update))
    world = World(copilot, match)
    await world.tell(AgentReply("71", "a1", "It is on its way.", world.now))
    await world.tell(CustomerMessage("71", "m1", QUESTION, world.now + timedelta(seconds=1)))
    await _live(world)
    assert world.now == START + timedelta(seconds=45)
    async with copilot.database.reading() as session:
        row = await conversation_of(session, Place("default", "desk", "71"))
    assert row is not None
    assert row.due_at == START + timedelta(seconds=due)
    await _live(world, 2)
    assert await world.states("71") == [NoteState.LEFT]
