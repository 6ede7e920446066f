import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from evaluation.machine import resident_mib, this_machine
from evaluation.performance.raw import TEXTS, RawSession
from evaluation.performance.server import measure_drafts
from evaluation.performance.timing import time_in_turns, timing
from evaluation.report import table
from models.errors import ConfigurationError


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    status = 201

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass


@pytest.fixture
def url() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_timing_gives_milliseconds_and_a_ratio() -> None:
    slow, raw = timing("slow", [0.010] * 9 + [0.050]), timing("raw", [0.004] * 10)

    assert (slow.p50_ms, raw.p50_ms, slow.n) == (10.0, 4.0, 10)
    assert slow.p95_ms > 10
    assert slow.beside(raw).ratio == 2.5


def test_turns_alternate_and_leave_the_warm_up_out() -> None:
    order: list[str] = []
    seconds = time_in_turns([lambda: order.append("a"), lambda: order.append("b")], rounds=3, warm_up=1)

    assert order == ["a", "b"] * 4
    assert [len(each) for each in seconds] == [3, 3]


def test_drafts_are_timed_over_one_connection(url: str) -> None:
    found = measure_drafts(url, ["hello"] * 7)

    assert found.n == 7
    assert 0 < found.p50_ms < 1000


def test_a_service_that_refuses_is_not_timed(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Handler, "status", 503)

    with pytest.raises(ConfigurationError, match="answered 503"):
        measure_drafts(url, ["hello"])


@pytest.mark.parametrize("language", TEXTS)
def test_the_message_has_exactly_32_tokens(language: str) -> None:
    raw = RawSession(threads=1)

    assert len(raw.tokens(raw.message(language, 32))) == 32


def test_the_machine_is_described_without_naming_it() -> None:
    machine = this_machine()

    assert machine.cores >= 1
    assert machine.processor
    assert resident_mib(999_999_999) is None


def test_a_table_lines_up() -> None:
    assert table(["name", "n"], [["a", "1"], ["longer", "22"]]) == (
        "| name   |   n |\n| ------ | --: |\n| a      |   1 |\n| longer |  22 |"
    )
