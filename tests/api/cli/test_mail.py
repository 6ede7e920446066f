import asyncio
import io
import sys
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from api.cli.mail import TRY_AGAIN
from api.cli.root import app
from api.helpdesks.tables import DeliveryRow, DeliveryState
from retrieval.store import database_url, open_database

MAIL = b"From: sara@customer.example\r\nSubject: card\r\nMessage-ID: <one@x>\r\n\r\nWhere is my card?\r\n"
FILE = """\
version: 1
connections:
  - {id: mail, vendor: email, host: imap.example.com, username: help,
     addresses: [help@example.com], secret: {env: MAIL}}
"""


@pytest.fixture
def connected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "helpdesks.yaml"
    path.write_text(FILE, encoding="utf-8")
    monkeypatch.setenv("RIFQ_HELPDESKS", str(path))
    monkeypatch.setenv("MAIL", "secret")
    return tmp_path / "data"


def _pipe(raw: bytes, *arguments: str) -> int:
    return CliRunner().invoke(app, ["helpdesk", "mail", *arguments], input=raw).exit_code


async def _rows(data: Path) -> list[DeliveryRow]:
    database = await open_database(database_url(data))
    async with database.reading() as session:
        found = list(await session.scalars(select(DeliveryRow)))
    await database.close()
    return found


def test_a_piped_mail_is_stored_once(connected: Path) -> None:
    assert _pipe(MAIL, "mail") == 0
    assert _pipe(MAIL, "mail") == 0
    (row,) = asyncio.run(_rows(connected))
    assert (row.state, row.body) == (DeliveryState.PENDING, MAIL)


def test_what_is_no_mail_is_taken_as_a_dead_letter(connected: Path) -> None:
    assert _pipe(b" ", "mail") == 0
    (row,) = asyncio.run(_rows(connected))
    assert row.state == DeliveryState.DEAD


def test_what_cannot_be_stored_is_tried_again_by_the_mail_server(
    connected: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _pipe(MAIL, "other") == TRY_AGAIN
    connected.write_text("no folder", encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert _pipe(MAIL, "mail") == TRY_AGAIN
