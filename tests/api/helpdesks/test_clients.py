"""Clients of connections: open while somebody uses them, closed once the connection is gone."""

from pathlib import Path

import httpx
import pytest

from api.helpdesks import clients
from api.helpdesks.clients import Clients
from api.helpdesks.connections import Connection, SecretSource
from api.helpdesks.registry import Opened
from api.helpdesks.timing import Timing
from tests.api.helpdesks.desk import Desk, write_connections


def _is_closed(client: httpx.AsyncClient) -> bool:
    return client.is_closed


def _opened(name: str = "desk") -> Opened:
    opened = Opened.__new__(Opened)
    url = "https://desk.example"
    opened.connection = Connection(id=name, vendor="none", url=url, secret=SecretSource(env="NONE"))
    return opened


async def test_one_connection_has_one_client_until_it_is_edited() -> None:
    held, before, after = Clients(Timing()), _opened(), _opened()
    async with held.of(before) as first, held.of(before) as second:
        assert first is second
    await held.keep({before})
    assert not _is_closed(first)
    await held.keep({after})
    assert _is_closed(first)
    async with held.of(after) as third:
        assert third is not first
    await held.close()
    assert _is_closed(third)


async def test_a_removed_connections_client_ends_with_its_last_call() -> None:
    held, removed, stays = Clients(Timing()), _opened(), _opened("other")
    async with held.of(stays) as kept:
        pass
    async with held.of(removed) as outer:
        async with held.of(removed):
            await held.keep({stays})
            assert not _is_closed(outer)
        assert not _is_closed(outer)
    assert _is_closed(outer)
    assert not _is_closed(kept)
    await held.close()


@pytest.mark.parametrize("vendor", ["chatwoot"])
async def test_a_service_closes_the_clients_of_an_edited_file(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made: list[httpx.AsyncClient] = []
    opens = clients.client_of

    def remember(opened: Opened, timing: Timing) -> httpx.AsyncClient:
        made.append(opens(opened, timing))
        return made[-1]

    monkeypatch.setattr(clients, "client_of", remember)
    await desk.tell()
    await desk.settled()
    [first] = made
    address = str(first.base_url).rstrip("/")
    write_connections(tmp_path / "helpdesks.yaml", desk.fake, address, monkeypatch, quiet_seconds=0.1)
    await desk.until(lambda: first.is_closed)
    await desk.tell(conversation="72")
    await desk.settled()
    assert len(made) == 2
    desk.sound()
