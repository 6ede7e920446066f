"""What is done to knowledge from the command line stands in the audit log, by the system's user."""

import getpass
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.root import app
from api.cli.trail import actor

ROWS = (
    '{"id": "lost", "problem": "My card is lost.", "answer": "Call us."}\n'
    '{"id": "fee", "problem": "What is the fee?", "answer": "It is 2 SAR."}\n'
)


def _run(*arguments: str) -> str:
    found = CliRunner().invoke(app, list(arguments))
    assert found.exit_code == 0, found.output
    return found.stdout


def _log() -> list[tuple[str, str, str | None]]:
    entries = [json.loads(line) for line in _run("access", "audit").splitlines()]
    assert all("Huda" not in json.dumps(entry) and "secret reason" not in json.dumps(entry) for entry in entries)
    return [(entry["actor"], entry["action"], entry["object"]) for entry in entries]


def test_knowledge_commands_are_written_down(
    fake_encoder: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "samir")
    file = tmp_path / "rows.ndjson"
    file.write_text(ROWS, encoding="utf-8")
    _run("import", str(file))
    _run("knowledge", "verify", "lost", "--by", "Huda", "--review-in", "26w")
    _run("knowledge", "verify", "--all", "--by", "Huda", "--review-in", "26w")
    _run("knowledge", "retire", "lost", "fee", "--by", "Huda", "--reason", "secret reason")
    _run("knowledge", "restore", "fee")
    assert _log() == [
        ("cli:samir", "knowledge.restored", "fee"),
        ("cli:samir", "knowledge.retired", "fee"),
        ("cli:samir", "knowledge.retired", "lost"),
        ("cli:samir", "knowledge.verified", None),
        ("cli:samir", "knowledge.verified", "lost"),
        ("cli:samir", "knowledge.imported", None),
    ]


def test_a_command_that_fails_leaves_no_entry(fake_encoder: None) -> None:
    assert CliRunner().invoke(app, ["knowledge", "restore", "nothing"]).exit_code != 0
    assert _log() == []


def test_a_user_without_a_name_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert actor().removeprefix("cli:").isdigit()
