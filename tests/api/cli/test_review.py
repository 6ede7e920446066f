import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.review import _lines
from api.cli.root import app
from api.review import RoundAgreement
from evaluation.agreement import Question, Rating, Scale, agreement
from models.errors import InputError

TEXT = {"message": "My card has not arrived", "replies": [{"text": "It takes 5 to 7 days.", "writer": "composer"}]}
ARABIC = {"message": "لم تصل بطاقتي", "replies": [{"text": "تصل خلال 5 إلى 7 أيام."}]}


def _run(*arguments: str, code: int = 0, typed: str | None = None) -> str:
    found = CliRunner().invoke(app, ["review", *arguments], input=typed)
    assert found.exit_code == code, found.output
    return found.stdout if code == 0 else found.output


def _texts(folder: Path) -> str:
    path = folder / "texts.ndjson"
    path.write_text("\n".join(json.dumps(item, ensure_ascii=False) for item in (TEXT, ARABIC)), encoding="utf-8")
    return str(path)


def _person(email: str, name: str) -> str:
    """Add a person and return them as ``user:ID``."""
    added = ["access", "person", "add", email, "--role", "reviewer", "--name", name, "--without-password"]
    assert CliRunner().invoke(app, added).exit_code == 0
    listed = CliRunner().invoke(app, ["access", "person", "list"]).stdout.splitlines()
    return next(line.split("\t")[3] for line in listed if line.startswith(email))


def test_a_round_is_made_followed_closed_and_taken_out(tmp_path: Path) -> None:
    first, second = _person("sara@example.com", "سارة"), _person("ali@example.com", "Ali")
    named = ("--reviewer", first, "--reviewer", "Ali@Example.com", "--readers", "2")
    id_ = _run("new", "أسبوع", "--target", "texts", "--texts", _texts(tmp_path), *named).strip()
    listed = _run("list").strip().split("\t")
    assert listed == [id_, "أسبوع", "score", "open", "2", "0/4"]
    shown = json.loads(_run("show", id_))
    assert [item["share"] for item in shown["progress"]] == [2, 2]
    assert shown["reviewers"] == [first, second]
    assert shown["rubric_text"]["criteria"]
    heading, *lines = [line.split("\t") for line in _run("agreement", id_).splitlines()]
    assert len(lines) == len(shown["rubric_text"]["criteria"] + shown["rubric_text"]["auto_fails"])
    assert {len(cells) for cells in lines} == {len(heading)}
    assert {cells[heading.index("reliance")] for cells in lines} == {"too_few"}
    assert json.loads(_run("agreement", id_, "--json"))["items"] == 0
    assert list(csv.DictReader(io.StringIO(_run("export", id_, "--bom").removeprefix("\ufeff")))) == []
    assert len(json.loads(_run("export", id_, "--json"))["items"]) == 2
    told = _run("close", id_, typed="n\n", code=1)
    assert "has 0 of 4 readings" in told
    assert "\topen\t" in _run("list")
    _run("close", id_, "--yes")
    assert "\tclosed\t" in _run("list")


def test_an_answer_closes_a_round(tmp_path: Path) -> None:
    id_ = _run("new", "A week", "--target", "texts", "--texts", _texts(tmp_path)).strip()
    _run("close", id_, typed="y\n")
    assert "\tclosed\t" in _run("list")
    _run("close", id_)  # nothing is asked where nothing changes


def test_the_checks_stand_beside_people() -> None:
    people = [Rating(str(item), name, item % 4 + 1) for item in range(40) for name in ("a", "b")]
    question = Question("criterion:tone", Scale.ORDINAL, people, {str(item): item % 4 + 1 for item in range(40)})
    answered = agreement([question])
    assert answered[0].machine is not None
    found = RoundAgreement(round="r", items=40, raters={"a": None, "b": None}, means={}, questions=answered)

    heading, line = ["".join(part).rstrip("\n").split("\t") for part in _lines(found)]

    told = dict(zip(heading, line, strict=True))
    assert (told["shared items"], told["alpha"], told["reliance"]) == ("40", "1.00", "reliable")
    assert (told["checks' kappa"], told["checks' verdict"]) == ("1.00", answered[0].machine.verdict.value)
    assert told["mean"] == "-"


def test_agents_are_named_listed_and_forgotten() -> None:
    sara = _person("sara@example.com", "سارة")
    _run("agent", "set", "desk", "3811", "SARA@example.com", "--name", "سارة", "--name", "Sara A.")
    _run("agent", "set", "desk", "3812", sara)
    assert [line.split("\t") for line in _run("agent", "list").splitlines()] == [
        ["desk", "3811", sara, "سارة", "سارة, Sara A."],
        ["desk", "3812", sara, "سارة", ""],
    ]
    _run("agent", "remove", "desk", "3811")
    assert [line.split("\t")[1] for line in _run("agent", "list").splitlines()] == ["3812"]


@pytest.mark.parametrize("name", ["user:sami@example.com", "sami@example.com", "sami"])
def test_nobody_unknown_reads_or_is_an_agent(name: str, tmp_path: Path) -> None:
    texts = ("--target", "texts", "--texts", _texts(tmp_path))
    for arguments in (("agent", "set", "desk", "7", name), ("new", "A week", *texts, "--reviewer", name)):
        found = CliRunner().invoke(app, ["review", *arguments])
        assert isinstance(found.exception, InputError)
        assert f"'{name}'" in found.exception.message
        assert "rifq access person list" in found.exception.message
    assert not _run("agent", "list")
    assert not _run("list")


def test_scores_are_imported_and_a_fault_is_named(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    path.write_text("\ufeffid,ticket,tone\n1,4711,4\n2,4712,5\n", encoding="utf-8")
    columns = ("--rubric", "old@1", "--id", "id", "--score", "tone=tone", "--column", "conversation=ticket")
    assert "2 stored" in CliRunner().invoke(app, ["review", "import", str(path), *columns]).output
    assert "2 known" in CliRunner().invoke(app, ["review", "import", str(path), *columns]).output
    path.write_text("id,ticket,tone\n3,4711,\n", encoding="utf-8")
    assert "line 2" in _run("import", str(path), *columns, code=1)


@pytest.mark.parametrize(
    "arguments",
    [
        ("new", "x"),
        ("new", "x", "--kind", "rank"),
        ("new", "x", "--since", "yesterday"),
        ("new", "x", "--target", "texts", "--texts", "/nowhere/at/all"),
        ("new", "x", "--rubric", "/nowhere/at/all"),
        ("show", "nothing"),
        ("close", "nothing", "--yes"),
        ("agent", "remove", "desk", "7"),
        ("agent", "set", "", "7", "local"),
        ("agreement", "nothing"),
        ("import", "/nowhere/at/all", "--rubric", "r", "--id", "id", "--score", "tone=tone"),
        ("import", "/nowhere/at/all", "--rubric", "r", "--id", "id", "--score", "tone"),
    ],
)
def test_what_does_not_fit_says_why(arguments: tuple[str, ...]) -> None:
    found = CliRunner().invoke(app, ["review", *arguments])
    assert found.exit_code != 0
    assert getattr(found.exception, "message", "")
