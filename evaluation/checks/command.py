"""``rifq eval checks``: the command alone, so that a command line starts without what it runs."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

SEED = 20261122


def checks(
    *,
    out: Annotated[Path | None, typer.Option(help="Folder for checks.json and checks.md; else printed.")] = None,
    part: Annotated[str, typer.Option(help="dev while you change rules, test for final figures.")] = "test",
    sets: Annotated[Path | None, typer.Option(help="Folder of the replies; the committed ones if left out.")] = None,
    attacks: Annotated[bool, typer.Option(help="Also measure the attacks; loads the encoder.")] = True,
    seed: Annotated[int, typer.Option(help="Seed of the intervals.")] = SEED,
) -> None:
    """Measure the checks: planted faults found, false alarms, attacks stopped, time."""
    from evaluation.checks.report import to_markdown  # noqa: PLC0415 - heavy for a command line's start
    from evaluation.checks.run import run  # noqa: PLC0415
    from evaluation.publish import publish, run_info  # noqa: PLC0415

    started, clock = datetime.now(UTC), time.perf_counter()
    report = run(part, sets, attacks=attacks, seed=seed, describe=lambda: run_info(("rifq",), started, clock))
    publish("checks", report, to_markdown(report), out)
