import numpy as np
import pytest

from evaluation.bootstrap import estimate
from evaluation.metrics import mean
from evaluation.runs.compare import Difference, _p, compare, corrected
from evaluation.suite import Metric, MetricKind, Value
from tests.evaluation.runs.builders import FAULTS, RIGHT, record, rights

Rows = list[dict[str, Value | None]]


def test_the_same_answers_are_no_difference() -> None:
    run = record(rights(*[True] * 60, *[False] * 40))
    (found,) = compare(run, run).differences
    assert (found.first, found.second, found.difference) == (0.6, 0.6, 0.0)
    assert (found.low, found.high, found.p, found.better) == (0.0, 0.0, 1.0, "neither")


def test_a_planted_difference_is_found_and_its_side_told() -> None:
    worse, better = record(rights(*[True] * 50, *[False] * 50)), record(rights(*[True] * 70, *[False] * 30))
    (found,) = compare(worse, better).differences
    assert found.better == "second"
    assert found.difference == pytest.approx(0.2)
    assert found.low is not None
    assert 0 < found.low < 0.2
    (turned,) = compare(better, worse).differences
    assert turned.better == "first"
    assert turned.difference == pytest.approx(-0.2)


def test_less_is_better_where_the_metric_says_so() -> None:
    faults = [{"fault": place < 40} for place in range(100)]
    none = [{"fault": False} for _ in range(100)]
    (found,) = compare(record(faults, FAULTS), record(none, FAULTS)).differences
    assert found.better == "second"


def test_pairs_say_more_than_two_groups() -> None:
    """Rows of very different difficulty: every row gains a little, which the spread between rows would hide."""
    hard = np.random.default_rng(1).normal(size=120)
    metric = Metric(name="score", kind=MetricKind.MEAN, predicted="score", better="higher")
    before = [{"score": float(value)} for value in hard]
    after = [{"score": float(value) + 0.05} for value in hard]
    (found,) = compare(record(before, metric), record(after, metric)).differences
    assert found.low == pytest.approx(0.05, abs=1e-3)
    assert found.high == pytest.approx(0.05, abs=1e-3)


def test_rows_are_paired_by_key_not_by_place() -> None:
    rows: Rows = [{"right": place % 3 == 0, "row_key": f"k{place}"} for place in range(90)]
    (found,) = compare(record(rows), record(list(reversed(rows)))).differences
    assert (found.difference, found.low, found.high) == (0.0, 0.0, 0.0)


def test_rows_of_one_run_alone_are_counted_and_left_out() -> None:
    short, long = record(rights(*[True] * 80)), record(rights(*[True] * 80, *[False] * 20))
    found = compare(short, long)
    assert found.unpaired == {"task": 20}
    assert found.differences[0].second == 1.0


def test_who_is_counted_may_differ_between_the_runs() -> None:
    """Right among ready: each run has its own ready rows, the resamples are of the rows that both were asked."""
    metric = RIGHT.model_copy(update={"where": {"ready": (True,)}})
    before = [{"right": place % 2 == 0, "ready": True} for place in range(100)]
    after = [{"right": place % 2 == 0, "ready": place % 2 == 0} for place in range(100)]
    (found,) = compare(record(before, metric), record(after, metric)).differences
    assert (found.first, found.second, found.better) == (0.5, 1.0, "second")
    assert found.rows == 50


def test_whole_units_are_drawn() -> None:
    """Ten problems of ten rows that stand and fall together are ten observations, not a hundred."""
    rows: Rows = [{"right": place // 10 < 7, "problem": str(place // 10)} for place in range(100)]
    before: Rows = [{**row, "right": place // 10 < 6} for place, row in enumerate(rows)]
    (alone,) = compare(record(before), record(rows)).differences
    (together,) = compare(record(before, unit="problem"), record(rows, unit="problem")).differences
    assert alone.better == "second"
    assert together.better == "neither"


def test_slices_are_compared_and_small_ones_are_not() -> None:
    rows = [{"right": True, "language": "ar" if place < 60 else "en"} for place in range(80)]
    before = [{**row, "right": False} for row in rows]
    found = compare(record(before, slices=("language",)), record(rows, slices=("language",))).differences
    assert [(item.slice, item.note) for item in found] == [
        ({}, None),
        ({"language": "ar"}, None),
        ({"language": "en"}, "too few"),
    ]


def test_holm_raises_each_p_by_how_many_are_left() -> None:
    given = [
        Difference(task="t", metric=str(p), rows=50, first=0, second=1, p=p, better="second")
        for p in (0.01, 0.04, 0.03)
    ]
    found = list(corrected(given))
    assert [item.corrected for item in found] == [0.03, 0.06, 0.06]
    assert [item.better for item in found] == ["second", "neither", "neither"]


def test_what_changed_between_the_runs_is_told() -> None:
    found = compare(record(rights(True, False), code="old"), record(rights(True, False), code="new"))
    assert found.changed == {"code": ("old", "new")}


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    rng, covered, gap, runs = np.random.default_rng(3), 0, 0.1, 300
    for _ in range(runs):
        before = rng.random(150) < 0.5
        after = np.where(before, rng.random(150) < 0.9, rng.random(150) < 0.3)  # 0.45 + 0.15 = 0.6
        (found,) = compare(record(rights(*before.tolist())), record(rights(*after.tolist())), resamples=400).differences
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= gap <= found.high
    assert 0.92 <= covered / runs <= 0.98


def test_of_few_units_a_difference_by_chance_is_as_rare_as_its_p() -> None:
    rng = np.random.default_rng(4)
    gaps = rng.normal(size=(4_000, 10))
    found = [_p(float(row.mean()), float(row.std() / 10**0.5), 10) for row in gaps]
    assert 0.035 <= float(np.mean(np.asarray(found) < 0.05)) <= 0.065


def test_intervals_of_few_rows_are_those_of_one_run() -> None:
    """Beside a run of zeros the difference is the mean itself, and its interval the same but for the draws."""
    values = np.random.default_rng(3).normal(size=12)
    metric = Metric(name="score", kind=MetricKind.MEAN, predicted="score", better="higher")
    none, some = (record([{"score": float(value)} for value in given], metric) for given in (0 * values, values))
    (found,) = compare(none, some, resamples=8_000).differences
    alone = estimate(mean(values).statistic, 12, seed=1, resamples=8_000)
    assert found.low is not None
    assert found.high is not None
    assert found.high - found.low == pytest.approx(alone.high - alone.low, rel=0.05)
