"""Logs, problems and phase times hold nothing of what customers write, whatever fails where."""

import ast
import asyncio
import io
import itertools
import json
import logging
import re
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
import structlog
from fastapi import FastAPI

from api.logs import FIXED, NUMBERS, TEXTS, configure_logging, dropped
from models.errors import ConfigurationError

ROOT = Path(__file__).parents[3]
NAMES = ("عبدالرحمن الشمراني", "فاطمة بوعزيزي", "Xanthippe Quillfeather", "Wojciech Brzęczyszczykiewicz")
VALUES = (
    "٠٥٥٧٨٩١٢٣٤",
    "0557891234",
    "+966557891234",
    "zqx.vw77@mailbox.example",
    "SA4420000001234567891234",
    "۴۱۱۲۲۳۳",
)
WORDS = (
    "أنا {name} ورقمي {value} وما وصلتني البطاقة يا جماعة",
    "معكم {name}، زعلان جداً من تأخركم ({value})!!",
    "bghit flousi, smiti {name} w nemra dyali {value}, jawbouni",
    "Qwertzy here: {name}, reach me via {value}; my parcel vanished",
)
MESSAGES = [
    text.format(name=name, value=value) + f" №{number}"
    for number in range(3)
    for text, name, value in itertools.product(WORDS, NAMES, VALUES)
][:200]


def pieces(text: str) -> set[str]:
    """Every stretch of six characters that is not only of common marks."""
    found = {text[start : start + 6] for start in range(len(text) - 5)}
    return {piece for piece in found if not re.fullmatch(r"[a-z ,.;:()]+", piece) or "qwertzy" in piece}


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    stream, root = io.StringIO(), logging.getLogger()
    before = (sys.stderr, root.handlers, root.level, sys.excepthook, threading.excepthook, sys.unraisablehook)
    sys.stderr = stream
    try:
        configure_logging("debug")
        yield stream
    finally:
        sys.stderr, root.handlers, level, sys.excepthook, threading.excepthook, sys.unraisablehook = before
        root.setLevel(level)
        logging.captureWarnings(capture=False)
        structlog.reset_defaults()


def _lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


_MADE = re.compile(r"\b[0-9a-f]{32}\b|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)")
"""Random ids and moments, which are made here: six digits of an IBAN stand in one of them by chance."""


def _leaks(text: str, said: list[str]) -> set[str]:
    text = _MADE.sub("-", text)
    return {piece for message in said for piece in pieces(message) if piece in text}


def _requests(app: FastAPI) -> Iterator[tuple[str, str]]:
    paths = app.openapi()["paths"]
    for path, operations in paths.items():
        for method in operations:
            yield method.upper(), path


BODIES = (
    lambda text: {"text": text, "customer": {"name": text[:30]}, "conversation": text[:40]},
    lambda text: {"messages": [{"text": text}, {"text": 5}]},
    lambda text: {text: text, "text": [text], "channel": text},
    lambda text: {"verdict": text, "final_text": text, "by": text, "reason": text, "problem": text, "answer": text},
    lambda text: [text],
)
LAYERS = (
    None,
    "api.engine.Engine.analyze",
    "api.drafts.DraftStore.add",
    "retrieval.store.engine.Database.writing",
    "retrieval.store.engine.Database.reading",
)


@pytest.mark.parametrize("layer", LAYERS)
async def test_no_endpoint_writes_what_it_was_sent(
    app: FastAPI, written: io.StringIO, monkeypatch: pytest.MonkeyPatch, layer: str | None
) -> None:
    say = itertools.cycle(MESSAGES)
    said = list[str]()

    def fail(*_args: object, **_named: object) -> None:
        raise RuntimeError(said[-1])

    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    answers = list[tuple[str, httpx.Response]]()
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        if layer is not None:
            monkeypatch.setattr(layer, fail)
        for number, (method, path) in enumerate(_requests(app)):
            for body in (BODIES[0], BODIES[1 + number % 4]) if method != "GET" else BODIES[:1]:
                text = next(say)
                said.append(text)
                address = re.sub(r"\{[a-z_]+\}", quote(text[:40], safe=""), path)
                sent = None if method == "GET" else body(text)
                headers = [(b"X-Request-ID", text.encode())]
                try:
                    answer = await client.request(
                        method, address, params={"cursor": text, "q": text}, headers=headers, json=sent
                    )
                except AssertionError:  # a stream that breaks off: the transport wants its end
                    continue
                answers.append((text, answer))
    assert len(answers) > 80
    await asyncio.sleep(0)
    assert _leaks(written.getvalue(), said) == set()
    for text, answer in answers:
        assert _leaks(json.dumps(dict(answer.headers), ensure_ascii=False), [text]) == set()
        if answer.status_code >= 500:
            assert _leaks(answer.text, [text]) == set()
    if layer is not None:
        assert any(answer.status_code == 500 for _, answer in answers)


async def test_all_messages_pass_through_without_a_trace(client: httpx.AsyncClient, written: io.StringIO) -> None:
    for number, text in enumerate(MESSAGES):
        path = ("/v1/analyze", "/v1/search", "/v1/drafts")[number % 3]
        answer = await client.post(path, json={"text": text, "customer": {"name": text[:40]}})
        assert answer.status_code < 300, answer.text
    assert len(_lines(written)) >= len(MESSAGES)
    assert _leaks(written.getvalue(), MESSAGES) == set()


async def test_problems_do_not_quote_a_body(client: httpx.AsyncClient) -> None:
    for text in MESSAGES[:40]:
        for body in BODIES[1:]:
            answer = await client.post("/v1/drafts", json=body(text))
            assert answer.status_code == 422
            detail = answer.json()
            assert _leaks(detail["detail"], [text]) == set()


def test_other_loggers_say_where_and_nothing_else(written: io.StringIO) -> None:
    text = MESSAGES[0]
    logging.getLogger("httpx").info("POST %s", text)
    logging.getLogger("aiosqlite").debug(f"executing {text}")
    logging.getLogger("sqlalchemy.engine").warning("parameters: %r", (text,), exc_info=ValueError(text))
    logging.getLogger("inference.policy.live").warning("The policy stays at revision %s: %s", text, text)
    structlog.stdlib.get_logger("rifq.http").info("request", route=f"/v1/{text}", text=text, method=text, status=text)
    structlog.stdlib.get_logger("rifq.http").info(text, id=text, request_id=text, count="5")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(text, UserWarning, stacklevel=1)
    assert _leaks(written.getvalue(), [text]) == set()
    # A database's thread that another test has left behind may have something to say meanwhile.
    here = {"test_logs.py", "warnings.py"}
    lines = [line for line in _lines(written) if str(line.get("where", "test_logs.py")).partition(":")[0] in here]
    assert [line["event"] for line in lines] == [
        "library_message", "library_message", "library_message", "The policy stays at revision ...: ...", "request",
        "unnamed_event", "library_message",
    ]  # fmt: skip
    assert lines[2]["error"] == "ValueError"
    assert str(lines[0]["where"]).startswith("test_logs.py:")
    assert lines[4]["dropped"] == 4


def test_errors_that_nobody_caught_are_kinds_only(written: io.StringIO) -> None:
    def fail() -> None:
        raise ValueError(MESSAGES[0])

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    try:
        raise KeyError(MESSAGES[1])
    except KeyError as error:
        sys.excepthook(KeyError, error, error.__traceback__)
    assert _leaks(written.getvalue(), MESSAGES[:2]) == set()
    assert [line["error"] for line in _lines(written)] == ["ValueError", "KeyError"]


def test_what_is_declared_passes(written: io.StringIO) -> None:
    before = dropped()
    logger = structlog.stdlib.get_logger("rifq.http")
    logger.warning("request", request_id="a-1", method="POST", route="/v1/drafts/{id}/again", status=201, ms=1.5,
                   phases={"model": 2.0})  # fmt: skip
    logging.getLogger("inference.policy.live").warning(
        "The policy stays at revision %s: %s", "0a1b2c3d", ConfigurationError("line 4: tone: no such manner")
    )
    first, second = _lines(written)
    assert {name: first[name] for name in ("level", "logger", "event", "route", "phases")} == {
        "level": "warning", "logger": "rifq.http", "event": "request", "route": "/v1/drafts/{id}/again",
        "phases": {"model": 2.0},
    }  # fmt: skip
    assert second["event"] == "The policy stays at revision 0a1b2c3d: line 4: tone: no such manner"
    assert dropped() == before


LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}


def test_every_call_in_the_tree_names_a_constant_event_and_declared_keys() -> None:
    faults = list[str]()
    for file in [path for folder in ("api", "retrieval", "inference") for path in (ROOT / folder).rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS):
                continue
            if not (isinstance(node.func.value, ast.Name) and node.func.value.id in {"_logger", "_log", "logger"}):
                continue
            event = node.args[1 if node.func.attr == "log" else 0]
            place = f"{file.relative_to(ROOT)}:{node.lineno}"
            if isinstance(event, ast.Constant) and " " in str(event.value):
                if not any(event.value in texts for texts in FIXED.values()):
                    faults.append(f"{place}: text that is not declared")
            elif not isinstance(event, ast.Constant | ast.Name):
                faults.append(f"{place}: an event that is made up")
            known = {*TEXTS, *NUMBERS, "exc_info"}
            faults += [f"{place}: {word.arg}" for word in node.keywords if word.arg not in {*known, None}]
    assert faults == []
