"""From a suite's metric and a task's rows to a measure that can be resampled."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from evaluation import calibration, metrics
from evaluation.data import matches
from evaluation.metrics import Column, Measure
from evaluation.suite import Metric, MetricKind, Value
from models.errors import ConfigurationError

Row = Mapping[str, Value | None]


class Table:
    """Rows read by column; a column that a metric needs must be there in every row."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows

    def values(self, name: str | None) -> Column:
        """Return a column as it is (dtype object).

        Raises:
            ConfigurationError: a row does not have it.
        """
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


def counted(metric: Metric, rows: Iterable[Row]) -> list[Row]:
    """Return the rows that count for a metric."""
    return [row for row in rows if counts(metric, row)]


def counts(metric: Metric, row: Row) -> bool:
    """Tell whether a row counts for a metric."""
    return matches(row, metric.where) and not (metric.known and row.get(metric.predicted) is None)


def measure(metric: Metric, rows: Sequence[Row]) -> Measure:
    """Bind a metric to the rows that it counts.

    Raises:
        ConfigurationError: it names a column that a row does not have.
    """
    return _MEASURES[metric.kind](metric, Table(rows))


def happened(metric: Metric, rows: Sequence[Row]) -> Column:
    """Return what a metric's score speaks of as yes or no."""
    return _yes(metric, Table(rows))


def _predicted(metric: Metric, table: Table) -> Column:
    if metric.cut is None:
        return table.values(metric.predicted)
    return table.numbers(metric.predicted) >= float(metric.cut)


def _yes(metric: Metric, table: Table) -> Column:
    """A yes is a true column that holds ``equals``, or that agrees with the column ``answer``."""
    truth = table.values(metric.truth)
    if metric.answer is not None:
        return np.asarray(truth == table.values(metric.answer), dtype=np.bool_)
    return np.asarray(truth == (True if metric.equals is None else metric.equals), dtype=np.bool_)


def _share(metric: Metric, table: Table) -> Measure:
    return metrics.mean(np.asarray(_predicted(metric, table) == metric.equals, dtype=np.bool_))


def _brier(metric: Metric, table: Table) -> Measure:
    if not metric.labels:
        return calibration.brier(_yes(metric, table), table.numbers(metric.predicted))
    truth = table.values(metric.truth)
    yes = np.stack([truth == label for label in metric.labels], axis=1)
    return calibration.brier(yes, np.stack([table.numbers(str(label)) for label in metric.labels], axis=1))


def _of_score(make: Callable[[Column, Column], Measure]) -> Callable[[Metric, Table], Measure]:
    """A metric of yes or no against a score."""
    return lambda metric, table: make(_yes(metric, table), table.numbers(metric.predicted))


_MEASURES: dict[MetricKind, Callable[[Metric, Table], Measure]] = {
    MetricKind.SHARE: _share,
    MetricKind.MEAN: lambda metric, table: metrics.mean(table.numbers(metric.predicted)),
    MetricKind.MAXIMUM: lambda metric, table: metrics.maximum(table.numbers(metric.predicted)),
    MetricKind.QUANTILE: lambda metric, table: metrics.quantile(
        table.numbers(metric.predicted), float(metric.at or 0.5)
    ),
    MetricKind.ACCURACY: lambda metric, table: metrics.accuracy(table.values(metric.truth), _predicted(metric, table)),
    MetricKind.MACRO_F1: lambda metric, table: metrics.macro_f1(
        table.values(metric.truth), _predicted(metric, table), metric.labels
    ),
    MetricKind.AVERAGE_PRECISION: _of_score(metrics.average_precision),
    MetricKind.AUROC: _of_score(metrics.auroc),
    MetricKind.PEARSON: lambda metric, table: metrics.pearson(
        table.numbers(metric.truth), table.numbers(metric.predicted)
    ),
    MetricKind.QUADRATIC_KAPPA: lambda metric, table: metrics.quadratic_kappa(
        table.values(metric.truth), _predicted(metric, table), metric.labels
    ),
    MetricKind.CONCORDANCE: lambda metric, table: metrics.concordance(
        table.numbers(metric.truth), table.numbers(metric.predicted), table.values(metric.group)
    ),
    MetricKind.BRIER: _brier,
    MetricKind.CALIBRATION_SLOPE: _of_score(lambda yes, p: calibration.recalibration(yes, p, slope=True)),
    MetricKind.CALIBRATION_INTERCEPT: _of_score(lambda yes, p: calibration.recalibration(yes, p, slope=False)),
    MetricKind.CALIBRATION_ERROR: _of_score(calibration.calibration_error),
    MetricKind.SELECTIVE_ERROR: lambda metric, table: calibration.selective_error(
        _yes(metric, table), table.numbers(metric.predicted), float(metric.coverage or 1.0)
    ),
    MetricKind.RISK_COVERAGE_AREA: _of_score(calibration.risk_coverage_area),
    MetricKind.COVERAGE_AT_RISK: lambda metric, table: calibration.coverage_at_risk(
        _yes(metric, table), table.numbers(metric.predicted), float(metric.at_most or 0.0)
    ),
    MetricKind.RECALL_AT_FALSE_POSITIVES: lambda metric, table: calibration.recall_at_false_positives(
        _yes(metric, table), table.numbers(metric.predicted), float(metric.at_most or 0.0)
    ),
    MetricKind.DIFFERENCE: lambda metric, table: metrics.difference(
        table.numbers(metric.predicted), table.numbers(metric.than)
    ),
}
