"""Two tenants with the same ids in every table: each store method touches its own tenant's rows only."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import BinaryExpression, BindParameter, Column, Delete, Select, Table, Update, event, select
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.visitors import iterate

from api.access.audit import read_audit
from api.access.keyring import digest
from api.access.opening import Access
from api.access.principal import Role, Scope
from api.access.tables import SessionRow
from api.http.app import create_app
from api.settings import Settings
from models.errors import NotFoundError
from retrieval.store import Base
from tests.api.access.conftest import PASSWORD, Service, operator

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

BY_SECRET = {("api_keys", "id"), ("sessions", "token_hash")}
"""What is asked without a tenant: the tenant is what the secret tells."""
OF_ALL = {"tenants", "generations"}
"""Tables of the installation: who its tenants are, and how far each one's index must go."""


def test_every_table_begins_its_key_with_the_tenant() -> None:
    create_app(Settings(auth="off"))  # imports every package with tables
    tables = Base.metadata.sorted_tables
    assert len(tables) >= 18
    for table in tables:
        assert next(iter(table.primary_key.columns)).name == "tenant", table.name
        for key in table.foreign_key_constraints:
            assert key.column_keys[0] == "tenant", f"{table.name}: a row of one tenant could hang on another's"
            assert next(iter(key.elements)).column.name == "tenant", table.name


async def test_every_query_of_the_service_names_its_tenant(service: Service) -> None:
    """Watches the statements of a service at work: none reads or changes rows without saying whose."""
    loose: list[str] = []

    def watch(_: object, statement: object, *__: object) -> None:
        if isinstance(statement, Select | Update | Delete) and not _names_tenant(statement):
            loose.append(str(statement).replace("\n", " ")[:200])

    engine = service.access.database.engine.sync_engine
    async with service.client(await service.key()) as client:
        event.listen(engine, "before_execute", watch)
        draft = (await client.post("/v1/drafts", json={"text": "My card has not arrived", "conversation": "c"})).json()
        final = {"verdict": "edited", "final_text": "We will call you within two days."}
        await client.post(f"/v1/drafts/{draft['id']}/feedback", json=final)
        entry = {"id": "one", "problem": "My card is lost", "answer": "Block it."}
        await client.post("/v1/resolutions", json=entry)
        await client.post("/v1/resolutions/one/verify", json={"by": "x", "review_in_days": 3})
        await client.post("/v1/resolutions/one/retire", json={"by": "x", "reason": "y"})
        await client.delete("/v1/resolutions/one")
        for path, methods in service.app.openapi()["paths"].items():
            if "get" in methods:
                await client.get(path.replace("{", "no-").replace("}", ""))
    await service.person()
    async with service.signed_in() as browser:
        await browser.get("/account")
        await browser.post("/signout", data={"everywhere": "1"})
    event.remove(engine, "before_execute", watch)
    assert loose == []


def _names_tenant(statement: ClauseElement) -> bool:
    """Tell whether a statement asks for a tenant's value, or for what only the owner of a secret can name."""
    tables = {part.name for part in iterate(statement) if isinstance(part, Table)}
    asked = {
        (column.table.name, column.name)
        for part in iterate(statement)
        if isinstance(part, BinaryExpression) and isinstance(part.right, BindParameter)
        for column in iterate(part.left)
        if isinstance(column, Column)
    }
    if tables <= OF_ALL or any(secret in asked for secret in BY_SECRET):
        return True
    return any(name == "tenant" for _, name in asked)


@pytest.mark.databases("sqlite", "postgres")
async def test_no_method_of_access_reaches_another_tenant(access: Access) -> None:
    theirs = operator("acme")
    key = await access.keys.add("theirs", [Scope.DRAFT], by=theirs)
    person = await access.people.add("x@example.com", Role.ADMIN, by=theirs, password=PASSWORD)
    token = await access.sessions.sign_in("x@example.com", PASSWORD, tenant="acme")
    log = await read_audit(access.database, tenant="acme")
    mine = operator()
    attempts: list[Callable[[], Awaitable[object]]] = [
        lambda: access.keys.rotate(key.id, by=mine, overlap=timedelta(0)),
        lambda: access.keys.revoke(key.id, by=mine),
        lambda: access.people.get(person.id, tenant="default"),
        lambda: access.people.change(person.id, by=mine, role=Role.AGENT, locked=True),
        lambda: access.people.reset(person.id, by=mine),
    ]
    for attempt in attempts:
        with pytest.raises(NotFoundError):
            await attempt()
    assert (await access.keys.list(tenant="default")).items == ()
    assert (await access.people.list(tenant="default")).items == ()
    assert (await read_audit(access.database, tenant="default")).items == ()
    assert await access.people.find("x@example.com", tenant="default") is None
    await access.keys.find(key.key)
    assert await access.sessions.find(token) is not None
    assert await read_audit(access.database, tenant="acme") == log
    async with access.database.reading() as session:
        owned = select(SessionRow.tenant).where(SessionRow.token_hash == digest(token))
        assert (await session.scalars(owned)).one() == "acme"
