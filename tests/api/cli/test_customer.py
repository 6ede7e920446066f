"""The options that name a customer: the same seven for each command that takes them."""

import pytest
from typer.testing import CliRunner

from api.cli.root import app

OPTIONS = ("--customer", "--conversation", "--draft", "--email", "--phone", "--name", "--text", "--whole", "--store")


@pytest.mark.parametrize(("command", "own"), [("find", ()), ("erase", ("--yes",)), ("export", ())])
def test_each_command_takes_them(command: str, own: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(app, ["privacy", command, "--help"]).stdout
    assert all(option in shown for option in (*OPTIONS, *own))
    assert "subject" not in shown.lower()


@pytest.mark.parametrize("command", ["find", "erase", "export"])
def test_a_value_that_is_none_is_named(command: str) -> None:
    found = CliRunner().invoke(app, ["privacy", command, "--email", "nobody"])
    assert "emails" in getattr(found.exception, "message", "")
    assert CliRunner().invoke(app, ["privacy", command]).exit_code != 0
