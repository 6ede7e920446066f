"""``rifq review agent``: say which agent of a helpdesk is which person of the team."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import StoreOption
from api.cli.reviewing import run, valid

if TYPE_CHECKING:
    from api.access.principal import Principal
    from api.review import AgentIdentity, AgentList, Reviews

app = typer.Typer(help="Say which agent of a helpdesk is which person.", no_args_is_help=True)
ConnectionArgument = Annotated[str, typer.Argument(metavar="CONNECTION", help="The helpdesk's connection.")]
AgentArgument = Annotated[str, typer.Argument(metavar="AGENT", help="The helpdesk's id of the agent.")]


@app.command("set")
def set_(
    connection: ConnectionArgument,
    agent: AgentArgument,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="user:ID, or their e-mail address.")],
    name: Annotated[list[str] | None, typer.Option(metavar="TEXT", help="As they sign; once for each.")] = None,
    store: StoreOption = None,
) -> None:
    """Say who an agent is, in place of what was said before."""

    async def keep(reviews: "Reviews", by: "Principal") -> "AgentIdentity":
        from api.drafts import storable  # noqa: PLC0415 - heavy
        from api.review import AgentIdentity  # noqa: PLC0415 - heavy

        (actor,) = await reviews.team.actors((person,), by=by, field="actor")
        values = {"connection": connection, "agent": agent, "actor": actor, "names": name or ()}
        return await reviews.set_agent(storable(valid(AgentIdentity.model_validate, values)), by=by)

    kept = run(store, keep)
    typer.echo(f"The agent {agent} of {connection} is {kept.actor}.", err=True)


@app.command("list")
def list_(store: StoreOption = None) -> None:
    """List who is known: connection, agent, user:ID, what they are called here, the names they sign with."""

    async def every(reviews: "Reviews", by: "Principal") -> "list[str]":
        found: AgentList = await reviews.agents.list(by=by)
        called = await reviews.team.names([item.actor for item in found.items], by=by)
        return [
            "\t".join((item.connection, item.agent, item.actor, called.get(item.actor, "-"), ", ".join(item.names)))
            for item in found.items
        ]

    for line in run(store, every):
        typer.echo(line)


@app.command()
def remove(connection: ConnectionArgument, agent: AgentArgument, store: StoreOption = None) -> None:
    """Forget who an agent is; what was reviewed meanwhile stays."""

    async def forget(reviews: "Reviews", by: "Principal") -> None:
        await reviews.agents.remove(connection, agent, by=by)

    run(store, forget)
    typer.echo(f"Who the agent {agent} of {connection} is, is forgotten.", err=True)
