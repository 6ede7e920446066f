import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from api.settings import Settings, load_settings
from models.errors import ConfigurationError, ConflictError, InputError
from retrieval.store import ResolutionStore, database_url, open_database
from tests.api.conftest import fill
from tests.api.fakes import KNOWLEDGE

RUNNER = CliRunner()


def run(*words: str) -> list[str]:
    done = RUNNER.invoke(app, ["backup", *words], catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return done.stdout.splitlines()


def test_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, new = ("--store", str(tmp_path / "store")), ("--store", str(tmp_path / "new"))
    asyncio.run(fill(tmp_path / "store"))
    policies = tmp_path / "policies"
    policies.mkdir()
    (policies / "shop.yaml").write_text("name: shop\n")
    monkeypatch.setenv("RIFQ_POLICIES", str(policies))
    monkeypatch.setenv("RIFQ_BACKUP_KEEP", "2w")
    (path,) = run("create", "--with-files", *store)
    assert Path(path).parent == tmp_path / "store" / "backups"
    run("verify", path)
    (line,) = run("list", *store)
    name, made, ends, kind, *_ = line.split("\t")
    assert (name, kind) == (Path(path).name, "sqlite")
    assert made < ends
    with pytest.raises(ConflictError):
        run("restore", path, *store)
    run("restore", path, "--files", str(tmp_path / "files"), *new)
    assert (tmp_path / "files/policies/shop.yaml").read_text() == "name: shop\n"
    (other,) = run("create", str(tmp_path / "elsewhere"), *new)
    assert run("list", str(tmp_path / "elsewhere"))[0].split("\t")[5] == line.split("\t")[5]
    assert run("prune", *store) == []
    with pytest.raises(InputError, match="--keep"):
        run("prune", "--keep", "soon", *store)
    assert run("prune", "--keep", "0d", *store) == [path]
    assert Path(other).exists()


def test_what_was_erased_since_is_erased_again_once_it_is_restored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[int] = []

    async def reapply(settings: Settings) -> int:
        database = await open_database(database_url(settings.data))
        found.append(await ResolutionStore(database).count())
        await database.close()
        return 3

    monkeypatch.setattr("api.privacy.opening.reapply_erasures", reapply)
    asyncio.run(fill(tmp_path / "store"))
    (path,) = run("create", "--store", str(tmp_path / "store"))
    done = RUNNER.invoke(app, ["backup", "restore", path, "--store", str(tmp_path / "new")], catch_exceptions=False)
    assert "3 rows that had been erased" in done.stderr
    assert found == [len(KNOWLEDGE)], "it sees what was restored"


def test_a_life_that_is_no_span_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIFQ_BACKUP_KEEP", "soon")
    with pytest.raises(ConfigurationError, match="RIFQ_BACKUP_KEEP"):
        load_settings()


def test_a_restore_that_cannot_know_what_was_erased_says_so(tmp_path: Path) -> None:
    store, new = ("--store", str(tmp_path / "store")), ("--store", str(tmp_path / "new"))
    asyncio.run(fill(tmp_path / "store"))
    (path,) = run("create", *store)
    told = RUNNER.invoke(app, ["backup", "restore", path, *new], catch_exceptions=False).stderr
    assert "may be back" in told
    assert "audit.key" in told
    (tmp_path / "new/erased.jsonl").touch()
    again = RUNNER.invoke(app, ["backup", "restore", path, "--replace", *new], catch_exceptions=False)
    assert again.exit_code == 0
    assert "may be back" not in again.stderr
