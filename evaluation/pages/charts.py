"""Charts as inline SVG: numbers run from left to right in both languages, words come from the page."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

from evaluation.measures import Row, Table, happened
from evaluation.suite import Metric

_SIDE = 220
_PAD = 34
_LETTER = 7
"""About the width of a letter, with room to spare: what is drawn cannot be measured here."""


@dataclass(frozen=True)
class Point:
    """A place in a unit square, with the interval of its height and how many rows stand behind it."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None
    n: int = 0


def interval_bar(
    point: float, low: float | None, high: float | None, span: tuple[float, float], mark: float | None = None
) -> Markup:
    """Draw a figure as a dot with its interval on a line from ``span[0]`` to ``span[1]``; ``mark`` is a known place."""
    width, height = 180, 16

    def at(value: float) -> float:
        share = (value - span[0]) / (span[1] - span[0]) if span[1] > span[0] else 0.5
        return round(6 + (width - 12) * min(1.0, max(0.0, share)), 1)

    line = f'<line x1="6" x2="{width - 6}" y1="8" y2="8" class="track"/>'
    if low is not None and high is not None:
        line += f'<line x1="{at(low)}" x2="{at(high)}" y1="8" y2="8" class="range"/>'
    if mark is not None:
        line += f'<line x1="{at(mark)}" x2="{at(mark)}" y1="1" y2="15" class="whole"/>'
    return _svg(width, height, f'{line}<circle cx="{at(point)}" cy="8" r="4" class="dot"/>')


def confusion(counts: NDArray[np.int64], labels: Sequence[str], true_is: str, called: str) -> Markup:
    """Draw a confusion matrix: a row a true label, a column what it was called; shades are shares of the row."""
    longest = max(map(_letters, labels))
    cell, wide, top = 62, max(62, _LETTER * longest), 46
    left = _LETTER * max(longest, _letters(true_is)) + 10
    parts = [_text(left + wide * len(labels) / 2, 14, called, "middle", "axis")]
    parts.append(_text(left - 8, top - 8, true_is, "end", "axis"))
    for place, label in enumerate(labels):
        parts.append(_text(left + wide * (place + 0.5), top - 8, label, "middle"))
        parts.append(_text(left - 8, top + cell * (place + 0.5) + 4, label, "end"))
    for row, column in np.ndindex(counts.shape):
        share = float(counts[row, column] / max(1, counts[row].sum()))
        x, y = left + wide * column, top + cell * row
        parts.append(
            f'<rect x="{x}" y="{y}" width="{wide - 2}" height="{cell - 2}" class="cell" fill-opacity="{share:.2f}"/>'
            f'<rect x="{x}" y="{y}" width="{wide - 2}" height="{cell - 2}" class="frame"/>'
        )
        shade = "over" if share > 0.8 else "inside"
        parts.append(_text(x + wide / 2 - 1, y + cell / 2, str(counts[row, column]), "middle", shade))
        parts.append(_text(x + wide / 2 - 1, y + cell / 2 + 15, f"{share:.0%}", "middle", f"share {shade}"))
    return _svg(left + wide * len(labels) + 4, top + cell * len(labels) + 10, "".join(parts))


def square(points: Sequence[Point], across: str, up: str, *, diagonal: bool, joined: bool) -> Markup:
    """Draw points in a unit square with their intervals; ``diagonal`` is where they should lie, if they should."""
    size = _SIDE + 2 * _PAD

    def x(value: float) -> float:
        return round(_PAD + _SIDE * value, 1)

    def y(value: float) -> float:
        return round(_PAD + _SIDE * (1 - value), 1)

    parts = [f'<rect x="{_PAD}" y="{_PAD}" width="{_SIDE}" height="{_SIDE}" class="frame"/>']
    for tick in (0.0, 0.5, 1.0):
        parts.append(_text(x(tick), y(0) + 14, f"{tick:.0%}", "middle", "small"))
        parts.append(_text(x(0) - 4, y(tick) + 4, f"{tick:.0%}", "end", "small"))
    if diagonal:
        parts.append(f'<line x1="{x(0)}" y1="{y(0)}" x2="{x(1)}" y2="{y(1)}" class="track"/>')
    if joined:
        path = " ".join(f"{x(point.x)},{y(point.y)}" for point in points)
        parts.append(f'<polyline points="{path}" class="curve"/>')
    for point in points if not joined else ():
        if point.low is not None and point.high is not None:
            parts.append(
                f'<line x1="{x(point.x)}" x2="{x(point.x)}" y1="{y(point.low)}" y2="{y(point.high)}" class="range"/>'
            )
        parts.append(f'<circle cx="{x(point.x)}" cy="{y(point.y)}" r="4" class="dot"/>')
    parts.append(_text(size / 2, size - 4, across, "middle", "axis"))
    parts.append(_text(size / 2, 18, up, "middle", "axis"))
    return _svg(size, size, "".join(parts))


def confusion_counts(metric: Metric, rows: Sequence[Row]) -> NDArray[np.int64]:
    """Count what each true label was called [labels, labels]; labels in the metric's order."""
    table = Table(rows)
    truth, predicted = table.values(metric.truth), table.values(metric.predicted)
    return np.array(
        [[int(((truth == old) & (predicted == new)).sum()) for new in metric.labels] for old in metric.labels]
    )


def coverage_curve(metric: Metric, rows: Sequence[Row]) -> list[Point]:
    """Return the share of errors among the surest answers, for each share of rows that is answered."""
    right, sure = happened(metric, rows).astype(np.float64), Table(rows).numbers(metric.predicted)
    order = np.argsort(-sure, kind="stable")
    wrong = np.cumsum(1.0 - right[order]) / np.arange(1, len(order) + 1)
    places = np.unique(np.linspace(0, len(order) - 1, min(60, len(order))).astype(int))
    return [Point(x=(place + 1) / len(order), y=float(wrong[place])) for place in places.tolist()]


def _letters(said: str) -> int:
    return sum(not unicodedata.combining(letter) for letter in said)


def _text(x: float, y: float, said: str, anchor: str, kind: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{escape(said)}</text>'


def _svg(width: float, height: float, inside: str) -> Markup:
    # Words were escaped where they were put in; everything else is made here, of numbers.
    return Markup(  # noqa: S704
        f'<svg dir="ltr" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}" role="img">'
        f"{inside}</svg>"
    )
