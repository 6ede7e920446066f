"""``rifq eval drafting``: the command alone, so that a command line starts without what it runs."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from evaluation.copilot import OpenCopilot

SEED = 20261122


def make_command(open_copilot: "OpenCopilot") -> Callable[..., None]:
    """Make the command; ``open_copilot`` opens what is evaluated over a data directory and a day."""

    def drafting(
        *,
        out: Annotated[Path | None, typer.Option(help="Folder for drafting.json.gz and drafting.md.")] = None,
        pages: Annotated[Path | None, typer.Option(help="Folder for the pages that show drafts.")] = None,
        sets: Annotated[Path | None, typer.Option(help="Folder of the public data sets (RIFQ_SETS).")] = None,
        limit: Annotated[int | None, typer.Option(min=1, help="At most this many messages of a source.")] = None,
        seed: Annotated[int, typer.Option(help="Seed of samples and intervals.")] = SEED,
    ) -> None:
        """Measure drafts on real messages, at four temperatures and in every channel; or make the pages on them."""
        from evaluation.drafting.run import Wanted, run  # noqa: PLC0415 - heavy for a command line's start

        asyncio.run(run(open_copilot, Wanted(out, pages, sets, limit, seed)))

    return drafting
