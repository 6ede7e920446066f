"""``rifq knowledge``: what state the knowledge is in, retiring and restoring, and what contradicts what."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.knowledge import open_store
from api.cli.options import StoreOption, settings_for
from api.cli.trail import enter

if TYPE_CHECKING:
    from api.settings import Settings
    from api.shapes import KnowledgeStatus
    from inference.types import Contradiction, Freshness, Resolution

_ABOUT = {"due": "due for review soon", "sent_back": "sent back to review"}
ByOption = Annotated[str, typer.Option("--by", metavar="NAME", help="Who does it.")]


def status(store: StoreOption = None) -> None:
    """Count resolutions by state and owner, and what contradicts what."""
    found = asyncio.run(_status(settings_for(store)))
    for state, count in found.states.items():
        typer.echo(f"{_name(state):<28}{count:>7}")
    typer.echo(f"{'seem to contradict others':<28}{found.contradictions:>7}")
    typer.echo(f"{'all':<28}{found.total:>7}")
    for item in found.owners:
        counts = ", ".join(f"{count} {_name(state)}" for state, count in item.states.items())
        typer.echo(f"{item.owner or '(no owner)'}: {counts}")


def list_(
    state: Annotated[
        str | None,
        typer.Option(
            "--state", help="verified, due, expired, unverified (draft), sent_back or retired; all if left out."
        ),
    ] = None,
    store: StoreOption = None,
) -> None:
    """List resolutions: id, state, owner, and what there is to know about the state."""
    settings = settings_for(store)
    for item, freshness in asyncio.run(_list(settings, state)):
        typer.echo("\t".join((item.id, _name(freshness), item.owner or "-", _about(item))))


def retire(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Resolutions to take out of use.")],
    by: ByOption,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why they are no longer used.")],
    store: StoreOption = None,
) -> None:
    """Take resolutions out of use: no search finds them and no import brings them back."""
    asyncio.run(_retire(settings_for(store), ids, by, reason))
    typer.echo(f"{len(ids)} resolutions retired by {by}.", err=True)


def restore(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Retired resolutions.")], store: StoreOption = None
) -> None:
    """Take retired resolutions back as drafts; verify them before replies rest on them."""
    asyncio.run(_restore(settings_for(store), ids))
    typer.echo(f"{len(ids)} resolutions restored as drafts: read and verify them.", err=True)


def contradictions(
    dismiss: Annotated[
        tuple[str, str] | None,
        typer.Option("--dismiss", metavar="ID ID", help="Take this pair off the list until either text changes."),
    ] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who dismisses it.")] = None,
    store: StoreOption = None,
) -> None:
    """List resolutions that speak of one thing but say different things, closest first."""
    if (dismiss is None) != (by is None):
        typer.echo("rifq: --dismiss and --by go together.", err=True)
        raise typer.Exit(2)
    found = asyncio.run(_contradictions(settings_for(store), dismiss, by))
    for pair in found:
        owners = f"{pair.first_owner or '-'} / {pair.second_owner or '-'}"
        typer.echo(f"{pair.first}\t{pair.second}\t{pair.closeness:.2f}\t{owners}")
        for item in pair.differences:
            typer.echo(f"  {item.kind}: {item.first}\n  {' ' * len(item.kind)}  {item.second}")
    typer.echo(f"{len(found)} pairs seem to contradict each other.", err=True)


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this module to ``rifq knowledge``."""
    app.command("status")(status)
    app.command("list")(list_)
    app.command("retire")(retire)
    app.command("restore")(restore)
    app.command("contradictions")(contradictions)


def _name(state: "Freshness") -> str:
    return _ABOUT.get(state.value, state.value)


def _about(item: "Resolution") -> str:
    if item.retired is not None:
        return f"retired {item.retired.at} by {item.retired.by}: {item.retired.reason}"
    if item.sent_back is not None:
        return f"sent back {item.sent_back.since}: {item.sent_back.reason}"
    return f"review by {item.review_by}" if item.review_by is not None else "-"


async def _status(settings: "Settings") -> "KnowledgeStatus":
    from api.cli.progress import index_progress  # noqa: PLC0415 - heavy
    from api.opening import open_copilot  # noqa: PLC0415 - heavy

    async with open_copilot(settings, progress=index_progress()) as copilot:
        return await copilot.knowledge_status()


async def _list(settings: "Settings", state: str | None) -> "list[tuple[Resolution, Freshness]]":
    from api.copilot import local_today  # noqa: PLC0415 - heavy
    from retrieval.store.resolutions import MAX_PAGE  # noqa: PLC0415 - heavy

    wanted, today = _state(state), local_today()
    found, after = [], None
    async with open_store(settings) as store:
        while True:
            page = await store.list(tenant=settings.tenant, after=after, limit=MAX_PAGE, freshness=wanted, today=today)
            found += [(item, item.freshness(today)) for item in page.items]
            after = page.next
            if after is None:
                return found


def _state(name: str | None) -> "Freshness | None":
    from inference.types import Freshness  # noqa: PLC0415 - heavy
    from models.errors import InputError  # noqa: PLC0415 - heavy

    if name is None:
        return None
    try:
        return Freshness({"draft": "unverified"}.get(name, name.replace("-", "_")))
    except ValueError as error:
        msg = f"There is no state '{name}': choose one of {', '.join(Freshness)}."
        raise InputError(msg, field="state") from error


async def _retire(settings: "Settings", ids: list[str], by: str, reason: str) -> None:
    from api.access.audit import Action  # noqa: PLC0415 - heavy
    from api.copilot import local_today  # noqa: PLC0415 - heavy

    async with open_store(settings) as store:
        for name in ids:
            await store.retire(name, by=by, reason=reason, on=local_today(), tenant=settings.tenant)
            await enter(store.database, settings, Action.KNOWLEDGE_RETIRED, name)


async def _restore(settings: "Settings", ids: list[str]) -> None:
    from api.access.audit import Action  # noqa: PLC0415 - heavy

    async with open_store(settings) as store:
        for name in ids:
            await store.restore(name, tenant=settings.tenant)
            await enter(store.database, settings, Action.KNOWLEDGE_RESTORED, name)


async def _contradictions(
    settings: "Settings", dismiss: tuple[str, str] | None, by: str | None
) -> "tuple[Contradiction, ...]":
    from api.access.audit import Action  # noqa: PLC0415 - heavy
    from api.cli.progress import index_progress  # noqa: PLC0415 - heavy
    from api.opening import open_copilot  # noqa: PLC0415 - heavy

    async with open_copilot(settings, progress=index_progress()) as copilot:
        if dismiss is not None and by is not None:
            await copilot.dismiss(*dismiss, by=by)
            await enter(copilot.database, settings, Action.CONTRADICTION_DISMISSED, *dismiss)
        return await copilot.contradictions()
