from collections.abc import Mapping, Sequence

import pytest

from evaluation.runs.gate import check_gate
from evaluation.runs.record import KEY
from evaluation.runs.show import gate_lines
from evaluation.suite import Metric, MetricKind, Value
from tests.evaluation.runs.builders import FAULTS, RIGHT, record, rights

BEFORE = record(rights(*[True] * 80, *[False] * 20))


def kinds(rows: Sequence[Mapping[str, Value | None]], *metrics: Metric) -> list[str]:
    return [breach.kind for breach in check_gate(record(rows, *metrics), BEFORE)[1]]


def test_the_same_and_the_better_pass() -> None:
    assert kinds(rights(*[True] * 80, *[False] * 20)) == []
    assert kinds(rights(*[True] * 100)) == []


def test_a_little_worse_passes() -> None:
    assert kinds(rights(*[True] * 78, *[False] * 22)) == []


def test_much_worse_fails_twice() -> None:
    assert kinds(rights(*[True] * 60, *[False] * 40)) == ["beyond_interval", "worse_on_the_same_rows"]


def test_a_small_loss_on_the_same_rows_fails_by_the_pairs() -> None:
    """Within the interval of the baseline, but nothing else moved: no chance of the rows explains it."""
    assert kinds(rights(*[True] * 74, *[False] * 26)) == ["worse_on_the_same_rows"]


@pytest.mark.parametrize(("floor", "found"), [(0.85, ["below_floor"]), (0.75, [])])
def test_a_floor_holds_without_any_baseline(floor: float, found: list[str]) -> None:
    assert kinds(rights(*[True] * 80, *[False] * 20), RIGHT.model_copy(update={"floor": floor})) == found


def test_of_faults_the_floor_is_a_ceiling() -> None:
    rows = [{"fault": place < 2} for place in range(100)]
    none = FAULTS.model_copy(update={"floor": 0.0})
    (breach,) = check_gate(record(rows, none), record(rows, none))[1]
    assert (breach.kind, breach.n) == ("below_floor", 100)
    assert breach.said == "0.020, wanted at most 0.000: 0.020 too many"


def test_what_is_no_longer_measured_is_missed() -> None:
    where = RIGHT.model_copy(update={"where": {"ready": (True,)}})
    rows = [{"right": True, "ready": True} for _ in range(50)]
    gone = [{"right": True, "ready": False} for _ in range(50)]
    assert [breach.kind for breach in check_gate(record(gone, where), record(rows, where))[1]] == ["missing"]


def test_what_the_baseline_asked_and_the_run_does_not_is_missed() -> None:
    rows = [{"right": True, "fault": False} for _ in range(50)]
    (breach,) = check_gate(record(rows, RIGHT), record(rows, RIGHT, FAULTS))[1]
    assert (breach.metric, breach.kind, breach.n) == ("faults", "missing", 50)


def test_breaches_of_one_figure_stand_together_under_a_verdict() -> None:
    high = RIGHT.model_copy(update={"floor": 0.7})
    run = record(rights(*[True] * 60, *[False] * 40), high, code="new")
    comparison, breaches = check_gate(run, BEFORE)
    lines = list(gate_lines(run, BEFORE, comparison, breaches))
    assert lines[0].endswith("1 figures looked at, FAILED in 1.")
    assert lines[1] == "\ntask: right (n 100)"
    assert [line.split(":")[0].strip() for line in lines[2:5]] == [
        "below floor",
        "beyond interval",
        "worse on the same rows",
    ]
    assert "0.600, wanted at least 0.700: 0.100 short" in lines[2]
    assert any("code abc -> new" in line for line in lines)


def test_a_metric_without_a_better_side_is_not_looked_at() -> None:
    neutral = Metric(name="right", kind=MetricKind.SHARE, predicted="right", equals=True)
    assert kinds(rights(*[False] * 100), neutral) == []


@pytest.mark.parametrize(("right", "found"), [(70, []), (50, ["beyond_interval"])])
def test_of_other_rows_the_two_intervals_must_stand_apart(right: int, found: list[str]) -> None:
    """Chance drew these rows as it drew the baseline's: a fall below the one interval alone is none."""
    rows = rights(*[True] * right, *[False] * (100 - right))
    others: list[dict[str, Value | None]] = [{**row, KEY: f"other {place}"} for place, row in enumerate(rows)]
    assert kinds(others) == found
    assert "beyond_interval" in kinds(rows)
