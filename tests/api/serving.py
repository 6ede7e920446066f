"""``python -m tests.api.serving``: the service with the fake encoder and a key of every scope, for ``evaluation.fuzz``.

Prints one line of JSON with its address and key once it answers, and runs until it is stopped.
"""

import asyncio
import json
import sys
import tempfile
from pathlib import Path

import uvicorn

import retrieval.knowledge
from api.access.principal import Principal, Scope
from api.http.app import create_app
from api.logs import configure_logging
from api.settings import Settings
from tests.api.conftest import PLAIN_RELEVANCE, fill, open_all


async def serve(data: Path) -> None:
    await fill(data)
    settings = Settings(data=data, auth="required", requests_per_minute=1_000_000, attempts_per_minute=1_000_000)
    app = create_app(settings, open_all)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False, ws="none"))
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.02)
        if running.done():
            running.result()
    by = Principal(tenant=settings.tenant, actor="local", scopes=frozenset(Scope))
    made = await app.state.access.keys.add("fuzz", frozenset(Scope), by=by)
    port = server.servers[0].sockets[0].getsockname()[1]
    sys.stdout.write(json.dumps({"address": f"http://127.0.0.1:{port}", "key": made.key}) + "\n")
    sys.stdout.flush()
    await running


if __name__ == "__main__":
    configure_logging("error")  # to standard error: the output's reader stops after the address
    setattr(retrieval.knowledge, "load_relevance", lambda: PLAIN_RELEVANCE)  # noqa: B010 - not exported
    with tempfile.TemporaryDirectory() as directory:
        asyncio.run(serve(Path(directory)))
