import json
from pathlib import Path

from typer.testing import CliRunner, Result

from api.cli import app
from tests.retrieval.tickets.exports import SECRETS, chatwoot, lines, zendesk_ticket


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_tickets_are_stored_as_candidates(tmp_path: Path, fake_encoder: None) -> None:
    path = lines(tmp_path / "t.ndjson", zendesk_ticket(), "{", zendesk_ticket(2, status="open"))
    result = run("import", str(path), "--from", "zendesk", "--store", str(tmp_path / "s"))
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "line 2: " in result.stderr
    assert "[invalid_json]" in result.stderr
    assert "3 tickets read, 1 solved: 1 candidates, 0 merged into them; 1 refused." in result.stderr
    assert "skipped: 1 not_solved" in result.stderr
    assert "1 stored, 0 given new cases" in result.stderr
    assert not [secret for secret in SECRETS if secret in result.stderr]


def test_candidates_can_be_read_before_they_are_stored(tmp_path: Path, fake_encoder: None) -> None:
    path, out = lines(tmp_path / "c.ndjson", chatwoot()), tmp_path / "candidates.ndjson"
    result = run("import", str(path), "--from", "chatwoot", "--out", str(out), "--store", str(tmp_path / "s"))
    assert result.exit_code == 0, result.stderr
    assert json.loads(out.read_text(encoding="utf-8"))["language"] == "ar"
    assert not (tmp_path / "s").exists()
    result = run("import", str(out), "--store", str(tmp_path / "s"))
    assert result.exit_code == 0, result.stderr
    assert "1 rows kept (1 new" in result.stderr


def test_out_needs_an_origin(tmp_path: Path) -> None:
    assert run("import", "x.csv", "--out", str(tmp_path / "o")).exit_code == 2
    assert run("import", "x.csv", "--from", "fax").exit_code == 2
