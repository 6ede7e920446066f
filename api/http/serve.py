"""Runs the service under uvicorn, with JSON logs on standard error that hold no customer text."""

import gc
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import structlog
import uvicorn
from fastapi import FastAPI

from api.http.app import create_app
from api.logs import configure_logging, told
from api.settings import Settings
from models.errors import RifqError

_logger = structlog.stdlib.get_logger("rifq.http")


def run(settings: Settings) -> None:
    """Serve until stopped.

    Raises:
        ConfigurationError: the settings do not allow it.
    """
    app = create_app(settings)
    configure_logging(settings.log_level)
    app.router.lifespan_context = _telling(app)
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,  # the door logs requests, without their values
        server_header=False,
        timeout_graceful_shutdown=10,
        limit_concurrency=1_000,
        h11_max_incomplete_event_size=64 * 1024,
    )


def _telling(app: FastAPI) -> Callable[[Any], AbstractAsyncContextManager[Any]]:
    """Return the application's lifespan, with a line that says why it did not start or end well."""
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(given: FastAPI) -> AsyncIterator[Any]:
        try:
            async with inner(given) as state:
                # What is loaded stays: full collections that walk it again and again held up one draft in a hundred.
                gc.freeze()
                yield state
        except RifqError as error:
            _logger.error("service_failed", **told(error))
            raise

    return lifespan
