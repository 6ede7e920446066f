"""``rifq quality`` on an empty store, and with outcomes of a file."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli.root import app


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "data"


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["quality", *words])


def test_outcomes_of_a_file_reach_the_figures(store: Path, tmp_path: Path) -> None:
    rows = [
        {
            "conversation": f"desk:{number}",
            "agent": "سارة",
            "opened_at": "2030-01-31T10:15:00Z",
            "first_response_at": "2030-01-31T10:25:00Z",
            "satisfaction": number % 2,
        }
        for number in range(40)
    ]
    file = tmp_path / "outcomes.ndjson"
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    file.write_text(f"{lines}\nnot json\n", encoding="utf-8")
    result = run("outcomes", str(file), "--store", str(store))
    assert result.exit_code == 1
    assert "line 41: it cannot be read as JSON" in result.stderr
    assert "40 outcomes taken, 1 lines left out." in result.stderr
    entry = json.loads(CliRunner().invoke(app, ["access", "audit", "--store", str(store)]).stdout)
    assert (entry["action"], entry["details"]) == ("outcomes.told", {"outcomes": 40})
    shown = run("--store", str(store), "--from", "2030-01-01", "--to", "2030-02-01")
    assert shown.exit_code == 0, shown.output
    assert "conversations: 40, agents: 1" in shown.stdout
    assert "for each agent: 40, for each agent and day: 40" in shown.stdout
    assert "10.0 min (10.0 min to 10.0 min)" in shown.stdout
    assert "50.0% (" in shown.stdout


def test_what_is_unknown_is_said(store: Path) -> None:
    agents = run("agents", "--store", str(store))
    assert "off for this tenant" in agents.stdout
    assert "Too few" in run("drift", "--store", str(store)).stdout
    assert run("--by", "agent", "--store", str(store)).exit_code != 0


def test_agents_are_shown_where_the_tenant_is_named(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIFQ_QUALITY_AGENTS", '["default"]')
    shown = run("agents", "--store", str(store)).stdout
    assert "no ranking" in shown
    assert "Too few conversations" in shown
