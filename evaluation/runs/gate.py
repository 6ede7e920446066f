"""The gate: a run must not fall below a metric's floor, nor show itself worse than the run it is held against."""

from collections.abc import Iterator
from typing import Literal

from evaluation.figures import Figure
from evaluation.result import Result
from evaluation.runs.compare import Comparison, Difference, compare
from evaluation.runs.record import RunRecord
from evaluation.suite import Metric
from inference.types import Record


class Breach(Record):
    """One reason why a run does not pass."""

    task: str
    metric: str
    kind: Literal["floor", "beyond_interval", "worse", "missing"]
    said: str


def check_gate(run: RunRecord, baseline: RunRecord) -> tuple[Comparison, tuple[Breach, ...]]:
    """Return the comparison with the baseline, and every breach.

    A metric with a ``floor`` breaches it below (above, where lower is better). A metric with a ``better`` breaches the
    baseline where it lies beyond the baseline's 95% interval on the worse side, or where the paired difference is
    worse by its corrected p; slices are left out, so that many looks do not raise many alarms.
    """
    comparison = compare(baseline, run, slices=False)
    return comparison, tuple(_breaches(run, baseline, comparison))


def _breaches(run: RunRecord, baseline: RunRecord, comparison: Comparison) -> Iterator[Breach]:
    for rows in run.tasks:
        for metric in rows.task.metrics:
            name, now = rows.task.name, _figure(run.result, rows.task.name, metric.name)
            if now is not None and now.point is not None and _below(metric, now.point):
                yield Breach(task=name, metric=metric.name, kind="floor", said=_said(metric, now.point, metric.floor))
            known = _figure(baseline.result, name, metric.name)
            if metric.better is None or known is None or known.point is None:
                continue
            if now is None or now.point is None:
                yield Breach(
                    task=name, metric=metric.name, kind="missing", said="it was measured before, and is not now"
                )
                continue
            limit = known.low if metric.better == "higher" else known.high
            if limit is not None and _worse(metric, now.point, limit):
                said = f"{now.point:.3f}, beyond the baseline's {known.point:.3f} [{known.low:.3f}, {known.high:.3f}]"
                yield Breach(task=name, metric=metric.name, kind="beyond_interval", said=said)
    yield from (_of(item) for item in comparison.differences if item.better == "first")


def _of(item: Difference) -> Breach:
    said = (
        f"{item.first:.3f} -> {item.second:.3f}, paired difference {item.difference:+.3f} "
        f"[{item.low:+.3f}, {item.high:+.3f}], corrected p {item.corrected:.4f}"
    )
    return Breach(task=item.task, metric=item.metric, kind="worse", said=said)


def _figure(result: Result, task: str, metric: str) -> Figure | None:
    figures = (item for found in result.tasks if found.name == task for item in found.figures)
    return next((item for item in figures if item.metric == metric and not item.slice), None)


def _below(metric: Metric, point: float) -> bool:
    return metric.floor is not None and _worse(metric, point, metric.floor)


def _worse(metric: Metric, point: float, limit: float) -> bool:
    return point > limit if metric.better == "lower" else point < limit


def _said(metric: Metric, point: float, floor: float | None) -> str:
    side = "at most" if metric.better == "lower" else "at least"
    return f"{point:.3f}, wanted {side} {floor:.3f}"
