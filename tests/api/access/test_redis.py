"""Limits that several processes share, on a real Redis: where one is installed, with its client."""

import asyncio
import gc
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api.access.limits import Limits
from api.access.principal import Principal
from models.errors import RateLimitedError

pytest.importorskip("coredis", reason="the client of RIFQ_RATE_STORE is not installed: pip install limits[async-redis]")
SERVER = shutil.which("redis-server")
pytestmark = pytest.mark.skipif(SERVER is None, reason="redis-server is not installed")
WHO, OTHER = Principal("one", "key:1", frozenset()), Principal("two", "key:1", frozenset())


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert SERVER is not None
    command = [SERVER, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - of this machine
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}", process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
async def processes(redis: tuple[str, object]) -> AsyncIterator[Callable[[int], Limits]]:
    """Opens limits as another process would; their connections end with the test."""
    opened: list[Limits] = []

    def another(requests: int) -> Limits:
        opened.append(Limits(requests=requests, attempts=requests, store=redis[0]))
        return opened[-1]

    yield another
    for limits in opened:
        storage: Any = limits._limiters()[0].storage
        storage.bridge.storage.connection_pool.disconnect()
    gc.collect()


async def test_processes_count_together_and_tenants_apart(processes: Callable[[int], Limits]) -> None:
    first, second = processes(6), processes(6)
    remaining = [(await limits.request(WHO)).remaining for limits in (first, second, first, second, first, second)]
    assert remaining == [5, 4, 3, 2, 1, 0]
    for limits in (first, second):
        with pytest.raises(RateLimitedError):
            await limits.request(WHO)
    assert (await second.request(OTHER)).remaining == 5


async def test_many_at_once_are_admitted_as_often_as_is_allowed(processes: Callable[[int], Limits]) -> None:
    four = [processes(50) for _ in range(4)]
    asked = [four[place % 4].request(WHO) for place in range(200)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    admitted = sum(not isinstance(answer, BaseException) for answer in answers)
    assert 45 <= admitted <= 50  # never more; fewer where one minute ends meanwhile
    assert all(isinstance(answer, RateLimitedError) for answer in answers if isinstance(answer, BaseException))


async def test_a_server_that_dies_leaves_counting_to_memory(
    redis: tuple[str, "subprocess.Popen[bytes]"], processes: Callable[[int], Limits]
) -> None:
    limits = processes(3)
    assert (await limits.request(WHO)).remaining == 2
    redis[1].kill()
    redis[1].wait()
    remaining = [(await limits.request(WHO)).remaining for _ in range(2)]
    assert remaining == sorted(remaining, reverse=True)
    answers = await asyncio.gather(*(limits.request(WHO) for _ in range(3)), return_exceptions=True)
    assert isinstance(answers[-1], RateLimitedError)
