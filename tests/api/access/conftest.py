from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Protocol

import httpx
import limits.aio.storage.memory
import limits.aio.strategies
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI

import api.access.limits
import api.access.passwords
from api.access.opening import Access, open_access
from api.access.principal import Principal, Role, Scope
from api.http.app import create_app
from api.settings import Settings
from retrieval.store import Database
from tests.api.conftest import open_all

PASSWORD = "correct horse battery"  # noqa: S105 - of people who live as long as a test
EVERYTHING = frozenset(Scope)


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = datetime(2030, 1, 31, 10, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def limits_clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Rate limits count by a clock that stands still."""
    clock = Clock()
    clock.move(seconds=7)  # within the library's windows, which begin with the minute

    def seconds() -> float:
        return clock.now.timestamp()

    stopped = SimpleNamespace(time=seconds)
    for module in (limits.aio.storage.memory, limits.aio.strategies, api.access.limits):
        monkeypatch.setattr(module, "time", stopped)
    return clock


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real argon2id with the least work it takes."""

    def cheap() -> PasswordHasher:
        return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

    monkeypatch.setattr(api.access.passwords, "PasswordHasher", cheap)


@pytest.fixture
async def access(database: Database, tmp_path: Path, clock: Clock) -> Access:
    opened = await open_access(Settings(data=tmp_path / "data", auth="required"), database, now=clock)
    await opened.tenants.add("acme", by=operator())
    return opened


def operator(tenant: str = "default") -> Principal:
    return Principal(tenant, "local", EVERYTHING)


class Service:
    """The whole service with sign-in required."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.access: Access = app.state.access

    def client(self, key: str | None = None, *, base: str = "http://localhost") -> httpx.AsyncClient:
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        transport = httpx.ASGITransport(app=self.app)
        return httpx.AsyncClient(transport=transport, base_url=base, headers=headers)

    async def key(self, *scopes: Scope, tenant: str = "default") -> str:
        return (await self.access.keys.add("test", scopes or EVERYTHING, by=operator(tenant))).key

    async def person(self, email: str = "sara@example.com", role: Role = Role.ADMIN, *, tenant: str = "default") -> str:
        made = await self.access.people.add(email, role, by=operator(tenant), password=PASSWORD, name="سارة")
        return made.id

    @asynccontextmanager
    async def signed_in(
        self, email: str = "sara@example.com", password: str = PASSWORD
    ) -> AsyncIterator[httpx.AsyncClient]:
        async with self.client() as client:
            answer = await client.post("/signin", data={"email": email, "password": password})
            assert answer.status_code == 303, answer.text
            yield client


@asynccontextmanager
async def serve(settings: Settings, **changed: object) -> AsyncIterator[Service]:
    app = create_app(settings.model_copy(update={"auth": "required", **changed}), open_all)
    async with app.router.lifespan_context(app):
        yield Service(app)


class Serve(Protocol):
    def __call__(self, **changed: object) -> AbstractAsyncContextManager[Service]: ...


@pytest.fixture
def serving(settings: Settings) -> Serve:
    """Open the service with changed settings."""
    return lambda **changed: serve(settings, **changed)


@pytest.fixture
async def service(serving: Serve) -> AsyncIterator[Service]:
    async with serving() as opened:
        await opened.access.tenants.add("acme", by=operator())
        yield opened
