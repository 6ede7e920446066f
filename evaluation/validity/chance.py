"""What every metric says of answers that know nothing, and of answers that know all.

Real answers to our own corpus: their true labels dealt out anew at random must score at chance, the true labels
themselves as answers perfectly. A metric that cannot do both measures something else than it says.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluation.bootstrap import Floats, estimate
from evaluation.calibration import mass_bins, risk_coverage_area, selective_error
from evaluation.measures import Row, measure
from evaluation.metrics import Column, Measure, ratio
from evaluation.suite import Metric, MetricKind
from inference.types import Analysis, AngerLevel, Record
from models.sets.rows import Row as Labelled

_LEVELS = tuple(level.value for level in AngerLevel)
_COVERED = 0.5
_FALSE_POSITIVES = 0.1
_DIGITS = 4

Table = Mapping[str, Column]
"""Columns of the rows."""


@dataclass(frozen=True)
class Tried:
    """A metric with what it says of answers that know nothing.

    Attributes:
        chance: From the columns after the labels were dealt out anew.
        perfect: Of the oracle; NaN where it is undefined, for nothing is left to regress on.
    """

    metric: Metric
    chance: Callable[[Table], float]
    perfect: float = 1.0


class ChanceFigure(Record):
    """One metric on real answers, on labels dealt out anew, and on an oracle's answers.

    Attributes:
        real: Of the answers as they are.
        chance: What knowing nothing comes to.
        point: Of one shuffle, with its 95% interval from ``low`` to ``high``.
        mean: Of all shuffles.
        held: The share of shuffles whose interval holds what knowing nothing comes to in that very shuffle.
        oracle: Of the true labels as answers; None where undefined.
        perfect: What that must be; None where undefined.
    """

    metric: str
    kind: MetricKind
    n: int
    real: float
    chance: float
    point: float
    low: float
    high: float
    mean: float
    held: float
    oracle: float | None
    perfect: float | None

    @property
    def at_chance(self) -> bool:
        """Whether the shuffle's interval holds what knowing nothing comes to."""
        return self.low <= self.chance <= self.high

    @property
    def oracle_perfect(self) -> bool:
        """Whether the oracle's figure is as it must be."""
        if self.perfect is None or self.oracle is None:
            return self.perfect is self.oracle
        return math.isclose(self.oracle, self.perfect, abs_tol=1e-4)


def answers(rows: Iterable[Labelled], analyses: Iterable[Analysis]) -> list[Row]:
    """Return the columns that the metrics read: of each message its labels, and what was answered."""
    return [
        {
            "true_level": _LEVELS[row.level or 0],
            "true_rank": float(row.level or 0),
            "true_anger": bool(row.anger),
            "problem": str(row.group),
            "level": analysis.anger.level.value,
            "intensity": analysis.anger.intensity,
            "anger": analysis.anger.probability,
            "called_angry": analysis.anger.level is not AngerLevel.CALM,
            "confidence": abs(analysis.anger.probability - 0.5),
        }
        for row, analysis in zip(rows, analyses, strict=True)
    ]


def chance_figures(rows: Sequence[Row], *, shuffles: int, resamples: int, seed: int) -> list[ChanceFigure]:
    """Return every metric of ``TRIED`` on the answers as they are, at chance, and on an oracle's.

    Args:
        rows: as ``answers`` makes them.
        shuffles: how often the labels are dealt out anew.
        resamples: of each interval.
        seed: of the shuffles and the intervals.
    """
    dealt = [_shuffled(rows, np.random.default_rng([seed, number])) for number in range(shuffles)]
    return [_figure(tried, rows, dealt, resamples=resamples, seed=seed) for tried in TRIED]


def _figure(
    tried: Tried, rows: Sequence[Row], dealt: Sequence[Sequence[Row]], *, resamples: int, seed: int
) -> ChanceFigure:
    found, expected = [], []
    for number, shuffled in enumerate(dealt):
        measured = measure(tried.metric, shuffled)
        found.append(estimate(measured.statistic, measured.n, seed=seed + number, resamples=resamples))
        expected.append(tried.chance(_columns(shuffled)))
    held = [one.low <= chance <= one.high for one, chance in zip(found, expected, strict=True)]
    oracle = _point(tried.metric, [_oracle(row) for row in rows])
    return ChanceFigure(
        metric=tried.metric.name,
        kind=tried.metric.kind,
        n=len(rows),
        real=_rounded(_point(tried.metric, rows)),
        chance=_rounded(expected[0]),
        point=_rounded(found[0].point),
        low=_rounded(found[0].low),
        high=_rounded(found[0].high),
        mean=_rounded(float(np.mean([one.point for one in found]))),
        held=_rounded(float(np.mean(held))),
        oracle=None if math.isnan(oracle) else _rounded(oracle),
        perfect=None if math.isnan(tried.perfect) else tried.perfect,
    )


def _point(metric: Metric, rows: Sequence[Row]) -> float:
    return _alone(measure(metric, rows))


def _shuffled(rows: Sequence[Row], rng: np.random.Generator) -> list[Row]:
    """Deal the labels out anew, all labels of a row together."""
    order = rng.permutation(len(rows))
    labels = [{name: row[name] for name in ("true_level", "true_rank", "true_anger")} for row in rows]
    return [{**row, **labels[int(place)]} for row, place in zip(rows, order, strict=True)]


def _oracle(row: Row) -> Row:
    """Answer with the labels themselves."""
    yes = bool(row["true_anger"])
    said = {
        "level": row["true_level"],
        "intensity": row["true_rank"],
        "anger": float(yes),
        "called_angry": yes,
        "confidence": 0.5,
    }
    return {**row, **said}


def _columns(rows: Sequence[Row]) -> Table:
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def _shares(columns: Table, name: str) -> Floats:
    """Return how often each level stands in a column, as shares."""
    return np.array([(columns[name] == level).mean() for level in _LEVELS])


def _same_by_chance(columns: Table) -> float:
    return float(_shares(columns, "true_level") @ _shares(columns, "level"))


def _f1_by_chance(columns: Table) -> float:
    true, said = _shares(columns, "true_level"), _shares(columns, "level")
    return float(np.nan_to_num(ratio(2 * true * said, true + said)).mean())


def _angry(columns: Table) -> float:
    return float(columns["true_anger"].mean())


def _brier_by_chance(columns: Table) -> float:
    said, share = columns["anger"], _angry(columns)
    return float((said**2).mean() - 2 * said.mean() * share + share)


def _log_odds(columns: Table) -> float:
    share = _angry(columns)
    return math.log(share / (1 - share))


def _gap_by_chance(columns: Table) -> float:
    """The gap between what each bin says and what then happens: in each as often as in all."""
    said, bins = columns["anger"], mass_bins(columns["anger"])
    gaps = np.array([said[bins == place].mean() - _angry(columns) for place in bins])
    return float(np.sqrt((gaps**2).mean()))


def _right_by_chance(columns: Table) -> Column:
    """How likely each answer is right: a yes as often as yes is true."""
    share = _angry(columns)
    return np.where(columns["called_angry"], share, 1 - share)


def _selective_by_chance(columns: Table) -> float:
    return _alone(selective_error(_right_by_chance(columns), columns["confidence"], _COVERED))


def _area_by_chance(columns: Table) -> float:
    return _alone(risk_coverage_area(_right_by_chance(columns), columns["confidence"]))


def _alone(measured: Measure) -> float:
    return float(measured.statistic(np.ones((1, measured.n)))[0])


def _constant(value: float) -> Callable[[Table], float]:
    return lambda _: value


def _metric(name: str, kind: MetricKind, predicted: str, truth: str, **more: Any) -> Metric:  # noqa: ANN401 - a metric's fields
    return Metric(name=name, kind=kind, predicted=predicted, truth=truth, **more)


_DOUBT: dict[str, Any] = {"predicted": "confidence", "truth": "true_anger", "answer": "called_angry"}
_K = MetricKind
TRIED = (
    Tried(_metric("accuracy of the level", _K.ACCURACY, "level", "true_level"), _same_by_chance),
    Tried(_metric("macro-F1 of the level", _K.MACRO_F1, "level", "true_level", labels=_LEVELS), _f1_by_chance),
    Tried(_metric("average precision of anger", _K.AVERAGE_PRECISION, "anger", "true_anger"), _angry),
    Tried(_metric("AUROC of anger", _K.AUROC, "anger", "true_anger"), _constant(0.5)),
    Tried(_metric("Pearson of intensity", _K.PEARSON, "intensity", "true_rank"), _constant(0.0)),
    Tried(
        _metric("quadratic kappa of the level", _K.QUADRATIC_KAPPA, "level", "true_level", labels=_LEVELS),
        _constant(0.0),
    ),
    Tried(
        _metric("concordance within a problem", _K.CONCORDANCE, "intensity", "true_rank", group="problem"),
        _constant(0.5),
    ),
    Tried(_metric("Brier score of anger", _K.BRIER, "anger", "true_anger"), _brier_by_chance, 0.0),
    Tried(_metric("calibration slope", _K.CALIBRATION_SLOPE, "anger", "true_anger"), _constant(0.0), math.nan),
    Tried(_metric("calibration intercept", _K.CALIBRATION_INTERCEPT, "anger", "true_anger"), _log_odds, math.nan),
    Tried(_metric("calibration error", _K.CALIBRATION_ERROR, "anger", "true_anger"), _gap_by_chance, 0.0),
    Tried(
        _metric("selective error at half coverage", _K.SELECTIVE_ERROR, coverage=_COVERED, **_DOUBT),
        _selective_by_chance,
        0.0,
    ),
    Tried(_metric("area under risk and coverage", _K.RISK_COVERAGE_AREA, **_DOUBT), _area_by_chance, 0.0),
    Tried(
        _metric(
            "recall at 10% false positives",
            _K.RECALL_AT_FALSE_POSITIVES,
            "anger",
            "true_anger",
            at_most=_FALSE_POSITIVES,
        ),
        _constant(_FALSE_POSITIVES),
    ),
)
"""Every kind of metric that judges answers against labels, but for coverage at a risk: what knowing nothing comes to
there hangs on the number of rows."""


def _rounded(value: float) -> float:
    return round(value, _DIGITS)
