"""``python -m tests.api.helpdesks.service fake|shipped``: the service with short pauses, to be killed.

Settings come from the environment; its port is the first line of standard output.
"""

import asyncio
import socket
import sys
from contextlib import AbstractAsyncContextManager
from unittest import mock

import uvicorn

import api.helpdesks.service
from api.helpdesks.timing import Timing
from api.http.app import create_app
from api.logs import configure_logging
from api.opening import open_tenants
from api.settings import Settings, load_settings
from api.tenants import Tenants
from retrieval.relevance import Relevance
from retrieval.store import ResolutionStore, database_url, open_database
from tests.api.fakes import KNOWLEDGE, TODAY, FakeEncoder

SHORT = Timing(look=0.1, lease=3.0, call=1.0, settle=1.5, first=0.1, longest=1.0, give_up=3_600, strikes=8)
_RELEVANCE = Relevance(intercept=-6.0, weights=(12.0, 0.0, 0.0, 0.0), thresholds={"en": 0.5, "ar": 0.5})


async def fill(settings: Settings) -> None:
    """Store the small knowledge, once."""
    database = await open_database(settings.database_url or database_url(settings.data))
    try:
        await ResolutionStore(database).put_many(KNOWLEDGE)
    finally:
        await database.close()


def open_faked(settings: Settings) -> AbstractAsyncContextManager[Tenants]:
    return open_tenants(settings, today=lambda: TODAY, encoder=FakeEncoder(), wait=True)


def main() -> None:
    settings = load_settings()
    api.helpdesks.service.TIMING = SHORT
    faked = sys.argv[1] == "fake"
    if faked:
        mock.patch("retrieval.knowledge.load_relevance", return_value=_RELEVANCE).start()
        asyncio.run(fill(settings))
    app = create_app(settings, open_faked if faked else None)
    configure_logging("error")
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, access_log=False, ws="none")

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            sys.stdout.write(f"{listener.getsockname()[1]}\n")
            sys.stdout.flush()

    Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
