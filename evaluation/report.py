"""Results as files: JSON for programs, Markdown for people."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from evaluation.bootstrap import METHOD
from evaluation.figures import TOO_FEW, TOO_FEW_UNITS, Figure
from evaluation.packed import packed
from evaluation.publish import as_json
from evaluation.result import Result, RunInfo, TaskResult
from evaluation.runs.record import TaskRows
from evaluation.shown import Shown, ShownRow


def to_json(result: Result, run: RunInfo) -> str:
    """Return the result and, apart from it under ``run``, what differs between two runs of the same revisions."""
    content = {"result": result.model_dump(mode="json", exclude_none=True), "run": run.model_dump(mode="json")}
    return as_json(content)


def to_markdown(result: Result, run: RunInfo, rows: Sequence[TaskRows] = ()) -> str:
    """Return the report as Markdown: revisions first, then one section a task, with the examples of its ``rows``."""
    shown = {item.task.name: item.examples for item in rows}
    sections = [_header(result, run), *(_task(task, shown.get(task.name, ())) for task in result.tasks)]
    return "\n".join(sections)


def write_report(result: Result, run: RunInfo, folder: Path, rows: Sequence[TaskRows] = ()) -> tuple[Path, Path]:
    """Write ``<suite>.json.gz`` and ``<suite>.md`` into a folder (created if absent); return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = folder / f"{result.suite}.json.gz", folder / f"{result.suite}.md"
    paths[0].write_bytes(packed(to_json(result, run)))
    paths[1].write_text(to_markdown(result, run, rows), encoding="utf-8")
    return paths


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table whose first column is left-aligned and whose others are right-aligned."""
    cells = [list(head), *(list(row) for row in rows)]
    widths = [max(3, *(len(row[column]) for row in cells)) for column in range(len(cells[0]))]
    rule = [("-" * width) if column == 0 else "-" * (width - 1) + ":" for column, width in enumerate(widths)]
    return "\n".join(
        "| " + " | ".join(_pad(text, widths[column], column) for column, text in enumerate(row)) + " |"
        for row in [cells[0], rule, *cells[1:]]
    )


def _pad(text: str, width: int, column: int) -> str:
    return text.ljust(width) if column == 0 else text.rjust(width)


def _header(result: Result, run: RunInfo) -> str:
    machine, revisions = run.machine, result.revisions
    cut = f", at most {result.limit} rows a set" if result.limit else ""
    facts = [
        ("model", ", ".join(revisions.models)),
        ("policy", ", ".join(revisions.policies)),
        ("writer", result.writer or ""),
        ("index", ", ".join(f"{name} {revision}" for name, revision in revisions.indexes.items())),
        ("code", revisions.code),
        ("seed", f"{result.seed}; freshness judged at {result.today}{cut}"),
        ("part", "" if result.split == "test" else f"{result.split}, not test: for work in progress"),
        ("run", f"{run.started_at}, {run.seconds:.0f} s: `{run.command}`"),
        ("machine", f"{machine.processor}, {machine.cores} cores, {machine.system}, Python {machine.python}"),
    ]
    lines = [f"- {name}: {value}" for name, value in facts if value]
    files = [
        f"- file: {name}/{file}, SHA-256 `{sha256}`"
        for name, item in sorted(revisions.data.items())
        for file, sha256 in sorted(item.files.items())
    ]
    rows = [[name, str(item.rows), f"`{item.sha256[:12]}`"] for name, item in sorted(revisions.data.items())]
    reading = (
        f"In brackets: the {result.confidence:.0%} interval ({METHOD}; {result.resamples} resamples of the rows, or of "
        "whole problems or messages where their rows are not independent; where every row is alike, the exact "
        "binomial bound). It says how far the figure could move with other rows of the same kind, not with other "
        f"customers. Slices of fewer than {TOO_FEW} rows, or {TOO_FEW_UNITS} such units, say “too few”."
    )
    parts = [f"# {result.suite}", result.description.strip(), "\n".join([*lines, *files])]
    head = f"data set ({result.split} part, or its task's)"
    parts += [table([head, "rows", "digest"], rows), reading]
    return "\n\n".join(parts) + "\n"


def _task(task: TaskResult, examples: Sequence[Shown]) -> str:
    title = f"## {task.name}\n\n{task.n} rows of {', '.join(task.data)}; answered by `{task.run}`.\n"
    overall = [figure for figure in task.figures if not figure.slice]
    beside = any(_beside(figure) for figure in overall)
    head = ["figure", "n", "value", "95% interval", *(["beside it"] if beside else [])]
    rows = [[*_cells(figure.metric, figure), *([_beside(figure)] if beside else [])] for figure in overall]
    return "\n".join([title, table(head, rows), *_slices(task), *_examples(examples)]) + "\n"


def _examples(examples: Sequence[Shown]) -> Iterator[str]:
    for shown in examples:
        if shown.matching:
            hidden = f", {shown.hidden} of sets whose text stays out" if shown.hidden else ""
            yield f"\n{shown.title} ({len(shown.rows)} of {shown.matching}{hidden}):\n"
            yield from (f"- {_example(row)}" for row in shown.rows)


def _example(row: ShownRow) -> str:
    told = ", ".join(f"{name} {value}" for name, value in row.columns.items() if value is not None)
    marks = [mark.shows for mark in (*row.seen.marks, *row.seen.reply_marks)]
    found = ", ".join(dict.fromkeys((*marks, *row.seen.findings)))
    said = " → ".join(" ".join(text.split()) for text in (row.seen.message, row.text, row.seen.reply) if text)
    return f"{told}: {said.replace('|', '/').replace('*', '')}" + (f" *{found}*" if found else "")


def _slices(task: TaskResult) -> Iterator[str]:
    columns = dict.fromkeys(column for figure in task.figures for column in figure.slice)
    for column in columns:
        by_value: dict[str, list[Figure]] = {}
        for figure in task.figures:
            if column in figure.slice:
                by_value.setdefault(figure.slice[column], []).append(figure)
        known = [figure for value in sorted(by_value) for figure in by_value[value] if figure.point is not None]
        few = "; ".join(note for value in sorted(by_value) for note in _too_few(value, by_value[value]))
        parts = [f"\nBy {column.replace('_', ' ')}:"]
        if known:
            rows = [_cells(f"{figure.slice[column]}: {figure.metric}", figure) for figure in known]
            parts.append(table(["slice", "n", "value", "95% interval"], rows))
        yield "\n\n".join([*parts, *([f"Too few rows: {few}."] if few else [])])


def _too_few(value: str, figures: list[Figure]) -> Iterator[str]:
    """Name the slice once where no figure of it is known, else the figures that are not."""
    missing = [figure for figure in figures if figure.point is None]
    if len(missing) == len(figures) > 1:
        yield f"{value} ({max(figure.n for figure in figures)})"
    else:
        yield from (f"{value}: {figure.metric} ({_bare(figure)})" for figure in missing)


def _bare(figure: Figure) -> str:
    return str(figure.n) if figure.count is None else f"{figure.count} of {figure.n}"


def _cells(name: str, figure: Figure) -> list[str]:
    if figure.point is None:
        return [name, str(figure.n), figure.note or "", ""]
    value = f"{figure.point:.3f}" if figure.count is None else f"{figure.count} = {figure.count / figure.n:.1%}"
    known = name if figure.cut is None else f"{name} (cut {figure.cut:.2f})"
    return [known, str(figure.n), value, _interval(figure)]


def _interval(figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return figure.note or ""
    if figure.count is None:
        return f"[{figure.low:.3f}, {figure.high:.3f}]"
    return f"[{figure.low:.1%}, {figure.high:.1%}]"


def _beside(figure: Figure) -> str:
    known = {"TF-IDF": figure.baseline} if figure.baseline is not None else {}
    numbers = [f"{name} {value:.3f}" for name, value in {**known, **figure.references}.items()]
    return "; ".join([*([f"p {figure.p:.4f}"] if figure.p is not None else []), *numbers])
