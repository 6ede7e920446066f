"""``python -m evaluation.follow_ups``: how often the customer's real next question is among those offered."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from evaluation.bootstrap import METHOD
from evaluation.follow_ups.dialogues import FOLDER, Dialogue, Known, read
from evaluation.follow_ups.measure import AT, HitRate, candidates, rates
from evaluation.publish import publish, run_info
from evaluation.report import table
from evaluation.result import RunInfo
from evaluation.revisions import code_revision
from inference.types import Record
from models.errors import ConfigurationError
from models.sets.folder import sets_folder

SEED = 20261122
_FEWEST = 20
_READING = (
    "Dialogues of the Schema-Guided Dialogue corpus (CC BY-SA 4.0). Asked: the first question that the user puts after "
    "the first turn. Known: the kinds of question (price, address, phone number ...) that the **dev** dialogues of the "
    "same domain hold, most frequent first, then those of other domains as neighbours. Offered: by `next_questions`, "
    "for the first turn alone. In brackets: the 95% interval over dialogues "
    f"({METHOD}).\n\n"
    "Read it with care. These are people who book tables and look up the weather, and the services hold few kinds of "
    "question: chance draws from the same lists, own kinds first, so where a domain knows no more than three, three "
    "offers hold them all whatever their order. `next_questions` keeps the order of the list, so it can differ from "
    "the most frequent only by what it leaves out as asked already. What the corpus can show is whether an order by "
    "past frequency beats chance, and how far that reaches services and domains without a past; it says nothing of "
    "which questions a bank's customers ask."
)


class FollowUpResult(Record):
    """The figures of a run; the same code, data and seed give the same."""

    code: str
    seed: int
    dev: int
    test: int
    rates: tuple[HitRate, ...]


class FollowUpReport(Record):
    """A result and the run that made it: what stands in the JSON file."""

    result: FollowUpResult
    run: RunInfo


def measure(past: Sequence[Dialogue], asked: Sequence[Dialogue], *, seed: int) -> FollowUpResult:
    """Learn the known questions from ``past`` and measure on ``asked``, all and by how much is known of the domain."""
    known = Known(past)
    services = {dialogue.service for dialogue in past}
    groups = {
        "all": list(asked),
        "service known": [item for item in asked if item.service in services],
        "domain known, other service": [
            item for item in asked if item.service not in services and known.own(item.domain)
        ],
        "domain unknown": [item for item in asked if not known.own(item.domain)],
        "over three kinds known": [item for item in asked if len(candidates(item, known)[0]) > max(AT)],
    }
    found = [
        rate
        for group, items in groups.items()
        if len(items) >= _FEWEST
        for rate in rates(items, known, group=group, seed=seed)
    ]
    return FollowUpResult(code=code_revision(), seed=seed, dev=len(past), test=len(asked), rates=tuple(found))


def to_markdown(report: FollowUpReport) -> str:
    """Return the report as Markdown: one table, a row a group and way."""
    result, run, machine = report.result, report.run, report.run.machine
    facts = {
        "code": result.code,
        "seed": result.seed,
        "dialogues": f"{result.dev} dev, {result.test} test, each with a question after its first turn (`{FOLDER}`)",
        "run": f"{run.started_at}, {run.seconds:.0f} s: `{run.command}`",
        "machine": f"{machine.processor}, {machine.cores} cores, {machine.system}, Python {machine.python}",
    }
    rows: dict[tuple[str, str], list[str]] = {}
    for rate in result.rates:
        row = rows.setdefault((rate.group, rate.way), [f"{rate.group} (n={rate.n})", rate.way])
        row.append(f"{rate.point:.3f} [{rate.low:.3f}, {rate.high:.3f}]")
    head = ["test dialogues", "offered", *(f"hit rate@{at}" for at in AT)]
    lines = "\n".join(f"- {name}: {value}" for name, value in facts.items())
    return "\n\n".join(["# follow_ups", lines, _READING, table(head, rows.values())]) + "\n"


def main(
    *,
    out: Annotated[
        Path | None, typer.Option(help="Folder for follow_ups.json.gz and follow_ups.md; else printed.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the intervals.")] = SEED,
) -> None:
    """Measure how often the customer's real next question is among those offered."""
    started, clock = datetime.now(UTC), time.perf_counter()
    try:
        folder = sets_folder()
        result = measure(read(folder, "dev"), read(folder, "test"), seed=seed)
    except ConfigurationError as error:
        typer.echo(f"Skipped. {error}", err=True)
        return
    run = run_info(("python", "-m", "evaluation.follow_ups"), started, clock)
    report = FollowUpReport(result=result, run=run)
    publish("follow_ups", report, to_markdown(report), out)


if __name__ == "__main__":
    typer.run(main)
