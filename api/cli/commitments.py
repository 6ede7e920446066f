"""``rifq commitments``: what sent replies promised, what is overdue, and saying what became of it."""

import asyncio
import sys
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import StoreOption, settings_for

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from api.ledger import CommitmentHistory, Ledger, LedgerFigures, Notice, StoredCommitment
    from api.settings import Settings

app = typer.Typer(help="Follow what sent replies promised: list, confirm, count.", no_args_is_help=True)
IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The commitment.")]
ByOption = Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so.")]


@app.command("list")
def list_(
    state: Annotated[
        str | None, typer.Option("--state", help="open, overdue, kept, late, broken or withdrawn; all if left out.")
    ] = None,
    conversation: Annotated[str | None, typer.Option(help="The helpdesk's id of a conversation.")] = None,
    store: StoreOption = None,
) -> None:
    """List commitments in the order of their due times: id, state, due, kind, owner, words."""
    for item in asyncio.run(_list(settings_for(store), state, conversation)):
        named = "overdue" if item.overdue else item.state.value
        due = item.due.isoformat(timespec="minutes")
        typer.echo("\t".join((item.id, named, due, item.kind.value, item.owner or "-", " ".join(item.text.split()))))


@app.command()
def keep(
    id: IdArgument,  # noqa: A002 - the contract's name
    by: ByOption,
    at: Annotated[datetime | None, typer.Option(help="When it was kept, local time; now if left out.")] = None,
    store: StoreOption = None,
) -> None:
    """Say that a commitment was kept."""
    when = None if at is None else at.astimezone()
    _say(asyncio.run(_tell(settings_for(store), id, {"event": "kept", "by": by, "at": when})))


@app.command()
def withdraw(
    id: IdArgument,  # noqa: A002 - the contract's name
    by: ByOption,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it binds us no longer.")],
    store: StoreOption = None,
) -> None:
    """Take a commitment back."""
    _say(asyncio.run(_tell(settings_for(store), id, {"event": "withdrawn", "by": by, "reason": reason})))


@app.command("break")
def break_(
    id: IdArgument,  # noqa: A002 - the contract's name
    by: ByOption,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why.")] = None,
    store: StoreOption = None,
) -> None:
    """Say that a commitment was not kept, and will not be."""
    _say(asyncio.run(_tell(settings_for(store), id, {"event": "broken", "by": by, "reason": reason})))


@app.command()
def figures(store: StoreOption = None) -> None:
    """Count what became of commitments, in all and by kind."""
    found = asyncio.run(_figures(settings_for(store)))
    names = tuple(type(found.all).model_fields)
    typer.echo("".join([f"{'kind':<14}", *(f"{name:>11}" for name in names)]))
    for kind, counts in (*((kind.value, counts) for kind, counts in found.kinds.items()), ("all", found.all)):
        typer.echo("".join([f"{kind:<14}", *(f"{getattr(counts, name):>11}" for name in names)]))


@app.command()
def sweep(
    after: Annotated[
        int | None,
        typer.Option(min=0, help="Print every notice behind this sequence number, whoever found it; not the new only."),
    ] = None,
    store: StoreOption = None,
) -> None:
    """Find what is newly overdue and print a notice for each, one JSON line; end what nobody kept in time.

    A notice is stored before it is printed. Who must miss none, whatever is interrupted, gives the last sequence number
    that they have dealt with as --after.
    """
    for notice in asyncio.run(_sweep(settings_for(store), after)):
        sys.stdout.write(notice.model_dump_json() + "\n")


def _say(item: "CommitmentHistory") -> None:
    typer.echo(f"{item.id} is {item.state.value}.", err=True)


@asynccontextmanager
async def _open_ledger(settings: "Settings") -> "AsyncIterator[Ledger]":
    from api.ledger import Ledger  # noqa: PLC0415 - heavy
    from retrieval.store import database_url, open_database  # noqa: PLC0415 - heavy

    database = await open_database(settings.database_url or database_url(settings.data))
    try:
        yield Ledger(database)
    finally:
        await database.close()


async def _list(settings: "Settings", state: str | None, conversation: str | None) -> "list[StoredCommitment]":
    from api.ledger import Listing  # noqa: PLC0415 - heavy
    from api.ledger.reading import MAX_PAGE  # noqa: PLC0415 - heavy
    from models.errors import InputError  # noqa: PLC0415 - heavy

    if state is not None and state not in set(Listing):
        msg = f"There is no state '{state}': choose one of {', '.join(Listing)}."
        raise InputError(msg, field="state")
    only = None if state is None else Listing(state)
    found: list[StoredCommitment] = []
    after = None
    async with _open_ledger(settings) as ledger:
        while True:
            page = await ledger.list(
                tenant=settings.tenant, only=only, conversation=conversation, after=after, limit=MAX_PAGE
            )
            found += page.items
            after = page.next
            if after is None:
                return found


async def _tell(settings: "Settings", id_: str, told: dict[str, object]) -> "CommitmentHistory":
    from pydantic import ValidationError  # noqa: PLC0415 - heavy

    from api.drafts import storable  # noqa: PLC0415 - heavy
    from api.ledger import NewEvent  # noqa: PLC0415 - heavy
    from models.errors import InputError  # noqa: PLC0415 - heavy

    try:
        event = storable(NewEvent.model_validate(told))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        msg = f"--{first['loc'][0]} is not valid: {first['msg']}."
        raise InputError(msg) from error
    async with _open_ledger(settings) as ledger:
        return await ledger.tell(id_, event, tenant=settings.tenant)


async def _figures(settings: "Settings") -> "LedgerFigures":
    async with _open_ledger(settings) as ledger:
        return await ledger.figures(tenant=settings.tenant)


async def _sweep(settings: "Settings", after: int | None) -> "tuple[Notice, ...]":
    async with _open_ledger(settings) as ledger:
        new = await ledger.sweep(tenant=settings.tenant)
        if after is None:
            return new
        found: tuple[Notice, ...] = ()
        while page := await ledger.notices(tenant=settings.tenant, after=found[-1].sequence if found else after):
            found += page
        return found
