"""The typer application and its one place for errors."""

import contextlib
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from api.cli import (
    access,
    assist,
    backup,
    checking,
    commitments,
    complaints,
    helpdesks,
    knowledge,
    learn,
    life,
    policy,
    privacy,
    quality,
    review,
    server,
)
from api.cli.evaluate import open_for_evaluation
from evaluation.commands import make_app
from models.errors import RifqError

app = typer.Typer(
    name="rifq",
    help="Rifq: reads a customer's message, finds how such problems were solved, drafts a reply that an agent sends.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        with contextlib.suppress(PackageNotFoundError):
            typer.echo(f"rifq {version('rifq')}")
        raise typer.Exit


@app.callback()
def _root(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Rifq: support copilot, Arabic and English first."""


app.command("serve")(server.serve)
app.command("import")(knowledge.import_)
app.command("sample")(knowledge.sample)
app.command("analyze")(assist.analyze)
app.command("search")(assist.search)
app.command("draft")(assist.draft)
app.command("check")(checking.check)
app.add_typer(policy.app, name="policy")
life.add_commands(knowledge.app)
learn.add_commands(knowledge.app)
app.add_typer(knowledge.app, name="knowledge")
app.add_typer(commitments.app, name="commitments")
app.add_typer(privacy.app, name="privacy")
app.add_typer(quality.app, name="quality")
app.add_typer(complaints.app, name="complaints")
app.add_typer(review.app, name="review")
app.add_typer(backup.app, name="backup")
app.add_typer(access.app, name="access")
app.add_typer(helpdesks.app, name="helpdesk")
app.add_typer(make_app(open_for_evaluation), name="eval")


def main() -> None:
    """Run the command line; errors are one line on standard error, never a traceback."""
    try:
        app()
    except RifqError as error:
        typer.echo(f"rifq: {error.message}", err=True)
        sys.exit(2)
