"""The report: what was measured, as JSON for programs and Markdown for people."""

from evaluation.bootstrap import METHOD
from evaluation.drafting.channels import ChannelRow
from evaluation.drafting.pages import HEAD
from evaluation.drafting.shares import Figure
from evaluation.report import table
from evaluation.result import RunInfo
from inference.types import Record

READING = (
    "Every text is judged by rules of their own, apart from the checks that let it through. In brackets: the 95% "
    f"interval over drafts ({METHOD}); where all agree, the exact binomial bound. The composer's times are of "
    "one thread's processor time in this one run, for each message the middle of three rounds, without encoder "
    "and search."
)


class Part(Record):
    """One thing measured, with its figures."""

    name: str
    note: str
    figures: tuple[Figure, ...]


class DraftingResult(Record):
    """All figures of one run; the same code, sets and seed give the same ones, but for the times."""

    code: str
    model: str
    policy: str
    seed: int
    parts: tuple[Part, ...]
    channels: tuple[ChannelRow, ...]
    compose_ms: dict[str, float]
    found: tuple[str, ...] = ()


class DraftingReport(Record):
    """A result and the run that made it: what stands in the JSON file."""

    result: DraftingResult
    run: RunInfo


def to_markdown(report: DraftingReport) -> str:
    """Return the report as Markdown: a section for each part."""
    result, run, machine = report.result, report.run, report.run.machine
    facts = {
        "model": result.model,
        "policy": result.policy,
        "code": result.code,
        "seed": result.seed,
        "run": f"{run.started_at}, {run.seconds:.0f} s: `{run.command}`",
        "machine": f"{machine.processor}, {machine.cores} cores, {machine.system}, Python {machine.python}",
        "composer": ", ".join(f"{name} {value:.2f} ms" for name, value in result.compose_ms.items()),
    }
    parts = ["# drafting", "\n".join(f"- {name}: {value}" for name, value in facts.items()), READING]
    for part in result.parts:
        parts += [f"## {part.name}", part.note, table(HEAD, [figure.cells for figure in part.figures])]
    if result.found:
        parts += ["## Faults found", "\n".join(f"- {line}" for line in result.found)]
    return "\n\n".join(parts) + "\n"
