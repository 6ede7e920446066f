"""``python -m evaluation.performance``: run the benchmark, print or write its report."""

import asyncio
import shlex
import sys
import time
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from evaluation.helpdesk import open_helpdesk
from evaluation.machine import Machine, this_machine
from evaluation.performance.paths import draft_path_timings, encoder_timings, messages
from evaluation.performance.server import ServerTimings, measure_drafts, measure_server
from evaluation.performance.timing import Timing
from evaluation.publish import publish
from evaluation.report import table
from evaluation.suite import Index
from inference.types import Record
from models.registry import DEFAULT, read_card

TODAY = date(2026, 1, 15)
_READING = (
    "One message at a time, nothing else asked of the service. The ratio is that of the medians to the raw ONNX "
    "Runtime session (tokens ready, no tokenizer, no evidence), taken in turns in the same run: compare ratios between "
    "machines, not milliseconds."
)


class Benchmark(Record):
    """All timings of one run, on one machine."""

    started_at: str
    seconds: float
    command: str
    machine: Machine
    model: str
    threads: int
    encoder: tuple[Timing, ...]
    draft_path: tuple[Timing, ...]
    server: ServerTimings


async def measure(*, threads: int, rounds: int, url: str | None) -> Benchmark:
    """Run the whole benchmark over a temporary store with the sample helpdesk; ``url`` names a running service."""
    started, clock, card = datetime.now(UTC), time.perf_counter(), read_card(DEFAULT)
    encoder = [item for count in sorted({1, threads}) for item in encoder_timings(threads=count, rounds=rounds)]
    async with AsyncExitStack() as stack:
        place = open_helpdesk(Index(), seed=0, today=TODAY, sets=None, store=None)
        desk = await stack.enter_async_context(place)
        path = await draft_path_timings(desk.directory, today=TODAY, threads=threads, count=rounds)
        if url is None:
            server = await asyncio.to_thread(measure_server, desk.directory, messages(rounds), threads=threads)
        else:
            server = ServerTimings(drafts=await asyncio.to_thread(measure_drafts, url, messages(rounds)))
    raw = path[0]
    return Benchmark(
        started_at=started.isoformat(timespec="seconds"),
        seconds=round(time.perf_counter() - clock, 1),
        command=shlex.join(["python", "-m", "evaluation.performance", *sys.argv[1:]]),
        machine=this_machine(),
        model=f"{card['name']}@{card['revision']}",
        threads=threads,
        encoder=tuple(encoder),
        draft_path=tuple(path),
        server=server.model_copy(update={"drafts": server.drafts.beside(raw)}),
    )


def to_markdown(found: Benchmark) -> str:
    """Return the report: timings as tables, each beside the raw session of the same run."""
    machine, server = found.machine, found.server
    memory = f", {machine.memory_mib / 1024:.0f} GiB" if machine.memory_mib else ""
    rows = [*found.encoder, *found.draft_path, server.drafts]
    whole = [
        ["start to ready, index built anew (s)", server.ready_first_s],
        ["start to ready, index from its snapshot (s)", server.ready_again_s],
        ["resident memory of the server after the drafts (MiB)", server.resident_mib],
    ]
    facts = {
        "model": found.model,
        "threads of the encoder": f"{found.threads}, without spinning",
        "machine": f"{machine.processor}, {machine.cores} cores{memory}, {machine.system}, Python {machine.python}",
        "run": f"{found.started_at}, {found.seconds:.0f} s: `{found.command}`",
    }
    parts = [
        "# performance",
        _READING,
        "\n".join(f"- {name}: {value}" for name, value in facts.items()),
        table(
            ["one message", "n", "p50 ms", "p95 ms", "times raw"],
            [[row.name, str(row.n), f"{row.p50_ms:.2f}", f"{row.p95_ms:.2f}", _ratio(row)] for row in rows],
        ),
        table(["server", "value"], [[str(name), str(value)] for name, value in whole if value is not None]),
    ]
    return "\n\n".join(parts) + "\n"


def _ratio(row: Timing) -> str:
    return "" if row.ratio is None else f"{row.ratio:.2f}"


def main(
    out: Annotated[Path | None, typer.Option(help="Folder for performance.json.gz, .md; else printed.")] = None,
    url: Annotated[str | None, typer.Option(help="A running service, e.g. http://127.0.0.1:8000.")] = None,
    threads: Annotated[int, typer.Option(min=1, help="Threads of the encoder.")] = 2,
    rounds: Annotated[int, typer.Option(min=20, help="Calls, and messages, a timing.")] = 200,
) -> None:
    """Time the encoder, the draft path and the server."""
    found = asyncio.run(measure(threads=threads, rounds=rounds, url=url))
    publish("performance", found, to_markdown(found), out)


if __name__ == "__main__":
    typer.run(main)
