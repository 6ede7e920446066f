"""Timings over loopback HTTP: start to ready, one draft at a time, resident memory."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from evaluation.machine import resident_mib
from evaluation.performance.timing import Timing, timing
from inference.types import Record
from models.errors import ConfigurationError

_PATIENCE = 120.0
_WARM_UP = 5


class ServerTimings(Record):
    """One server's start and drafts; memory in MiB and seconds are None where the server was started by another."""

    ready_first_s: float | None = None
    ready_again_s: float | None = None
    resident_mib: float | None = None
    drafts: Timing


def measure_server(store: Path, texts: Sequence[str], *, threads: int) -> ServerTimings:
    """Start the service over a filled store twice (the first start builds the index), then draft one at a time.

    Args:
        store: the data directory, without an index snapshot as yet.
        texts: the messages, asked one after another over one connection.
        threads: of the server's encoder.

    Raises:
        ConfigurationError: the service does not become ready.
    """
    with _serving(store, threads) as (_, first, _process):
        pass
    with _serving(store, threads) as (url, again, process):
        drafts = measure_drafts(url, texts)
        memory = resident_mib(process.pid)
    return ServerTimings(
        ready_first_s=round(first, 2),
        ready_again_s=round(again, 2),
        resident_mib=None if memory is None else round(memory),
        drafts=drafts,
    )


def measure_drafts(url: str, texts: Sequence[str]) -> Timing:
    """Time ``POST /v1/drafts`` on a running service, one at a time over one connection.

    Raises:
        ConfigurationError: it does not answer 201.
    """
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=_PATIENCE)
    seconds = []
    try:
        for text in [*texts[:_WARM_UP], *texts]:
            start = time.perf_counter()
            status = _post(connection, text)
            seconds.append(time.perf_counter() - start)
            if status != http.HTTPStatus.CREATED:
                msg = f"{url}/v1/drafts answered {status}: is this a Rifq service with a filled store?"
                raise ConfigurationError(msg)
    finally:
        connection.close()
    return timing("POST /v1/drafts over loopback", seconds[_WARM_UP:])


def _post(connection: http.client.HTTPConnection, text: str) -> int:
    body = json.dumps({"text": text}).encode()
    connection.request("POST", "/v1/drafts", body, {"Content-Type": "application/json"})
    response = connection.getresponse()
    response.read()
    return response.status


@contextmanager
def _serving(store: Path, threads: int) -> Iterator[tuple[str, float, subprocess.Popen[bytes]]]:
    """Run the service as its own process; yield its address, the seconds from start to ready, and the process."""
    port = _free_port()
    command = [sys.executable, "-m", "api.cli", "serve", "--host", "127.0.0.1", "--port", str(port)]
    environment = os.environ | {"RIFQ_THREADS": str(threads), "RIFQ_LOG_LEVEL": "error"}
    start = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own program
        [*command, "--store", str(store)], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        _wait_until_ready(port, process)
        yield f"http://127.0.0.1:{port}", time.perf_counter() - start, process
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.02)
    msg = f"The service was not ready within {_PATIENCE:.0f} s: start it by hand with 'rifq serve' and read its log."
    raise ConfigurationError(msg)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
