import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evaluation.commands import make_app
from evaluation.packed import unpacked
from evaluation.runs.record import write_record
from evaluation.suite import load_suites
from tests.evaluation.runs.builders import record, rights
from tests.evaluation.toy import open_oracle

APP = make_app(open_oracle)


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Runs are kept beside the work: not in this folder."""
    monkeypatch.chdir(tmp_path)


def test_list_names_every_suite_and_on_request_its_tasks_with_their_rows() -> None:
    short, long = (CliRunner().invoke(APP, ["list", *more]) for more in ([], ["--tasks"]))

    assert (short.exit_code, long.exit_code) == (0, 0)
    for suite in load_suites():
        assert f"  {suite.name:<15} {suite.line}\n" in short.stdout
    order = [short.stdout.index(f"  {name} ") for name in ("understanding", "retrieval", "drafts", "checks", "safety")]
    assert order == sorted(order)
    assert "Planted faults: 256 of planted_faults; 2 figures (check)" in long.stdout
    assert "Planted faults" not in short.stdout


def test_gate_runs_the_baseline_s_suite_as_it_was_run_and_tells_by_its_exit_status(tmp_path: Path) -> None:
    saved = tmp_path / "run.json.gz"
    made = CliRunner().invoke(APP, ["run", "scorecard", "--limit", "6", "--seed", "3", "--save", str(saved)])
    assert made.exit_code == 0, made.output

    gated = CliRunner().invoke(APP, ["gate", "--baseline", str(saved)])

    assert gated.exit_code == 0, gated.output
    assert "scorecard" in gated.stdout
    assert "passed" in gated.stdout
    assert "Differs from the baseline" not in gated.stdout, "the seed and the sizes are the baseline's"


def test_gate_judges_a_run_that_is_there_already(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json.gz", tmp_path / "bad.json.gz"
    write_record(record(rights(*[True] * 80, *[False] * 20)), good)
    write_record(record(rights(*[True] * 40, *[False] * 60)), bad)

    failed = CliRunner().invoke(APP, ["gate", "--baseline", str(good), "--run", str(bad)])

    assert failed.exit_code == 1
    assert "task: right (n 100)" in failed.stdout
    assert "0.400, 0.3" in failed.stdout


def test_compare_takes_several_runs(tmp_path: Path) -> None:
    paths = [tmp_path / f"{share}.json.gz" for share in (50, 70, 90)]
    for path, share in zip(paths, (50, 70, 90), strict=True):
        write_record(record(rights(*[True] * share, *[False] * (100 - share)), code=str(share)), path)

    page = CliRunner().invoke(APP, ["compare", *map(str, paths)]).stdout

    assert page.count("what changed against") == 2
    assert page.index("**Better** in 1 of 1") < page.index("## Every figure")


def test_run_writes_json_markdown_and_rows(tmp_path: Path) -> None:
    rows = tmp_path / "rows.ndjson"
    done = CliRunner().invoke(APP, ["run", "smoke", "--out", str(tmp_path), "--rows", str(rows), "--limit", "8"])

    assert done.exit_code == 0, done.output
    written = json.loads(unpacked((tmp_path / "smoke.json.gz").read_bytes()))
    assert written["result"]["limit"] == 8
    assert set(written["run"]) == {"started_at", "seconds", "command", "machine"}
    lines = [json.loads(line) for line in rows.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == 6 * 8
    assert {"task", "message", "status", "text"} <= next(line for line in lines if "status" in line).keys()
    assert done.stdout.split() == [str(tmp_path / "smoke.json.gz"), str(tmp_path / "smoke.md")]


def test_run_without_a_folder_prints_markdown() -> None:
    done = CliRunner().invoke(APP, ["run", "smoke", "--limit", "4"])

    assert done.exit_code == 0
    assert done.stdout.startswith("# smoke\n")
