"""The gate: a run must not fall below a metric's floor, nor show itself worse than the run it is held against."""

from collections.abc import Iterator
from typing import Literal

from evaluation.figures import Figure
from evaluation.result import Result
from evaluation.runs.compare import Comparison, Difference, compare
from evaluation.runs.record import RunRecord, TaskRows
from evaluation.suite import Metric
from inference.types import Record


class Breach(Record):
    """One reason why a run does not pass; ``n`` is how many rows stand behind it."""

    task: str
    metric: str
    kind: Literal["below_floor", "beyond_interval", "worse_on_the_same_rows", "missing"]
    n: int
    said: str


def check_gate(run: RunRecord, baseline: RunRecord) -> tuple[Comparison, tuple[Breach, ...]]:
    """Return the comparison with the baseline, and every breach, those of one figure together.

    A metric with a ``floor`` breaches it below (above, where lower is better). A metric with a ``better`` breaches the
    baseline where it lies beyond the baseline's 95% interval on the worse side, or where the paired difference is
    worse by its corrected p; slices are left out, so that many looks do not raise many alarms. Of other rows than the
    baseline's the two intervals must stand apart: chance draws rows, too, and would fail one figure in ten. What the
    baseline measured and the run does not is a breach too.
    """
    comparison = compare(baseline, run, slices=False)
    worse = {(item.task, item.metric): item for item in comparison.differences if item.better == "first"}
    found = [
        breach for rows in run.tasks for metric in rows.task.metrics for breach in _of(rows, metric, run, baseline)
    ]
    found += _gone(run, baseline)
    pairs = [_paired(item) for item in worse.values()]
    order = {name: place for place, name in enumerate(dict.fromkeys(_figure_of(item) for item in (*found, *pairs)))}
    return comparison, tuple(sorted((*found, *pairs), key=lambda item: order[_figure_of(item)]))


def _figure_of(breach: Breach) -> tuple[str, str]:
    return breach.task, breach.metric


def _of(rows: TaskRows, metric: Metric, run: RunRecord, baseline: RunRecord) -> Iterator[Breach]:
    """Yield what the figure shows by itself: against its floor, and against the baseline's interval."""
    name = rows.task.name
    now, known = _figure(run.result, name, metric.name), _figure(baseline.result, name, metric.name)
    if (
        now is not None
        and now.point is not None
        and metric.floor is not None
        and _worse(metric, now.point, metric.floor)
    ):
        said = _short(metric, now.point, metric.floor)
        yield Breach(task=name, metric=metric.name, kind="below_floor", n=now.n, said=said)
    if metric.better is None or known is None or known.point is None:
        return
    if now is None or now.point is None:
        yield _missing(name, metric.name, known)
        return
    limit = known.low if metric.better == "higher" else known.high
    best = now.point if _same_rows(rows, baseline) else (now.high if metric.better == "higher" else now.low)
    if limit is not None and best is not None and _worse(metric, best, limit):
        said = (
            f"{now.point:.3f}, {abs(now.point - limit):.3f} beyond the baseline's {known.point:.3f} "
            f"[{known.low:.3f}, {known.high:.3f}]"
        )
        yield Breach(task=name, metric=metric.name, kind="beyond_interval", n=now.n, said=said)


def _same_rows(rows: TaskRows, baseline: RunRecord) -> bool:
    return any(known.task.name == rows.task.name and set(known.keys) == set(rows.keys) for known in baseline.tasks)


def _gone(run: RunRecord, baseline: RunRecord) -> Iterator[Breach]:
    """Yield what the baseline's suite measured and this one no longer asks for."""
    asked = {(rows.task.name, metric.name) for rows in run.tasks for metric in rows.task.metrics}
    for rows in baseline.tasks:
        for metric in rows.task.metrics:
            known = _figure(baseline.result, rows.task.name, metric.name)
            if (
                metric.better
                and known is not None
                and known.point is not None
                and (rows.task.name, metric.name) not in asked
            ):
                yield _missing(rows.task.name, metric.name, known)


def _missing(task: str, metric: str, known: Figure) -> Breach:
    said = f"it was {known.point:.3f} before, and is not measured now"
    return Breach(task=task, metric=metric, kind="missing", n=known.n, said=said)


def _paired(item: Difference) -> Breach:
    said = (
        f"{item.first:.3f} -> {item.second:.3f}, paired difference {item.difference:+.3f} "
        f"[{item.low:+.3f}, {item.high:+.3f}], corrected p {item.corrected:.4f}"
    )
    return Breach(task=item.task, metric=item.metric, kind="worse_on_the_same_rows", n=item.rows, said=said)


def _figure(result: Result, task: str, metric: str) -> Figure | None:
    figures = (item for found in result.tasks if found.name == task for item in found.figures)
    return next((item for item in figures if item.metric == metric and not item.slice), None)


def _worse(metric: Metric, point: float, limit: float) -> bool:
    return point > limit if metric.better == "lower" else point < limit


def _short(metric: Metric, point: float, floor: float) -> str:
    side, short = ("at most", "too many") if metric.better == "lower" else ("at least", "short")
    return f"{point:.3f}, wanted {side} {floor:.3f}: {abs(point - floor):.3f} {short}"
