"""Two runs compared row by row: paired bootstrap differences, corrected for how many are looked at.

Both runs answered the same rows, so a resample draws the same rows (or whole units) for both, and what makes a row hard
falls out of the difference (Efron and Tibshirani 1993, chapter 13; for paired systems Koehn 2004). The p of each
difference follows from the bootstrap's standard error; those of one comparison are corrected together by Holm (1979).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.special import stdtr

from evaluation.bootstrap import RESAMPLES, bounds, draw
from evaluation.figures import TOO_FEW, TOO_FEW_UNITS
from evaluation.measures import Row, Table, counts, measure
from evaluation.metrics import Measure
from evaluation.runs.record import RunRecord, TaskRows
from evaluation.suite import Metric, MetricKind
from inference.types import Record

_DIGITS = 4
_AT_ONCE = 4_000_000
_MOST_UNDEFINED = 0.05
LEVEL = 0.05
"""Corrected p below which a difference is said to be one."""


class Difference(Record):
    """One metric in two runs, on the rows that both answered; ``difference`` is the second less the first."""

    task: str
    metric: str
    slice: dict[str, str] = Field(default_factory=dict)
    rows: int = Field(description="Rows, or groups of rows, that count in the second run.")
    first: float | None
    second: float | None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    corrected: float | None = Field(default=None, description="p, corrected for all differences of the comparison.")
    better: Literal["first", "second", "neither"] | None = Field(
        default=None, description="None where the metric has no better, or nothing can be said."
    )
    note: str | None = None


class Comparison(Record):
    """Two runs side by side."""

    first: str
    second: str
    suites: tuple[str, str]
    changed: dict[str, tuple[str, str]] = Field(description="Revisions that differ between the two.")
    unpaired: dict[str, int] = Field(description="By task: rows that only one of the two answered.")
    differences: tuple[Difference, ...]


class Comparisons(Record):
    """Several runs, each beside the same first one; p is corrected for all differences of all of them together."""

    comparisons: tuple[Comparison, ...] = Field(min_length=1)


def compare(first: RunRecord, second: RunRecord, *, slices: bool = True, resamples: int = RESAMPLES) -> Comparison:
    """Compare two runs in every metric that both have.

    Args:
        first: the run that is compared with.
        second: the run that is judged.
        slices: whether the metrics' slices are compared too.
        resamples: of the bootstrap; the seed is that of the second run.
    """
    found = _compared(first, second, slices=slices, resamples=resamples)
    return found.model_copy(update={"differences": tuple(corrected(found.differences))})


def compare_all(first: RunRecord, others: Sequence[RunRecord], *, resamples: int = RESAMPLES) -> Comparisons:
    """Compare several runs with the same first one, slices included."""
    found = [_compared(first, other, slices=True, resamples=resamples) for other in others]
    known = corrected([item for comparison in found for item in comparison.differences])
    told = [item.model_copy(update={"differences": tuple(islice(known, len(item.differences)))}) for item in found]
    return Comparisons(comparisons=tuple(told))


def _compared(first: RunRecord, second: RunRecord, *, slices: bool, resamples: int) -> Comparison:
    """Compare two runs, p as it is."""
    tasks = [(old, new) for new in second.tasks for old in first.tasks if old.task.name == new.task.name]
    found, unpaired = list[Difference](), dict[str, int]()
    for old, new in tasks:
        pairs = _Pairs(old, new, second.result.seed, resamples)
        unpaired[new.task.name] = pairs.alone
        found += pairs.differences(slices=slices)
    return Comparison(
        first=first.id,
        second=second.id,
        suites=(first.result.suite, second.result.suite),
        changed=_changed(first, second),
        unpaired={name: count for name, count in unpaired.items() if count},
        differences=tuple(found),
    )


def corrected(differences: Sequence[Difference]) -> Iterator[Difference]:
    """Yield differences with their p corrected by Holm's step-down, and who is better by it."""
    ranked = sorted(
        (place for place, item in enumerate(differences) if item.p is not None),
        key=lambda place: differences[place].p or 0,
    )
    raised, largest = dict[int, float](), 0.0
    for rank, place in enumerate(ranked):
        largest = max(largest, min(1.0, (len(ranked) - rank) * (differences[place].p or 0.0)))
        raised[place] = largest
    for place, item in enumerate(differences):
        if place not in raised:
            yield item
            continue
        better = item.better if item.better is None or raised[place] < LEVEL else "neither"
        yield item.model_copy(update={"corrected": round(raised[place], _DIGITS), "better": better})


@dataclass(frozen=True)
class _Side:
    """One run's measure of one metric, with the unit that each of what it weighs belongs to."""

    measured: Measure
    units: Sequence[str]

    @property
    def point(self) -> float:
        return float(self.measured.statistic(np.ones((1, self.measured.n)))[0])


class _Pairs:
    """The rows of one task that both runs answered."""

    def __init__(self, old: TaskRows, new: TaskRows, seed: int, resamples: int) -> None:
        rows = dict(zip(old.keys, old.rows(), strict=True))
        both = [(key, row) for key, row in zip(new.keys, new.rows(), strict=True) if key in rows]
        self.alone = len(old.keys) + len(new.keys) - 2 * len(both)
        self._keys = [key for key, _ in both]
        self._old, self._new = [rows[key] for key in self._keys], [row for _, row in both]
        self._metrics = {metric.name: metric for metric in old.task.metrics}
        self._task, self._seed, self._resamples = new.task, seed, resamples

    def differences(self, *, slices: bool) -> Iterator[Difference]:
        """Yield each metric's difference over all rows, then over its slices."""
        for metric in self._task.metrics:
            before = self._metrics.get(metric.name)
            if before is None or metric.kind is MetricKind.RELIABILITY:
                continue
            yield self._difference(before, metric, {})
            columns = metric.slices if isinstance(metric.slices, tuple) else self._task.slices if metric.slices else ()
            for column in columns if slices else ():
                # A slice is cut by the second run's column: an answer may have moved a row.
                values = sorted({str(row[column]) for row in self._new if row.get(column) is not None})
                for value in values if len(values) > 1 else ():
                    yield self._difference(before, metric, {column: value})

    def _difference(self, before: Metric, metric: Metric, where: dict[str, str]) -> Difference:
        inside = [
            place
            for place, row in enumerate(self._new)
            if all(row.get(column) is not None and str(row[column]) == value for column, value in where.items())
        ]
        old, new = self._side(before, self._old, inside), self._side(metric, self._new, inside)
        known = {"task": self._task.name, "metric": metric.name, "slice": where}
        if old is None or new is None:
            return Difference(**known, rows=0, first=None, second=None, note="no row counts")
        names = sorted({*old.units, *new.units})
        grouped = self._task.unit is not None or new.measured.first is not None
        if where and (min(old.measured.n, new.measured.n) < TOO_FEW or (grouped and len(names) < TOO_FEW_UNITS)):
            return Difference(**known, rows=new.measured.n, first=None, second=None, note="too few")
        values = self._resampled(old, new, names)
        return Difference(**known, rows=new.measured.n, **_told(metric, old.point, new.point, values, len(names)))

    def _side(self, metric: Metric, rows: Sequence[Row], inside: Sequence[int]) -> _Side | None:
        places = [place for place in inside if counts(metric, rows[place])]
        if not places:
            return None
        counted = [rows[place] for place in places]
        measured = measure(metric, counted)
        if not measured.n:
            return None
        standing = range(len(counted)) if measured.first is None else measured.first.tolist()
        if self._task.unit is not None:
            names = Table(counted).values(self._task.unit).astype(str)
            return _Side(measured, [str(names[place]) for place in standing])
        if measured.first is not None and metric.group is not None:
            return _Side(measured, [str(counted[place][metric.group]) for place in standing])
        return _Side(measured, [self._keys[places[place]] for place in standing])

    def _resampled(self, old: _Side, new: _Side, names: Sequence[str]) -> NDArray[np.float64]:
        """Return the difference in each resample [resamples]; NaN where it is undefined."""
        number = {name: place for place, name in enumerate(names)}
        first, second = (np.array([number[name] for name in side.units], np.intp) for side in (old, new))
        rng = np.random.default_rng(self._seed)
        size = max(1, _AT_ONCE // max(len(first), len(second), len(names)))
        parts = []
        for start in range(0, self._resamples, size):
            drawn = draw(len(names), min(size, self._resamples - start), rng)
            parts.append(new.measured.statistic(drawn[:, second]) - old.measured.statistic(drawn[:, first]))
        return np.concatenate(parts)


def _told(metric: Metric, first: float, second: float, values: NDArray[np.float64], units: int) -> dict[str, object]:
    points = {"first": _rounded(first), "second": _rounded(second)}
    defined = values[~np.isnan(values)]
    gap = second - first
    if np.isnan(gap) or len(values) - len(defined) > _MOST_UNDEFINED * len(values):
        return {**points, "note": "undefined on these rows"}
    low, high = bounds(defined, units)
    p = _p(gap, float(defined.std()), units)
    better = None
    if metric.better is not None:
        risen = gap > 0
        better = "neither" if gap == 0 else "second" if risen == (metric.better == "higher") else "first"
    return {
        **points,
        "difference": _rounded(gap),
        "low": _rounded(low),
        "high": _rounded(high),
        "p": p,
        "better": better,
    }


def _p(gap: float, error: float, units: int) -> float:
    """Return the two-sided p of a difference by its bootstrap error, or by the sign test where all units agree.

    The error lacks the factor n/(n - 1) of a variance, and its own doubt is that of Student's t: with ten units the
    normal distribution finds twice as many differences where there are none.

    Counts of resamples end at 1 in 500: too coarse for a correction over many differences.
    """
    if gap == 0.0:
        return 1.0
    if error == 0 or units < 2:
        return 2.0 ** (1 - units)
    return float(2.0 * stdtr(units - 1, -abs(gap) / error * math.sqrt((units - 1) / units)))


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(value, _DIGITS)


def _changed(first: RunRecord, second: RunRecord) -> dict[str, tuple[str, str]]:
    """Return what the two do not share of all that figures depend on."""
    sides = []
    for run in (first, second):
        revisions = run.result.revisions
        sides.append(
            {
                "model": ", ".join(revisions.models),
                "policy": ", ".join(revisions.policies),
                "code": revisions.code,
                "seed": str(run.result.seed),
                "writer": str(run.result.writer or "-"),
                **{f"index {name}": revision for name, revision in revisions.indexes.items()},
                **{f"data {name}": item.sha256[:12] for name, item in revisions.data.items()},
            }
        )
    old, new = sides
    return {
        name: (old.get(name, "-"), new.get(name, "-"))
        for name in dict.fromkeys((*old, *new))
        if old.get(name) != new.get(name)
    }
