"""Dependencies as named types: who asks, and the Copilot of their tenant."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.security import SecurityScopes

from api.access.principal import Principal, Scope
from api.copilot import Copilot
from api.settings import Settings
from api.tenants import Tenants
from api.turns import Turns
from inference.types import Message
from models.errors import ForbiddenError, InputError

if TYPE_CHECKING:
    from api.access.gate import Gate


async def principal_of(request: Request, wanted: SecurityScopes) -> Principal:
    """Return who asks, admitted once a request.

    Raises:
        ForbiddenError: they may not do what the endpoint does.
        RifqError: the gate does not admit them.
    """
    principal: Principal | None = getattr(request.state, "principal", None)
    if principal is None:
        gate: Gate = request.app.state.gate
        principal = request.state.principal = await gate.admit(request)
    missing = [scope for scope in wanted.scopes if scope not in principal.scopes]
    if missing:
        msg = f"This needs the scope '{missing[0]}': ask an administrator for a key or a role that has it."
        raise ForbiddenError(msg)
    return principal


def needs(scope: Scope) -> Any:  # noqa: ANN401 - FastAPI's own marker has no type
    """Return the dependency of routes that need a scope."""
    return Security(principal_of, scopes=[scope.value])


def _tenants(request: Request) -> Tenants:
    tenants: Tenants = request.app.state.tenants
    return tenants


PrincipalDep = Annotated[Principal, Security(principal_of)]
TenantsDep = Annotated[Tenants, Depends(_tenants)]


def _copilot(principal: PrincipalDep, tenants: TenantsDep) -> Copilot:
    return tenants.copilot(principal.tenant)


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _figures(request: Request) -> Turns:
    figures: Turns = request.app.state.figures
    return figures


FiguresDep = Annotated[Turns, Depends(_figures)]


async def _turn(figures: FiguresDep) -> AsyncIterator[None]:
    async with figures.turn():
        yield


FIGURES = Depends(_turn)
"""Of routes that read and count a whole period or round: few run at once."""
CopilotDep = Annotated[Copilot, Depends(_copilot)]
SettingsDep = Annotated[Settings, Depends(_settings)]


def check_tenant(given: str, tenant: str) -> None:
    """Refuse another tenant's name: whose data it is follows from who asks.

    Raises:
        InputError: the tenant is another one.
    """
    if given not in {tenant, "default"}:
        msg = "What you use to sign in belongs to another tenant: leave 'tenant' out."
        raise InputError(msg, field="tenant")


def own(message: Message, tenant: str) -> Message:
    """Return the message as this tenant's.

    Raises:
        InputError: it names another tenant.
    """
    check_tenant(message.tenant, tenant)
    return message if message.tenant == tenant else message.model_copy(update={"tenant": tenant})
