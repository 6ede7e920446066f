"""Comparisons and the gate's verdict, for people."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from evaluation.report import table
from evaluation.runs.compare import LEVEL, Comparison, Comparisons, Difference
from evaluation.runs.gate import Breach
from evaluation.runs.record import RunRecord

_READING = (
    "All answered the same rows; a difference is the later run's figure less that of {first}. In brackets: the 95% "
    "interval of the paired bootstrap. *p*: how likely a difference as large is where there is none, corrected by Holm "
    f"for all differences of this page; below {LEVEL} one of the two is called better, where the metric has a better "
    "side. *Undecided* is not *alike*: the interval says how large a difference could still be."
)
_MOST_SLICES = 8


def comparison_page(found: Comparisons, names: Sequence[str]) -> str:
    """Return comparisons as Markdown: what became better or worse, what differs between the runs, then every figure.

    Args:
        found: each of them with the same first run.
        names: what the runs are called, the first one first.
    """
    first, others = names[0], names[1:]
    suites = " and ".join(dict.fromkeys(suite for item in found.comparisons for suite in item.suites))
    parts = [f"# {', '.join(others)} against {first} ({suites})"]
    parts += [_summary(item, first, name) for item, name in zip(found.comparisons, others, strict=True)]
    parts += ["## What differs between the runs", *_changes(found, names)]
    parts += ["## Every figure", _READING.format(first=first)]
    for task in dict.fromkeys(item.task for each in found.comparisons for item in each.differences):
        parts.append(f"### {task}\n\n{_figures(found, task, names)}")
    return "\n\n".join(parts) + "\n"


def _summary(found: Comparison, first: str, name: str) -> str:
    judged = [item for item in found.differences if item.better is not None]
    whole, slices = ([item for item in judged if bool(item.slice) is inside] for inside in (False, True))
    lines = [f"## {name}: what changed against {first}", ""]
    for title, better in (("Better", "second"), ("Worse", "first")):
        those = [item for item in whole if item.better == better]
        lines.append(f"- **{title}** in {len(those)} of {len(whole)} figures{':' if those else '.'}")
        lines += [f"  - {_said(item)}" for item in those]
    open_ones = [item for item in whole if item.better == "neither"]
    same = [item for item in open_ones if item.difference == 0]
    lines.append(f"- **Undecided** in {len(open_ones)}, of which {len(same)} are the same to the digit.")
    told = sorted((item for item in slices if item.better != "neither"), key=lambda item: item.corrected or 0.0)
    counts = [sum(item.better == side for item in told) for side in ("second", "first")]
    lines.append(f"- Of {len(slices)} slices: {counts[0]} better, {counts[1]} worse{':' if told else '.'}")
    lines += [f"  - {'better' if item.better == 'second' else 'worse'}: {_said(item)}" for item in told[:_MOST_SLICES]]
    if len(told) > _MOST_SLICES:
        lines.append(f"  - and {len(told) - _MOST_SLICES} more, in the tables.")
    lines += [
        f"- {task}: {count} rows that only one of the two answered are left out."
        for task, count in found.unpaired.items()
    ]
    return "\n".join(lines)


def _said(item: Difference) -> str:
    points = f"{_number(item.first)} → {_number(item.second)}"
    return f"{item.task}: {_name(item)}: {points}, {_gap(item)}, n {item.rows}, p {item.corrected:.4f}"


def _changes(found: Comparisons, names: Sequence[str]) -> list[str]:
    columns: dict[str, list[str]] = {}
    for place, item in enumerate(found.comparisons, start=1):
        for revision, (old, new) in item.changed.items():
            row = columns.setdefault(revision, [old] * len(names))
            row[place] = new
    if not columns:
        return ["No revision differs."]
    return [table(["revision", *names], [[name, *row] for name, row in columns.items()])]


def _figures(found: Comparisons, task: str, names: Sequence[str]) -> str:
    """Return one task's table: a row a figure, three columns a run."""
    rows: dict[str, list[str]] = {}
    few = {_name(item) for each in found.comparisons for item in each.differences if _few(item, task)}
    for place, comparison in enumerate(found.comparisons):
        for item in comparison.differences:
            if item.task == task and not _few(item, task):
                row = rows.setdefault(_name(item), ["" if item.first is None else _number(item.first)])
                row += [""] * (1 + 4 * place - len(row))  # a figure that an earlier run does not have
                row += _cells(item)
    width = 1 + 4 * len(found.comparisons)
    head = ["figure", names[0], *(cell for name in names[1:] for cell in ("n", name, "difference", "better (p)"))]
    made = table(head, [[name, *row, *[""] * (width - len(row))] for name, row in rows.items()])
    return f"{made}\n\nToo few rows to compare: {len(few)} slices." if few else made


def _few(item: Difference, task: str) -> bool:
    return item.task == task and bool(item.slice) and item.difference is None


def _cells(item: Difference) -> list[str]:
    if item.difference is None:
        return [str(item.rows), _number(item.second), item.note or "", ""]
    better = {"first": "first", "second": "second", "neither": "undecided"}.get(item.better or "", "no side")
    return [str(item.rows), _number(item.second), _gap(item), f"{better} ({item.corrected:.4f})"]


def _name(item: Difference) -> str:
    where = ", ".join(f"{column.replace('_', ' ')} {value}" for column, value in item.slice.items())
    return f"{where}: {item.metric}" if where else item.metric


def _gap(item: Difference) -> str:
    return f"{item.difference:+.3f} [{item.low:+.3f}, {item.high:+.3f}]"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def run_names(runs: Sequence[RunRecord]) -> list[str]:
    """Return what runs are called beside each other: by their writer where that tells them apart, else by their id."""
    writers = [run.result.writer for run in runs]
    told = len(set(writers)) == len(writers)
    return [str(writer or run.id) if told else run.id for run, writer in zip(runs, writers, strict=True)]


def gate_lines(
    run: RunRecord, baseline: RunRecord, comparison: Comparison, breaches: Sequence[Breach]
) -> Iterator[str]:
    """Yield the gate's verdict first, then every breach with how far and on how many rows, and what else differs."""
    looked = sum(metric.better is not None for rows in run.tasks for metric in rows.task.metrics)
    failed = len({(item.task, item.metric) for item in breaches})
    verdict = f"FAILED in {failed}" if breaches else "passed"
    yield f"{run.result.suite} {run.id} against {baseline.id}: {looked} figures looked at, {verdict}."
    for (task, metric), those in groupby(breaches, key=lambda item: (item.task, item.metric)):
        found = list(those)
        yield f"\n{task}: {metric} (n {found[0].n})"
        yield from (f"  {item.kind.replace('_', ' ')}: {item.said}" for item in found)
    if not looked:
        yield "No figure of this suite has a better side: there is nothing to gate."
    if comparison.changed:
        differing = "; ".join(f"{name} {old} -> {new}" for name, (old, new) in comparison.changed.items())
        yield f"\nDiffers from the baseline: {differing}."
    for task, count in comparison.unpaired.items():
        yield f"{task}: {count} rows that only one of the two answered were not paired."
    if breaches:
        yield "\nA floor is what was promised; the rest says that these rows were answered better before."
        yield "What changed: rifq eval compare BASELINE RUN; as a page: rifq eval report RUN --against BASELINE."
