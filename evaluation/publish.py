"""How the programs of this folder tell what they found: printed, or as a file for programs and one for people."""

import json
import shlex
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import typer
from pydantic import BaseModel

from evaluation.machine import this_machine
from evaluation.packed import packed
from evaluation.result import RunInfo


def run_info(program: Sequence[str], started: datetime, clock: float) -> RunInfo:
    """Describe a run that ends now.

    Args:
        program: How the program is called, without its arguments: ``("rifq",)``.
        started: When it began.
        clock: What ``time.perf_counter()`` said then.
    """
    return RunInfo(
        started_at=started.isoformat(timespec="seconds"),
        seconds=round(time.perf_counter() - clock, 1),
        command=shlex.join([*program, *sys.argv[1:]]),
        machine=this_machine(),
    )


def as_json(content: object) -> str:
    """Return JSON as results are committed: a line an entry, without indentation."""
    return json.dumps(content, ensure_ascii=False, indent=0, separators=(",", ":")) + "\n"


def publish(name: str, found: BaseModel, text: str, out: Path | None) -> None:
    """Write ``NAME.json.gz`` and ``NAME.md`` into a folder, made if need be; without one, print the text."""
    if out is None:
        typer.echo(text)
        return
    out.mkdir(parents=True, exist_ok=True)
    content = as_json(found.model_dump(mode="json"))
    for path, said in ((out / f"{name}.json.gz", packed(content)), (out / f"{name}.md", text.encode("utf-8"))):
        path.write_bytes(said)
        typer.echo(path)
