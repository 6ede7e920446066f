import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app, main
from api.cli.lines import MAX_LINE, parse
from models.errors import RifqError
from tests.api.fakes import KNOWLEDGE

runner = CliRunner()
ROOT = Path(__file__).parents[2]


@pytest.fixture
def store(tmp_path: Path, fake_encoder: None) -> Path:
    file = tmp_path / "knowledge.ndjson"
    rows = (item.model_dump_json(exclude={"tenant"}) for item in KNOWLEDGE)
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    folder = tmp_path / "store"
    result = run("import", str(file), "--store", str(folder))
    assert result.exit_code == 0, result.stderr
    return folder


def run(*arguments: str, lines: Iterable[str | bytes] = ()) -> Result:
    raw = b"".join((line.encode() if isinstance(line, str) else line) + b"\n" for line in lines)
    return runner.invoke(app, list(arguments), input=raw)


def records(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_lines_come_out_in_the_order_they_went_in(store: Path) -> None:
    ids = [f"m{number}" for number in range(150)]
    lines = [json.dumps({"id": name, "text": f"card {name}"}) for name in ids]
    result = run("search", "--store", str(store), "--k", "2", lines=lines)
    assert result.exit_code == 0
    found = records(result)
    assert [item["id"] for item in found] == ids
    assert all(set(item) == {"id", "hits", "relevance", "answerable", "generation"} for item in found)
    assert all(len(item["hits"]) == 2 for item in found)  # type: ignore[arg-type]


def test_each_command_has_its_shape(store: Path) -> None:
    line = json.dumps({"id": 7, "text": "بطاقتي الجديدة لم تصل بعد", "channel": "email"}, ensure_ascii=False)
    analysis = records(run("analyze", "--store", str(store), lines=[line]))[0]
    draft = records(run("draft", "--store", str(store), lines=[line]))[0]
    assert (analysis["id"], set(analysis)) == (7, {"id", "analysis"})
    assert (draft["id"], set(draft)) == (7, {"id", "draft"})
    assert draft["draft"]["status"] == "ready"  # type: ignore[index]
    assert "بطاقت" in run("draft", "--store", str(store), lines=[line]).stdout


def test_bad_lines_stand_in_their_place(store: Path) -> None:
    bad: list[tuple[str | bytes, object, str]] = [
        ("oops", None, "invalid_json"),
        ("[1]", None, "not_an_object"),
        ('{"text": "x"}', None, "invalid_id"),
        ('{"id": true, "text": "x"}', None, "invalid_id"),
        ('{"id": "", "text": "x"}', None, "invalid_id"),
        (json.dumps({"id": "i" * 201, "text": "x"}), None, "invalid_id"),
        ('{"id": "\\ud800", "text": "x"}', None, "invalid_id"),
        ('{"id": "a"}', "a", "missing_text"),
        ('{"id": "b", "text": 5}', "b", "invalid_field"),
        ('{"id": "c", "text": "\\ud800"}', "c", "broken_unicode"),
        ('{"id": "d", "text": "\\u0000"}', "d", "nul_character"),
        ('{"id": "e", "text": "x", "colour": "red"}', "e", "unknown_field"),
        ('{"id": "f", "text": "x", "channel": "fax"}', "f", "invalid_field"),
        (json.dumps({"id": "g", "text": "x" * 20_001}), "g", "too_long"),
        (b'{"id": "h", "text": "\xff"}', None, "invalid_json"),
        (b'{"id": "i", "text": "' + b"x" * MAX_LINE + b'"}', None, "line_too_long"),
        ("[" * 100_000, None, "invalid_json"),
        ('{"id": "j", "text": "x", "k": NaN}', None, "invalid_json"),
    ]
    lines: list[str | bytes] = []
    for number, (line, _, _) in enumerate(bad):
        lines += [line, json.dumps({"id": f"good{number}", "text": "my card"}), ""]
    result = run("analyze", "--store", str(store), lines=lines)
    assert result.exit_code == 1
    found = records(result)
    assert [item["id"] for item in found[1::2]] == [f"good{number}" for number in range(len(bad))]
    assert [(item["id"], item["error"]["code"]) for item in found[::2]] == [(name, code) for _, name, code in bad]  # type: ignore[index]
    assert all(item["error"]["message"].endswith(".") for item in found[::2])  # type: ignore[index]
    assert result.stderr == ""


def test_nothing_in_nothing_out(store: Path) -> None:
    result = run("draft", "--store", str(store))
    assert (result.exit_code, result.stdout) == (0, "")


def test_texts_as_arguments(store: Path) -> None:
    result = run("analyze", "this is ridiculous", "thanks", "--store", str(store))
    assert [item["id"] for item in records(result)] == ["1", "2"]


def test_ids_are_given_back_as_they_came() -> None:
    assert parse(b'{"id": 12345678901234567890, "text": "x"}').id == 12345678901234567890
    assert parse('{"id": "م/١ #", "text": "x"}'.encode()).id == "م/١ #"


def test_import_reports_rows_and_the_next_step(tmp_path: Path, fake_encoder: None) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("problem,answer\nMy card is late,Please wait.\n,No problem given\n", encoding="utf-8")
    result = run("import", str(file), "--store", str(tmp_path / "s"))
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "line 3, problem:" in result.stderr
    assert "1 rows kept (1 new, 0 replaced, 0 unchanged), 1 refused." in result.stderr
    assert "rifq knowledge verify --all" in result.stderr
    again = run("knowledge", "verify", "--all", "--by", "Sara", "--review-in", "26w", "--store", str(tmp_path / "s"))
    assert (again.exit_code, again.stderr) == (0, "1 resolutions verified by Sara.\n")


def test_verify_wants_to_know_what(tmp_path: Path, fake_encoder: None) -> None:
    common = ("--by", "Sara", "--review-in", "180d", "--store", str(tmp_path))
    assert run("knowledge", "verify", *common).exit_code == 2
    assert run("knowledge", "verify", "x", "--all", *common).exit_code == 2
    missing = run("knowledge", "verify", "x", *common)
    assert isinstance(missing.exception, RifqError)
    odd = run("knowledge", "verify", "--all", "--by", "S", "--review-in", "soon", "--store", str(tmp_path))
    assert "180d" in str(odd.exception)


def test_errors_are_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "argv", ["rifq", "import", str(tmp_path / "absent.csv"), "--store", str(tmp_path)])
    with pytest.raises(SystemExit) as caught:
        main()
    written = capsys.readouterr()
    assert caught.value.code == 2
    assert written.out == ""
    assert written.err.startswith("rifq: ")
    assert written.err.count("\n") == 1


def test_version_and_help() -> None:
    assert run("--version").stdout.startswith("rifq ")
    listed = run("--help").stdout
    for name in ("serve", "import", "analyze", "search", "draft", "knowledge", "eval", "sample"):
        assert name in listed


def test_help_needs_no_heavy_module() -> None:
    code = (
        "import sys, api.cli;"
        "heavy = {'numpy', 'faiss', 'onnxruntime', 'sqlalchemy', 'fastapi', 'pydantic'} & set(sys.modules);"
        "sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break otherwise there")
def test_reader_that_goes_away_is_no_traceback(store: Path) -> None:
    code = (
        "import api.opening, sys; from tests.api.fakes import FakeEncoder;"
        "api.opening.open_encoder = lambda *a, **k: FakeEncoder(); from api.cli import main;"
        f"sys.argv = ['rifq', 'analyze', '--store', {str(store)!r}]; main()"
    )
    child = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
    )
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.close()
    lines = b"".join(json.dumps({"id": str(n), "text": "my card"}).encode() + b"\n" for n in range(500))
    try:
        child.stdin.write(lines)
        child.stdin.close()
    except BrokenPipeError:
        pass
    error = child.stderr.read()
    child.stderr.close()
    assert child.wait(timeout=60) == 1
    assert error == b""


def test_a_draft_can_be_asked_for_differently(store: Path) -> None:
    line = json.dumps({"id": 7, "text": "My new card has not arrived yet", "channel": "email"})
    plain, shorter, arabic = (
        records(run("draft", "--store", str(store), *options, lines=[line]))[0]["draft"]
        for options in ([], ["--as", "shorter"], ["--language", "ar"])
    )
    assert len(shorter["text"]) < len(plain["text"])  # type: ignore[index]
    assert arabic["language"] == "ar"  # type: ignore[index]
    refused = run("draft", "--store", str(store), "--as", "ruder", lines=[line])
    assert refused.exit_code == 2
    assert "shorter, warmer, simpler" in refused.stderr


def test_a_policy_can_be_checked_before_it_is_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = run("policy", "show")
    file = tmp_path / "policy.yaml"
    file.write_text(shown.stdout, encoding="utf-8")
    assert "The policy is right" in run("policy", "check", str(file)).stdout
    assert json.loads(run("policy", "schema").stdout)["properties"]["tone"]
    file.write_text(shown.stdout.replace("numbered: false", "numbered: maybe", 1), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["rifq", "policy", "check", str(file)])
        with pytest.raises(SystemExit):
            main()
    assert "channels.sms.numbered" in capsys.readouterr().err


def test_replies_are_checked_line_by_line(store: Path) -> None:
    said = [
        {"id": "a", "text": "My new card has not arrived yet", "reply": "We will refund you today."},
        {"id": "b", "text": "My new card has not arrived yet"},
    ]
    result = run("check", "--store", str(store), lines=[json.dumps(line) for line in said])
    first, second = records(result)
    assert first["checked"]["blocked"]  # type: ignore[index]
    assert (second["id"], second["error"]["code"]) == ("b", "invalid_field")  # type: ignore[index]
    assert result.exit_code == 1


def test_one_reply_is_checked_as_an_argument(store: Path) -> None:
    result = run("check", "Please send us your PIN.", "--to", "My new card has not arrived yet", "--store", str(store))
    (found,) = records(result)
    assert "asks_for_secret" in {finding["code"] for finding in found["checked"]["findings"]}  # type: ignore[index]
