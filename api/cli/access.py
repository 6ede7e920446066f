"""``rifq access``: tenants, keys and people, for whoever runs the service; and the audit log.

Whoever may run this can read the database anyway, so it asks for no sign-in; what it does is in the audit log, as
``local``. A password is never an argument, which other users of the machine could see.
"""

import asyncio
import sys
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from api.access.principal import Principal, Role, Scope
from api.cli.options import StoreOption, settings_for

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from api.access.opening import Access
    from api.access.people import PublishedPerson

Result = TypeVar("Result")
app = typer.Typer(help="Say who may use the service: tenants, keys, people.", no_args_is_help=True)
tenant_app = typer.Typer(help="Tenants: whose data is kept apart.", no_args_is_help=True)
key_app = typer.Typer(help="API keys, for programs.", no_args_is_help=True)
person_app = typer.Typer(help="People, who sign in to the console.", no_args_is_help=True)
app.add_typer(tenant_app, name="tenant")
app.add_typer(key_app, name="key")
app.add_typer(person_app, name="person")
TenantOption = Annotated[str | None, typer.Option("--tenant", metavar="NAME", help="RIFQ_TENANT if left out.")]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The tenant.")]
KeyArgument = Annotated[str, typer.Argument(metavar="ID", help="The key's id: the part behind 'rifq_'.")]
EmailArgument = Annotated[str, typer.Argument(metavar="EMAIL", help="The address that they sign in with.")]
RoleOption = Annotated[Role, typer.Option("--role", help="What they are to the team.")]


@tenant_app.command("add")
def add_tenant(name: NameArgument, store: StoreOption = None) -> None:
    """Make a tenant."""
    _run(store, name, lambda access, by: access.tenants.add(name, by=by), exists=False)
    typer.echo(f"The tenant '{name}' is made.", err=True)


@tenant_app.command("list")
def list_tenants(store: StoreOption = None) -> None:
    """List tenants: name, day made, whether disabled."""
    for item in _run(store, None, lambda access, _: access.tenants.list()):
        state = "disabled" if item.disabled_at else "enabled"
        typer.echo(f"{item.name}\t{item.created_at.date().isoformat()}\t{state}")


@tenant_app.command("disable")
def disable_tenant(name: NameArgument, store: StoreOption = None) -> None:
    """Admit nobody of a tenant any more; its data stays."""
    _run(store, name, lambda access, by: access.tenants.disable(name, by=by), exists=False)
    typer.echo(f"The tenant '{name}' is disabled.", err=True)


@tenant_app.command("enable")
def enable_tenant(name: NameArgument, store: StoreOption = None) -> None:
    """Admit a disabled tenant's keys and people again."""
    _run(store, name, lambda access, by: access.tenants.enable(name, by=by), exists=False)
    typer.echo(f"The tenant '{name}' is enabled.", err=True)


@key_app.command("add")
def add_key(
    name: Annotated[str, typer.Option("--name", metavar="TEXT", help="What will use it.")],
    scopes: Annotated[str, typer.Option("--scopes", metavar="LIST", help=f"Some of {','.join(Scope)}.")],
    days: Annotated[
        int | None, typer.Option("--days", min=1, max=3_650, help="Expires then; never if left out.")
    ] = None,
    tenant: TenantOption = None,
    store: StoreOption = None,
) -> None:
    """Make a key and print it, the only time that it is shown."""
    expires = None if days is None else timedelta(days=days)
    wanted = _scopes(scopes)
    made = _run(store, tenant, lambda access, by: access.keys.add(name, wanted, by=by, expires_in=expires))
    typer.echo(made.key)


@key_app.command("list")
def list_keys(tenant: TenantOption = None, store: StoreOption = None) -> None:
    """List keys: id, scopes, day of last use, state, name."""

    async def every(access: "Access", by: Principal) -> list[str]:
        lines, after, now = [], None, access.now()
        while True:
            page = await access.keys.list(tenant=by.tenant, after=after, limit=200)
            for item in page.items:
                expired = item.expires_at is not None and item.expires_at <= now
                state = "revoked" if item.revoked_at else "expired" if expired else "valid"
                used = item.used_at.date().isoformat() if item.used_at else "-"
                lines.append("\t".join((item.id, ",".join(item.scopes), used, state, item.name)))
            if (after := page.next) is None:
                return lines

    for line in _run(store, tenant, every):
        typer.echo(line)


@key_app.command("rotate")
def rotate_key(
    id: KeyArgument,  # noqa: A002 - the contract's name
    hours: Annotated[int, typer.Option("--overlap", min=0, max=720, help="Hours for which the old one holds.")] = 24,
    tenant: TenantOption = None,
    store: StoreOption = None,
) -> None:
    """Give a key a new secret and print the new key."""
    overlap = timedelta(hours=hours)
    typer.echo(_run(store, tenant, lambda access, by: access.keys.rotate(id, by=by, overlap=overlap)).key)


@key_app.command("revoke")
def revoke_key(id: KeyArgument, tenant: TenantOption = None, store: StoreOption = None) -> None:  # noqa: A002
    """End a key, at once and for good."""
    _run(store, tenant, lambda access, by: access.keys.revoke(id, by=by))
    typer.echo(f"The key {id} is revoked.", err=True)


@person_app.command("add")
def add_person(
    email: EmailArgument,
    *,
    role: RoleOption = Role.AGENT,
    name: Annotated[str | None, typer.Option("--name", metavar="TEXT", help="To call them by.")] = None,
    without_password: Annotated[
        bool, typer.Option("--without-password", help="They sign in through OpenID Connect only.")
    ] = False,
    tenant: TenantOption = None,
    store: StoreOption = None,
) -> None:
    """Add a person; the password is asked for, or read from standard input where that is no terminal."""
    password = None if without_password else _password()
    made = _run(
        store,
        tenant,
        lambda access, by: access.people.add(
            email, role, by=by, name=name, password=password, without_password=without_password
        ),
    )
    typer.echo(f"{made.email} may sign in as {role.value}.", err=True)


@person_app.command("list")
def list_people(tenant: TenantOption = None, store: StoreOption = None) -> None:
    """List people: e-mail address, role, state, and how rounds of review and agents name them (user:ID)."""

    async def every(access: "Access", by: Principal) -> list[str]:
        lines, after = [], None
        while True:
            page = await access.people.list(tenant=by.tenant, after=after, limit=200)
            for item in page.items:
                state = "locked" if item.locked_at else "temporary password" if item.temporary else "active"
                lines.append(f"{item.email}\t{item.role.value}\t{state}\tuser:{item.id}")
            if (after := page.next) is None:
                return lines

    for line in _run(store, tenant, every):
        typer.echo(line)


@person_app.command("role")
def set_role(email: EmailArgument, role: RoleOption, tenant: TenantOption = None, store: StoreOption = None) -> None:
    """Give a person another role."""
    _change(email, tenant, store, lambda access, by, id_: access.people.change(id_, by=by, role=role))
    typer.echo(f"{email} is {role.value}.", err=True)


@person_app.command("lock")
def lock_person(email: EmailArgument, tenant: TenantOption = None, store: StoreOption = None) -> None:
    """Lock a person out; their sessions end."""
    _change(email, tenant, store, lambda access, by, id_: access.people.change(id_, by=by, locked=True))
    typer.echo(f"{email} is locked.", err=True)


@person_app.command("unlock")
def unlock_person(email: EmailArgument, tenant: TenantOption = None, store: StoreOption = None) -> None:
    """Let a locked person in again."""
    _change(email, tenant, store, lambda access, by, id_: access.people.change(id_, by=by, locked=False))
    typer.echo(f"{email} is unlocked.", err=True)


@person_app.command("reset")
def reset_person(email: EmailArgument, tenant: TenantOption = None, store: StoreOption = None) -> None:
    """Give a person a new password, asked for or from standard input; their sessions end."""
    password = _password()
    _change(email, tenant, store, lambda access, by, id_: access.people.reset(id_, by=by, password=password))
    typer.echo(f"{email} has a new password.", err=True)


@app.command()
def audit(
    count: Annotated[int, typer.Option("--count", min=1, max=100_000, help="Entries, the newest first.")] = 50,
    action: Annotated[str | None, typer.Option("--action", help="Only such entries, e.g. key.made.")] = None,
    tenant: TenantOption = None,
    store: StoreOption = None,
) -> None:
    """Print the audit log, one JSON line an entry."""

    async def newest(access: "Access", by: Principal) -> list[str]:
        from api.access.audit import read_audit  # noqa: PLC0415 - heavy

        lines, before = list[str](), None
        while len(lines) < count:
            page = await read_audit(
                access.database, tenant=by.tenant, before=before, limit=count - len(lines), action=action
            )
            lines += [item.model_dump_json() for item in page.items]
            if (before := page.next) is None:
                break
        return lines

    for line in _run(store, tenant, newest):
        sys.stdout.write(line + "\n")


def _run(
    store: "Path | None",
    tenant: str | None,
    work: "Callable[[Access, Principal], Awaitable[Result]]",
    *,
    exists: bool = True,
) -> Result:
    """Open access and do something with it as the machine's own user; ``exists``: the tenant must."""

    async def run() -> Result:
        async with _open(store) as access:
            by = Principal(tenant or access.tenants.home, "local", frozenset(Scope))
            if exists:
                await access.tenants.check(by.tenant)
            return await work(access, by)

    return asyncio.run(run())


@asynccontextmanager
async def _open(store: "Path | None") -> "AsyncIterator[Access]":
    from api.access.opening import open_access  # noqa: PLC0415 - heavy
    from retrieval.store import database_url, open_database  # noqa: PLC0415 - heavy

    settings = settings_for(store)
    database = await open_database(settings.database_url or database_url(settings.data))
    try:
        yield await open_access(settings, database)
    finally:
        await database.close()


def _change(
    email: str,
    tenant: str | None,
    store: "Path | None",
    work: "Callable[[Access, Principal, str], Awaitable[PublishedPerson]]",
) -> None:
    async def run(access: "Access", by: Principal) -> None:
        from models.errors import NotFoundError  # noqa: PLC0415 - beside the others

        person = await access.people.find(email, tenant=by.tenant)
        if person is None:
            msg = f"There is nobody with the address {email} in the tenant '{by.tenant}'."
            raise NotFoundError(msg, field="email")
        await work(access, by, person.id)

    _run(store, tenant, run)


def _scopes(text: str) -> list[Scope]:
    from models.errors import InputError  # noqa: PLC0415 - beside the others

    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in set(Scope)]
    if unknown:
        msg = f"There is no scope '{unknown[0]}': choose from {', '.join(Scope)}."
        raise InputError(msg, field="scopes")
    return [Scope(name) for name in names]


def _password() -> str:
    if sys.stdin.isatty():
        given: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        return given
    return sys.stdin.readline().rstrip("\r\n")
