"""``python -m evaluation.helpdesks``: play a day of each vendor; print or write the report."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from evaluation.helpdesks.day import Day
from evaluation.helpdesks.play import RATES, Player
from evaluation.helpdesks.reckoning import VendorDay, reckon
from evaluation.publish import publish, run_info
from evaluation.report import table
from evaluation.result import RunInfo
from inference.types import Record

VENDORS = ("generic", "chatwoot", "zendesk", "freshdesk", "zammad", "intercom", "help_scout", "front", "email")
_READING = (
    "A scripted day of each vendor, {seconds:.0f} seconds long: customers write in bursts in Arabic (also dialects and "
    "Arabizi) and English, agents answer, leave notes of their own and close. Deliveries come late, out of order and "
    "twice; some are forged. The service runs in a process of its own over SQLite and is killed with `kill -9` in the "
    "middle of its work and started again; a delivery that was not acknowledged is made again, as vendors do; a "
    "mailbox is polled instead, also while the service is down, so its day has no acknowledgements. The "
    "vendor's API is a fake in another process that checks every request and refuses a public one; of its answers "
    "{share:.0%} go wrong: 429, 500 before and after taking the note, silence before and after taking it; a mailbox's "
    "connections break behind three commands of a hundred. At the end "
    "each conversation whose customer waits must have exactly one current private note, for exactly the messages that "
    "nobody answered. Pauses are shorter than in earnest (a hold 3 s, a call 1 s). The processes share a machine with "
    "others: acknowledgements take longer than on one of their own. This proves nothing about the vendors' real APIs, "
    "nor about power cuts."
)


class HelpdeskDays(Record):
    """All that one run found."""

    run: RunInfo
    encoder: str
    seed: int
    vendors: tuple[VendorDay, ...]

    @property
    def faults(self) -> int:
        """What should not have happened, over all vendors."""
        return sum(day.faults for day in self.vendors)


async def measure(vendor: str, *, deliveries: int, kills: int, seconds: float, seed: int, encoder: str) -> VendorDay:
    """Play one vendor's day in a temporary directory."""
    clock, day = time.perf_counter(), Day(deliveries, seed, seconds)
    with TemporaryDirectory(prefix="rifq-helpdesk-") as folder:
        played = await Player(vendor, day, Path(folder), kills=kills, encoder=encoder).play()
        return reckon(vendor, played, seconds=time.perf_counter() - clock)


def to_markdown(found: HelpdeskDays, seconds: float) -> str:
    """Return the report: what was played, and what agents see at the end."""
    machine = found.run.machine
    facts = {
        "faults": found.faults,
        "encoder": found.encoder,
        "seed": found.seed,
        "machine": f"{machine.processor}, {machine.cores} cores, {machine.system}, Python {machine.python}",
        "run": f"{found.run.started_at}, {found.run.seconds:.0f} s: `{found.run.command}`",
    }
    called = [
        "vendor",
        "deliveries",
        "repeated",
        "forged",
        "admitted",
        "kills",
        "p50 (ms)",
        "p95 (ms)",
        "whole day (s)",
    ]
    left = ["vendor", "eligible messages", "bursts", "exactly one note", "notes left", "replaced", "answered"]
    wrong = ["vendor", "lost", "doubled", "stale", "dead", "public or refused"]
    rows = found.vendors
    examples = [f"{day.vendor}: {example}" for day in rows for example in day.examples]
    parts = [
        "# helpdesks",
        _READING.format(seconds=seconds, share=sum(RATES.values())),
        "\n".join(f"- {name}: {value}" for name, value in facts.items()),
        table(
            called,
            [_row(d, d.deliveries, d.repeated, d.forged, d.admitted, d.kills, d.p50, d.p95, d.seconds) for d in rows],
        ),
        table(left, [_row(d, d.eligible, d.bursts, d.exact, d.notes, d.replaced, d.answered) for d in rows]),
        table(wrong, [_row(d, d.lost, d.doubled, d.stale, d.dead, d.public) for d in rows]),
        *(["\n".join(f"- {example}" for example in examples)] if examples else []),
    ]
    return "\n\n".join(parts) + "\n"


def _row(day: VendorDay, *values: float) -> list[str]:
    return [day.vendor, *map(str, values)]


def main(
    *,
    out: Annotated[Path | None, typer.Option(help="Folder for helpdesks.json.gz and .md; else it is printed.")] = None,
    vendor: Annotated[list[str] | None, typer.Option(help="Only these.")] = None,
    deliveries: Annotated[int, typer.Option(min=1, help="Genuine deliveries of a vendor's day.")] = 500,
    kills: Annotated[int, typer.Option(min=0, help="Of the service, in each day.")] = 4,
    seconds: Annotated[float, typer.Option(min=1, help="Over which a day's deliveries are spread.")] = 50.0,
    seed: Annotated[int, typer.Option(help="Of all random choices; the moments of the kills vary all the same.")] = 0,
    encoder: Annotated[str, typer.Option(help="fake, or shipped.")] = "fake",
) -> None:
    """Play a day of each vendor; ends with status 1 where anything is not as it should be."""
    started, clock = datetime.now(UTC), time.perf_counter()
    days: list[VendorDay] = []
    for place, name in enumerate(vendor or VENDORS):
        played = measure(name, deliveries=deliveries, kills=kills, seconds=seconds, seed=seed + place, encoder=encoder)
        days.append(asyncio.run(played))
        run = run_info(("python", "-m", "evaluation.helpdesks"), started, clock)
        found = HelpdeskDays(run=run, encoder=encoder, seed=seed, vendors=tuple(days))
        # After each day: a long run that is interrupted leaves what it found.
        if out is not None or len(days) == len(vendor or VENDORS):
            publish("helpdesks", found, to_markdown(found, seconds), out)
    if found.faults:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
