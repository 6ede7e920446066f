import gzip
import json
import re
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from evaluation.commands import make_app
from evaluation.data import Example
from evaluation.runs.record import parse_record, read_record, row_keys, write_record
from evaluation.runs.store import RunStore
from models.errors import ArtifactError, NotFoundError, StorageError
from tests.evaluation.runs.builders import record, rights
from tests.evaluation.toy import SMOKE, open_guesser, open_oracle

FEW = 40
SMALL = SMOKE.model_copy(
    update={
        "tasks": tuple(
            task.model_copy(update={"data": tuple(data.model_copy(update={"sample": FEW}) for data in task.data)})
            for task in SMOKE.tasks
        )
    }
)
"""Runs are kept, compared and gated alike whatever their size; four of them are made."""
ONE, OTHER = record(rights(True, False)), record(rights(True, True))


def test_a_run_comes_back_as_it_was(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "new" / "runs.sqlite3")
    store.add(ONE)
    store.add(OTHER)
    assert store.get(ONE.id) == store.get(ONE.id[:8]) == ONE
    assert store.get("latest:toy") == OTHER
    assert [line.id for line in store.lines()] == [OTHER.id, ONE.id]


def test_the_same_result_is_the_same_run(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "runs.sqlite3")
    later = ONE.model_copy(update={"run": ONE.run.model_copy(update={"started_at": "2026-02-01T00:00:00"})})
    store.add(ONE)
    store.add(later)
    assert [line.started_at for line in store.lines()] == ["2026-01-15T00:00:00"]
    assert ONE.id != OTHER.id


def test_who_is_not_there_is_told(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "runs.sqlite3")
    for name in ("abc", "latest:toy", ""):
        with pytest.raises(NotFoundError, match="rifq eval run"):
            store.get(name)
    assert not store.path.exists(), "looking makes no file"


def test_files_that_hold_no_run_are_told(tmp_path: Path) -> None:
    path = tmp_path / "run.gz"
    write_record(ONE, path)
    assert read_record(path) == ONE
    for content in (b"", b"no gzip", gzip.compress(b"{}"), gzip.compress(b"\xff"), path.read_bytes()[:40]):
        path.write_bytes(content)
        with pytest.raises(ArtifactError):
            read_record(path)
    path.unlink()
    with pytest.raises(ArtifactError):
        RunStore(tmp_path / "x").get(str(path))
    (tmp_path / "none.sqlite3").write_bytes(b"no database, only text that is long enough to be looked at" * 20)
    with pytest.raises(StorageError, match="--runs"):
        RunStore(tmp_path / "none.sqlite3").lines()


def test_keys_tell_equal_texts_apart_and_hold_no_text() -> None:
    rows = [
        Example("أين بطاقتي؟", {"set": "a"}),
        Example("أين بطاقتي؟", {"set": "a"}),
        Example("أين بطاقتي؟", {"set": "b"}),
    ]
    first, second, third = row_keys(rows)
    assert second == f"{first}/2"
    assert third not in {first, second}
    assert "بطاقتي" not in "".join((first, second, third))


def test_the_commands_keep_compare_and_gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The folder, not load_suite: a module first imported meanwhile would keep the false function for all later tests.
    (tmp_path / "smoke.yaml").write_text(yaml.safe_dump(SMALL.model_dump(mode="json")), encoding="utf-8")
    monkeypatch.setattr("evaluation.suite.files", lambda _package: tmp_path)
    runs, saved = str(tmp_path / "runs.sqlite3"), str(tmp_path / "oracle.gz")
    good, bad = make_app(open_oracle), make_app(open_guesser)
    for app, extra in ((good, ["--save", saved]), (bad, [])):
        done = CliRunner().invoke(app, ["run", "smoke", "--runs", runs, "--out", str(tmp_path), *extra])
        assert done.exit_code == 0, done.output
    listed = CliRunner().invoke(good, ["runs", "--runs", runs]).stdout.splitlines()
    assert len(listed) == 2
    compared = CliRunner().invoke(good, ["compare", saved, "latest:smoke", "--runs", runs])
    assert compared.exit_code == 0, compared.output
    assert re.search(r"- \*\*Worse\*\*[\s\S]*Recall@1 by intent[\s\S]*- \*\*Undecided", compared.stdout)
    passed = CliRunner().invoke(good, ["gate", "smoke", "--baseline", saved, "--runs", runs])
    assert passed.exit_code == 0, passed.output
    assert "passed" in passed.stdout
    failed = CliRunner().invoke(bad, ["gate", "smoke", "--baseline", saved, "--runs", runs])
    assert failed.exit_code == 1
    assert f"\nSample cases left out of the index, search: Recall@1 by intent (n {FEW})\n" in failed.stdout
    assert "  worse on the same rows: 1.000 -> " in failed.stdout


def test_one_file_takes_one_run(tmp_path: Path) -> None:
    done = CliRunner().invoke(make_app(open_oracle), ["run", "smoke", "drafts", "--save", str(tmp_path / "x.gz")])
    assert done.exit_code != 0
    assert "One file takes one run" in str(done.exception)


def test_a_run_keeps_its_name_when_it_was_stored_before_a_field_was_added() -> None:
    run = record(rights(True, False))
    content = json.loads(run.model_dump_json())
    assert content["tasks"][0].pop("examples") == []
    assert content["tasks"][0]["task"]["metrics"][0].pop("known") is False
    assert parse_record(json.dumps(content)).id == run.id


def test_a_page_in_a_second_language_leaves_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_record(ONE, tmp_path / "run.gz")
    for language in ("en", "ar"):
        done = CliRunner().invoke(make_app(open_oracle), ["report", "run.gz", "--language", language])
        assert done.exit_code == 0, done.output
    pages = {name: (tmp_path / f"report.{name}.html").read_text(encoding="utf-8") for name in ("en", "ar")}
    assert all(f'lang="{name}"' in page for name, page in pages.items())
    assert (tmp_path / "report.ar.json").exists()
    named = CliRunner().invoke(make_app(open_oracle), ["report", "run.gz", "--out", "mine.html"])
    assert named.stdout.split() == ["mine.html", "mine.json"]
