"""The operator's file: faults are told with their lines, secrets stay outside, and an edit takes effect."""

import logging
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.root import app
from api.helpdesks.registry import LiveConnections, read_connections
from models.errors import ConfigurationError

GOOD = """\
version: 1
connections:
  - id: shop
    vendor: generic
    secret: {env: SHOP_SECRET}
  - id: chat
    vendor: chatwoot
    url: https://app.chatwoot.example/
    account: 7
    secret: {file: %s}
    token: {env: CHAT_TOKEN}
    notes_language: ar
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHOP_SECRET", "s3cret")
    monkeypatch.setenv("CHAT_TOKEN", "t0ken")
    (tmp_path / "secret").write_text("from a file\n", encoding="utf-8")
    path = tmp_path / "helpdesks.yaml"
    path.write_text(GOOD % (tmp_path / "secret"), encoding="utf-8")
    return path


def test_connections_are_read_with_their_secrets(file: Path) -> None:
    opened = read_connections(file)
    assert list(opened) == ["shop", "chat"]
    chat = opened["chat"].connection
    assert (chat.url, chat.notes_language, chat.quiet_seconds) == ("https://app.chatwoot.example", "ar", 4.0)
    assert "s3cret" not in repr(opened["shop"].connection)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("vendor: generic", "vendor: fax", "line 3"),
        ("account: 7", "acount: 7", "line 9"),
        ("https://app", "http://app", "not https"),
        ("https://app", "https://me:pass@app", "without a name"),
        ("{env: SHOP_SECRET}", "s3cret", "line 5"),
        ("{env: SHOP_SECRET}", "{env: A, file: b}", "give one of env and file"),
        ("id: chat", "id: shop", "'shop' is used twice"),
        ("version: 1", "version: 2", "line 1"),
        ("id: chat", "id: ../x", "line 6"),
    ],
)
def test_a_fault_is_told_with_its_place(file: Path, old: str, new: str, told: str) -> None:
    file.write_text(file.read_text("utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        read_connections(file)
    assert told in caught.value.message
    assert "s3cret" not in caught.value.message.replace("{env", "")


@pytest.mark.parametrize("name", ["SHOP_SECRET", "CHAT_TOKEN"])
def test_a_missing_secret_is_named(file: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv(name)
    with pytest.raises(ConfigurationError, match=name):
        read_connections(file)


def test_an_edit_takes_effect_and_a_faulty_one_does_not(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    live = LiveConnections(file)
    before = file.read_text("utf-8")
    file.write_text(before.replace("id: chat", "id: talk"), encoding="utf-8")
    os.utime(file, ns=(1, 1))
    assert list(live.current) == ["shop", "talk"]
    with caplog.at_level(logging.WARNING):
        file.write_text(before.replace("account: 7", "account: seven"), encoding="utf-8")
        os.utime(file, ns=(2, 2))
        assert list(live.current) == ["shop", "talk"]
    assert "line 9" in caplog.text
    file.unlink()
    assert list(live.current) == ["shop", "talk"]


def test_the_command_line_checks_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIFQ_HELPDESKS", str(file))
    found = CliRunner().invoke(app, ["helpdesk", "check"])
    assert found.exit_code == 0
    assert "\tdefault\thttp://127.0.0.1:8000/v1/hooks/shop\tok\n" in found.output
    tried = CliRunner().invoke(app, ["helpdesk", "test", "shop"])
    assert "notes are fetched from here" in tried.output
    assert CliRunner().invoke(app, ["helpdesk", "status"]).output.splitlines()[1].startswith("shop\t0.0\t0\t0\t0\t0\t-")


def test_the_command_line_shows_the_connections_of_every_tenant(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("id: shop\n", "id: shop\n    tenant: acme\n"), encoding="utf-8")
    monkeypatch.setenv("RIFQ_HELPDESKS", str(file))
    shown = CliRunner().invoke(app, ["helpdesk", "status"]).output.splitlines()[1:]
    assert [line.split("\t")[0] for line in shown] == ["shop", "chat"]


def test_the_command_line_says_whose_tenant_is_missing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("id: shop\n", "id: shop\n    tenant: acme\n"), encoding="utf-8")
    monkeypatch.setenv("RIFQ_HELPDESKS", str(file))

    def states() -> tuple[int, list[str]]:
        found = CliRunner().invoke(app, ["helpdesk", "check"])
        return found.exit_code, [line.rsplit("\t", 1)[1] for line in found.stdout.splitlines()]

    assert states() == (1, ["no such tenant", "ok"])
    assert CliRunner().invoke(app, ["access", "tenant", "add", "acme"]).exit_code == 0
    assert states() == (0, ["ok", "ok"])
    assert CliRunner().invoke(app, ["access", "tenant", "disable", "acme"]).exit_code == 0
    assert states() == (1, ["disabled", "ok"])


def test_the_command_line_prints_no_table_where_nothing_is_connected() -> None:
    assert CliRunner().invoke(app, ["helpdesk", "status"]).stdout == ""
