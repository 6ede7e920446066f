import sqlite3
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np
import pytest

from evaluation.durability import __main__ as report
from evaluation.durability import kills
from evaluation.durability.damage import Damages, Harm, damage, damage_snapshots
from evaluation.durability.desk import faults, hashed, open_desk, reachable, resolution
from evaluation.durability.erasure import Expiry, erase
from evaluation.durability.kills import Kills, kill_writers
from evaluation.durability.writer import Kind, perform, read_state, writes
from evaluation.machine import this_machine
from retrieval.store.engine import DATABASE_NAME


async def test_killed_writers_lose_nothing() -> None:
    found = await kill_writers(2, seed=1)
    assert (found.kills, found.faults, found.examples) == (2, 0, ())
    assert found.acknowledged >= 2


async def test_damaged_snapshots_change_no_answer() -> None:
    found = await damage_snapshots(6, seed=1)
    assert (found.starts, found.faults, found.examples) == (6, 0, ())
    assert found.logged == found.newest


async def test_an_erased_resolution_leaves_no_words_and_no_vectors() -> None:
    found = await erase()
    assert {"rifq.sqlite3-wal", "index/snapshot/records.bin", "index/snapshot/meta.json"} <= set(found.moments[0].words)
    assert found.moments[0].vectors
    assert [(moment.words, moment.vectors) for moment in found.moments[1:]] == [((), ())] * 3
    assert found.found_by_search == 0


async def test_the_plan_of_writes_is_what_happens(tmp_path: Path) -> None:
    kinds = set()
    async with open_desk(tmp_path) as desk:
        for write, state in islice(writes(7, {}), 80):
            await perform(desk.store, write)
            kinds.add(write.kind)
            assert await read_state(desk.store) == state
        await desk.refresh()
        assert await faults(desk) == []
        assert len(reachable(desk.knowledge)) == sum(not record.retired for record in state.values())
    assert kinds == set(Kind)


async def test_an_index_that_differs_from_the_store_is_a_fault(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.store.put_many([resolution(name, 0) for name in "abc"])
        await desk.refresh()
        await desk.store.delete("a")
        await desk.store.replace(resolution("b", 1))
        await desk.store.add(resolution("d", 0))
        said = await faults(desk)
    assert said == ["d is stored and not found", "a is found and not stored", "b is found with other content"]


async def test_a_lost_write_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(directory: Path, seed: int, lines: int, pause: float) -> int:
        done = kills_one(directory, seed, 20, 0)
        connection = sqlite3.connect(directory / DATABASE_NAME)
        connection.execute("DELETE FROM resolutions WHERE rowid = (SELECT max(rowid) FROM resolutions)")
        connection.commit()
        connection.close()
        return done

    kills_one = kills._kill_after
    monkeypatch.setattr(kills, "_kill_after", lose)
    found = await kill_writers(1, seed=3)
    assert found.faults
    assert "lost" in found.examples[0]


@pytest.mark.parametrize("harm", list(Harm))
def test_each_harm_changes_the_file(tmp_path: Path, harm: Harm) -> None:
    file = tmp_path / "file"
    file.write_bytes(bytes(100))
    other = tmp_path / "other"
    other.hardlink_to(file)
    damage(file, harm, Random(0))  # noqa: S311 - a test
    assert not file.exists() or file.read_bytes() != bytes(100)
    assert file.exists() == (harm is not Harm.REMOVED)
    assert other.read_bytes() == bytes(100)


def test_hashed_vectors_are_unit_and_alike_for_alike_texts() -> None:
    one, same, near, far = hashed(["أين بطاقتي", "أين بطاقتي", "اين بطاقتي", "charged twice"])
    assert np.linalg.norm(one) == pytest.approx(1)
    assert np.array_equal(one, same)
    assert one @ near > 0.5 > one @ far


async def test_the_report_counts_faults() -> None:
    killed = Kills(what="writes", kills=3, acknowledged=9, resolutions=5, faults=2, examples=("kill 1: lost",))
    found = report.Durability(
        started_at="2026-01-15T00:00:00+00:00",
        seconds=1.0,
        command="python -m evaluation.durability",
        machine=this_machine(),
        seed=0,
        kills=(killed,),
        damages=Damages(starts=1, files=4, harms={"emptied": 1}, newest=1, logged=1, faults=0),
        erasure=await erase(),
        expiry=Expiry(sources=4, ready_before=4, ready_after=1, said_after=3, faults=2),
    )
    text = report.to_markdown(found)
    assert found.faults == 4 + found.erasure.faults
    for part in ("kill 1: lost", "1 emptied", "1 on the day after", "deleted, the service runs on"):
        assert part in text
