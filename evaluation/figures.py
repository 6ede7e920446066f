"""Figures: a metric over a task's rows with n, point and interval, for all rows and for each slice."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from pydantic import Field

from evaluation import metrics
from evaluation.bootstrap import Estimate, estimate, unanimous_bound
from evaluation.data import matches
from evaluation.metrics import Column, Measure
from evaluation.suite import Metric, MetricKind, Task, Value
from inference.types import Record
from models.errors import ConfigurationError

TOO_FEW = 30
"""Slices with fewer units than this get no figure: an interval would promise too much."""
_DIGITS = 4

Row = Mapping[str, Value | None]


class Figure(Record):
    """One measured number. ``n`` counts the units that were resampled: rows, or groups where pairs are compared."""

    metric: str
    slice: dict[str, str] = Field(default_factory=dict, description="Column -> value; empty for all rows.")
    n: int
    count: int | None = Field(default=None, description="Of a share: how many of the n.")
    cut: float | None = Field(default=None, description="The score from which on a row counts as a yes.")
    point: float | None = None
    low: float | None = None
    high: float | None = None
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
    for metric in task.metrics:
        counted = [row for row in rows if matches(row, metric.where)]
        overall = _figure(metric, counted, {}, seed, resamples)
        known = {"baseline": baselines.get(metric.baseline or ""), "references": metric.references}
        yield overall.model_copy(update=known)
        for column in task.slices if metric.slices else ():
            values = sorted({str(row[column]) for row in counted if row.get(column) is not None})
            for value in values if len(values) > 1 else ():
                inside = [row for row in counted if row.get(column) is not None and str(row[column]) == value]
                yield _figure(metric, inside, {column: value}, seed, resamples)


def chosen_cuts(task: Task, dev: Sequence[Row]) -> Task:
    """Return the task with each cut that is to come from the dev part as the number that is best there for F1."""
    chosen = [
        metric
        if metric.cut != "dev"
        else metric.model_copy(update={"cut": metrics.best_cut(_positive(metric, _Table(dev)), _scores(metric, dev))})
        for metric in task.metrics
    ]
    return task.model_copy(update={"metrics": tuple(chosen)})


def _scores(metric: Metric, rows: Sequence[Row]) -> Column:
    return _Table(rows).numbers(metric.predicted)


def _figure(metric: Metric, rows: Sequence[Row], where: dict[str, str], seed: int, resamples: int) -> Figure:
    if not rows:
        return Figure(metric=metric.name, slice=where, n=0, note="no row counts")
    measure = _MEASURES[metric.kind](metric, _Table(rows))
    if measure.n == 0 or (where and measure.n < TOO_FEW):
        return Figure(metric=metric.name, slice=where, n=measure.n, note="too few")
    found = estimate(measure.statistic, measure.n, seed=seed, resamples=resamples)
    count = round(found.point * measure.n) if measure.binary else None
    if count in (0, measure.n):
        bound = unanimous_bound(measure.n)
        found = Estimate(found.point, max(0.0, found.point - bound), min(1.0, found.point + bound))
    note = "undefined on these rows" if math.isnan(found.point) else "no interval" if math.isnan(found.low) else None
    low, high, point = (_rounded(value) for value in (found.low, found.high, found.point))
    cut = None if metric.cut is None else _rounded(float(metric.cut))
    return Figure(
        metric=metric.name,
        slice=where,
        n=measure.n,
        count=count,
        cut=cut,
        point=point,
        low=low,
        high=high,
        note=note,
    )


class _Table:
    """Rows read by column; a column that a metric needs must be there in every row."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows

    def values(self, name: str | None) -> Column:
        """Return a column as it is (dtype object)."""
        found = np.empty(len(self._rows), dtype=object)
        for place, row in enumerate(self._rows):
            if name is None or name not in row:
                msg = f"A metric reads the column '{name}', which these rows do not have: correct the suite."
                raise ConfigurationError(msg)
            found[place] = row[name]
        return found

    def numbers(self, name: str | None) -> Column:
        """Return a column of numbers or of true and false."""
        return self.values(name).astype(np.float64)


def _predicted(metric: Metric, table: _Table) -> Column:
    if metric.cut is None:
        return table.values(metric.predicted)
    return table.numbers(metric.predicted) >= float(metric.cut)


def _share(metric: Metric, table: _Table) -> Measure:
    return metrics.mean(np.asarray(_predicted(metric, table) == metric.equals, dtype=np.bool_))


def _positive(metric: Metric, table: _Table) -> Column:
    """Return the true column as yes or no: ``equals`` names the value that is a yes."""
    return np.asarray(table.values(metric.truth) == (True if metric.equals is None else metric.equals), dtype=np.bool_)


_MEASURES: dict[MetricKind, Callable[[Metric, _Table], Measure]] = {
    MetricKind.SHARE: _share,
    MetricKind.MEAN: lambda metric, table: metrics.mean(table.numbers(metric.predicted)),
    MetricKind.MACRO_F1: lambda metric, table: metrics.macro_f1(
        table.values(metric.truth), _predicted(metric, table), metric.labels
    ),
    MetricKind.AVERAGE_PRECISION: lambda metric, table: metrics.average_precision(
        _positive(metric, table), table.numbers(metric.predicted)
    ),
    MetricKind.AUROC: lambda metric, table: metrics.auroc(_positive(metric, table), table.numbers(metric.predicted)),
    MetricKind.PEARSON: lambda metric, table: metrics.pearson(
        table.numbers(metric.truth), table.numbers(metric.predicted)
    ),
    MetricKind.QUADRATIC_KAPPA: lambda metric, table: metrics.quadratic_kappa(
        table.values(metric.truth), _predicted(metric, table), metric.labels
    ),
    MetricKind.CONCORDANCE: lambda metric, table: metrics.concordance(
        table.numbers(metric.truth), table.numbers(metric.predicted), table.values(metric.group)
    ),
}


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else round(value, _DIGITS)
