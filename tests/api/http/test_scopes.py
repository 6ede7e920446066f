"""Every operation of the document, asked by everybody who could ask: what it declares is what it demands."""

from typing import Any

import httpx
import pytest

from api.access.principal import Scope
from tests.api.access.conftest import Service

OPEN = {("get", "/livez"), ("get", "/readyz"), ("get", "/openapi.json")}
"""Operations that anybody may call."""
SIGNED = ("/v1/hooks/",)
"""Operations whose body is signed by a helpdesk: they know no principal."""


def operations(service: Service) -> list[tuple[str, str, dict[str, Any]]]:
    """Return method, path and description of every operation."""
    paths = service.app.openapi()["paths"]
    return [(method, path, item) for path, methods in paths.items() for method, item in methods.items()]


def declared(item: dict[str, Any]) -> set[Scope] | None:
    """Return the scopes that an operation declares, None where it declares no sign-in at all."""
    security = item.get("security")
    return None if not security else {Scope(name) for way in security for names in way.values() for name in names}


async def ask(client: httpx.AsyncClient, method: str, path: str) -> httpx.Response:
    """Ask for something that is not there: whoever may ask hears of that, everybody else of what they lack."""
    filled = path.replace("{", "no-").replace("}", "")
    body = b"{}" if method in {"post", "put", "patch"} else None
    return await client.request(method, filled, content=body, headers={"Content-Type": "application/json"})


async def test_every_operation_declares_how_one_signs_in(service: Service) -> None:
    without = [
        (method, path)
        for method, path, item in operations(service)
        if declared(item) is None and (method, path) not in OPEN and not path.startswith(SIGNED)
    ]
    assert without == []
    both = [item["security"] for *_, item in operations(service) if item.get("security")]
    assert all({name for way in ways for name in way} == {"bearer", "session"} for ways in both)


async def test_nobody_gets_beyond_the_sign_in(service: Service) -> None:
    async with service.client() as client:
        for method, path, item in operations(service):
            if declared(item) is not None:
                answer = await ask(client, method, path)
                assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), (method, path)


@pytest.mark.parametrize("scope", list(Scope))
async def test_each_scope_opens_what_declares_it_and_nothing_else(service: Service, scope: Scope) -> None:
    async with service.client(await service.key(scope)) as client:
        for method, path, item in operations(service):
            needed = declared(item)
            if needed is None:
                continue
            answer = await ask(client, method, path)
            if needed <= {scope}:
                assert answer.status_code not in {401, 403}, (method, path)
            else:
                assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), (method, path)
