"""A mailbox from the poll to the draft in it, through the running service."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

import api.helpdesks.service
from api.helpdesks.vendors.email import EmailConnection
from api.http.app import create_app
from api.settings import Settings
from tests.api.conftest import open_all
from tests.api.helpdesks.desk import FAST, PATIENCE, QUESTION
from tests.api.helpdesks.fakes.imap import PASSWORD, USER, FakeImap
from tests.api.helpdesks.vendors.mails import mail


def _connections(path: Path, port: int) -> None:
    connection = {"id": "mail", "vendor": "email", "host": "127.0.0.1", "port": port, "security": "none"}
    connection |= {"private_network": True, "username": USER, "addresses": [USER], "secret": {"env": "MAIL_PASSWORD"}}
    connection |= {"quiet_seconds": 0, "longest_wait_seconds": 0, "interval_seconds": 5}
    path.write_text(yaml.safe_dump({"version": 1, "connections": [connection]}), encoding="utf-8")


async def _until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not done() and time.monotonic() < deadline:  # noqa: ASYNC110 - the server is in another thread
        await asyncio.sleep(0.05)
    assert done()


async def test_a_customers_mail_gets_one_draft_in_the_mailbox(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(api.helpdesks.service, "TIMING", FAST)
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    real = EmailConnection.adapter

    def hurried(connection: EmailConnection) -> object:
        adapter = real(connection)
        adapter.interval = 0.1  # type: ignore[attr-defined]
        return adapter

    monkeypatch.setattr(EmailConnection, "adapter", hurried)
    with FakeImap().running() as server:
        file = tmp_path / "helpdesks.yaml"
        _connections(file, server.port)
        app = create_app(settings.model_copy(update={"helpdesks": file}), open_all)
        async with app.router.lifespan_context(app):
            await _until(lambda: server.sessions > 1)  # the first poll only says where it begins
            server.inbox.add(mail(QUESTION, Message_ID="<q@customer.example>", Subject="card"))
            server.inbox.add(mail("Away until Monday", Message_ID="<auto@x>", Auto_Submitted="auto-replied"))
            await _until(lambda: bool(server.drafts.mails))
            await asyncio.sleep(0.5)
    (draft,) = server.drafts.mails
    assert draft.header("in-reply-to") == "<q@customer.example>"
    assert "sara@customer.example" in draft.header("to")
    assert server.faults == []
