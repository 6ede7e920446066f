"""Figures: a metric over a task's rows with n, point and interval, for all rows and for each slice."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from evaluation.bootstrap import Estimate, estimate, sign_flip_p, unanimous_bound
from evaluation.calibration import mass_bins
from evaluation.measures import Row, Table, counted, happened, measure
from evaluation.metrics import Measure, best_cut
from evaluation.suite import Metric, MetricKind, Task
from inference.types import Record

TOO_FEW = 30
"""Slices with fewer rows (or groups of pairs) than this get no figure: an interval would promise too much."""
TOO_FEW_UNITS = 10
"""So do slices whose rows come from fewer units than this: resampling so few says little."""
_DIGITS = 4


class Figure(Record):
    """One measured number. ``n`` counts rows, or groups where pairs are compared."""

    metric: str
    slice: dict[str, str] = Field(default_factory=dict, description="Column -> value; empty for all rows.")
    n: int
    units: int | None = Field(default=None, description="How many units were resampled, where rows depend on others.")
    count: int | None = Field(default=None, description="Of a share: how many of the n, told where they are few too.")
    cut: float | None = Field(default=None, description="The score from which on a row counts as a yes.")
    point: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = Field(
        default=None, description="Of a paired difference: how likely one as large is if nothing parts the two."
    )
    note: str | None = Field(default=None, description="Why a number is missing.")
    baseline: float | None = Field(default=None, description="The committed TF-IDF baseline's figure on the same rows.")
    references: dict[str, float] = Field(default_factory=dict)


def figures(
    task: Task,
    rows: Sequence[Row],
    *,
    seed: int,
    baselines: Mapping[str, float],
    resamples: int,
) -> Iterator[Figure]:
    """Yield every figure of a task: for each metric all rows first, then its slices by column and value.

    Args:
        task: its metrics and slices.
        rows: the columns of the data and of the answers, one mapping a row.
        seed: of the bootstrap.
        baselines: committed baseline figures by ``SET/METRIC``.
        resamples: of the bootstrap.

    Raises:
        ConfigurationError: a metric names a column that no row has.
    """
    draws = _Draws(task.unit, seed, resamples)
    for metric in task.metrics:
        those = counted(metric, rows)
        if metric.kind is MetricKind.RELIABILITY:
            yield from _reliability(metric, those, draws)
            continue
        overall = _figure(metric, those, {}, draws)
        known = {"baseline": baselines.get(metric.baseline or ""), "references": metric.references}
        yield overall.model_copy(update=known)
        columns = metric.slices if isinstance(metric.slices, tuple) else task.slices if metric.slices else ()
        for column in columns:
            values = sorted({str(row[column]) for row in those if row.get(column) is not None})
            for value in values if len(values) > 1 else ():
                inside = [row for row in those if row.get(column) is not None and str(row[column]) == value]
                yield _figure(metric, inside, {column: value}, draws)


def chosen_cuts(task: Task, dev: Sequence[Row]) -> Task:
    """Return the task with each cut that is to come from the dev part as the number that is best there for F1."""
    chosen = [
        metric
        if metric.cut != "dev"
        else metric.model_copy(update={"cut": best_cut(happened(metric, dev), Table(dev).numbers(metric.predicted))})
        for metric in task.metrics
    ]
    return task.model_copy(update={"metrics": tuple(chosen)})


@dataclass(frozen=True)
class _Draws:
    """How rows are resampled: by the values of the column ``unit``, or one by one."""

    unit: str | None
    seed: int
    resamples: int

    def units(self, measured: Measure, rows: Sequence[Row]) -> NDArray[np.intp] | None:
        """Number the units of what is weighted [n]."""
        if self.unit is None:
            return None
        names = Table(rows).values(self.unit).astype(str)
        chosen = names if measured.first is None else names[measured.first]
        return np.unique(chosen, return_inverse=True)[1].astype(np.intp)


def _reliability(metric: Metric, rows: Sequence[Row], draws: _Draws) -> Iterator[Figure]:
    """Yield what happened in each bin of about equal mass, beside the mean of what was said."""
    if not rows:
        return
    said, yes = Table(rows).numbers(metric.predicted), happened(metric, rows)
    bins = mass_bins(said)
    share = Metric(name=metric.name, kind=MetricKind.SHARE, predicted="yes", equals=True)
    for place in range(int(bins.max()) + 1):
        inside = np.flatnonzero(bins == place)
        label = f"{said[inside].min():.3f} to {said[inside].max():.3f}, mean {said[inside].mean():.3f}"
        marked = [{**rows[int(row)], "yes": bool(yes[row])} for row in inside]
        yield _figure(share, marked, {f"stated {metric.predicted}": label}, draws)


def _figure(metric: Metric, rows: Sequence[Row], where: dict[str, str], draws: _Draws) -> Figure:
    if not rows:
        return Figure(metric=metric.name, slice=where, n=0, note="no row counts")
    measured = measure(metric, rows)
    units = draws.units(measured, rows) if measured.n else None
    count_units = None if units is None else int(units.max()) + 1
    few = measured.n < TOO_FEW or (count_units is not None and count_units < TOO_FEW_UNITS)
    if measured.n == 0 or (where and few):
        bare = round(float(measured.statistic(np.ones((1, measured.n)))[0]) * measured.n) if measured.binary else None
        return Figure(metric=metric.name, slice=where, n=measured.n, units=count_units, count=bare, note="too few")
    found = estimate(measured.statistic, measured.n, seed=draws.seed, units=units, resamples=draws.resamples)
    count = round(found.point * measured.n) if measured.binary else None
    if count in (0, measured.n):
        bound = unanimous_bound(count_units or measured.n)
        found = Estimate(found.point, max(0.0, found.point - bound), min(1.0, found.point + bound))
    alike = metric.kind is MetricKind.MEAN and found.low == found.high
    if alike:  # no resample can tell how far other rows would lie
        found = Estimate(found.point, math.nan, math.nan)
    note = "undefined on these rows" if math.isnan(found.point) else _without(alike) if math.isnan(found.low) else None
    low, high, point = (_rounded(value) for value in (found.low, found.high, found.point))
    cut = None if metric.cut is None else _rounded(float(metric.cut))
    return Figure(
        metric=metric.name,
        slice=where,
        n=measured.n,
        units=count_units,
        count=count,
        cut=cut,
        point=point,
        low=low,
        high=high,
        p=None if measured.paired is None else _rounded(sign_flip_p(measured.paired, seed=draws.seed, units=units)),
        note=note,
    )


def _without(alike: bool) -> str:
    return "all alike: no interval" if alike else "no interval"


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else round(value, _DIGITS)
