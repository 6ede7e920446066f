"""``python -m evaluation.durability``: kill, damage, erase and expire; print or write the report."""

import asyncio
import shlex
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from evaluation.durability.damage import Damages, damage_snapshots
from evaluation.durability.erasure import Erasure, Expiry, erase, expire
from evaluation.durability.kills import Kills, kill_imports, kill_writers
from evaluation.machine import Machine, this_machine
from evaluation.publish import publish
from evaluation.report import table
from inference.types import Record

_READING = (
    "Every process is ended with `kill -9`: what the operating system had not written by then is not lost, so this "
    "proves nothing about power cuts. A fault is anything that differs from what was acknowledged, or between the "
    "index and the database."
)
_ERASED = (
    "An erased resolution, its words and vectors looked for in all files of the data directory, also in what zip, zlib "
    "and the word index pack there (not in memory, nor in blocks that the file system freed). Searches still found it "
    "{found} times."
)


class Durability(Record):
    """All that one run found."""

    started_at: str
    seconds: float
    command: str
    machine: Machine
    seed: int
    kills: tuple[Kills, ...]
    damages: Damages
    erasure: Erasure
    expiry: Expiry

    @property
    def faults(self) -> int:
        """What should not have happened, all in all."""
        killed = sum(item.faults for item in self.kills)
        return killed + self.damages.faults + self.erasure.faults + self.expiry.faults


async def measure(*, kills: int, rows: int, starts: int, seed: int) -> Durability:
    """Run everything in temporary directories."""
    started, clock = datetime.now(UTC), time.perf_counter()
    killed = (await kill_writers(kills, seed), await kill_imports(kills, rows, seed))
    damages, erasure, expiry = await damage_snapshots(starts, seed), await erase(), await expire()
    return Durability(
        started_at=started.isoformat(timespec="seconds"),
        seconds=round(time.perf_counter() - clock, 1),
        command=shlex.join(["python", "-m", "evaluation.durability", *sys.argv[1:]]),
        machine=this_machine(),
        seed=seed,
        kills=killed,
        damages=damages,
        erasure=erasure,
        expiry=expiry,
    )


def to_markdown(found: Durability) -> str:
    """Return the report: what was done, how often, and what went wrong."""
    machine = found.machine
    facts = {
        "faults": found.faults,
        "seed": found.seed,
        "machine": f"{machine.processor}, {machine.cores} cores, {machine.system}, Python {machine.python}",
        "run": f"{found.started_at}, {found.seconds:.0f} s: `{found.command}`",
    }
    killed = [
        [item.what, str(item.kills), str(item.acknowledged), str(item.resolutions), str(item.faults)]
        for item in found.kills
    ]
    places = [[item.when, _places(item.words), _places(item.vectors)] for item in found.erasure.moments]
    examples = [example for item in found.kills for example in item.examples] + list(found.damages.examples)
    parts = [
        "# durability",
        _READING,
        "\n".join(f"- {name}: {value}" for name, value in facts.items()),
        table(["killed", "kills", "acknowledged", "resolutions", "faults"], killed),
        _damage_line(found.damages),
        _ERASED.format(found=found.erasure.found_by_search),
        table(["when", "words in", "vectors in"], places),
        _expiry_line(found.expiry),
        *(["\n".join(f"- {example}" for example in examples)] if examples else []),
    ]
    return "\n\n".join(parts) + "\n"


def _damage_line(found: Damages) -> str:
    harms = ", ".join(f"{count} {name}" for name, count in sorted(found.harms.items()))
    return (
        f"Damaged index files: {found.starts} starts over {found.files} files ({harms}). {found.newest} hit the newest "
        f"snapshot, and {found.logged} of these were logged. Faults (a start that failed, another answer than the "
        f"sound index gives, an index that differs from the database): {found.faults}."
    )


def _expiry_line(found: Expiry) -> str:
    return (
        f"The only source for a question: of {found.sources} drafts {found.ready_before} were ready on the review "
        f"date, {found.ready_after} on the day after, when {found.said_after} named the stale source in a note."
    )


def _places(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "nothing"


def main(
    out: Annotated[Path | None, typer.Option(help="Folder for durability.json.gz and .md; else it is printed.")] = None,
    kills: Annotated[int, typer.Option(min=1, help="Kills of each kind.")] = 100,
    rows: Annotated[int, typer.Option(min=1, help="Rows of the imported file.")] = 2_000,
    starts: Annotated[int, typer.Option(min=1, help="Starts over a damaged index.")] = 200,
    seed: Annotated[int, typer.Option(help="Of all random choices; the moments of the kills vary all the same.")] = 0,
) -> None:
    """Kill, damage, erase and expire; ends with status 1 where anything went wrong."""
    found = asyncio.run(measure(kills=kills, rows=rows, starts=starts, seed=seed))
    publish("durability", found, to_markdown(found), out)
    if found.faults:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
