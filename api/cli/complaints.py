"""``rifq complaints``: what is due for which complaint, and saying what happened."""

import asyncio
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import StoreOption, settings_for

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from typing import TypeVar

    from api.complaints import Complaint, ComplaintFigures, ComplaintHistory, ComplaintNotice, ComplaintRegister
    from api.settings import Settings
    from inference.policy import Policy
    from inference.types import Record

    Kind = TypeVar("Kind", bound=Record)

app = typer.Typer(help="Follow formal complaints: raise, list, tell, count.", no_args_is_help=True)
IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The complaint.")]
ByOption = Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so.")]


@app.command("list")
def list_(
    state: Annotated[str | None, typer.Option("--state", help="A state, running or overdue; all if left out.")] = None,
    conversation: Annotated[str | None, typer.Option(help="The helpdesk's id of a conversation.")] = None,
    store: StoreOption = None,
) -> None:
    """List complaints in the order of what is due next: id, reference, state, due, what is due."""
    for item in asyncio.run(_list(settings_for(store), state, conversation)):
        due = "-" if item.due is None else item.due.isoformat(timespec="minutes")
        named = "overdue" if item.overdue else item.state.value
        typer.echo("\t".join((item.id, item.reference, named, due, item.due_duty or "-")))


@app.command("raise")
def raise_(  # noqa: PLR0917 - a command's options
    by: ByOption,
    conversation: Annotated[str | None, typer.Option(help="The helpdesk's id of the conversation.")] = None,
    customer: Annotated[str | None, typer.Option("--customer-id", help="The helpdesk's id of the customer.")] = None,
    country: Annotated[str | None, typer.Option(help="Country file; the policy's if left out.")] = None,
    sector: Annotated[str | None, typer.Option(help="The country's sector.")] = None,
    kind: Annotated[str | None, typer.Option(help="A kind that the sector tells apart.")] = None,
    language: Annotated[str, typer.Option(help="The customer's.")] = "ar",
    summary: Annotated[str | None, typer.Option(help="What it is about.")] = None,
    store: StoreOption = None,
) -> None:
    """Register a complaint and print it, one JSON line."""
    values: dict[str, object] = {
        "conversation": conversation,
        "customer_id": customer,
        "country": country,
        "sector": sector,
    }
    values |= {"kind": kind, "language": language, "summary": summary}
    _print(asyncio.run(_raise(settings_for(store), values, by)))


@app.command()
def show(id: IdArgument, store: StoreOption = None) -> None:  # noqa: A002 - the contract's name
    """Print a complaint with its clock, the rules behind it, its events and its texts, one JSON line."""
    _print(asyncio.run(_show(settings_for(store), id)))


@app.command()
def tell(  # noqa: PLR0917 - as above
    id: IdArgument,  # noqa: A002 - the contract's name
    event: Annotated[str, typer.Argument(help="acknowledged, investigating, progress, responded, referred, ...")],
    by: ByOption,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="Why.")] = None,
    text: Annotated[
        Path | None, typer.Option("--text", metavar="FILE", help="The final response as sent, for responded.")
    ] = None,
    store: StoreOption = None,
) -> None:
    """Say what happened to a complaint."""
    found = asyncio.run(_tell(settings_for(store), id, {"event": event, "note": note, "text": _read(text)}, by))
    typer.echo(f"{found.reference} is {found.state.value}.", err=True)


@app.command()
def figures(store: StoreOption = None) -> None:
    """Count complaints by state and ground, and how their duties were met, one JSON line."""
    _print(asyncio.run(_figures(settings_for(store))))


@app.command()
def sweep(store: StoreOption = None) -> None:
    """Find which duties are newly overdue and print a notice for each, one JSON line."""
    for notice in asyncio.run(_sweep(settings_for(store))):
        _print(notice)


@app.command()
def rules(
    country: Annotated[str, typer.Argument(help="Code of a country file, such as sa.")],
) -> None:
    """Print the rules of a country, each with its source: all are to be verified with counsel."""
    from api.complaints import load_country  # noqa: PLC0415 - heavy

    for name, sector in load_country(country).sectors.items():
        timed = [(rule, f"{rule.within} {rule.unit.value}") for rule in sector.duties]
        for rule, within in (*timed, *((rule, "wording") for rule in sector.locked)):
            source = f"{rule.source.law}, {rule.source.article} ({rule.source.url}, seen {rule.source.seen})"
            typer.echo("\t".join((name, rule.name, within, f"confidence {rule.confidence}", source)))
    typer.echo("Verify every rule with counsel before you rely on it.", err=True)


def _print(item: "Record") -> None:
    sys.stdout.write(item.model_dump_json() + "\n")


def _read(path: Path | None) -> str | None:
    from models.errors import InputError  # noqa: PLC0415 - heavy

    if path is None:
        return None
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path} cannot be read as UTF-8 text: give a file with the final response."
        raise InputError(msg, field="text") from error


@asynccontextmanager
async def _open(settings: "Settings") -> "AsyncIterator[tuple[ComplaintRegister, Policy]]":
    from api.complaints import ComplaintRegister  # noqa: PLC0415 - heavy
    from inference.policy import LivePolicy, TenantPolicies  # noqa: PLC0415 - heavy
    from retrieval.store import database_url, open_database  # noqa: PLC0415 - heavy

    policy = TenantPolicies(LivePolicy(settings.policy), settings.policies).of(settings.tenant)
    database = await open_database(settings.database_url or database_url(settings.data))
    try:
        yield ComplaintRegister(database), policy
    finally:
        await database.close()


async def _list(settings: "Settings", state: str | None, conversation: str | None) -> "list[Complaint]":
    from api.complaints import ComplaintListing  # noqa: PLC0415 - heavy
    from models.errors import InputError  # noqa: PLC0415 - heavy

    if state is not None and state not in set(ComplaintListing):
        msg = f"There is no state '{state}': choose one of {', '.join(ComplaintListing)}."
        raise InputError(msg, field="state")
    only = None if state is None else ComplaintListing(state)
    found: list[Complaint] = []
    after = None
    async with _open(settings) as (register, _):
        while True:
            page = await register.list(
                tenant=settings.tenant, only=only, conversation=conversation, after=after, limit=200
            )
            found += page.items
            after = page.next
            if after is None:
                return found


async def _raise(settings: "Settings", values: dict[str, object], by: str) -> "ComplaintHistory":
    from api.complaints import NewComplaint  # noqa: PLC0415 - heavy

    new = _valid(NewComplaint.model_validate, values)
    async with _open(settings) as (register, policy):
        return await register.raise_(new, by=by, policy=policy, tenant=settings.tenant)


async def _show(settings: "Settings", id_: str) -> "ComplaintHistory":
    async with _open(settings) as (register, policy):
        return await register.get(id_, policy=policy, tenant=settings.tenant)


async def _tell(settings: "Settings", id_: str, values: dict[str, object], by: str) -> "ComplaintHistory":
    from api.complaints import NewComplaintEvent  # noqa: PLC0415 - heavy

    told = _valid(NewComplaintEvent.model_validate, values)
    async with _open(settings) as (register, policy):
        return await register.tell(id_, told, by=by, policy=policy, tenant=settings.tenant)


async def _figures(settings: "Settings") -> "ComplaintFigures":
    async with _open(settings) as (register, _):
        return await register.figures(tenant=settings.tenant)


async def _sweep(settings: "Settings") -> "tuple[ComplaintNotice, ...]":
    async with _open(settings) as (register, _):
        return await register.sweep(tenant=settings.tenant)


def _valid(validate: "Callable[[dict[str, object]], Kind]", values: dict[str, object]) -> "Kind":
    from pydantic import ValidationError  # noqa: PLC0415 - heavy

    from api.drafts import storable  # noqa: PLC0415 - heavy
    from models.errors import InputError  # noqa: PLC0415 - heavy

    try:
        return storable(validate(values))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = f"--{first['loc'][0]}" if first["loc"] else "The event"
        msg = f"{place} is not valid: {first['msg']}."
        raise InputError(msg) from error
