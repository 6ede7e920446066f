from datetime import date

import pytest

from evaluation.figures import Figure, chosen_cuts, figures
from evaluation.machine import this_machine
from evaluation.measures import Row
from evaluation.report import to_markdown
from evaluation.result import Result, Revisions, RunInfo, TaskResult
from evaluation.suite import Data, Metric, MetricKind, Run, Task

READY = Metric(
    name="ready",
    kind=MetricKind.SHARE,
    predicted="status",
    equals="ready",
    baseline="toy/ready",
    references={"wanted": 0.8},
)
ROWS: list[Row] = [
    {"status": "ready" if place % 4 else "no", "language": "ar" if place < 60 else "en", "score": place / 80}
    for place in range(80)
]


RUN = RunInfo(started_at="now", seconds=1, command="c", machine=this_machine())


def _result(task: TaskResult) -> Result:
    return Result(
        suite="toy",
        description="A toy.",
        seed=1,
        today=date(2026, 1, 15),
        limit=None,
        resamples=200,
        confidence=0.95,
        revisions=Revisions(code="c", models=("m",)),
        tasks=(task,),
    )


def measured(metric: Metric, *slices: str, rows: list[Row] | None = None) -> list[Figure]:
    task = Task(name="t", data=(Data(set="toy"),), run=Run.DRAFT, metrics=(metric,), slices=slices)
    return list(figures(task, ROWS if rows is None else rows, seed=1, baselines={"toy/ready": 0.5}, resamples=200))


def test_a_share_has_count_interval_and_what_to_read_beside_it() -> None:
    (figure,) = measured(READY)

    assert (figure.n, figure.count, figure.point) == (80, 60, 0.75)
    assert figure.low is not None
    assert figure.high is not None
    assert 0.6 < figure.low < 0.75 < figure.high < 0.9
    assert (figure.baseline, figure.references) == (0.5, {"wanted": 0.8})


def test_small_slices_say_too_few() -> None:
    overall, arabic, english = measured(READY, "language")

    assert overall.slice == {}
    assert (arabic.slice, arabic.n, arabic.note) == ({"language": "ar"}, 60, None)
    assert (english.slice, english.n, english.point, english.note) == ({"language": "en"}, 20, None, "too few")
    assert english.count == 15, "a bare count promises nothing"


def test_a_column_of_one_value_is_no_slice() -> None:
    assert len(measured(READY, "status", rows=[{"status": "ready"}] * 40)) == 1


def test_rows_that_all_agree_have_the_exact_bound_not_a_point() -> None:
    (figure,) = measured(READY, rows=[{"status": "ready"}] * 100)

    assert (figure.point, figure.low, figure.high) == (1.0, 0.9638, 1.0)


def test_a_mean_of_equal_numbers_has_no_interval() -> None:
    mean = Metric(name="mean", kind=MetricKind.MEAN, predicted="score")
    (figure,) = measured(mean, rows=[{"score": 3}] * 50)

    assert (figure.point, figure.low, figure.note) == (3.0, None, "all alike: no interval")


def test_rows_that_say_nothing_count_only_where_they_are_asked_for() -> None:
    rows: list[Row] = [{"score": 1.0}] * 40 + [{"score": 0.0}] * 40 + [{"score": None}] * 20
    known = Metric(name="known", kind=MetricKind.MEAN, predicted="score", known=True)
    share = Metric(name="share", kind=MetricKind.SHARE, predicted="score", equals=1.0)

    assert (measured(known, rows=rows)[0].n, measured(known, rows=rows)[0].point) == (80, 0.5)
    assert (measured(share, rows=rows)[0].n, measured(share, rows=rows)[0].point) == (100, 0.4)


def test_a_cut_turns_scores_into_answers() -> None:
    metric = Metric(name="high", kind=MetricKind.SHARE, predicted="score", equals=True, cut=0.5)

    assert measured(metric)[0].count == 40


def test_where_leaves_rows_out_and_nothing_left_is_said() -> None:
    some = READY.model_copy(update={"where": {"language": ("en",)}})
    none = READY.model_copy(update={"where": {"language": ("fr",)}})

    assert measured(some)[0].n == 20
    assert measured(none)[0].note == "no row counts"


def test_markdown_names_small_slices_once() -> None:
    task = TaskResult(name="t", run=Run.DRAFT, data=("toy",), n=80, figures=tuple(measured(READY, "language")))
    text = to_markdown(_result(task), RUN)

    assert "TF-IDF 0.500; wanted 0.800" in text
    assert "| ar: ready |  60 |" in text
    assert "Too few rows: en: ready (15 of 20)." in text


def test_a_cut_from_the_dev_part_is_the_best_one_there() -> None:
    metric = Metric(name="f1", kind=MetricKind.MACRO_F1, truth="yes", predicted="score", labels=(True,), cut="dev")
    task = Task(name="t", data=(Data(set="toy"),), run=Run.HEADS, metrics=(metric,))
    dev: list[Row] = [{"yes": place >= 6, "score": place / 10} for place in range(10)]
    test: list[Row] = [{"yes": place >= 50, "score": place / 100} for place in range(100)]
    cut = chosen_cuts(task, dev)
    (figure,) = figures(cut, test, seed=1, baselines={}, resamples=50)

    assert cut.metrics[0].cut == 0.6
    assert figure.cut == 0.6
    assert figure.point == 0.8889  # precision 1, recall 40 of 50


def test_rows_of_one_unit_are_resampled_together() -> None:
    rows: list[Row] = [{"status": "ready" if unit % 3 else "no", "unit": unit} for unit in range(40) for _ in range(9)]
    task = Task(name="t", data=(Data(set="toy"),), run=Run.DRAFT, metrics=(READY,), unit="unit")
    (whole,) = figures(task, rows, seed=1, baselines={}, resamples=400)
    (apart,) = figures(task.model_copy(update={"unit": None}), rows, seed=1, baselines={}, resamples=400)

    assert (whole.n, whole.units, whole.count) == (360, 40, 234)
    assert apart.units is None
    assert (whole.low, whole.high, apart.low, apart.high) != (None,) * 4
    assert (whole.high or 0) - (whole.low or 0) > 2 * ((apart.high or 0) - (apart.low or 0))


def test_a_slice_of_few_units_says_too_few() -> None:
    rows: list[Row] = [{"status": "ready", "unit": row % 20, "half": row % 20 < 9} for row in range(200)]
    task = Task(name="t", data=(Data(set="toy"),), run=Run.DRAFT, metrics=(READY,), unit="unit", slices=("half",))
    notes = {
        str(figure.slice.get("half")): figure.note for figure in figures(task, rows, seed=1, baselines={}, resamples=50)
    }

    assert notes == {"None": None, "False": None, "True": "too few"}


def test_a_metric_can_choose_its_slices() -> None:
    assert len(measured(READY.model_copy(update={"slices": ("language",)}), "status")) == 3
    assert len(measured(READY.model_copy(update={"slices": False}), "language")) == 1


def test_reliability_is_a_figure_for_each_bin() -> None:
    metric = Metric(name="right", kind=MetricKind.RELIABILITY, truth="true", answer="said", predicted="sure")
    rows: list[Row] = [{"true": "a", "said": "a" if row >= 200 else "b", "sure": row / 400} for row in range(400)]
    found = measured(metric, rows=rows)

    assert [figure.n for figure in found] == [40] * 10
    assert [figure.point for figure in found] == [0.0] * 5 + [1.0] * 5
    assert found[0].slice == {"stated sure": "0.000 to 0.098, mean 0.049"}


def test_accuracy_and_selective_error_are_two_sides() -> None:
    rows: list[Row] = [{"true": "a", "said": "a" if row % 4 else "b", "sure": row % 4} for row in range(80)]
    right = Metric(name="right", kind=MetricKind.ACCURACY, truth="true", predicted="said")
    wrong = Metric(
        name="wrong", kind=MetricKind.SELECTIVE_ERROR, truth="true", answer="said", predicted="sure", coverage=1.0
    )

    assert measured(right, rows=rows)[0].point == 0.75
    assert measured(wrong, rows=rows)[0].point == 0.25
    assert measured(wrong.model_copy(update={"coverage": 0.75}), rows=rows)[0].point == 0.0


def test_a_paired_difference_has_its_p_in_the_report_and_no_other_figure_has_one() -> None:
    rows: list[Row] = [
        {**row, "less": float(str(row["score"])) - 0.1 - place % 3 / 10} for place, row in enumerate(ROWS)
    ]
    metric = Metric(name="gain", kind=MetricKind.DIFFERENCE, predicted="score", than="less")
    (figure,), (other,) = measured(metric, rows=rows), measured(READY)
    task = TaskResult(name="t", run=Run.PARTS, data=("toy",), n=80, figures=(figure,))

    assert figure.point == pytest.approx(0.19875, abs=1e-4)
    assert (figure.p, other.p) == (0.0001, None)
    assert "p 0.0001" in to_markdown(_result(task), RUN)
