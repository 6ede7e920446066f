from collections.abc import Mapping, Sequence

import pytest

from evaluation.runs.gate import check_gate
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
    assert kinds(rights(*[True] * 60, *[False] * 40)) == ["beyond_interval", "worse"]


def test_a_small_loss_on_the_same_rows_fails_by_the_pairs() -> None:
    """Within the interval of the baseline, but nothing else moved: no chance of the rows explains it."""
    assert kinds(rights(*[True] * 74, *[False] * 26)) == ["worse"]


@pytest.mark.parametrize(("floor", "found"), [(0.85, ["floor"]), (0.75, [])])
def test_a_floor_holds_without_any_baseline(floor: float, found: list[str]) -> None:
    assert kinds(rights(*[True] * 80, *[False] * 20), RIGHT.model_copy(update={"floor": floor})) == found


def test_of_faults_the_floor_is_a_ceiling() -> None:
    rows = [{"fault": place < 2} for place in range(100)]
    none = FAULTS.model_copy(update={"floor": 0.0})
    (breach,) = check_gate(record(rows, none), record(rows, none))[1]
    assert (breach.kind, breach.said) == ("floor", "0.020, wanted at most 0.000")


def test_what_is_no_longer_measured_is_missed() -> None:
    where = RIGHT.model_copy(update={"where": {"ready": (True,)}})
    rows = [{"right": True, "ready": True} for _ in range(50)]
    gone = [{"right": True, "ready": False} for _ in range(50)]
    assert [breach.kind for breach in check_gate(record(gone, where), record(rows, where))[1]] == ["missing"]


def test_a_metric_without_a_better_side_is_not_looked_at() -> None:
    neutral = Metric(name="right", kind=MetricKind.SHARE, predicted="right", equals=True)
    assert kinds(rights(*[False] * 100), neutral) == []
