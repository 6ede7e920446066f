"""Comparisons and the gate's verdict, for people."""

from collections.abc import Iterator, Sequence

from evaluation.report import table
from evaluation.runs.compare import LEVEL, Comparison, Difference
from evaluation.runs.gate import Breach
from evaluation.runs.record import RunRecord


def comparison_page(found: Comparison) -> str:
    """Return a comparison as Markdown: what changed, then one table a task."""
    suites = " and ".join(dict.fromkeys(found.suites))
    changed = [[name, *pair] for name, pair in found.changed.items()]
    reading = (
        "Both answered the same rows; a difference is the second less the first. In brackets: the 95% interval of the "
        "paired bootstrap. *p*: how likely a difference as large is where there is none, corrected by Holm for all "
        f"differences of this page; below {LEVEL} one of the two is called better, where the metric has a better side."
    )
    parts = [
        f"# {found.second} against {found.first} ({suites})",
        reading,
        table(["revision", found.first, found.second], changed) if changed else "No revision differs.",
    ]
    parts += [f"{task}: {count} rows that only one of the two answered." for task, count in found.unpaired.items()]
    for task in dict.fromkeys(item.task for item in found.differences):
        rows = [_row(item) for item in found.differences if item.task == task]
        head = ["figure", "n", found.first, found.second, "difference", "p", "better"]
        parts.append(f"## {task}\n\n{table(head, rows)}")
    return "\n\n".join(parts) + "\n"


def gate_lines(run: RunRecord, comparison: Comparison, breaches: Sequence[Breach]) -> Iterator[str]:
    """Yield the gate's verdict: each breach, or that there is none."""
    for breach in breaches:
        yield f"FAILED {breach.kind}: {breach.task}: {breach.metric}: {breach.said}"
    looked = sum(metric.better is not None for rows in run.tasks for metric in rows.task.metrics)
    verdict = f"{len(breaches)} breaches" if breaches else "passed"
    yield f"{run.result.suite} {run.id} against {comparison.first}: {looked} metrics looked at, {verdict}."


def _row(item: Difference) -> list[str]:
    where = ", ".join(f"{column.replace('_', ' ')} {value}" for column, value in item.slice.items())
    name = f"{where}: {item.metric}" if where else item.metric
    if item.difference is None:
        return [name, str(item.rows), *map(_number, (item.first, item.second)), item.note or "", "", ""]
    gap = f"{item.difference:+.3f} [{item.low:+.3f}, {item.high:+.3f}]"
    better = {"first": "first", "second": "second", "neither": "-"}.get(item.better or "", "")
    return [name, str(item.rows), *map(_number, (item.first, item.second)), gap, f"{item.corrected:.4f}", better]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
