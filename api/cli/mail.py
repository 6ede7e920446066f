"""``rifq helpdesk mail``: one mail from standard input, as mail servers deliver it to a program."""

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import StoreOption, settings_for

if TYPE_CHECKING:
    from api.settings import Settings

TRY_AGAIN = 75
"""EX_TEMPFAIL of sysexits.h: the mail server keeps the mail, and delivers it again later."""


def mail(
    id: Annotated[str, typer.Argument(metavar="ID", help="A connection of the vendor email.")],  # noqa: A002 - the contract's name
    store: StoreOption = None,
) -> None:
    """Take in one mail from standard input; a running service reads it and leaves the draft.

    What cannot be read is kept as a dead letter, and taken all the same. Where it cannot be stored, the exit status is
    75, so that the mail server tries again.
    """
    from models.errors import RifqError  # noqa: PLC0415 - heavy
    from retrieval.tickets.mail import MAX_MAIL  # noqa: PLC0415 - heavy

    try:
        asyncio.run(_take_in(settings_for(store), id, sys.stdin.buffer.read(MAX_MAIL)))
    except RifqError as error:
        typer.echo(f"rifq: {error.message}", err=True)
        raise typer.Exit(TRY_AGAIN) from error


async def _take_in(settings: "Settings", id_: str, raw: bytes) -> None:
    from api.clock import utc_now  # noqa: PLC0415 - heavy
    from api.helpdesks.adapter import Delivery  # noqa: PLC0415 - heavy
    from api.helpdesks.intake import Intake  # noqa: PLC0415 - heavy
    from api.helpdesks.registry import LiveConnections  # noqa: PLC0415 - heavy
    from api.helpdesks.vendors.email import EmailAdapter  # noqa: PLC0415 - heavy
    from api.helpdesks.vendors.email_reading import FOLDER  # noqa: PLC0415 - heavy
    from models.errors import ConfigurationError, InputError  # noqa: PLC0415 - heavy
    from retrieval.store import database_url, open_database  # noqa: PLC0415 - heavy

    opened = LiveConnections(settings.helpdesks).get(id_)
    if opened is None or not isinstance(opened.adapter, EmailAdapter):
        msg = f"There is no e-mail connection '{id_}': see rifq helpdesk check."
        raise ConfigurationError(msg, field="helpdesks")
    database = await open_database(settings.database_url or database_url(settings.data))
    try:
        await Intake(database, now=utc_now).accept(opened, Delivery(raw, {FOLDER: "inbox"}, utc_now()))
    except InputError:
        typer.echo("rifq: the mail cannot be read; it is kept as a dead letter (rifq helpdesk dead).", err=True)
    finally:
        await database.close()
