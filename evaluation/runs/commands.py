"""``rifq eval run``, ``runs``, ``compare`` and ``gate``."""

import asyncio
import json
import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from evaluation.choices import PageLanguage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.copilot import OpenCopilot
    from evaluation.data import Example
    from evaluation.experiments.encoding import Answer
    from evaluation.runner import Keep, Options
    from evaluation.runs.record import RunRecord, TaskRows

RUNS = Path("var/runs.sqlite3")
"""Where runs are kept unless said otherwise: beside the work, not in the data directory of a helpdesk."""
RunsOption = Annotated[Path, typer.Option("--runs", help="The SQLite file that keeps the runs.")]
ModelOption = Annotated[
    Path | None,
    typer.Option(envvar="RIFQ_MODEL", help="Folder of the encoder artefact; the shipped one if left out."),
]
OutOption = Annotated[Path | None, typer.Option("--out", help="Folder for the report; else it is printed.")]


@dataclass(frozen=True)
class RunPlaces:
    """Which suites are run, and where what they give goes.

    Attributes:
        suites: by name; those that stand first in the list where there is none.
        out: folder of the reports; printed where None.
        runs: the file that keeps the runs.
        save: a file for the one run.
        rows: a file for every row with its answer, texts included.
    """

    suites: tuple[str, ...]
    out: Path | None = None
    runs: Path = RUNS
    save: Path | None = None
    rows: Path | None = None


def add_run_commands(app: typer.Typer, open_copilot: "OpenCopilot") -> None:
    """Add the commands that read runs; ``open_copilot`` opens what the gate runs."""

    @app.command("runs")
    def list_runs(
        suite: Annotated[str | None, typer.Argument(help="Only runs of this suite.")] = None, *, runs: RunsOption = RUNS
    ) -> None:
        """List the runs that are kept, the newest first."""
        from evaluation.runs.store import RunStore  # noqa: PLC0415 - heavy for a command line's start

        for line in RunStore(runs).lines(suite):
            typer.echo(f"{line.id}  {line.suite:<14} {line.started_at}  {line.model}  code {line.code}")

    @app.command("compare")
    def compare_runs(
        first: Annotated[str, typer.Argument(help="A run: its id, 'latest:SUITE', or a file of 'run --save'.")],
        others: Annotated[list[str], typer.Argument(help="The runs that are judged against it, one or several.")],
        *,
        runs: RunsOption = RUNS,
        out: OutOption = None,
    ) -> None:
        """Compare runs on the rows that both answered: what got better and worse first, then every figure."""
        from evaluation.publish import publish  # noqa: PLC0415
        from evaluation.runs.compare import compare_all  # noqa: PLC0415
        from evaluation.runs.show import comparison_page, run_names  # noqa: PLC0415
        from evaluation.runs.store import RunStore  # noqa: PLC0415

        known = [RunStore(runs).get(name) for name in (first, *others)]
        found = compare_all(known[0], known[1:])
        name = "-".join(["compare", *(run.id for run in known)])
        publish(name, found, comparison_page(found, run_names(known)), out)

    @app.command("report")
    def report(
        run: Annotated[str, typer.Argument(help="A run: its id, 'latest:SUITE', or a file of 'run --save'.")],
        *,
        against: Annotated[str | None, typer.Option(help="A run to compare it with, on the same page.")] = None,
        language: Annotated[PageLanguage, typer.Option(help="Language of the page.")] = PageLanguage.EN,
        runs: RunsOption = RUNS,
        out: Annotated[
            Path | None,
            typer.Option(help="The file to write, a JSON file beside it; report.LANGUAGE.html if left out."),
        ] = None,
    ) -> None:
        """Write a run as one HTML page that needs no network, with its JSON beside it."""
        from evaluation.pages.page import report_page  # noqa: PLC0415
        from evaluation.report import to_json  # noqa: PLC0415
        from evaluation.runs.store import RunStore  # noqa: PLC0415

        record = RunStore(runs).get(run)
        before = None if against is None else RunStore(runs).get(against)
        page = out or Path(f"report.{language.value}.html")
        for path, text in (
            (page, report_page(record, language, before)),
            (page.with_suffix(".json"), to_json(record.result, record.run)),
        ):
            path.write_text(text, encoding="utf-8")
            typer.echo(path)

    @app.command("gate")
    def gate(
        suite: Annotated[str | None, typer.Argument(help="The suite that is run; the baseline's if left out.")] = None,
        *,
        baseline: Annotated[str, typer.Option(help="A run: its id, 'latest:SUITE', or a file of 'run --save'.")],
        run: Annotated[
            str | None, typer.Option(help="Judge this run, which is there already, and run nothing.")
        ] = None,
        runs: RunsOption = RUNS,
        model: ModelOption = None,
        sets: Annotated[Path | None, typer.Option(help="Folder of the public data sets (RIFQ_SETS).")] = None,
    ) -> None:
        """Run the baseline's suite as it was run then, and fail where a metric is worse than it may be.

        Worse: below its floor, beyond the baseline's 95% interval, or behind it on the same rows. Exit status: 0 where
        all hold, 1 where one does not, 2 where nothing could be judged.
        """
        from evaluation.runs.gate import check_gate  # noqa: PLC0415
        from evaluation.runs.show import gate_lines  # noqa: PLC0415
        from evaluation.runs.store import RunStore  # noqa: PLC0415

        store = RunStore(runs)
        known = store.get(baseline)
        if run is None:
            record = _recorded(suite or known.result.suite, open_copilot, _as_then(known, sets, model), None)
            store.add(record)
        else:
            record = store.get(run)
        comparison, breaches = check_gate(record, known)
        for line in gate_lines(record, known, comparison, breaches):
            typer.echo(line)
        raise typer.Exit(1 if breaches else 0)


def _as_then(known: "RunRecord", sets: Path | None, model: Path | None) -> "Options":
    """Return what runs a suite again as a run did: its seed, part, sizes and writer."""
    from evaluation.choices import Writer  # noqa: PLC0415
    from evaluation.runner import Options  # noqa: PLC0415

    then = known.result
    return Options(
        sets=sets,
        model=model,
        seed=then.seed,
        limit=then.limit,
        split="dev" if then.split == "dev" else "test",
        writer=then.writer or Writer.COMPOSER,
        progress=tell_progress,
    )


def run_suites(open_copilot: "OpenCopilot", options: "Options", places: RunPlaces) -> None:
    """Run suites, keep the runs, and write or print their reports.

    Raises:
        InputError: one file is to take several runs.
    """
    from evaluation.listing import FIRST  # noqa: PLC0415
    from evaluation.report import to_markdown, write_report  # noqa: PLC0415
    from evaluation.runs.record import write_record  # noqa: PLC0415
    from evaluation.runs.store import RunStore  # noqa: PLC0415
    from models.errors import InputError  # noqa: PLC0415

    names = places.suites or FIRST
    if len(names) > 1 and (places.save or places.rows):
        msg = "One file takes one run: name one suite with --save or --rows."
        raise InputError(msg, field="suites")
    for name in names:
        record = _recorded(name, open_copilot, options, places.rows)
        RunStore(places.runs).add(record)
        if places.save is not None:
            write_record(record, places.save)
        if places.out is None:
            typer.echo(to_markdown(record.result, record.run, record.tasks))
            continue
        for path in write_report(record.result, record.run, places.out, record.tasks):
            typer.echo(path)


def _recorded(name: str, open_copilot: "OpenCopilot", options: "Options", rows: Path | None) -> "RunRecord":
    from evaluation.publish import run_info  # noqa: PLC0415
    from evaluation.runner import run_suite  # noqa: PLC0415
    from evaluation.runs.record import RunRecord  # noqa: PLC0415
    from evaluation.suite import load_suite  # noqa: PLC0415

    started, clock = datetime.now(UTC), time.perf_counter()
    kept: list[TaskRows] = []
    suite = load_suite(name)
    with ExitStack() as stack:
        keep = None if rows is None else _keeper(stack.enter_context(rows.open("w", encoding="utf-8")))
        chosen = replace(options, keep=keep, record=kept.append)
        result = asyncio.run(run_suite(suite, open_copilot, chosen))
    order = {task.name: place for place, task in enumerate(suite.tasks)}
    tasks = tuple(sorted(kept, key=lambda item: order[item.task.name]))
    return RunRecord(result=result, run=run_info(("rifq",), started, clock), tasks=tasks)


def tell_progress(task: str, rows: int) -> None:
    """Tell on standard error what is run."""
    typer.echo(f"{task}: {rows} rows", err=True)


def _keeper(file: TextIO) -> "Keep":
    def keep(task: str, examples: "Sequence[Example]", answers: "Sequence[Answer]") -> None:
        for row, answer in zip(examples, answers, strict=True):
            line = {"task": task, "message": row.text, **row.columns, **answer}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")

    return keep
