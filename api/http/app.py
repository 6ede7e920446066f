"""The application factory."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from api.access.gate import OpenGate
from api.console import install_console
from api.http import checking, commitments, drafts, health, inference, knowledge, resolutions, streams
from api.http.door import Door
from api.http.health import Readiness
from api.http.problems import MEDIA_TYPE, Problem, install_handlers
from api.opening import open_tenants
from api.settings import Settings, check_exposure
from api.tenants import Tenants
from inference.checks import warm

OpenTenants = Callable[[Settings], AbstractAsyncContextManager[Tenants]]
DESCRIPTION = (
    "A customer's message goes in, Arabic or English; sentiment, anger, similar past resolutions and a grounded draft "
    "come out, for an agent to accept, edit or reject. Every error is problem+json (RFC 9457). The header "
    "`X-Request-ID` is taken over or made up, `Server-Timing` holds the phase times."
)


def create_app(settings: Settings, open_: OpenTenants | None = None) -> FastAPI:
    """Build the service.

    Args:
        settings: checked at once; the database and the model open with the application's lifespan.
        open_: opens all tenants' Copilots; by default the real ones, with their index kept fresh in the background.

    Raises:
        ConfigurationError: the service would be exposed without authentication.
    """
    check_exposure(settings)
    opener = open_ or (lambda given: open_tenants(given, wait=False))

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with opener(settings) as tenants:
            app.state.tenants = tenants
            app.state.gate = OpenGate(settings.tenant)
            app.state.readiness = Readiness()
            warming = asyncio.create_task(asyncio.to_thread(warm, tenants.policies.of(settings.tenant)))
            yield
            await warming

    app = FastAPI(
        title="Rifq",
        version="0.1.0",
        description=DESCRIPTION,
        lifespan=lifespan,
        # The stock pages load scripts from elsewhere; the document itself is at /openapi.json.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
        responses=_RESPONSES,
    )
    app.state.settings = settings
    for module in (inference, drafts, checking, streams, resolutions, knowledge, commitments, health):
        app.include_router(module.router)
    install_console(app)
    install_handlers(app)
    hosts = settings.allowed_hosts if settings.loopback or settings.allowed_hosts else None
    app.add_middleware(Door, max_body=settings.max_body, hosts=hosts)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign] # the documented way to extend it
    return app


_RESPONSES: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "What went wrong, and what to do.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}


def _operation_id(route: APIRoute) -> str:
    return route.name.strip("_") + "_" + "_".join(str(tag) for tag in route.tags)


def _openapi(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        document["components"]["schemas"] |= schema.pop("$defs", {}) | {"Problem": schema}
        app.openapi_schema = document
    return app.openapi_schema
