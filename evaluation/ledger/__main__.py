"""``python -m evaluation.ledger``: play a month of promises against the ledger; print or write the report."""

import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from evaluation.ledger.month import BEGINS, CAIRO, CLOCK, DAYS, OUTAGES, Month
from evaluation.ledger.play import Player, run_month
from evaluation.ledger.reckoning import GRACE_HOURS, UNDATED_HOURS, Grid
from evaluation.publish import publish, run_info
from evaluation.report import table
from evaluation.result import RunInfo
from inference.types import CommitmentState, Record

_READING = (
    "Accepted and edited drafts, Arabic and English, in Cairo from {begins} on: Ramadan hours, Eid, weekends, the "
    "change to summer time, {outages} outages of the service, and a machine's clock that {steps} times goes wrong "
    "or right, by half an hour to three days. The ledger runs in a process of its own over a SQLite file; each kill "
    "is a `kill -9` over a line just sent, after which the line is sent again. What must be stored is reckoned "
    "apart from the product: working time on a grid of minutes, states by a machine of its own. A fault is any "
    "difference, in any commitment's state, due time, number of final events or number of notices, in any answer to "
    "an event, in what a conversation is owed, or in the figures. What nobody confirms {grace} working hours after "
    "it was due is broken; what names no time is due after {undated}. This proves nothing about power cuts, nor "
    "whether a text's promises are found."
)
_SHOWN = 10


class LedgerMonth(Record):
    """All that one run found; ``kinds`` holds the final states by kind, ``kills`` what each kill fell into."""

    run: RunInfo
    seed: int
    days: int
    accepted: int
    done: dict[str, int]
    kills: dict[str, int]
    commitments: int
    notices: int
    kinds: dict[str, dict[CommitmentState, int]]
    faults: int
    examples: tuple[str, ...] = ()


def measure(replies: int, kills: int, seed: int) -> LedgerMonth:
    """Play a month in a temporary directory."""
    started, clock = datetime.now(UTC), time.perf_counter()
    month = Month(replies, seed, Grid())
    with TemporaryDirectory(prefix="rifq-ledger-") as folder:
        player = run_month(month, Path(folder), kills=kills, seed=seed)
    return _sum_up(player, month, seed, run_info(("python", "-m", "evaluation.ledger"), started, clock))


def _sum_up(player: Player, month: Month, seed: int, run: RunInfo) -> LedgerMonth:
    entries, tally = player.reckoning.entries, player.tally
    return LedgerMonth(
        run=run,
        seed=seed,
        days=DAYS,
        accepted=sum(not reply.rejected for reply in month.replies),
        done=dict(tally.done),
        kills=dict(sorted(tally.kills.items())),
        commitments=len(entries),
        notices=sum(entry.noticed for entry in entries),
        kinds={
            kind: {CommitmentState(state): count for state, count in states.items()}
            for kind, states in player.by_kind().items()
        },
        faults=len(tally.faults),
        examples=tuple(tally.faults[:_SHOWN]),
    )


def to_markdown(found: LedgerMonth) -> str:
    """Return the report: what was played, how each commitment ended, and what went wrong."""
    machine, states = found.run.machine, [state for state in CommitmentState if state.final]
    facts = {
        "faults": found.faults,
        "accepted drafts": found.accepted,
        "commitments": f"{found.commitments}, each with exactly one final event" if not found.faults else "see below",
        "overdue": f"{found.notices}, each noticed exactly once" if not found.faults else "see below",
        "played": ", ".join(f"{count} {name}" for name, count in sorted(found.done.items())),
        "seed": found.seed,
        "machine": f"{machine.processor}, {machine.cores} cores, {machine.system}, Python {machine.python}",
        "run": f"{found.run.started_at}, {found.run.seconds:.0f} s: `{found.run.command}`",
    }
    rows = [[kind, *(str(counts.get(state, 0)) for state in states)] for kind, counts in found.kinds.items()]
    total = [sum(counts.get(state, 0) for counts in found.kinds.values()) for state in states]
    reading = _READING.format(
        begins=BEGINS.astimezone(CAIRO).strftime("%d %B %Y").lstrip("0"),
        outages=len(OUTAGES),
        steps=2 * len(CLOCK),
        grace=GRACE_HOURS,
        undated=UNDATED_HOURS,
    )
    parts = [
        "# ledger",
        reading,
        "\n".join(f"- {name}: {value}" for name, value in facts.items()),
        table(["kind", *(state.value for state in states)], [*rows, ["all", *map(str, total)]]),
        table(["killed over", "kills"], [[name, str(count)] for name, count in found.kills.items()]),
        *(["\n".join(f"- {example}" for example in found.examples)] if found.examples else []),
    ]
    return "\n\n".join(parts) + "\n"


def main(
    out: Annotated[Path | None, typer.Option(help="Folder for ledger.json.gz and .md; else it is printed.")] = None,
    replies: Annotated[int, typer.Option(min=1, help="Accepted drafts of the month.")] = 5_000,
    kills: Annotated[int, typer.Option(min=0, help="Lines over which the process is killed.")] = 30,
    seed: Annotated[int, typer.Option(help="Of all random choices; the moments of the kills vary all the same.")] = 0,
) -> None:
    """Play a month of promises; ends with status 1 where anything differs from what was reckoned."""
    found = measure(replies, kills, seed)
    publish("ledger", found, to_markdown(found), out)
    if found.faults:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
