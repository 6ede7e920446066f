"""A run as one HTML page."""

from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from evaluation.choices import PageLanguage
from evaluation.figures import TOO_FEW
from evaluation.pages.lead import headlines, lead
from evaluation.pages.sections import number, section
from evaluation.pages.words import Words
from evaluation.runs.compare import Comparison, Difference, compare
from evaluation.runs.record import RunRecord


@dataclass(frozen=True)
class Change:
    """One figure beside that of the run before; ``side`` is better, worse, undecided, or none where it has no side."""

    task: str
    name: str
    n: int
    before: str
    now: str
    gap: str
    side: str


def report_page(run: RunRecord, language: PageLanguage, before: RunRecord | None = None) -> str:
    """Return the page: what a manager needs first, then every figure with its interval, slices, charts and examples.

    Args:
        run: what is reported.
        language: of the page.
        before: a run to compare it with.
    """
    said = Words(language)
    rows = {item.task.name: item for item in run.tasks}
    first = [item.metric.name for item in headlines(run)]
    sections = [section(found, rows[found.name], first, said) for found in run.result.tasks]
    comparison = None if before is None else compare(before, run, slices=False)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            t=said,
            language=language.value,
            direction="rtl" if language is PageLanguage.AR else "ltr",
            run=run,
            lead=lead(run, sections, comparison, said),
            sections=sections,
            comparison=comparison,
            changes=[] if comparison is None else _changes(comparison, said),
            too_few=TOO_FEW,
        )
    )


def _changes(found: Comparison, said: Words) -> list[Change]:
    """Return every figure over all rows: the worse first, then the better, then what nothing can be said of."""
    order = {"worse": 0, "better": 1, "undecided": 2, "": 3}
    return sorted((_change(item, said) for item in found.differences), key=lambda change: order[change.side])


def _change(item: Difference, said: Words) -> Change:
    side = {"first": "worse", "second": "better", "neither": "undecided"}.get(item.better or "", "")
    before, now = ("" if value is None else number(value, share=False) for value in (item.first, item.second))
    gap = (
        said.name(item.note or "")
        if item.difference is None
        else f"{item.difference:+.3f} [{item.low:+.3f}, {item.high:+.3f}]"
    )
    return Change(said.name(item.task), said.name(item.metric), item.rows, before, now, gap, side)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("evaluation.pages", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
