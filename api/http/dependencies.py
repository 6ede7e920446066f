"""Dependencies as named types."""

from typing import Annotated

from fastapi import Depends, Request

from api.copilot import Copilot
from api.settings import Settings
from inference.types import Message
from models.errors import InputError


def _copilot(request: Request) -> Copilot:
    copilot: Copilot = request.app.state.copilot
    return copilot


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


CopilotDep = Annotated[Copilot, Depends(_copilot)]
SettingsDep = Annotated[Settings, Depends(_settings)]


def check_tenant(given: str, tenant: str) -> None:
    """Refuse another tenant's name: until callers sign in, the settings alone decide whose data this is.

    Raises:
        InputError: the tenant is another one.
    """
    if given not in {tenant, "default"}:
        msg = "This service answers for one tenant only: leave 'tenant' out."
        raise InputError(msg, field="tenant")


def own(message: Message, tenant: str) -> Message:
    """Return the message as this tenant's.

    Raises:
        InputError: it names another tenant.
    """
    check_tenant(message.tenant, tenant)
    return message if message.tenant == tenant else message.model_copy(update={"tenant": tenant})
