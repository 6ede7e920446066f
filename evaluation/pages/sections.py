"""One task of a report: its figures as lines, its slices, its charts and its examples."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from markupsafe import Markup
from scipy.stats import binomtest

from evaluation.calibration import mass_bins
from evaluation.figures import TOO_FEW, Figure
from evaluation.measures import Row, Table, counted, happened
from evaluation.pages.cards import Cards, cards
from evaluation.pages.charts import Point, confusion, confusion_counts, coverage_curve, interval_bar, square
from evaluation.pages.words import Words
from evaluation.result import TaskResult
from evaluation.runs.record import TaskRows
from evaluation.suite import Metric, MetricKind

_CONFUSED = {MetricKind.QUADRATIC_KAPPA, MetricKind.MACRO_F1, MetricKind.ACCURACY}
_MOST_LABELS = 8
_SLICED = 2
"""Figures of a task whose slices are drawn; those of the others stand in the JSON file."""
_WANTED = ("wanted at least", "floor")
_BORNE = ("at most",)


@dataclass(frozen=True)
class Line:
    """One figure as the page shows it; ``met`` tells whether it is what was wanted, None where nothing was."""

    name: str
    where: str
    n: int
    value: str
    interval: str
    bar: Markup | None
    wanted: str = ""
    met: bool | None = None
    gap: float = 0.0


@dataclass(frozen=True)
class Chart:
    """A chart with what it shows."""

    title: str
    drawn: Markup


@dataclass(frozen=True)
class Slices:
    """One figure by the values of one column; ``few`` names those with too few rows."""

    title: str
    lines: list[Line]
    few: str


@dataclass
class Section:
    """One task: its figures over all rows, by slice, its charts and its examples."""

    name: str
    n: int
    lines: list[Line] = field(default_factory=list)
    slices: list[Slices] = field(default_factory=list)
    unsliced: bool = False
    charts: list[Chart] = field(default_factory=list)
    examples: list[Cards] = field(default_factory=list)


def section(found: TaskResult, rows: TaskRows, first: list[str], said: Words) -> Section:
    """Return one task as the page shows it; slices are drawn of the figures named ``first``, then of its first ones."""
    metrics = {metric.name: metric for metric in rows.task.metrics}
    shown = [figure for figure in found.figures if metrics[figure.metric].kind is not MetricKind.RELIABILITY]
    made = Section(said.name(found.name), found.n)
    made.lines = [line_of(figure, metrics[figure.metric], said) for figure in shown if not figure.slice]
    # Where all rows agree, so do the slices.
    same = {item.metric for item in shown if not item.slice and item.count in (0, item.n)}
    sliced = list(dict.fromkeys(item.metric for item in shown if item.slice and item.metric not in same))
    drawn = [*(name for name in first if name in sliced), *(name for name in sliced if name not in first)][:_SLICED]
    made.slices = [item for name in drawn for item in _slices(name, shown, metrics[name], said)]
    made.unsliced = len(sliced) > len(drawn)
    made.charts = list(_charts(rows, said))
    made.examples = [cards(item, said) for item in rows.examples if item.matching]
    return made


def _slices(name: str, shown: list[Figure], metric: Metric, said: Words) -> Iterator[Slices]:
    whole = next((item for item in shown if item.metric == name and not item.slice), None)
    by_column: dict[str, list[Figure]] = {}
    for figure in shown:
        for column in figure.slice if figure.metric == name else ():
            by_column.setdefault(column, []).append(figure)
    for column, figures in by_column.items():
        lines = [line_of(item, metric, said, beside=whole) for item in figures if item.point is not None]
        left = said.comma.join(_few(item, column, said) for item in figures if item.point is None)
        yield Slices(f"{said.name(name)} · {said.name(column)}", lines, said("few", which=left) if left else "")


def _few(figure: Figure, column: str, said: Words) -> str:
    of = str(figure.n) if figure.count is None else said("of", count=figure.count, n=figure.n)
    return f"{said.name(figure.slice[column])} ({of})"


def line_of(figure: Figure, metric: Metric, said: Words, beside: Figure | None = None) -> Line:
    """Return one figure as a line; ``beside`` is the figure over all rows, whose place is marked."""
    where = next((said.name(value) for value in figure.slice.values()), "")
    if figure.point is None:
        return Line(said.name(figure.metric), where, figure.n, "", said.name(figure.note or ""), None)
    share = figure.count is not None
    wanted, met, gap = _wanted(figure, metric, said)
    known = [value for value in (figure.low, figure.high, figure.point) if value is not None]
    unit = min(known) >= 0.0 and max(known) <= 1.0
    of = figure if beside is None or beside.point is None else beside
    ends = [0.0, *known, of.high or of.point or 0.0, of.low or 0.0]
    return Line(
        name=said.name(figure.metric),
        where=where,
        n=figure.n,
        value=number(figure.point, share=share),
        interval=said.name(figure.note or "")
        if figure.low is None or figure.high is None
        else f"{number(figure.low, share=share)} – {number(figure.high, share=share)}",
        bar=interval_bar(
            figure.point,
            figure.low,
            figure.high,
            (0.0, 1.0) if unit else (min(ends), max(ends) * 1.05),
            mark=None if beside is None else beside.point,
        ),
        wanted=wanted,
        met=met,
        gap=gap,
    )


def _wanted(figure: Figure, metric: Metric, said: Words) -> tuple[str, bool | None, float]:
    """Return what was wanted of a figure over all rows, whether it is, and how far it lies on the good side."""
    if figure.slice or figure.point is None:
        return "", None, 0.0
    most = [value for name, value in metric.references.items() if name in _BORNE]
    least = [value for name, value in metric.references.items() if name in _WANTED]
    if metric.floor is not None:
        (most if metric.better == "lower" else least).append(metric.floor)
    share = figure.count is not None
    if least:
        gap = figure.point - max(least)
        return said("at_least", value=number(max(least), share=share)), gap >= 0, gap
    if most:
        gap = min(most) - figure.point
        return said("at_most", value=number(min(most), share=share)), gap >= 0, gap
    return "", None, 0.0


def number(value: float, *, share: bool) -> str:
    """Return a figure's number: a share in percent."""
    if share:
        return f"{value:.1%}"
    return f"{value:.3f}" if abs(value) < 10 else f"{value:,.1f}" if abs(value) < 1000 else f"{value:,.0f}"


def _charts(rows: TaskRows, said: Words) -> Iterator[Chart]:
    drawn = set[tuple[str | None, str]]()
    everything = rows.rows()
    for metric in rows.task.metrics:
        those = counted(metric, everything)
        if len(those) < TOO_FEW:
            continue
        pair = (metric.truth, metric.predicted)
        if metric.kind in _CONFUSED and 2 <= len(metric.labels) <= _MOST_LABELS and pair not in drawn:
            drawn.add(pair)
            names = [said.name(str(label)) for label in metric.labels]
            counts = confusion_counts(metric, those)
            matrix = confusion(counts, names, said("true"), said("called"))
            yield Chart(said("confusion", what=said.name(str(metric.truth))), matrix)
        elif metric.kind is MetricKind.RELIABILITY:
            points = _reliable(metric, those)
            yield Chart(
                said("reliability", what=said.name(metric.name)),
                square(points, said("stated"), said("happened"), diagonal=True, joined=False),
            )
        elif metric.kind is MetricKind.RISK_COVERAGE_AREA:
            points = coverage_curve(metric, those)
            curve = square(points, said("answered"), said("errors"), diagonal=False, joined=True)
            yield Chart(said("coverage", what=said.name(metric.name)), curve)


def _reliable(metric: Metric, rows: list[Row]) -> list[Point]:
    """Return what happened in each bin of about equal mass, at the mean of what was said."""
    said, yes = Table(rows).numbers(metric.predicted), happened(metric, rows)
    bins, points = mass_bins(said), []
    for place in range(int(bins.max()) + 1):
        inside = bins == place
        n, happened_in = int(inside.sum()), int(yes[inside].sum())
        within = binomtest(happened_in, n).proportion_ci(method="wilson")
        points.append(Point(float(said[inside].mean()), happened_in / n, within.low, within.high, n))
    return points
