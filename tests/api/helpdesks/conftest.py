from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from api.settings import Settings
from tests.api.conftest import open_all
from tests.api.helpdesks.desk import Desk, opened
from tests.api.helpdesks.fakes.all import FAKES


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "connection(**options): options of the helpdesk connection")


@pytest.fixture(params=sorted(FAKES))
def vendor(request: pytest.FixtureRequest) -> str:
    """Each vendor that there is a fake of; a test that needs one only parametrises it itself."""
    found: str = request.param
    return found


@pytest.fixture
async def desk(
    vendor: str, request: pytest.FixtureRequest, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[Desk]:
    """The service with a fake connected; the marker ``connection`` gives options of the connection."""
    marker = request.node.get_closest_marker("connection")
    options: dict[str, Any] = dict(marker.kwargs) if marker else {}
    async with opened(settings, open_all, FAKES[vendor](), monkeypatch, tmp_path, **options) as found:
        yield found
