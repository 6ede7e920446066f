"""``rifq eval``: list suites, run them, compare and gate their runs.

``api`` mounts it and hands down how to open a Copilot.
"""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evaluation.choices import Part, Writer
from evaluation.drafting.command import make_command
from evaluation.runs.commands import (
    RUNS,
    ModelOption,
    RunPlaces,
    RunsOption,
    add_run_commands,
    run_suites,
    tell_progress,
)

if TYPE_CHECKING:
    from evaluation.copilot import OpenCopilot


def make_app(open_copilot: "OpenCopilot") -> typer.Typer:
    """Make the sub-application; ``open_copilot`` opens what is evaluated over a data directory and a day."""
    app = typer.Typer(help="Measure what Rifq understands, finds and drafts, with intervals.", no_args_is_help=True)

    @app.command("list")
    def list_suites(
        *, tasks: Annotated[bool, typer.Option("--tasks", help="Also every task with its rows and figures.")] = False
    ) -> None:
        """List the suites: what each measures, on how many rows, and how to run it."""
        from evaluation.listing import listed  # noqa: PLC0415 - heavy for a command line's start

        for line in listed(whole=tasks):
            typer.echo(line)

    @app.command("run")
    def run(
        suites: Annotated[
            list[str] | None, typer.Argument(help="Suites by name; those that stand first in 'eval list' if left out.")
        ] = None,
        *,
        out: Annotated[
            Path | None, typer.Option(help="Folder for SUITE.json.gz and SUITE.md; else Markdown is printed.")
        ] = None,
        runs: RunsOption = RUNS,
        save: Annotated[
            Path | None, typer.Option(help="Also write the run to this file (.gz), to be kept elsewhere.")
        ] = None,
        sets: Annotated[Path | None, typer.Option(help="Folder of the public data sets (RIFQ_SETS).")] = None,
        store: Annotated[
            Path | None, typer.Option(help="Search this data directory, judged today, not the sample helpdesk.")
        ] = None,
        model: ModelOption = None,
        rows: Annotated[Path | None, typer.Option(help="Also write every row with its answer here (NDJSON).")] = None,
        seed: Annotated[int | None, typer.Option(help="Seed of samples and intervals; else the suite's own.")] = None,
        split: Annotated[
            Part, typer.Option(help="The part of each set to ask: dev while you change rules, test for final figures.")
        ] = Part.TEST,
        writer: Annotated[Writer, typer.Option(help="Who words the replies that 'writers' judges.")] = Writer.COMPOSER,
        limit: Annotated[int | None, typer.Option(min=1, help="At most this many rows of a data set.")] = None,
    ) -> None:
        """Run suites and keep the runs; every figure comes with n and a 95% interval."""
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
            writer=writer,
            progress=tell_progress,
        )
        run_suites(open_copilot, options, RunPlaces(tuple(suites or ()), out=out, runs=runs, save=save, rows=rows))

    add_run_commands(app, open_copilot)

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
    return app
