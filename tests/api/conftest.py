import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

import api.opening
import retrieval.knowledge
from api.copilot import Copilot
from api.http.app import create_app
from api.opening import open_copilot, open_tenants
from api.settings import Settings
from api.tenants import Tenants
from retrieval.relevance import Relevance
from retrieval.store import ResolutionStore, database_url, open_database
from tests.api.fakes import KNOWLEDGE, TODAY, FakeEncoder

PLAIN_RELEVANCE = Relevance(intercept=-6.0, weights=(12.0, 0.0, 0.0, 0.0), thresholds={"en": 0.5, "ar": 0.5})


async def fill(data: Path, address: str | None = None) -> None:
    database = await open_database(address or database_url(data))
    await ResolutionStore(database).put_many(KNOWLEDGE)
    await database.close()


def open_fake(settings: Settings) -> AbstractAsyncContextManager[Copilot]:
    return open_copilot(settings, today=lambda: TODAY, encoder=FakeEncoder())


def open_all(settings: Settings) -> AbstractAsyncContextManager[Tenants]:
    return open_tenants(settings, today=lambda: TODAY, encoder=FakeEncoder())


@pytest.fixture(autouse=True)
def _plain_relevance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrieval.knowledge, "load_relevance", lambda: PLAIN_RELEVANCE)


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Tests see no settings of the machine, and never its per-user folder."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"RIFQ_{name.upper()}", raising=False)
    monkeypatch.setenv("RIFQ_DATA", str(tmp_path / "data"))


@pytest.fixture
def fake_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line loads the fake encoder."""
    monkeypatch.setattr(api.opening, "open_encoder", lambda *_args, **_named: FakeEncoder())


@pytest.fixture
async def settings(address: str, tmp_path: Path) -> Settings:
    """A filled store: SQLite in the data folder, or PostgreSQL where the test is marked so."""
    data, server = tmp_path / "data", address if address.startswith("postgresql") else None
    await fill(data, server)
    return Settings(data=data, database_url=server, max_body=64 * 1024)


@pytest.fixture
async def copilot(settings: Settings) -> AsyncIterator[Copilot]:
    async with open_fake(settings) as opened:
        yield opened


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    built = create_app(settings, open_all)
    async with built.router.lifespan_context(built):
        yield built


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as opened:
        yield opened


@pytest.fixture
def reviews(app: FastAPI, client: httpx.AsyncClient) -> Copilot:
    """The Copilot behind the pages that ``client`` asks for."""
    copilot: Copilot = app.state.tenants.copilot("default")
    return copilot


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The service under uvicorn in a thread; yields its address."""
    data = tmp_path_factory.mktemp("live")
    asyncio.run(fill(data))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(retrieval.knowledge, "load_relevance", lambda: PLAIN_RELEVANCE)
        app = create_app(Settings(data=data), open_all)
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False, ws="none"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        deadline = time.monotonic() + 20
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.02)
        assert server.started
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join(timeout=10)
