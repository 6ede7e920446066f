import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from evaluation.ledger import __main__ as report
from evaluation.ledger.compare import stored_faults
from evaluation.ledger.month import BEGINS, CALENDAR, CLOCK, Month, shown
from evaluation.ledger.play import Player, run_month
from evaluation.ledger.reckoning import Entry, Grid, Reckoning
from evaluation.machine import this_machine
from evaluation.result import RunInfo
from inference.calendar import WorkCalendar

NOON = datetime(2023, 4, 3, 10, 0, tzinfo=UTC)  # a Monday in Ramadan, 12:00 in Cairo


@pytest.fixture(scope="module")
def grid() -> Grid:
    return Grid()


@pytest.fixture(scope="module")
def played(grid: Grid, tmp_path_factory: pytest.TempPathFactory) -> Player:
    month = Month(40, 3, grid, days=5)
    return run_month(month, tmp_path_factory.mktemp("ledger"), kills=3, seed=1)


def test_a_few_days_are_stored_as_they_were_reckoned(played: Player) -> None:
    assert played.tally.faults == []
    assert len(played.reckoning.entries) > 40
    assert {entry.state for entry in played.reckoning.entries} >= {"kept", "late", "broken", "withdrawn"}
    assert sum(played.tally.kills.values()) >= 3
    assert played.tally.done["clock steps"] == 2 * 4  # one of the days, three while the rest is swept
    assert played.tally.done["refused events"] > 0


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("UPDATE commitments SET state = 'kept' WHERE state = 'broken'", "'broken'"),
        ("DELETE FROM commitment_notices WHERE sequence = 1", "1, 2, 3"),
        ("DELETE FROM commitment_events WHERE number = 2", "not stored"),
        ("UPDATE commitments SET due = '2023-04-01 00:00:00'", "2023-04-01"),
        ("DELETE FROM commitments", "not stored"),
    ],
)
def test_a_ledger_that_differs_is_a_fault(played: Player, tmp_path: Path, harm: str, said: str) -> None:
    copy = tmp_path / "copy.sqlite3"
    with sqlite3.connect(played.path) as source, sqlite3.connect(copy) as target:
        source.backup(target)
        target.execute(harm)
    faults = stored_faults(copy, played.ids, played.reckoning.entries)
    assert any(said in fault for fault in faults)


def test_the_grid_and_the_calendar_agree_though_they_count_differently(grid: Grid) -> None:
    calendar = WorkCalendar.model_validate(yaml.safe_load(CALENDAR)["calendar"])
    for number in range(400):
        start = BEGINS + timedelta(minutes=number * 163)
        assert grid.hours(start, 1 + number % 50) == calendar.due(start, hours=1 + number % 50)
        assert grid.days(start, number % 6) == calendar.due(start, days=number % 6)


def test_the_machines_clock_steps_out_and_back() -> None:
    moments = [BEGINS + timedelta(hours=hour) for hour in range(30 * 24)]
    offsets = [shown(at) - at for at in moments]
    assert {by for _, _, by in CLOCK} | {timedelta()} == set(offsets)


def _entry(draft: int = 1, text: str = "a", kind: str = "action", source: str | None = None) -> Entry:
    due = NOON + timedelta(hours=1)
    return Entry(draft, text, kind, source, "c", due, due + timedelta(hours=2))


def test_the_reckoning_follows_the_rules_word_for_word() -> None:
    told = {"event": "kept", "by": "x"}
    found = Reckoning()
    first = _entry()
    found.verdict(1, [first], NOON)
    assert found.event(first, told, NOON + timedelta(hours=2)) == "late"
    assert found.event(first, told, NOON) == "late"  # delivered again
    assert found.event(first, {"event": "broken", "by": "x"}, NOON) == "conflict"

    older, newer, other = _entry(2, "b"), _entry(3, "c"), _entry(4, "d", source="card")
    found.verdict(2, [older], NOON)
    found.verdict(3, [newer], NOON)
    found.verdict(4, [other], NOON + timedelta(hours=2))
    assert (older.state, newer.state, newer.noticed) == ("withdrawn", "broken", 1)
    found.sweep(NOON + timedelta(hours=2, minutes=30))
    assert (other.state, other.noticed, found.owed("c", NOON)) == ("open", 1, [])
    found.sweep(NOON + timedelta(hours=4))
    assert other.state == "broken"
    found.sweep(NOON)
    assert [item.text for item in found.owed("c", NOON)] == ["d"]
    other.assumed = True
    assert found.owed("c", NOON) == []


def test_the_report_says_what_went_wrong() -> None:
    run = RunInfo(started_at="2026-01-01", seconds=1.0, command="python -m evaluation.ledger", machine=this_machine())
    month = report.LedgerMonth(
        run=run,
        seed=0,
        days=30,
        accepted=1,
        done={"sweep": 3},
        kills={"sweep: not written": 2},
        commitments=2,
        notices=1,
        kinds={"callback": {"kept": 2}},
        faults=0,
    )
    sound = report.to_markdown(month)
    assert [line.split() for line in sound.splitlines() if line.startswith("| callback")] == [
        ["|", "callback", "|", "2", "|", "0", "|", "0", "|", "0", "|"]
    ]
    assert "2, each with exactly one final event" in sound
    broken = report.to_markdown(month.model_copy(update={"faults": 1, "examples": ("not ended: x",)}))
    assert "exactly one final event" not in broken
    assert "- not ended: x" in broken
