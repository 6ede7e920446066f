"""``rifq helpdesk``: check the connections, try them, follow them, and replay what could not be read or left."""

import asyncio
from contextlib import asynccontextmanager
from itertools import chain
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.mail import mail
from api.cli.options import StoreOption, settings_for

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from api.helpdesks.overview import Overview
    from api.helpdesks.records import ConnectionStatus, DeadLetter
    from api.helpdesks.registry import Opened
    from api.settings import Settings

app = typer.Typer(help="Connect helpdesks: check, try, follow, replay.", no_args_is_help=True)
app.command()(mail)


@app.command()
def check(store: StoreOption = None) -> None:
    """Read the connections and their secrets; print each with its tenant and the address at which its helpdesk calls.

    A connection whose tenant does not exist, or is disabled, leaves no drafts: the last column says so.
    """
    settings = settings_for(store)
    base = (settings.public_url or f"http://{settings.host}:{settings.port}").rstrip("/")
    connections = [item.connection for item in _connections(settings).values()]
    states = asyncio.run(_tenants(settings))
    for item in connections:
        state = states.get(item.tenant, "no such tenant")
        typer.echo("\t".join((item.id, item.vendor, item.tenant, f"{base}/v1/hooks/{item.id}", state)))
    if missing := sorted({item.tenant for item in connections if states.get(item.tenant) != "ok"}):
        names = ", ".join(missing)
        typer.echo(f"Make or enable these tenants (rifq access tenant add|enable NAME): {names}.", err=True)
        raise typer.Exit(1)


@app.command("test")
def try_(
    id: Annotated[str, typer.Argument(metavar="ID", help="The connection.")],  # noqa: A002 - the contract's name
    store: StoreOption = None,
) -> None:
    """Call a connection's helpdesk without changing anything there; print what answered."""
    typer.echo(asyncio.run(_test(settings_for(store), id)))


@app.command()
def status(store: StoreOption = None) -> None:
    """Print how each connection of the file is doing: what arrived last, what waits, what was left, what failed."""
    names = ("id", "lag", "unread", "waiting", "left", "failed", "last delivery", "paused until", "error")
    found = asyncio.run(_status(settings_for(store)))
    typer.echo("\t".join(names))
    for item in found:
        last = item.last_delivery.isoformat(timespec="seconds") if item.last_delivery else "-"
        paused = item.paused_until.isoformat(timespec="seconds") if item.paused_until else "-"
        counts = (item.lag_seconds, item.unread, item.waiting, item.left, item.failed)
        typer.echo("\t".join((item.id, *map(str, counts), last, paused, item.error or "-")))


@app.command()
def dead(store: StoreOption = None) -> None:
    """List deliveries that could not be read and notes that could not be left: id, kind, connection, when, why."""
    for item in chain.from_iterable(asyncio.run(_dead(settings_for(store))).values()):
        at = item.at.isoformat(timespec="seconds")
        typer.echo("\t".join((item.id, item.kind, item.connection, at, item.error)))


@app.command()
def replay(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Dead letters.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every one of them.")] = False,
    store: StoreOption = None,
) -> None:
    """Try dead letters again; a running service reads or leaves them."""
    if bool(ids) == every:
        raise typer.BadParameter("Give ids, or --all.")
    count = asyncio.run(_replay(settings_for(store), ids))
    typer.echo(f"{count} dead letters will be tried again.", err=True)


def _connections(settings: "Settings") -> "Mapping[str, Opened]":
    from api.helpdesks.registry import read_connections  # noqa: PLC0415 - heavy
    from models.errors import ConfigurationError  # noqa: PLC0415 - heavy

    if settings.helpdesks is None:
        msg = "No helpdesk is connected: name a file of connections in RIFQ_HELPDESKS (see docs/helpdesks.md)."
        raise ConfigurationError(msg, field="helpdesks")
    return read_connections(settings.helpdesks)


async def _tenants(settings: "Settings") -> "dict[str, str]":
    """Return each tenant that there is, with ``ok`` or ``disabled``; the settings' own always exists."""
    from api.access.tenants import TenantStore  # noqa: PLC0415 - heavy

    async with _overview(settings) as overview:
        known = await TenantStore(overview.database, settings.tenant, overview.now).list()
    states = {item.name: "ok" if item.disabled_at is None else "disabled" for item in known}
    return {settings.tenant: "ok"} | states


async def _test(settings: "Settings", id_: str) -> str:
    from api.helpdesks.adapter import Probing  # noqa: PLC0415 - heavy
    from api.helpdesks.clients import client_of  # noqa: PLC0415 - heavy
    from api.helpdesks.timing import Timing  # noqa: PLC0415 - heavy
    from models.errors import NotFoundError  # noqa: PLC0415 - heavy

    opened = _connections(settings).get(id_)
    if opened is None:
        raise NotFoundError(f"There is no connection with the id '{id_}': see rifq helpdesk check.", field="id")
    if not isinstance(opened.adapter, Probing):
        return f"{id_}: this vendor offers nothing that could be called without changing something"
    async with client_of(opened, Timing()) as client:
        return f"{id_}: {await opened.adapter.probe(client)}"


@asynccontextmanager
async def _overview(settings: "Settings") -> "AsyncIterator[Overview]":
    from api.clock import utc_now  # noqa: PLC0415 - heavy
    from api.helpdesks.overview import Overview  # noqa: PLC0415 - heavy
    from retrieval.store import database_url, open_database  # noqa: PLC0415 - heavy

    database = await open_database(settings.database_url or database_url(settings.data))
    try:
        yield Overview(database, now=utc_now)
    finally:
        await database.close()


async def _status(settings: "Settings") -> "tuple[ConnectionStatus, ...]":
    own = [item.connection for item in _connections(settings).values()]
    async with _overview(settings) as overview:
        return tuple([shown for item in own for shown in await overview.status([item], tenant=item.tenant)])


async def _dead(settings: "Settings") -> "dict[str, list[DeadLetter]]":
    """Return the dead letters of each tenant: whoever may run this looks after all of them."""
    from api.access.tenants import TenantStore  # noqa: PLC0415 - heavy

    found: dict[str, list[DeadLetter]] = {}
    async with _overview(settings) as overview:
        known = await TenantStore(overview.database, settings.tenant, overview.now).list()
        for name in dict.fromkeys([settings.tenant, *(item.name for item in known)]):
            letters, after = found.setdefault(name, []), None
            while True:
                page = await overview.dead(tenant=name, after=after, limit=200)
                letters += page.items
                after = page.next
                if after is None:
                    break
    return found


async def _replay(settings: "Settings", ids: list[str] | None) -> int:
    held = {item.id: name for name, letters in (await _dead(settings)).items() for item in letters}
    wanted = ids or list(held)
    async with _overview(settings) as overview:
        for id_ in wanted:
            await overview.replay(id_, tenant=held.get(id_, settings.tenant))
    return len(wanted)
