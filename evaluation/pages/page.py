"""A run as one HTML page."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from evaluation.calibration import mass_bins
from evaluation.choices import PageLanguage
from evaluation.data import matches
from evaluation.figures import TOO_FEW, Figure
from evaluation.measures import Row, Table, happened
from evaluation.pages.charts import Point, confusion, confusion_counts, coverage_curve, interval_bar, square
from evaluation.result import TaskResult
from evaluation.runs.record import RunRecord, TaskRows
from evaluation.suite import Metric, MetricKind
from inference.lexicons import read_yaml

_CONFUSED = {MetricKind.QUADRATIC_KAPPA, MetricKind.MACRO_F1, MetricKind.ACCURACY}
_MOST_LABELS = 8
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


@dataclass(frozen=True)
class Chart:
    """A chart with what it shows."""

    title: str
    drawn: Markup


@dataclass
class Section:
    """One task: its figures over all rows, by slice, and its charts."""

    name: str
    n: int
    lines: list[Line] = field(default_factory=list)
    slices: list[tuple[str, list[Line], str]] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)


def report_page(run: RunRecord, language: PageLanguage) -> str:
    """Return the page: what a manager needs first, then every figure with its interval, slices and charts."""
    said = _Words(language)
    rows = {item.task.name: item for item in run.tasks}
    sections = [_section(found, rows[found.name], said) for found in run.result.tasks]
    looked = [(section, line) for section in sections for line in section.lines if line.met is not None]
    missed = [(section, line) for section, line in looked if not line.met]
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            t=said,
            language=language.value,
            direction="rtl" if language is PageLanguage.AR else "ltr",
            run=run,
            sections=sections,
            messages=sum(section.n for section in sections),
            looked=len(looked),
            missed=missed,
            too_few=TOO_FEW,
        )
    )


class _Words:
    """The page's words in one language; names of figures that have no translation stay in English."""

    def __init__(self, language: PageLanguage) -> None:
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        return str(_texts()["page"][key][self.language.value]).format(**values)

    def name(self, name: str) -> str:
        """Return the name of a figure, a task, a column or a value."""
        return str(_texts()["names"].get(name, name)) if self.language is PageLanguage.AR else name.replace("_", " ")


@cache
def _texts() -> dict[str, Any]:
    found: dict[str, Any] = read_yaml((files(__package__) / "names.yaml").read_text(encoding="utf-8"))
    return found


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("evaluation.pages", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _section(found: TaskResult, rows: TaskRows, said: _Words) -> Section:
    metrics = {metric.name: metric for metric in rows.task.metrics}
    shown = [figure for figure in found.figures if metrics[figure.metric].kind is not MetricKind.RELIABILITY]
    section = Section(said.name(found.name), found.n)
    section.lines = [_line(figure, metrics[figure.metric], said) for figure in shown if not figure.slice]
    by_slice: dict[tuple[str, str], list[Figure]] = {}
    for figure in shown:
        for column in figure.slice:
            by_slice.setdefault((column, figure.metric), []).append(figure)
    for (column, metric), figures in by_slice.items():
        lines = [_line(figure, metrics[metric], said) for figure in figures if figure.point is not None]
        comma = "، " if said.language is PageLanguage.AR else ", "
        left = comma.join(f"{said.name(item.slice[column])} ({item.n})" for item in figures if item.point is None)
        if lines:
            title = f"{said.name(metric)} · {said.name(column)}"
            section.slices.append((title, lines, said("few", which=left) if left else ""))
    section.charts = list(_charts(rows, said))
    return section


def _line(figure: Figure, metric: Metric, said: _Words) -> Line:
    where = next((said.name(value) for value in figure.slice.values()), "")
    if figure.point is None:
        return Line(said.name(figure.metric), where, figure.n, "", figure.note or "", None)
    share = figure.count is not None
    wanted, met = _wanted(figure, metric)
    unit = 0.0 <= figure.point <= 1.0
    span = (0.0, 1.0) if unit else (min(0.0, figure.low or 0.0), max(figure.high or figure.point, figure.point))
    return Line(
        name=said.name(figure.metric),
        where=where,
        n=figure.n,
        value=_number(figure.point, share=share),
        interval=""
        if figure.low is None or figure.high is None
        else f"{_number(figure.low, share=share)} – {_number(figure.high, share=share)}",
        bar=interval_bar(figure.point, figure.low, figure.high, span),
        wanted=wanted,
        met=met,
    )


def _wanted(figure: Figure, metric: Metric) -> tuple[str, bool | None]:
    """Return what was wanted of a figure over all rows, and whether it is."""
    if figure.slice or figure.point is None:
        return "", None
    most = [value for name, value in metric.references.items() if name in _BORNE]
    least = [value for name, value in metric.references.items() if name in _WANTED]
    if metric.floor is not None:
        (most if metric.better == "lower" else least).append(metric.floor)
    share = figure.count is not None
    if least:
        return f"≥ {_number(max(least), share=share)}", figure.point >= max(least)
    return (f"≤ {_number(min(most), share=share)}", figure.point <= min(most)) if most else ("", None)


def _number(value: float, *, share: bool) -> str:
    if share:
        return f"{value:.1%}"
    return f"{value:.3f}" if abs(value) < 10 else f"{value:,.0f}"


def _charts(rows: TaskRows, said: _Words) -> Iterator[Chart]:
    drawn = set[tuple[str | None, str]]()
    for metric in rows.task.metrics:
        counted = [row for row in rows.rows() if matches(row, metric.where)]
        if len(counted) < TOO_FEW:
            continue
        pair = (metric.truth, metric.predicted)
        if metric.kind in _CONFUSED and 2 <= len(metric.labels) <= _MOST_LABELS and pair not in drawn:
            drawn.add(pair)
            names = [said.name(str(label)) for label in metric.labels]
            counts = confusion_counts(metric, counted)
            yield Chart(
                said("confusion", what=said.name(metric.name)), confusion(counts, names, said("true"), said("called"))
            )
        elif metric.kind is MetricKind.RELIABILITY:
            drawn_square = square(
                _reliable(metric, counted), said("stated"), said("happened"), diagonal=True, joined=False
            )
            yield Chart(said("reliability", what=said.name(metric.name)), drawn_square)
        elif metric.kind is MetricKind.RISK_COVERAGE_AREA:
            points = coverage_curve(metric, counted)
            curve = square(points, said("answered"), said("errors"), diagonal=False, joined=True)
            yield Chart(said("coverage", what=said.name(metric.name)), curve)


def _reliable(metric: Metric, rows: list[Row]) -> list[Point]:
    """Return what happened in each bin of about equal mass, at the mean of what was said."""
    said, yes = Table(rows).numbers(metric.predicted), happened(metric, rows)
    bins, points = mass_bins(said), []
    for place in range(int(bins.max()) + 1):
        inside = bins == place
        share, n = float(np.mean(yes[inside])), int(inside.sum())
        spread = 1.96 * float(np.sqrt(share * (1 - share) / n))
        low, high = max(0.0, share - spread), min(1.0, share + spread)
        points.append(Point(float(said[inside].mean()), share, low, high, n))
    return points
