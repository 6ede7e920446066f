"""The application factory."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI

from api.access.opening import open_access, tell_exposure
from api.access.trail import Trail
from api.console import install_console
from api.helpdesks.service import running_helpdesks
from api.http import access as access_routes
from api.http import (
    checking,
    commitments,
    complaints,
    drafts,
    health,
    hooks,
    inference,
    info,
    knowledge,
    privacy,
    quality,
    resolutions,
    review,
    streams,
)
from api.http import helpdesks as helpdesk_routes
from api.http import sent as sent_routes
from api.http.document import DESCRIPTION, RESPONSES, VERSION, openapi_document, operation_id
from api.http.door import Door
from api.http.health import Readiness
from api.http.methods import Methods
from api.http.problems import install_handlers
from api.opening import open_tenants
from api.settings import Settings
from api.sidebar import install_sidebar
from api.tenants import Tenants
from api.turns import Turns
from inference.checks import warm

_FIGURES_AT_ONCE = 2
"""Each reads up to 20,000 drafts, and computes for seconds."""
_FIGURES_WAITING = 8
_FIGURES_REFUSAL = "Too many figures are being computed at this moment: try again."
OpenTenants = Callable[[Settings], AbstractAsyncContextManager[Tenants]]


def create_app(settings: Settings, open_: OpenTenants | None = None) -> FastAPI:
    """Build the service.

    Args:
        settings: checked at once; the database and the model open with the application's lifespan.
        open_: opens all tenants' Copilots; by default the real ones, with their index kept fresh in the background.
    """
    opener = open_ or (lambda given: open_tenants(given, wait=False))

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with opener(settings) as tenants:
            app.state.tenants = tenants
            app.state.access = access = await open_access(settings, tenants.database, now=tenants.ledger.now)
            app.state.gate = access.gate
            await tell_exposure(settings, tenants.database)
            app.state.readiness = Readiness()
            warming = asyncio.create_task(asyncio.to_thread(warm, tenants.policies.of(settings.tenant)))
            async with running_helpdesks(settings, tenants, now=tenants.ledger.now) as app.state.helpdesks:
                yield
            await warming

    app = FastAPI(
        title="Rifq",
        version=VERSION,
        description=DESCRIPTION,
        lifespan=lifespan,
        # The stock pages load scripts from elsewhere; the document itself is at /openapi.json.
        docs_url=None,
        openapi_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=operation_id,
        responses=RESPONSES,
    )
    app.state.settings = settings
    app.state.figures = Turns(at_once=_FIGURES_AT_ONCE, waiting=_FIGURES_WAITING, refusal=_FIGURES_REFUSAL)
    for module in (inference, drafts, checking, streams, resolutions, knowledge, commitments, health):
        app.include_router(module.router)
    app.include_router(hooks.router)
    app.include_router(helpdesk_routes.router)
    app.include_router(info.router)
    app.include_router(complaints.router)
    app.include_router(privacy.router)
    app.include_router(quality.router)
    app.include_router(quality.outcomes_router)
    app.include_router(access_routes.router)
    app.include_router(drafts.feedback_router)
    app.include_router(sent_routes.router)
    app.include_router(review.router)
    install_console(app)
    install_sidebar(app)
    install_handlers(app)
    hosts = settings.allowed_hosts if settings.loopback or settings.allowed_hosts else None
    app.add_middleware(Trail)
    app.add_middleware(Methods)
    app.add_middleware(Door, max_body=settings.max_body, hosts=hosts)
    app.openapi = lambda: openapi_document(app)  # type: ignore[method-assign] # the documented way to extend it
    return app
