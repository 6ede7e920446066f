"""The README's table of figures, made from the committed reports: prose and numbers cannot drift apart.

``evaluation/summary.yaml`` says which figures stand in it and in which order.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import Field, ValidationError

from evaluation.figures import Figure
from evaluation.packed import unpacked
from evaluation.result import Report
from inference.types import Record
from models.errors import ConfigurationError, InputError

BEGIN, END = "<!-- figures: rifq eval summary -->", "<!-- /figures -->"
_HEAD = "| what (test parts) | n | figure | 95% interval | wanted at least | {before} |\n|---|---:|---:|---|---|---|"


class Chosen(Record):
    """One figure of a committed report."""

    task: str
    metric: str
    slice: dict[str, str] = Field(default_factory=dict)


class Line(Record):
    """One row of the table; several figures stand side by side in it.

    Attributes:
        what: What was measured, for a reader who knows no suite.
        suite: The report that holds the figures.
        figures: Which of its figures.
        before: The same of the model before, where it was measured.
    """

    what: str
    suite: str
    figures: tuple[Chosen, ...] = Field(min_length=1)
    before: str = ""


class Summary(Record):
    """The rows, and which model ``before`` speaks of."""

    before: str
    lines: tuple[Line, ...]


@cache
def load_summary() -> Summary:
    """Load the shipped choice of figures.

    Raises:
        ConfigurationError: The file does not fit the schema.
    """
    try:
        return Summary.model_validate(
            yaml.safe_load((files("evaluation") / "summary.yaml").read_text(encoding="utf-8"))
        )
    except (ValidationError, yaml.YAMLError) as error:
        raise ConfigurationError(f"evaluation/summary.yaml does not fit the schema: {error}") from error


def summary_table(summary: Summary, results: Path) -> str:
    """Return the table, headed by which model, machine and day the figures are of.

    Args:
        summary: Which figures.
        results: Folder of the reports (``rifq eval run SUITE --out FOLDER``).

    Raises:
        InputError: A report or a figure is missing, or the reports are not all of one model.
    """
    reports = {name: _report(results, name) for name in dict.fromkeys(line.suite for line in summary.lines)}
    models = {model for report in reports.values() for model in report.result.revisions.models}
    if len(models) > 1:
        raise InputError(f"The reports are of several models ({', '.join(sorted(models))}): run all suites again.")
    runs = [report.run for report in reports.values()]
    days = sorted({run.started_at[:10] for run in runs})
    machine = runs[0].machine
    when = " to ".join(dict.fromkeys((days[0], days[-1])))
    rows = [_row(line, [_figure(reports[line.suite], chosen) for chosen in line.figures]) for line in summary.lines]
    caption = f"Model {models.pop()}; {machine.processor}, {machine.cores} cores, {when}."
    return "\n".join([caption, "", _HEAD.format(before=summary.before), *rows])


def fill(page: str, table: str) -> str:
    """Return a page with the table between its two markers.

    Raises:
        InputError: A marker is missing.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise InputError(f"The page has no place for the figures: put {BEGIN} and {END} where they belong.")
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def _report(results: Path, suite: str) -> Report:
    path = results / f"{suite}.json.gz"
    try:
        return Report.model_validate_json(unpacked(path.read_bytes()))
    except (OSError, EOFError, ValueError) as error:
        raise InputError(f"{path} is no report: run 'rifq eval run {suite} --out {results}'.") from error


def _figure(report: Report, chosen: Chosen) -> Figure:
    for task in report.result.tasks:
        for figure in task.figures if task.name == chosen.task else ():
            if figure.metric == chosen.metric and figure.slice == chosen.slice:
                return figure
    suite = report.result.suite
    raise InputError(f"The report of '{suite}' has no '{chosen.metric}' of '{chosen.task}': correct summary.yaml.")


def _row(line: Line, found: Sequence[Figure]) -> str:
    counts = dict.fromkeys(f"{figure.n:,}" for figure in found)
    cells = (
        line.what,
        " / ".join(counts if len(counts) == 1 else (f"{figure.n:,}" for figure in found)),
        " / ".join(_value(figure, figure.point) for figure in found),
        " / ".join(f"{_value(figure, figure.low)}-{_value(figure, figure.high)}" for figure in found),
        " / ".join(_wanted(found)),
        line.before,
    )
    return f"| {' | '.join(cells)} |"


def _value(figure: Figure, value: float | None) -> str:
    if value is None:
        return "?"
    return f"{value:.3f}" if figure.count is None else f"{value:.1%}"


def _wanted(found: Sequence[Figure]) -> Iterator[str]:
    for figure in found:
        floor = figure.references.get("floor", figure.references.get("wanted at least"))
        most = figure.references.get("at most")
        if figure.point is None:
            continue
        if floor is not None:
            yield _value(figure, floor) + ("" if figure.point >= floor else " (missed)")
        elif most is not None:
            yield f"at most {_value(figure, most)}" + ("" if figure.point <= most else " (missed)")
