import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli.root import app
from models.errors import ConflictError, InputError, NotFoundError
from tests.api.access.conftest import PASSWORD


def run(*arguments: str, given: str | None = None) -> Result:
    found = CliRunner().invoke(app, ["access", *arguments], input=given, catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return found


def test_the_first_administrator_and_the_first_key_are_made_here(tmp_path: Path) -> None:
    run("person", "add", "Admin@example.com", "--role", "admin", given=f"{PASSWORD}\n")
    run("person", "add", "oidc@example.com", "--without-password")
    assert "admin@example.com\tadmin\tactive\tuser:" in run("person", "list").stdout
    key = run("key", "add", "--name", "مساعد", "--scopes", "draft, analyse", "--days", "30").stdout.strip()
    assert key.startswith("rifq_")
    id_ = key.split("_")[1]
    fresh = run("key", "rotate", id_, "--overlap", "0").stdout.strip()
    assert fresh != key
    assert f"{id_}\tanalyse,draft\t-\tvalid\tمساعد" in run("key", "list").stdout
    run("key", "revoke", id_)
    assert "revoked" in run("key", "list").stdout
    run("person", "reset", "oidc@example.com", given="a new long password\n")
    run("person", "role", "oidc@example.com", "--role", "reviewer")
    run("person", "lock", "oidc@example.com")
    assert "oidc@example.com\treviewer\tlocked" in run("person", "list").stdout
    run("person", "unlock", "oidc@example.com")
    entries = [json.loads(line) for line in run("audit").stdout.splitlines()]
    assert {entry["actor"] for entry in entries} == {"local"}
    assert entries[0]["action"] == "person.unlocked"
    assert len(run("audit", "--count", "2").stdout.splitlines()) == 2
    assert PASSWORD not in run("audit").stdout


def test_tenants_are_made_and_disabled_here() -> None:
    run("tenant", "add", "acme")
    run("key", "add", "--name", "x", "--scopes", "draft", "--tenant", "acme")
    assert run("key", "list").stdout == ""
    run("tenant", "disable", "acme")
    assert "acme\t" in run("tenant", "list").stdout
    assert "disabled" in run("tenant", "list").stdout
    with pytest.raises(ConflictError, match="disabled"):
        run("key", "list", "--tenant", "acme")
    run("tenant", "enable", "acme")
    run("key", "list", "--tenant", "acme")


def test_what_cannot_be_is_told() -> None:
    with pytest.raises(NotFoundError, match="rifq access tenant add nobody"):
        run("key", "list", "--tenant", "nobody")
    with pytest.raises(InputError, match="no scope 'everything'"):
        run("key", "add", "--name", "x", "--scopes", "everything")
    with pytest.raises(InputError, match="12 to 256"):
        run("person", "add", "a@example.com", given="\n")
    with pytest.raises(NotFoundError):
        run("person", "lock", "nobody@example.com")
    with pytest.raises(ConflictError):
        run("tenant", "disable", "default")
    for name in ("Acme", "../x", "", "a" * 64):
        with pytest.raises(InputError):
            run("tenant", "add", name)
