"""``rifq backup``: one verified file of the whole database, and the database from it."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import StoreOption, settings_for
from api.spans import parse_span

if TYPE_CHECKING:
    from api.settings import Settings
    from retrieval.backup import Kept, Manifest

app = typer.Typer(help="Back up the database, check backups, restore one.", no_args_is_help=True)
FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")]
FolderArgument = Annotated[
    Path | None, typer.Argument(metavar="[DIR]", help="Folder of backups; RIFQ_BACKUPS if left out.")
]


@app.command()
def create(
    target: Annotated[
        Path | None, typer.Argument(metavar="[DIR|FILE]", help="Where to; RIFQ_BACKUPS if left out.")
    ] = None,
    with_files: Annotated[
        bool, typer.Option("--with-files", help="Put policy and helpdesk files in, never secrets.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """Back up everything in the database while the service runs; prints the file's name once it is verified."""
    settings = settings_for(store)
    path, manifest = asyncio.run(_create(settings, target or settings.backup_folder, with_files))
    _say(manifest, f"{path.stat().st_size:,} bytes")
    typer.echo(path)


@app.command()
def verify(file: FileArgument) -> None:
    """Compare every byte of a backup with what was written."""
    from retrieval.backup import verify_backup  # noqa: PLC0415 - heavy

    _say(verify_backup(file), "every byte is as written")


@app.command()
def restore(
    file: FileArgument,
    replace: Annotated[bool, typer.Option("--replace", help="Lose what the database, and --files, hold now.")] = False,
    files: Annotated[Path | None, typer.Option("--files", metavar="DIR", help="Put the backup's files here.")] = None,
    store: StoreOption = None,
) -> None:
    """Fill an empty database, SQLite or PostgreSQL, from a backup of either; stop the service before."""
    from api.access.keyring import KEY_FILE  # noqa: PLC0415 - heavy
    from api.privacy.erased import FILE as ERASED_FILE  # noqa: PLC0415 - heavy
    from api.privacy.opening import reapply_erasures  # noqa: PLC0415 - heavy
    from retrieval.backup import restore_backup  # noqa: PLC0415 - heavy
    from retrieval.store import database_url  # noqa: PLC0415 - heavy

    settings = settings_for(store)
    url = settings.database_url or database_url(settings.data)
    knew = settings.audit_key is not None or (settings.data / KEY_FILE).exists()
    manifest = restore_backup(file, url, replace=replace, files=files)
    _say(manifest, "restored")
    changed = asyncio.run(reapply_erasures(settings))
    if changed:
        typer.echo(f"{changed} rows that had been erased since were erased again.", err=True)
    if not knew or not (replace or (settings.data / ERASED_FILE).exists()):
        typer.echo(
            f"What was erased after this backup may be back: {settings.data} held no {KEY_FILE} or no {ERASED_FILE} "
            "to know it by. Put both there from where the service ran, and restore again with --replace.",
            err=True,
        )
    typer.echo(
        f"Keys and people are as they were at {manifest.made_at:%Y-%m-%d %H:%M} UTC: revoke anew what was revoked "
        "since. Everybody signs in again.",
        err=True,
    )


@app.command("list")
def list_(folder: FolderArgument = None, store: StoreOption = None) -> None:
    """List backups, the newest first: name, made, kept until, database, schema, rows, bytes."""
    from retrieval.backup import kept_backups  # noqa: PLC0415 - heavy

    settings = settings_for(store)
    for item in kept_backups(folder or settings.backup_folder, keep=settings.backup_life):
        typer.echo("\t".join(_line(item)))


@app.command()
def prune(
    folder: FolderArgument = None,
    keep: Annotated[
        str | None, typer.Option("--keep", metavar="14d", help="Keep none for longer than this: d, w, m, y.")
    ] = None,
    store: StoreOption = None,
) -> None:
    """Delete the backups whose time is over; prints what it deleted."""
    from api.clock import utc_now  # noqa: PLC0415 - heavy
    from retrieval.backup import kept_backups, prune_backups  # noqa: PLC0415 - heavy

    settings = settings_for(store)
    place = folder or settings.backup_folder
    life = settings.backup_life if keep is None else parse_span(keep, "--keep")
    for path in prune_backups(place, now=utc_now(), keep=life, shorten=keep is not None):
        typer.echo(path)
    if not kept_backups(place, keep=life):
        typer.echo(f"There is no backup in {place}: make one with  rifq backup create.", err=True)


async def _create(settings: "Settings", target: Path, with_files: bool) -> "tuple[Path, Manifest]":
    from api.clock import utc_now  # noqa: PLC0415 - heavy
    from inference.policy import load_policy  # noqa: PLC0415 - heavy
    from models.registry import DEFAULT, read_card  # noqa: PLC0415 - heavy
    from retrieval.backup import create_backup  # noqa: PLC0415 - heavy
    from retrieval.store import Database, create_engine, database_url  # noqa: PLC0415 - heavy

    # Not migrated: a backup is what one makes before a new version changes the tables.
    database = Database(create_engine(settings.database_url or database_url(settings.data)))
    revisions = {
        "policy": load_policy(settings.policy).revision,
        "model": str(read_card(settings.model or DEFAULT)["revision"]),
    }
    files = _files(settings) if with_files else {}
    try:
        return await create_backup(
            database, target, now=utc_now(), keep=settings.backup_life, files=files, revisions=revisions
        )
    finally:
        await database.close()


def _files(settings: "Settings") -> dict[str, Path]:
    """Return the policy and helpdesk files that are set, by the name that each gets; their secrets lie elsewhere."""
    given = {"policy.yaml": settings.policy, "helpdesks.yaml": settings.helpdesks}
    found = {name: path for name, path in given.items() if path is not None}
    if settings.policies is not None:
        found |= {f"policies/{path.name}": path for path in sorted(settings.policies.glob("*.yaml"))}
    return found


def _line(item: "Kept") -> tuple[str, ...]:
    made, ends = (f"{moment:%Y-%m-%dT%H:%MZ}" for moment in (item.made_at, item.expires_at))
    if item.manifest is None:
        return (item.path.name, made, ends, "damaged", "-", "-", str(item.size))
    manifest = item.manifest
    return (item.path.name, made, ends, manifest.database, manifest.revision, str(manifest.rows), str(item.size))


def _say(manifest: "Manifest", what: str) -> None:
    made, ends = f"{manifest.made_at:%Y-%m-%d %H:%M} UTC", f"{manifest.expires_at:%Y-%m-%d}"
    typer.echo(
        f"{manifest.rows} rows in {len(manifest.tables)} tables of schema {manifest.revision}, from "
        f"{manifest.database} at {made}, kept until {ends}: {what}.",
        err=True,
    )
