"""``rifq import``, ``rifq sample`` and ``rifq knowledge``: filling the store."""

import asyncio
from contextlib import asynccontextmanager
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import StoreOption, settings_for
from api.cli.trail import enter
from api.spans import parse_span

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from api.settings import Settings
    from retrieval.importer import ImportReport
    from retrieval.rows import RowError
    from retrieval.store import ResolutionStore
    from retrieval.tickets import Source, TicketReport


class TicketSource(StrEnum):
    """The values of ``--from``; ``retrieval.tickets.Source`` has them too, but is heavy to import."""

    ZENDESK = "zendesk"
    CHATWOOT = "chatwoot"
    FRESHDESK = "freshdesk"
    MAIL = "mail"


app = typer.Typer(help="Look after the knowledge base.", no_args_is_help=True)


def import_(
    file: Annotated[Path, typer.Argument(help="A CSV or NDJSON file in UTF-8; with --from, an export or a mailbox.")],
    source: Annotated[
        TicketSource | None, typer.Option("--from", help="Past tickets of this origin become candidates.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the candidates here instead of storing them.")
    ] = None,
    store: StoreOption = None,
) -> None:
    """Import resolutions, or past tickets as candidates: good rows are kept, bad ones reported line by line."""
    if source is not None:
        _import_tickets(file, source, out, store)
        return
    if out is not None:
        typer.echo("rifq: --out is for past tickets: say where they come from with --from.", err=True)
        raise typer.Exit(2)
    report = asyncio.run(_import(file, settings_for(store)))
    show_errors(report.errors, "line")
    for warning in report.warnings:
        typer.echo(f"note: {warning}", err=True)
    typer.echo(
        f"{report.kept} rows kept ({report.added} new, {report.replaced} replaced, {report.unchanged} unchanged), "
        f"{report.rejected} refused.",
        err=True,
    )
    if report.unverified:
        target = f" --store {store}" if store is not None else ""
        typer.echo(
            f"{report.unverified} are not verified yet, and no draft rests on them until they are. "
            "Read them, then run:\n"
            f'  rifq knowledge verify --all --by "YOUR NAME" --review-in 180d{target}',
            err=True,
        )
    if not report.complete:
        raise typer.Exit(1)


def _import_tickets(file: Path, source: TicketSource, out: Path | None, store: Path | None) -> None:
    from api.cli.progress import LineProgress  # noqa: PLC0415 - heavy
    from retrieval.tickets import Source, write_candidates  # noqa: PLC0415 - heavy

    with LineProgress("tickets") as shown:
        if out is None:
            report = asyncio.run(_store_tickets(file, Source(source), settings_for(store), lambda _: shown.advance(1)))
        else:
            report = write_candidates(file, Source(source), out, progress=lambda _: shown.advance(1))
    if out is None and report.added + report.updated:
        asyncio.run(build_index(settings_for(store)))
    show_errors(report.errors, report.unit)
    for title, counts in (("skipped", report.skipped), ("masked", report.masked)):
        if counts:
            typer.echo(f"{title}: {', '.join(f'{count} {name}' for name, count in counts.items())}", err=True)
    typer.echo(
        f"{report.read} tickets read, {report.solved} solved: {report.candidates} candidates, "
        f"{report.merged} merged into them; {report.rejected} refused.",
        err=True,
    )
    if report.flagged:
        typer.echo(f"{report.flagged} answers hold a placeholder (tag has-placeholder): write around it.", err=True)
    if out is not None:
        typer.echo(f"Read {out}, mend it, then run: rifq import {out}", err=True)
    else:
        typer.echo(
            f"{report.added} stored, {report.updated} given new cases, {report.unchanged} unchanged, "
            f"{report.left} left as people verified, edited or retired them.",
            err=True,
        )
        typer.echo(
            "No draft rests on a candidate until a person has read it and run: "
            'rifq knowledge verify ID --by "YOUR NAME" --review-in 180d',
            err=True,
        )
    if report.rejected:
        raise typer.Exit(1)


def show_errors(errors: "Sequence[RowError]", unit: str) -> None:
    """Say on standard error what is wrong with the lines of a file."""
    for error in errors:
        field = f", {error.field}" if error.field else ""
        typer.echo(f"{unit} {error.line}{field}: {error.message} [{error.code}]", err=True)


def sample(store: StoreOption = None) -> None:
    """Fill the store with the sample helpdesk of a fictional bank; once more renews its dates."""
    count = asyncio.run(_sample(settings_for(store)))
    typer.echo(f"The sample helpdesk is in place: {count} resolutions.", err=True)


@app.command("verify")
def verify(
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who checked them.")],
    review_in: Annotated[str, typer.Option("--review-in", metavar="180d", help="When they are due again: d, w, m, y.")],
    id_: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Resolutions to verify.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="All that are unverified or expired; name those sent back.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """Record that a person checked resolutions, so that drafts may rest on them."""
    ids = id_ or []
    if everything == bool(ids):
        typer.echo("rifq: name the resolutions to verify, or say --all.", err=True)
        raise typer.Exit(2)
    count = asyncio.run(_verify(settings_for(store), ids, by, parse_span(review_in, "--review-in")))
    typer.echo(f"{count} resolutions verified by {by}.", err=True)


@asynccontextmanager
async def open_store(settings: "Settings") -> "AsyncIterator[ResolutionStore]":
    """Open the store alone: rows are safe in the database before anything else can fail."""
    from retrieval.store import ResolutionStore, database_url, open_database  # noqa: PLC0415 - heavy

    database = await open_database(settings.database_url or database_url(settings.data))
    try:
        yield ResolutionStore(database)
    finally:
        await database.close()


async def build_index(settings: "Settings") -> None:
    """Build the index now, so that the next start finds it."""
    from api.cli.progress import index_progress  # noqa: PLC0415 - heavy
    from api.opening import open_copilot  # noqa: PLC0415 - heavy

    async with open_copilot(settings, progress=index_progress()):
        pass


async def _import(file: Path, settings: "Settings") -> "ImportReport":
    from api.access.audit import Action  # noqa: PLC0415 - heavy
    from api.copilot import local_today  # noqa: PLC0415 - heavy
    from retrieval.importer import import_file  # noqa: PLC0415 - heavy

    async with open_store(settings) as store:
        report = await import_file(file, store, tenant=settings.tenant, today=local_today())
        counts = {"added": report.added, "replaced": report.replaced, "refused": report.rejected}
        await enter(store.database, settings, Action.KNOWLEDGE_IMPORTED, **counts)
    if report.kept:
        await build_index(settings)
    return report


async def _store_tickets(
    file: Path, source: "Source", settings: "Settings", progress: "Callable[[int], None]"
) -> "TicketReport":
    from api.access.audit import Action  # noqa: PLC0415 - heavy
    from api.copilot import local_today  # noqa: PLC0415 - heavy
    from retrieval.tickets import import_tickets  # noqa: PLC0415 - heavy

    async with open_store(settings) as store:
        report = await import_tickets(
            file, source, store, tenant=settings.tenant, today=local_today(), progress=progress
        )
        counts = {"added": report.added, "updated": report.updated, "refused": report.rejected}
        await enter(store.database, settings, Action.KNOWLEDGE_IMPORTED, source=source.value, **counts)
    return report


async def _sample(settings: "Settings") -> int:
    from api.access.audit import Action  # noqa: PLC0415 - heavy
    from api.copilot import local_today  # noqa: PLC0415 - heavy
    from retrieval import sample as helpdesk  # noqa: PLC0415 - heavy

    async with open_store(settings) as store:
        kept = await helpdesk.fill(store, local_today(), tenant=settings.tenant)
        counts = {"added": kept.added, "replaced": kept.replaced, "sample": True}
        await enter(store.database, settings, Action.KNOWLEDGE_IMPORTED, **counts)
    await build_index(settings)
    return kept.added + kept.replaced + kept.unchanged


async def _verify(settings: "Settings", ids: list[str], by: str, after: timedelta) -> int:
    from api.access.audit import Action  # noqa: PLC0415 - heavy
    from api.copilot import local_today  # noqa: PLC0415 - heavy

    today = local_today()
    review_by = _plus(today, after)
    async with open_store(settings) as store:
        if not ids:
            count = await store.verify_all(by=by, on=today, review_by=review_by, tenant=settings.tenant)
            await enter(store.database, settings, Action.KNOWLEDGE_VERIFIED, count=count)
            return count
        for name in ids:
            await store.verify(name, by=by, on=today, review_by=review_by, tenant=settings.tenant)
            await enter(store.database, settings, Action.KNOWLEDGE_VERIFIED, name)
    return len(ids)


def _plus(day: date, after: timedelta) -> date:
    try:
        return day + after
    except OverflowError:
        return date.max
