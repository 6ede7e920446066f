"""Drift of what arrives and of what becomes of it: series by day or week, watched with a stated false-alarm rate.

The rate is of all series of a chart together: one false alarm a year. It holds while days do not depend on one another
beyond their weekday, and for a chart whose begin stays where it is; ``evaluation/results/live.md`` has the measured
one.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from typing import Literal

import numpy as np
from pydantic import Field

from evaluation.bootstrap import Floats
from evaluation.figures import TOO_FEW
from evaluation.live.control import Alarm, threshold, watch
from evaluation.live.records import DraftRecord
from inference.types import Record, Status, Verdict

LEAST = 20
"""Fewest drafts of a look; desks that have fewer in the middle of their days are looked at week by week."""
FEWEST_LOOKS = 15
COMMON = 0.05
"""Values of a column with a smaller share are not watched: they are too rare to tell much soon."""
DAYS_NOISE = 100
"""A day differs from the next one by more than chance, as if it never had more drafts than this."""
_YEAR = {"day": 365.0, "week": 365.0 / 7}


class DriftAlarm(Record):
    """A series has left its level."""

    series: str
    since: date = Field(description="From when on it is taken to have changed.")
    found: date = Field(description="The look at which the alarm was raised.")
    before: float = Field(description="Its level before, over all looks since the chart or the last alarm.")
    before_n: int
    after: float = Field(description="Its level from then on, up to the alarm.")
    after_n: int


class DriftSeries(Record):
    """One series that was watched."""

    name: str
    looks: int
    n: int
    level: float = Field(description="Over the whole chart.")


class DriftChart(Record):
    """What was watched, how often a false alarm is to be expected, and the alarms."""

    look: Literal["day", "week"]
    looks: int
    series: tuple[DriftSeries, ...]
    false_alarms_a_year: float = Field(description="Expected, of all series together, while nothing changes.")
    threshold: float = Field(description="Of each series' CUSUM, in standard deviations.")
    alarms: tuple[DriftAlarm, ...]
    note: str | None = Field(default=None, description="Why nothing is watched.")


@dataclass(frozen=True, slots=True)
class Series:
    """One number a draft, and how its mean over a look is brought near a normal distribution."""

    name: str
    value: Callable[[DraftRecord], float | None]
    share: bool = True


def _is(read: Callable[[DraftRecord], str | None], value: str) -> Callable[[DraftRecord], float | None]:
    def told(item: DraftRecord) -> float | None:
        found = read(item)
        return None if found is None else float(found == value)

    return told


def _verdict(item: DraftRecord) -> str | None:
    return None if item.verdict is None else item.verdict.value


_INPUTS = (
    Series("length", lambda item: math.log1p(item.case.length), share=False),
    Series("relevance", lambda item: item.case.relevance, share=False),
    Series("sentiment", lambda item: item.case.sentiment, share=False),
    Series("answerable", lambda item: float(item.case.answerable)),
    Series("no_safe_draft", lambda item: float(item.status is Status.NO_SAFE_DRAFT)),
    Series("urgent", lambda item: float(item.case.urgent)),
)
_COLUMNS: dict[str, Callable[[DraftRecord], str | None]] = {
    "language": lambda item: item.case.language,
    "dialect": lambda item: item.case.dialect,
    "channel": lambda item: item.case.channel,
    "anger": lambda item: item.case.anger,
}
_SCORES = (
    *(Series(verdict.value, _is(_verdict, verdict.value)) for verdict in Verdict),
    Series("words_edited", lambda item: item.tokens, share=False),
    Series("sent_against_policy", lambda item: None if item.blocked is None else float(item.blocked)),
)


def drift_chart(
    drafts: Sequence[DraftRecord], begins: date, ends: date, zone: tzinfo, *, a_year: float = 1.0
) -> DriftChart:
    """Watch drafts from one day to another.

    Args:
        drafts: of the period, in any order.
        begins: the chart's first day.
        ends: its last day; a week that is not over is not looked at.
        zone: in which days begin.
        a_year: false alarms that are expected in a year, of all series together.
    """
    look, days = _looks(drafts, begins, ends, zone)
    count = len(days)
    series, values, weights = _measured(drafts, days, count)
    if count < FEWEST_LOOKS or not series:
        note = f"Too few: {FEWEST_LOOKS} looks of {LEAST} drafts are needed; there are {count} {look}s."
        return DriftChart(
            look=look, looks=count, series=(), false_alarms_a_year=a_year, threshold=0.0, alarms=(), note=note
        )
    groups = np.asarray([first.weekday() if look == "day" else 0 for first, _ in days], np.intp)
    groups = np.unique(groups, return_inverse=True)[1].astype(np.intp)
    limit = threshold(_YEAR[look] / a_year * len(series))
    firsts = [first for first, _ in days]
    least = counting(weights) * np.asarray([[item.share] for item in series])
    alarms = watch(_even(series, values), weights, groups, limit, least)
    found = [_alarm(item, series, values, firsts) for item in alarms]
    return DriftChart(
        look=look,
        looks=count,
        series=tuple(_told(item, row) for item, row in zip(series, values, strict=True)),
        false_alarms_a_year=a_year,
        threshold=round(limit, 3),
        alarms=tuple(sorted(found, key=lambda item: (item.found, item.series))),
    )


def arcsine(shares: Floats, counts: Floats) -> Floats:
    """Return shares of so many drafts with a variance that does not follow their level (Anscombe 1948).

    His corrections keep rare events nearly symmetric: the plain arcsine gives them half as many false alarms again as
    are stated.
    """
    return np.asarray(np.arcsin(np.sqrt((np.clip(shares, 0.0, 1.0) * counts + 0.375) / (counts + 0.75))))


def counting(weights: Floats) -> Floats:
    """Return the variance that chance alone gives the arcsine of looks of these weights [series, looks]."""
    inverse = np.divide(1.0, weights, out=np.zeros_like(weights), where=weights > 0)
    return np.asarray(0.25 * np.maximum(inverse - 1 / DAYS_NOISE, 0.0))


def _looks(
    drafts: Sequence[DraftRecord], begins: date, ends: date, zone: tzinfo
) -> tuple[Literal["day", "week"], list[tuple[date, list[DraftRecord]]]]:
    """Return the looks with their drafts: by day where that gives enough, else by whole week."""
    by_day: dict[date, list[DraftRecord]] = {}
    for item in drafts:
        day = item.made_at.astimezone(zone).date()
        if begins <= day <= ends:
            by_day.setdefault(day, []).append(item)
    if by_day and float(np.median([len(inside) for inside in by_day.values()])) >= LEAST:
        return "day", sorted(by_day.items())
    by_week: dict[date, list[DraftRecord]] = {}
    for day, inside in by_day.items():
        first = begins + timedelta(days=(day - begins).days // 7 * 7)
        if first + timedelta(days=6) <= ends:
            by_week.setdefault(first, []).extend(inside)
    return "week", sorted(by_week.items())


_Table = tuple[list[Series], list[list[tuple[float, int]]], Floats]


def _measured(drafts: Sequence[DraftRecord], days: Sequence[tuple[date, list[DraftRecord]]], count: int) -> _Table:
    """Return the series that can be watched, mean and n of each look, and the looks' weights [series, looks]."""
    series, rows = list[Series](), list[list[tuple[float, int]]]()
    for item in (*_INPUTS, *_common(drafts), *_SCORES):
        row = list[tuple[float, int]]()
        for _, inside in days:
            found = [value for draft in inside if (value := item.value(draft)) is not None]
            row.append((float(np.mean(found)), len(found)) if len(found) >= LEAST else (math.nan, 0))
        level = _level(row)
        dull = level is None or (item.share and not 0.0 < level < 1.0)
        if not dull and sum(n > 0 for _, n in row) >= min(FEWEST_LOOKS, count):
            series.append(item)
            rows.append(row)
    sizes = np.asarray([[n for _, n in row] for row in rows], np.float64).reshape(len(rows), count)
    with np.errstate(divide="ignore"):
        return series, rows, 1.0 / (1.0 / sizes + 1.0 / DAYS_NOISE)


def _common(drafts: Sequence[DraftRecord]) -> Iterator[Series]:
    """Yield a series for each value of the columns that is neither rare nor nearly all there is."""
    for column, read in _COLUMNS.items():
        known = [value for item in drafts if (value := read(item)) is not None]
        if len(known) < TOO_FEW:
            continue
        for value, count in sorted(Counter(known).items()):
            if COMMON <= count / len(known) <= 1 - COMMON:
                yield Series(f"{column}.{value}", _is(read, value))


def _even(series: Sequence[Series], rows: Sequence[Sequence[tuple[float, int]]]) -> Floats:
    """Return the looks' means with a variance that does not follow the level."""
    values = np.asarray([[mean for mean, _ in row] for row in rows], np.float64)
    counts = np.asarray([[n for _, n in row] for row in rows], np.float64)
    shares = np.asarray([item.share for item in series])
    values[shares] = arcsine(values[shares], counts[shares])
    return values


def _alarm(
    alarm: Alarm, series: Sequence[Series], rows: Sequence[Sequence[tuple[float, int]]], firsts: Sequence[date]
) -> DriftAlarm:
    item, row = series[alarm.series], rows[alarm.series]
    before, after = row[alarm.start : alarm.since], row[alarm.since : alarm.at + 1]
    return DriftAlarm(
        series=item.name,
        since=firsts[alarm.since],
        found=firsts[alarm.at],
        before=_shown(item, _level(before) or 0.0),
        before_n=sum(n for _, n in before),
        after=_shown(item, _level(after) or 0.0),
        after_n=sum(n for _, n in after),
    )


def _told(item: Series, row: Sequence[tuple[float, int]]) -> DriftSeries:
    looks = [(mean, n) for mean, n in row if n]
    return DriftSeries(
        name=item.name, looks=len(looks), n=sum(n for _, n in looks), level=_shown(item, _level(row) or 0.0)
    )


def _level(row: Sequence[tuple[float, int]]) -> float | None:
    total = sum(n for _, n in row)
    return sum(mean * n for mean, n in row if n) / total if total else None


def _shown(item: Series, level: float) -> float:
    """Return a level as people read it: words, not their logarithm."""
    return round(math.expm1(level) if item.name == "length" else level, 4)
