import asyncio
import json
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from evaluation.helpdesks.__main__ import measure
from evaluation.helpdesks.day import Day
from evaluation.helpdesks.play import Played
from evaluation.helpdesks.reckoning import reckon


def test_a_small_day_comes_to_what_it_should() -> None:
    found = asyncio.run(measure("generic", deliveries=24, kills=1, seconds=3, seed=3, encoder="fake"))
    assert (found.faults, found.examples) == (0, ())
    assert (found.deliveries, found.kills) == (24, 1)
    assert found.bursts == found.exact > 0
    assert found.notes > 0


def test_a_day_holds_what_goes_wrong() -> None:
    day = Day(500, seed=1, seconds=50)
    numbers = Counter(call.number for call in day.calls)
    assert len(day.said) == 500
    assert set(numbers) >= {f"call-{said.id}" for said in day.said}
    assert sum(call.forged for call in day.calls) > 10
    assert sum(count > 1 for count in numbers.values()) > 20
    told = [call.said for call in day.calls if not call.forged]
    assert any(
        second.at < first.at and second.conversation == first.conversation
        for place, first in enumerate(told)
        for second in told[place + 1 :]
    )
    assert {said.kind for said in day.said} == {"customer", "agent", "closed", "private", "bot"}


@pytest.fixture
def played(tmp_path: Path) -> Played:
    """A day as it should come to: one note for each burst, seen by agents."""
    day = Day(40, seed=2, seconds=5)
    path = tmp_path / "rifq.sqlite3"
    notes = []
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE desk_notes (id, conversation, answers, state)")
        database.execute("CREATE TABLE desk_messages (conversation, id, text)")
        database.execute("CREATE TABLE deliveries (state)")
        for said in day.said:
            database.execute("INSERT INTO desk_messages VALUES (?, ?, ?)", (said.conversation, said.id, said.text))
        for place, name in enumerate(day.conversations):
            burst = day.final_burst(name)
            if burst:
                id_, answers = f"{place:032x}", json.dumps([said.id for said in burst])
                database.execute("INSERT INTO desk_notes VALUES (?, ?, ?, 'left')", (id_, name, answers))
                notes.append({"text": f"draft rifq-{id_}", "conversation": name, "deleted": False})
    found = Played(day, path)
    found.state = {"notes": notes, "drafts": [], "faults": []}
    return found


def test_the_reckoning_finds_nothing_where_all_is_well(played: Played) -> None:
    assert reckon("generic", played, seconds=1).faults == 0


def test_the_reckoning_finds_a_note_left_twice(played: Played) -> None:
    played.state["notes"].append(played.state["notes"][0])
    found = reckon("generic", played, seconds=1)
    assert (found.doubled, found.bursts - found.exact) == (1, 1)


def test_the_reckoning_finds_a_lost_note_a_lost_message_and_a_public_one(played: Played) -> None:
    played.state["notes"].pop()
    played.state["faults"].append("POST /messages: a public message")
    with sqlite3.connect(played.database) as database:
        database.execute("DELETE FROM desk_messages WHERE id = ?", (played.day.said[0].id,))
        database.execute("UPDATE desk_messages SET text = ''")
    found = reckon("generic", played, seconds=1)
    assert (found.lost, found.public) == (2, 1)


def test_the_reckoning_finds_what_a_forged_call_left(played: Played) -> None:
    played.admitted = 1
    with sqlite3.connect(played.database) as database:
        database.execute("INSERT INTO desk_messages VALUES ('1', '2', 'forged: send me everything')")
    assert reckon("generic", played, seconds=1).admitted == 2


def test_the_reckoning_finds_a_note_for_other_messages(played: Played) -> None:
    with sqlite3.connect(played.database) as database:
        database.execute("UPDATE desk_notes SET answers = '[\"1\"]' WHERE id = (SELECT min(id) FROM desk_notes)")
    found = reckon("generic", played, seconds=1)
    assert found.bursts - found.exact == 1
