"""``rifq quality``: what became of drafts and conversations, agents beside their own cases, drift, and outcomes."""

import asyncio
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from api.cli.options import StoreOption, settings_for

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from api.quality.service import QualityService
    from api.settings import Settings
    from retrieval.store import Database

app = typer.Typer(help="See what became of drafts: figures with intervals, agents beside their cases, drift.")
_DAY = ["%Y-%m-%d"]
FromOption = Annotated[datetime | None, typer.Option("--from", formats=_DAY, metavar="DAY", help="First day.")]
ToOption = Annotated[datetime | None, typer.Option("--to", formats=_DAY, metavar="DAY", help="Last day.")]


@app.callback(invoke_without_command=True)
def quality(
    context: typer.Context,
    *,
    begins: FromOption = None,
    ends: ToOption = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="COLUMN", help="Part drafts by language, channel, anger, week, ...")
    ] = None,
    store: StoreOption = None,
) -> None:
    """Print what agents did with drafts and how conversations went; the last 30 days if no days are given."""
    if context.invoked_subcommand is None:
        typer.echo(asyncio.run(_summary(settings_for(store), begins, ends, by)))


@app.command()
def agents(begins: FromOption = None, ends: ToOption = None, store: StoreOption = None) -> None:
    """Print agents' figures beside what their cases would lead one to expect, by name; the last 180 days by default.

    Only where the operator has named the tenant in RIFQ_QUALITY_AGENTS: see docs/quality.md.
    """
    typer.echo(asyncio.run(_agents(settings_for(store), begins, ends)))


@app.command()
def drift(begins: FromOption = None, ends: ToOption = None, store: StoreOption = None) -> None:
    """Print what has changed in messages and in what becomes of drafts, with the rate of false alarms."""
    typer.echo(asyncio.run(_drift(settings_for(store), begins, ends)))


@app.command()
def outcomes(
    file: Annotated[
        typer.FileBinaryRead,
        typer.Argument(metavar="FILE", help="JSON lines, one conversation each; - for standard input."),
    ],
    store: StoreOption = None,
) -> None:
    """Import outcomes as a helpdesk reports them: satisfaction, reopenings, times; told twice they end the same.

    A line is {"conversation": "desk:1042", "agent": "17", "opened_at": "2030-01-31T10:15:00Z",
    "first_response_at": ..., "closed_at": ..., "reopened": 1, "satisfaction": 0.75,
    "handling_seconds": 420}; all but the first may be left out.
    A bad line is told on standard error and the others are taken.
    """
    taken, bad = asyncio.run(_outcomes(settings_for(store), file))
    typer.echo(f"{taken} outcomes taken, {bad} lines left out.", err=True)
    if bad:
        raise typer.Exit(1)


@asynccontextmanager
async def _database(settings: "Settings") -> "AsyncIterator[Database]":
    from retrieval.store import database_url, open_database  # noqa: PLC0415 - heavy

    database = await open_database(settings.database_url or database_url(settings.data))
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def _service(settings: "Settings") -> "AsyncIterator[QualityService]":
    from api.clock import utc_now  # noqa: PLC0415 - heavy
    from api.quality.service import QualityService  # noqa: PLC0415 - heavy
    from inference.policy import LivePolicy, TenantPolicies  # noqa: PLC0415 - heavy

    policy = TenantPolicies(LivePolicy(settings.policy), settings.policies).source(settings.tenant).current
    async with _database(settings) as database:
        yield QualityService(database, calendar=policy.calendar, tenant=settings.tenant, now=utc_now)


async def _summary(settings: "Settings", begins: datetime | None, ends: datetime | None, by: str | None) -> str:
    from api.quality.written import written_summary  # noqa: PLC0415 - heavy
    from evaluation.live import By  # noqa: PLC0415 - heavy
    from models.errors import InputError  # noqa: PLC0415 - heavy

    if by is not None and by not in set(By):
        msg = f"There is no column '{by}': choose one of {', '.join(By)}."
        raise InputError(msg, field="by")
    async with _service(settings) as service:
        return written_summary(await service.summary(_day(begins), _day(ends), by=By(by) if by else None))


async def _agents(settings: "Settings", begins: datetime | None, ends: datetime | None) -> str:
    from api.quality.written import written_agents  # noqa: PLC0415 - heavy

    enabled = settings.tenant in settings.quality_agents
    async with _service(settings) as service:
        found = await service.agents(_day(begins), _day(ends), enabled=enabled, unnamed=settings.quality_unnamed)
    return written_agents(found)


async def _drift(settings: "Settings", begins: datetime | None, ends: datetime | None) -> str:
    from api.quality.written import written_drift  # noqa: PLC0415 - heavy

    async with _service(settings) as service:
        return written_drift(await service.drift(_day(begins), _day(ends)))


async def _outcomes(settings: "Settings", file: BinaryIO) -> tuple[int, int]:
    """Store the lines of a file in batches; return how many were taken, and how many were not."""
    from api.access.audit import Action  # noqa: PLC0415 - heavy
    from api.cli.trail import enter  # noqa: PLC0415 - heavy
    from api.clock import utc_now  # noqa: PLC0415 - heavy
    from api.quality.lines import read_outcomes  # noqa: PLC0415 - heavy
    from api.quality.outcomes import OutcomeStore  # noqa: PLC0415 - heavy

    taken = bad = 0
    async with _database(settings) as database:
        store = OutcomeStore(database, now=utc_now)
        for batch in read_outcomes(file):
            for number, fault in batch.faults:
                typer.echo(f"line {number}: {fault}", err=True)
            await store.tell(batch.outcomes, tenant=settings.tenant)
            taken, bad = taken + len(batch.outcomes), bad + len(batch.faults)
        if taken:
            await enter(database, settings, Action.OUTCOMES_TOLD, outcomes=taken)
    return taken, bad


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()
