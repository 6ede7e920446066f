"""``rifq eval``: list the suites, run one, write its report. ``api`` mounts it and hands down how to open a Copilot."""

import asyncio
import json
import time
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from evaluation.checks.command import checks
from evaluation.drafting.command import make_command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.copilot import OpenCopilot
    from evaluation.data import Example
    from evaluation.experiments.encoding import Answer
    from evaluation.runner import Keep, Options


class Part(StrEnum):
    """The part of each set that is asked."""

    TEST = "test"
    DEV = "dev"


def make_app(open_copilot: "OpenCopilot") -> typer.Typer:
    """Make the sub-application; ``open_copilot`` opens what is evaluated over a data directory and a day."""
    app = typer.Typer(help="Measure what Rifq understands, finds and drafts, with intervals.", no_args_is_help=True)

    @app.command("list")
    def list_suites() -> None:
        """List the suites with their tasks."""
        from evaluation.suite import load_suites  # noqa: PLC0415 - heavy for a command line's start

        for suite in load_suites():
            typer.echo(f"{suite.name}\n  {' '.join(suite.description.split())}")
            if suite.parts:
                typer.echo(f"  = {' + '.join(suite.parts)}")
            for task in suite.tasks if not suite.parts else ():
                typer.echo(f"  - {task.name}: {len(task.metrics)} figures ({task.run.value})")

    @app.command("run")
    def run(
        suite: Annotated[str, typer.Argument(help="A suite's name, as 'rifq eval list' shows it.")],
        *,
        out: Annotated[
            Path | None, typer.Option(help="Folder for SUITE.json and SUITE.md; else Markdown is printed.")
        ] = None,
        sets: Annotated[Path | None, typer.Option(help="Folder of the public data sets (RIFQ_SETS).")] = None,
        store: Annotated[
            Path | None, typer.Option(help="Search this data directory, judged today, not the sample helpdesk.")
        ] = None,
        model: Annotated[
            Path | None,
            typer.Option(envvar="RIFQ_MODEL", help="Folder of the encoder artefact; the shipped one if left out."),
        ] = None,
        rows: Annotated[Path | None, typer.Option(help="Also write every row with its answer here (NDJSON).")] = None,
        seed: Annotated[int | None, typer.Option(help="Seed of samples and intervals; else the suite's own.")] = None,
        split: Annotated[
            Part, typer.Option(help="The part of each set to ask: dev while you change rules, test for final figures.")
        ] = Part.TEST,
        limit: Annotated[int | None, typer.Option(min=1, help="At most this many rows of a data set.")] = None,
    ) -> None:
        """Run a suite; every figure comes with n and a 95% interval."""
        from evaluation.runner import Options  # noqa: PLC0415 - heavy for a command line's start

        today = datetime.now().astimezone().date() if store is not None else None
        options = Options(
            sets=sets,
            store=store,
            today=today,
            seed=seed,
            split=split.value,
            limit=limit,
            model=model,
            progress=_progress,
        )
        _run(suite, open_copilot, options, out, rows)

    @app.command("summary")
    def summary(
        *,
        results: Annotated[Path, typer.Option(help="Folder of the reports.")] = Path("evaluation/results"),
        page: Annotated[Path | None, typer.Option(help="Put the table into this page; else it is printed.")] = None,
    ) -> None:
        """Make the README's table of figures from the reports."""
        from evaluation.summary import fill, load_summary, summary_table  # noqa: PLC0415

        table = summary_table(load_summary(), results)
        if page is None:
            typer.echo(table)
        else:
            page.write_text(fill(page.read_text(encoding="utf-8"), table), encoding="utf-8")

    app.command("drafting")(make_command(open_copilot))
    app.command("checks")(checks)
    return app


def _run(name: str, open_copilot: "OpenCopilot", options: "Options", out: Path | None, rows: Path | None) -> None:
    from contextlib import ExitStack  # noqa: PLC0415
    from dataclasses import replace  # noqa: PLC0415

    from evaluation.publish import run_info  # noqa: PLC0415
    from evaluation.report import to_markdown, write_report  # noqa: PLC0415
    from evaluation.runner import run_suite  # noqa: PLC0415
    from evaluation.suite import load_suite  # noqa: PLC0415

    started, clock = datetime.now(UTC), time.perf_counter()
    suite = load_suite(name)
    with ExitStack() as stack:
        if rows is not None:
            options = replace(options, keep=_keeper(stack.enter_context(rows.open("w", encoding="utf-8"))))
        result = asyncio.run(run_suite(suite, open_copilot, options))
    run = run_info(("rifq",), started, clock)
    if out is None:
        typer.echo(to_markdown(result, run))
        return
    for path in write_report(result, run, out):
        typer.echo(path)


def _progress(task: str, rows: int) -> None:
    typer.echo(f"{task}: {rows} rows", err=True)


def _keeper(file: TextIO) -> "Keep":
    def keep(task: str, examples: "Sequence[Example]", answers: "Sequence[Answer]") -> None:
        for row, answer in zip(examples, answers, strict=True):
            line = {"task": task, "message": row.text, **row.columns, **answer}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")

    return keep
