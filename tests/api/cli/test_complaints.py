import json

import pytest
from typer.testing import CliRunner

from api.cli.root import app


def _run(*arguments: str) -> str:
    found = CliRunner().invoke(app, ["complaints", *arguments])
    assert found.exit_code == 0, found.output
    return found.stdout


def test_a_complaint_is_raised_told_and_listed() -> None:
    made = json.loads(_run("raise", "--by", "Huda", "--country", "sa", "--conversation", "c1", "--summary", "رسوم"))
    assert made["reference"].endswith("-000001-16") or made["reference"].startswith("C-")
    _run("tell", made["id"], "acknowledged", "--by", "Huda")
    assert json.loads(_run("show", made["id"]))["state"] == "acknowledged"
    listed = _run("list", "--state", "running").split("\t")
    assert listed[:3] == [made["id"], made["reference"], "acknowledged"]
    assert json.loads(_run("figures"))["all"] == 1
    assert _run("sweep") == ""


def test_rules_are_printed_with_their_sources() -> None:
    lines = _run("rules", "gb").splitlines()
    assert any("final_response\t56 calendar_days\tconfidence high\tFCA Handbook, DISP 1.6.2R" in line for line in lines)
    assert len(lines) == 6


@pytest.mark.parametrize(
    "arguments",
    [
        ("list", "--state", "lost"),
        ("raise", "--by", "Huda"),
        ("raise", "--by", "Huda", "--country", "zz"),
        ("tell", "nothing", "acknowledged", "--by", "Huda"),
        ("tell", "nothing", "responded", "--by", "Huda"),
        ("tell", "nothing", "responded", "--by", "Huda", "--text", "/nowhere/at/all"),
    ],
)
def test_what_does_not_fit_says_why(arguments: tuple[str, ...]) -> None:
    found = CliRunner().invoke(app, ["complaints", *arguments])
    assert found.exit_code != 0
    assert getattr(found.exception, "message", "")
