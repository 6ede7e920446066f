"""``rifq knowledge learn``: agents' choices become cases, once somebody has read them."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.knowledge import build_index, open_store, show_errors
from api.cli.options import StoreOption, settings_for
from api.cli.trail import enter
from api.spans import parse_span

if TYPE_CHECKING:
    from api.learning import Learned
    from api.settings import Settings


def learn(
    add: Annotated[
        Path | None,
        typer.Option(
            "--add", metavar="FILE", exists=True, dir_okay=False, help="Add this file's cases, as you left them."
        ),
    ] = None,
    since: Annotated[
        str, typer.Option("--since", metavar="90d", help="Propose from drafts not older: d, w, m, y.")
    ] = "90d",
    store: StoreOption = None,
) -> None:
    """Propose customers' words that agents chose the answer to, masked, as NDJSON; add what you have read."""
    settings = settings_for(store)
    if add is None:
        count = asyncio.run(_propose(settings, datetime.now(UTC) - parse_span(since, "--since")))
        typer.echo(
            f"{count} cases. Masking misses names: read them, then run rifq knowledge learn --add FILE", err=True
        )
        return
    report = asyncio.run(_add(settings, add.read_bytes().splitlines()))
    show_errors(report.errors, "line")
    refused = len(report.errors)
    typer.echo(f"{report.added} cases added, {report.known} left (known, or no room), {refused} refused.", err=True)
    if refused:
        raise typer.Exit(1)


def add_commands(app: typer.Typer) -> None:
    """Add the command of this module to ``rifq knowledge``."""
    app.command("learn")(learn)


async def _propose(settings: "Settings", since: datetime) -> int:
    from api.access.audit import Action  # noqa: PLC0415 - heavy
    from api.cli.lines import write  # noqa: PLC0415 - heavy
    from api.learning import learnable  # noqa: PLC0415 - heavy

    count = 0
    async with open_store(settings) as store:
        async for item in learnable(store.database, tenant=settings.tenant, since=since):
            write(item.model_dump(mode="json"))
            count += 1
        # Customers' words leave the database here, masked as well as it goes.
        await enter(store.database, settings, Action.EXPORT, source="choices", cases=count)
    return count


async def _add(settings: "Settings", lines: list[bytes]) -> "Learned":
    from api.access.audit import Action  # noqa: PLC0415 - heavy
    from api.learning import add_learned  # noqa: PLC0415 - heavy

    async with open_store(settings) as store:
        report = await add_learned(store, lines, tenant=settings.tenant)
        counts = {"cases": report.added, "refused": len(report.errors)}
        await enter(store.database, settings, Action.KNOWLEDGE_IMPORTED, source="choices", **counts)
    if report.added:
        await build_index(settings)
    return report
