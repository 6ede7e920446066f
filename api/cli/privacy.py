"""``rifq privacy``: find, export and erase a customer's data, holds, receipts, and how long data is kept."""

import asyncio
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.customer import of_customer
from api.cli.options import StoreOption, settings_for

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from api.privacy.erasing import Eraser, Preview
    from api.privacy.holds import Hold
    from api.privacy.receipts import Receipt
    from api.privacy.retention import Term
    from api.privacy.subject import Subject
    from api.settings import Settings
    from retrieval.store import Database

app = typer.Typer(help="Customers' data: find, export, erase with a receipt, hold, keep no longer than needed.",
                  no_args_is_help=True)  # fmt: skip
hold_app = typer.Typer(help="What may be neither erased nor swept for now.", no_args_is_help=True)
app.add_typer(hold_app, name="hold")


@app.command()
@of_customer
def find(
    subject: "Subject",
    *,
    whole: bool,
    store: StoreOption = None,
) -> None:
    """Show what an erasure would remove: counts and places, no text."""
    preview = asyncio.run(_preview(settings_for(store), subject, whole))
    for table in preview.tables:
        typer.echo(f"{table.table:<22}{table.own:>8} own{table.mentions:>8} mentions{table.held:>8} held")
    typer.echo(f"{preview.conversations} conversations and {preview.drafts} drafts are the customer's.", err=True)
    if near := (*preview.near_conversations, *preview.near_drafts):
        typer.echo(
            f"A value stands in these too, and is masked there unless you say --whole: {', '.join(near)}", err=True
        )
    for hold in preview.holds:
        typer.echo(f"Held: {hold.reason} ({hold.reference})", err=True)


@app.command()
@of_customer
def erase(
    subject: "Subject",
    *,
    whole: bool,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    store: StoreOption = None,
) -> None:
    """Remove a customer's data from every table, index and file; prints the signed receipt as JSON."""
    settings = settings_for(store)
    if not yes:
        preview = asyncio.run(_preview(settings, subject, whole))
        rows = sum(table.own + table.mentions for table in preview.tables)
        typer.confirm(f"Change or remove {rows} rows in {len(preview.tables)} tables?", abort=True, err=True)
    receipt = asyncio.run(_erase(settings, subject, whole))
    sys.stdout.write(receipt.model_dump_json(indent=1) + "\n")
    if receipt.verified.found:
        typer.echo(f"Something is left in: {', '.join(receipt.verified.places)}", err=True)
        raise typer.Exit(1)


@app.command()
@of_customer
def export(
    subject: "Subject",
    *,
    whole: bool,
    store: StoreOption = None,
) -> None:
    """Print everything that is held of a customer as JSON: the answer to a request for access."""
    from api.privacy.export import export as run  # noqa: PLC0415 - heavy

    settings = settings_for(store)

    async def work() -> str:
        async with _database(settings) as database:
            found = await run(database, subject, tenant=settings.tenant, whole=whole)
            return found.model_dump_json(indent=1)

    sys.stdout.write(asyncio.run(work()) + "\n")


@app.command()
def receipts(store: StoreOption = None) -> None:
    """List receipts of erasures, the newest first, one JSON line each."""
    from api.privacy.receipts import stored_receipts  # noqa: PLC0415 - heavy

    settings = settings_for(store)

    async def work() -> "tuple[Receipt, ...]":
        async with _database(settings) as database:
            return await stored_receipts(database, tenant=settings.tenant)

    for receipt in asyncio.run(work()):
        sys.stdout.write(receipt.model_dump_json() + "\n")


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A receipt as JSON.")], store: StoreOption = None
) -> None:
    """Tell whether a receipt is as this installation signed it."""
    from api.privacy.opening import installation_key  # noqa: PLC0415 - heavy
    from api.privacy.receipts import read_receipt  # noqa: PLC0415 - heavy

    receipt = read_receipt(file)
    if not receipt.holds(installation_key(settings_for(store))):
        typer.echo(f"{receipt.id} is not as this installation signed it.", err=True)
        raise typer.Exit(1)
    typer.echo(f"{receipt.id} is as it was signed on {receipt.at:%Y-%m-%d}.")


@app.command()
def retention(
    sweep: Annotated[bool, typer.Option("--sweep", help="Remove what is past its time now.")] = False,
    store: StoreOption = None,
) -> None:
    """Show for how many days each class of data is kept, and what is past its time; holds are left out of a sweep."""
    settings = settings_for(store)
    terms, gone = asyncio.run(_retention(settings, sweep=sweep))
    for term in terms:
        typer.echo(f"{term.term:<16}{term.days:>6} days{term.due:>9} past  {', '.join(term.tables)}")
    for table, count in gone.items():
        typer.echo(f"{count} rows of {table} removed.", err=True)


@hold_app.command("add")
def hold_add(
    kind: Annotated[str, typer.Argument(metavar="customer|conversation", help="What is held.")],
    value: Annotated[str, typer.Argument(metavar="ID", help="Its id.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, such as a file number.")],
    store: StoreOption = None,
) -> None:
    """Keep a customer's or a conversation's data from erasure and retention."""
    from pydantic import ValidationError  # noqa: PLC0415 - heavy

    from api.privacy.holds import HoldStore, NewHold  # noqa: PLC0415 - heavy
    from models.errors import InputError  # noqa: PLC0415 - heavy

    settings = settings_for(store)
    try:
        new = NewHold.model_validate({"kind": kind, "value": value, "reason": reason})
    except ValidationError as error:
        msg = "A hold is on a 'customer' or a 'conversation', with an id and a reason of at most 200 characters."
        raise InputError(msg, field="kind") from error

    async def work() -> "Hold":
        async with _database(settings) as database:
            return await HoldStore(database).set(new, by="local", tenant=settings.tenant)

    typer.echo(asyncio.run(work()).id)


@hold_app.command("list")
def hold_list(store: StoreOption = None) -> None:
    """List holds, the oldest first: id, kind, value, since, reason."""
    from api.privacy.holds import HoldStore  # noqa: PLC0415 - heavy

    settings = settings_for(store)

    async def work() -> "tuple[Hold, ...]":
        async with _database(settings) as database:
            return await HoldStore(database).list(tenant=settings.tenant)

    for item in asyncio.run(work()):
        typer.echo("\t".join((item.id, item.kind, item.value, f"{item.at:%Y-%m-%d}", item.reason)))


@hold_app.command("end")
def hold_end(
    id: Annotated[str, typer.Argument(metavar="ID", help="The hold.")],  # noqa: A002 - the contract's name
    store: StoreOption = None,
) -> None:
    """End a hold."""
    from api.privacy.holds import HoldStore  # noqa: PLC0415 - heavy

    settings = settings_for(store)

    async def work() -> None:
        async with _database(settings) as database:
            await HoldStore(database).lift(id, tenant=settings.tenant)

    asyncio.run(work())


@asynccontextmanager
async def _database(settings: "Settings") -> "AsyncIterator[Database]":
    from retrieval.store import database_url, open_database  # noqa: PLC0415 - heavy

    database = await open_database(settings.database_url or database_url(settings.data))
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def _eraser(settings: "Settings") -> "AsyncIterator[Eraser]":
    from api.opening import open_tenants  # noqa: PLC0415 - heavy
    from api.privacy.opening import open_eraser  # noqa: PLC0415 - heavy

    async with open_tenants(settings) as tenants:
        yield open_eraser(settings, tenants)


async def _preview(settings: "Settings", subject: "Subject", whole: bool) -> "Preview":
    async with _eraser(settings) as eraser:
        return await eraser.preview(subject, tenant=settings.tenant, whole=whole)


async def _erase(settings: "Settings", subject: "Subject", whole: bool) -> "Receipt":
    from api.access.principal import Principal, Scope  # noqa: PLC0415 - heavy

    by = Principal(tenant=settings.tenant, actor="local", scopes=frozenset(Scope))
    async with _eraser(settings) as eraser:
        return await eraser.erase(subject, by=by, whole=whole)


async def _retention(settings: "Settings", *, sweep: bool) -> "tuple[tuple[Term, ...], dict[str, int]]":
    from api.privacy.retention import Retention, Terms  # noqa: PLC0415 - heavy

    terms = Terms(settings.keep)
    async with _database(settings) as database:
        kept = Retention(database, terms)
        shown = await kept.show(tenant=settings.tenant)
        return shown, await kept.sweep(tenant=settings.tenant) if sweep else {}
