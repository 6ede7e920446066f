"""The first paragraph of a report: what was measured, how good it is, how sure that is, and what to do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from evaluation.figures import Figure
from evaluation.pages.sections import Line, Section, line_of, number
from evaluation.pages.words import Words
from evaluation.runs.compare import Comparison
from evaluation.runs.record import RunRecord
from evaluation.suite import Metric, Suite, load_suite, suite_names

_TOLD = 3
"""Figures that a sentence names; the others are counted."""


@dataclass(frozen=True)
class Known:
    """One figure over all rows with its metric and task."""

    task: str
    metric: Metric
    figure: Figure


@dataclass(frozen=True)
class Said:
    """One sentence or two under a word that says what they answer."""

    title: str
    text: str


def lead(run: RunRecord, sections: Sequence[Section], before: Comparison | None, said: Words) -> list[Said]:
    """Return the paragraph, question by question."""
    return [
        Said(said("what"), _what(run, sections, said)),
        Said(said("how_good"), _how_good(run, sections, said)),
        Said(said("how_sure"), _how_sure(run, said)),
        Said(said("what_to_do"), _what_to_do(run, sections, before, said)),
    ]


def headlines(run: RunRecord) -> list[Known]:
    """Return the figures that a suite puts first; of one that names none, the first of each task."""
    known = [
        Known(rows.task.name, metric, figure)
        for found, rows in zip(run.result.tasks, run.tasks, strict=True)
        for metric in rows.task.metrics
        for figure in found.figures
        if figure.metric == metric.name and not figure.slice and figure.point is not None
    ]
    suite = _suite(run.result.suite)
    wanted = [] if suite is None else [(item.task, item.metric) for item in suite.headlines]
    named = [item for pair in wanted for item in known if (item.task, item.metric.name) == pair]
    return named or list({item.task: item for item in reversed(known)}.values())[::-1][:_TOLD]


def _suite(name: str) -> Suite | None:
    return load_suite(name) if name in suite_names() else None


def _what(run: RunRecord, sections: Sequence[Section], said: Words) -> str:
    suite = _suite(run.result.suite)
    line = said.line(run.result.suite, suite.line) if suite and suite.line else said.name(run.result.suite)
    sets = said.comma.join(said.name(name) for name in run.result.revisions.data)
    rows = sum(section.n for section in sections)
    part = "" if run.result.split == "test" else " " + said("not_test")
    return said("measured", line=line, rows=f"{rows:,}", tasks=len(sections), sets=sets) + part


def _how_good(run: RunRecord, sections: Sequence[Section], said: Words) -> str:
    told = [
        said("headline", task=said.name(item.task), name=said.name(item.metric.name), value=_value(item.figure, said))
        for item in headlines(run)
    ]
    looked = [line for section in sections for line in section.lines if line.met is not None]
    met = sum(bool(line.met) for line in looked)
    wanted = " " + said("wanted_met", looked=len(looked), met=met) if looked else ""
    return " ".join(told) + wanted


def _value(figure: Figure, said: Words) -> str:
    share = figure.count is not None
    point = number(figure.point or 0.0, share=share)
    if figure.low is None or figure.high is None:
        return point
    return said("between", point=point, low=number(figure.low, share=share), high=number(figure.high, share=share))


def _how_sure(run: RunRecord, said: Words) -> str:
    figures = [item.figure for item in headlines(run)]
    fewest = min((figure.n for figure in figures), default=0)
    return said("reading", fewest=f"{fewest:,}") + " " + said("not_shown")


def _what_to_do(run: RunRecord, sections: Sequence[Section], before: Comparison | None, said: Words) -> str:
    parts = []
    if before is not None:
        sides = [item.better for item in before.differences if not item.slice and item.better is not None]
        counts = {name: sides.count(side) for name, side in _SIDES.items()}
        parts.append(said("against", run=before.first, **counts))
        if counts["worse"]:
            parts.append(said("look_before"))
    missed = sorted((line for section in sections for line in section.lines if line.met is False), key=_gap)
    if missed:
        named = said.comma.join(
            said("missed_one", name=line.name, value=line.value, wanted=line.wanted) for line in missed[:_TOLD]
        )
        rest = " " + said("and_more", count=len(missed) - _TOLD) if len(missed) > _TOLD else ""
        parts.append(said("look_first", which=named) + rest)
    weak = list(_weak(run, said))
    if weak:
        parts.append(said("weakest", which=said.comma.join(weak[:_TOLD])))
    return " ".join(parts) or said("nothing_to_do")


_SIDES: dict[str, Literal["first", "second", "neither"]] = {
    "better": "second",
    "worse": "first",
    "undecided": "neither",
}


def _gap(line: Line) -> float:
    return line.gap


def _weak(run: RunRecord, said: Words) -> Iterator[str]:
    """Yield slices of the headlines whose whole interval lies on the worse side of the figure over all rows."""
    found = {task.name: task.figures for task in run.result.tasks}
    for item in headlines(run):
        higher = _higher(item.metric)
        for figure in found[item.task] if higher is not None else ():
            if figure.metric != item.metric.name or not figure.slice or figure.low is None or figure.high is None:
                continue
            whole = item.figure.point or 0.0
            if figure.high < whole if higher else figure.low > whole:
                line = line_of(figure, item.metric, said)
                column = said.name(next(iter(figure.slice)))
                yield said("weak_one", name=line.name, column=column, where=line.where, value=line.value)


def _higher(metric: Metric) -> bool | None:
    """Tell whether more is better, as far as the suite says."""
    if metric.better is not None:
        return metric.better == "higher"
    if {"floor", "wanted at least", "aim"} & set(metric.references):
        return True
    return False if "at most" in metric.references else None
