"""What a run of the validity tests found, as JSON for programs and Markdown for people."""

from collections.abc import Iterable, Sequence

from evaluation.drafting.shares import Figure
from evaluation.report import table
from evaluation.result import RunInfo
from evaluation.scorecard.measures import MEASURES
from evaluation.validity.chance import ChanceFigure
from inference.types import Record

HELD = (0.93, 0.97)
"""Between which shares of runs a 95% interval must hold the truth to be called right."""
_SHOWN = 60

_READING = """\
Do the measures of the scorecard measure what they say, and do the intervals hold what they promise? Three tests whose
answers are known beforehand. Everything here runs offline and is the same for the same seed."""
_PLANTED = """\
Good composer drafts over the sample helpdesk, in both languages, at all four levels of anger and on six channels; in
each exactly one thing is broken. *Right*: the measure that had to fall fell, and no other did. The sentences that
break something were written without the rules at hand. With the half `dev` the rules of blame, cheer and jargon were
then mended; the half `test` was not used for anything, and is what to expect of other people's words. `draft` reads
the text with the steps that the composer says it has; `sent` reads bare words, as of a reply that an agent sent. A
measure that no longer applies (after the language was swapped, none but the language's does) did not fall. Plainness
falls where a text sinks below 50, where the fitted plain and hard texts meet. In brackets: 95% intervals over cases,
exact where all agree."""
_PAIRS = """\
The hand-written pairs of the checks' own set (`rifq eval run checks`), half `dev`, told apart because the rules were
written with them: a pair counts as noticed where any measure of the reply falls, or its scorecard does in any
criterion or auto-fail item. The clean replies' own alarms stand in `checks.md`."""
_CHANCE = """\
Real answers to the messages of our own corpus (half `dev`). *Shuffled*: the labels dealt out anew; the figure must
lie at what knowing nothing comes to. *Held*: of all shuffles, the share whose interval holds that. *Oracle*: the true
labels as answers. Where an oracle leaves nothing to regress on, the figure is undefined, as it must be."""
_COVERED = """\
Simulated worlds whose true figure is known: the share of runs whose 95% interval holds it. Rows (or units, such as
people) a run in the heads. Between 93 and 97% an interval does what it says; outside it is marked."""


class Miss(Record):
    """A planted fault that was not read as it should have been."""

    kind: str
    detail: str
    language: str
    noticed: bool
    others: tuple[str, ...] = ()


class PlantedTable(Record):
    """Planted faults of one half of the sentences, read one way: a row a kind, and all."""

    part: str
    reading: str
    noticed: tuple[Figure, ...]
    right: tuple[Figure, ...]
    misses: tuple[Miss, ...]


class Covered(Record):
    """The share of runs whose interval held the truth, by rows or units a run."""

    name: str
    truth: float
    shares: dict[int, float]


class ValidityResult(Record):
    """All figures; the same code, data and seed give the same ones."""

    seed: int
    drafts: int
    planted: tuple[PlantedTable, ...]
    pairs: tuple[Figure, ...]
    chance: tuple[ChanceFigure, ...]
    shuffles: int
    coverage: tuple[Covered, ...]
    runs: int


class ValidityReport(Record):
    """A result and the run that made it."""

    result: ValidityResult
    run: RunInfo


def to_markdown(report: ValidityReport) -> str:
    """Return the report as Markdown."""
    result, run = report.result, report.run
    machine = f"{run.machine.processor}, {run.machine.cores} cores, {run.machine.system}, Python {run.machine.python}"
    facts = {
        "seed": result.seed,
        "drafts": result.drafts,
        "measures": ", ".join(f"`{name}`" for name in MEASURES),
        "run": f"{run.started_at}, {run.seconds:.0f} s: `{run.command}`",
        "machine": machine,
    }
    parts = ["# validity", _READING, "\n".join(f"- {name}: {value}" for name, value in facts.items())]
    parts += ["## One fault planted in a good draft", _PLANTED]
    for item in result.planted:
        parts += [f"### {item.part}, read as {item.reading}", _planted(item)]
    parts += ["### Misses on `dev`, read as draft", _misses(result.planted)]
    parts += [
        "## The checks' own pairs",
        _PAIRS,
        table(["pairs", "n", "noticed", "95%"], [f.cells for f in result.pairs]),
    ]
    parts += [f"## Labels that say nothing, and all ({result.shuffles} shuffles)", _CHANCE, _chance(result.chance)]
    parts += [f"## Intervals ({result.runs:,} runs each)", _COVERED, _covered(result.coverage)]
    return "\n\n".join(parts) + "\n"


def _planted(item: PlantedTable) -> str:
    rows = [
        [right.name, str(right.n), f"{noticed.point:.1%}", f"{right.point:.1%}", f"[{right.low:.1%}, {right.high:.1%}]"]
        for noticed, right in zip(item.noticed, item.right, strict=True)
    ]
    return table(["what was broken", "n", "noticed", "right", "95%"], rows)


def _misses(planted: Iterable[PlantedTable]) -> str:
    shown = [miss for item in planted if (item.part, item.reading) == ("dev", "draft") for miss in item.misses]
    if not shown:
        return "None."
    counts: dict[str, int] = {}
    for miss in shown:
        fell = f"also fell: {', '.join(miss.others)}" if miss.others else "no measure fell"
        line = f"- {miss.kind}: {miss.detail} ({fell})"
        counts[line] = counts.get(line, 0) + 1
    return "\n".join(f"{line}, {count} times" if count > 1 else line for line, count in list(counts.items())[:_SHOWN])


def _chance(figures: Sequence[ChanceFigure]) -> str:
    rows = [
        [
            figure.metric,
            f"{figure.real:.3f}",
            f"{figure.chance:.3f}",
            f"{figure.point:.3f} [{figure.low:.3f}, {figure.high:.3f}]" + ("" if figure.at_chance else " **not**"),
            f"{figure.mean:.3f}",
            f"{figure.held:.0%}",
            ("undefined" if figure.oracle is None else f"{figure.oracle:.3f}")
            + ("" if figure.oracle_perfect else " **not**"),
        ]
        for figure in figures
    ]
    return table(["metric", "as it is", "chance", "shuffled", "mean of shuffles", "held", "oracle"], rows)


def _covered(figures: Sequence[Covered]) -> str:
    return "\n\n".join(
        table(["figure", "truth", *map(str, sizes)], [_row(item) for item in figures if tuple(item.shares) == sizes])
        for sizes in dict.fromkeys(tuple(item.shares) for item in figures)
    )


def _row(item: Covered) -> list[str]:
    low, high = HELD
    shares = (f"{share:.1%}" + ("" if low <= share <= high else " **outside**") for share in item.shares.values())
    return [item.name, f"{item.truth:.3f}", *shares]
