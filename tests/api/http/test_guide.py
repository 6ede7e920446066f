"""docs/api.md is true: its examples run, its table holds every code."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from api.http.document import CODES

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(bash|js|python)\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
COMMANDS = {
    "bash": ["bash", "-euo", "pipefail", "-c"],
    "js": ["node", "--input-type=module", "-e"],
    "python": [sys.executable, "-c"],
}


@pytest.mark.parametrize(
    ("language", "code"), BLOCKS, ids=[f"{number}-{block[0]}" for number, block in enumerate(BLOCKS)]
)
def test_examples_run_as_they_stand(live: str, tmp_path: Path, language: str, code: str) -> None:
    program = "curl" if language == "bash" else COMMANDS[language][0]
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed: apt-get install {'nodejs' if program == 'node' else program}")
    expected = re.findall(r"^(?:#|//) ?=> (.*)$", code, re.MULTILINE)
    assert expected, "an example says what it prints"
    given = {"RIFQ_URL": live, "RIFQ_KEY": "rifq_example", "PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    done = subprocess.run(  # noqa: S603 - our own page
        [*COMMANDS[language], code], cwd=tmp_path, env=given, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == expected


def test_there_are_examples_in_each_language() -> None:
    assert {language for language, _ in BLOCKS} == set(COMMANDS)


def test_the_table_of_errors_is_complete(app: FastAPI) -> None:
    document: dict[str, Any] = app.openapi()
    found: dict[str, set[str]] = {}
    for name, item in document["components"]["responses"].items():
        for code in item["x-problem-codes"]:
            found.setdefault(code, set()).add(name.split(".")[0])
    listed = re.findall(r"^\| (\d{3}) \| `([a-z_]+)` \| (.+) \|$", GUIDE, re.MULTILINE)
    assert {code: detail for _, code, detail in listed} == CODES
    for status, code, _ in listed:
        assert found.get(code, {status}) == {status}, code
