import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evaluation.commands import make_app
from tests.evaluation.toy import open_oracle

APP = make_app(open_oracle)


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Runs are kept beside the work: not in this folder."""
    monkeypatch.chdir(tmp_path)


def test_list_names_every_suite_and_task() -> None:
    shown = CliRunner().invoke(APP, ["list"])

    assert shown.exit_code == 0
    for name in ("understanding", "retrieval", "retrieval-full", "drafts", "smoke"):
        assert f"\n{name}\n" in f"\n{shown.stdout}"
    assert "Banking questions" in shown.stdout


def test_run_writes_json_markdown_and_rows(tmp_path: Path) -> None:
    rows = tmp_path / "rows.ndjson"
    done = CliRunner().invoke(APP, ["run", "smoke", "--out", str(tmp_path), "--rows", str(rows), "--limit", "8"])

    assert done.exit_code == 0, done.output
    written = json.loads((tmp_path / "smoke.json").read_text(encoding="utf-8"))
    assert written["result"]["limit"] == 8
    assert set(written["run"]) == {"started_at", "seconds", "command", "machine"}
    lines = [json.loads(line) for line in rows.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == 3 * 8
    assert {"task", "message", "status", "text"} <= lines[-1].keys()
    assert done.stdout.split() == [str(tmp_path / "smoke.json"), str(tmp_path / "smoke.md")]


def test_run_without_a_folder_prints_markdown() -> None:
    done = CliRunner().invoke(APP, ["run", "smoke", "--limit", "4"])

    assert done.exit_code == 0
    assert done.stdout.startswith("# smoke\n")
