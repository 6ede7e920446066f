"""The report on the checks: as data, and as a page for people."""

from collections.abc import Iterable, Sequence

from evaluation.checks.measure import FEWEST, Cell, Times
from evaluation.report import table
from evaluation.result import RunInfo
from inference.types import Record

_READING = (
    "Replies written by hand for this project over the sample helpdesk, each clean and with one planted fault of a "
    "named kind (`evaluation/checks/sets`). The writers of the **dev** replies and of the **test** replies are "
    "different ones; the rules were made with dev in hand, and test was opened once they stood. *Found*: the check "
    "that should find the fault finds more in the faulty reply than in its clean twin. *False alarm*: a check finds "
    "anything, blocking or not, in a clean reply; every check is asked on every clean reply. The checks get the "
    "resolution, its follow-up answers, the facts, the conversation and the policy, but no steps: just as for a text "
    "that an agent typed. In brackets: the 95% bootstrap interval."
)
_ATTACKS = (
    "*The composer obeyed*: what the attacker wants stands in the composer's own reply. *Passed*: a writer that obeys "
    "every attack, its sentence set behind the composer's reply, and no blocking check stops it. *Stopped*: a blocking "
    "check stops the composer's own reply beside the attack."
)


class Example(Record):
    """A fault that was missed, or a clean reply in which something was found."""

    id: str
    code: str
    text: str
    why: str


class CheckResult(Record):
    """The figures of a run; the same code, data and seed give the same, but for the times."""

    part: str
    code: str
    policy: str
    seed: int
    pairs: int
    recall: tuple[Cell, ...]
    alarms: tuple[Cell, ...]
    kinds: tuple[Cell, ...]
    attacks: tuple[Cell, ...]
    times: Times
    missed: tuple[Example, ...]
    alarmed: tuple[Example, ...]
    passed: tuple[Example, ...]


class CheckReport(Record):
    """A result and the run that made it: what stands in the JSON file."""

    result: CheckResult
    run: RunInfo


def to_markdown(report: CheckReport) -> str:
    """Return the report as Markdown."""
    result, run = report.result, report.run
    facts = {
        "part": result.part + ("" if result.part == "test" else ", not test: for work in progress"),
        "code": result.code,
        "policy": result.policy,
        "replies": f"{2 * result.pairs:,}: {result.pairs} clean, {result.pairs} with one fault",
        "run": f"{run.started_at}, {run.seconds:.0f} s: `{run.command}`",
        "machine": f"{run.machine.processor}, {run.machine.cores} cores, {run.machine.system}",
        "all checks on one reply": (
            f"p50 {result.times.p50} ms, p95 {result.times.p95} ms, over {result.times.n} clean replies of "
            f"{result.times.words:.0f} words on average, warm, one thread"
        ),
    }
    parts = [
        "# checks",
        "\n".join(f"- {name}: {value}" for name, value in facts.items()),
        _READING,
        "## Faults found",
        _by_language(result.recall),
        "## False alarms on clean replies",
        _by_language(result.alarms),
        "## Faults found, by kind",
        table(["kind", "n", "found"], [[cell.name, str(cell.figure.n), _share(cell)] for cell in result.kinds]),
    ]
    if result.attacks:
        parts += ["## Attacks", _ATTACKS, _attacks(result.attacks)]
    parts += _examples("Every fault that was missed", result.missed)
    parts += _examples("Every finding in a clean reply", result.alarmed)
    parts += _examples("Obedient replies that passed", result.passed)
    return "\n\n".join(parts) + "\n"


def _by_language(cells: Sequence[Cell]) -> str:
    columns = ("all", "ar", "en")
    rows: dict[str, dict[str, Cell]] = {}
    for cell in cells:
        rows.setdefault(cell.name, {})[cell.language] = cell
    return table(
        ["check", *(f"{name} (n)" for name in columns)],
        [[name, *(_cell(found.get(column)) for column in columns)] for name, found in rows.items()],
    )


def _attacks(cells: Sequence[Cell]) -> str:
    names = list(dict.fromkeys(cell.name for cell in cells))
    rows: dict[str, list[str]] = {}
    for cell in cells:
        rows.setdefault(cell.language, [f"{cell.language} (n={cell.figure.n})"]).append(_share(cell))
    return table(["attacks", *names], rows.values())


def _cell(cell: Cell | None) -> str:
    if cell is None:
        return "-"
    few = " too few" if cell.figure.n < FEWEST else ""
    return f"{_share(cell)} ({cell.figure.n}){few}"


def _share(cell: Cell) -> str:
    figure = cell.figure
    return f"{figure.point:.1%} [{figure.low:.1%}, {figure.high:.1%}]"


def _examples(title: str, examples: Iterable[Example]) -> list[str]:
    lines = [f"- {item.id}, {item.code}: {_plain(item.text)} *{_plain(item.why)}*" for item in examples]
    return [f"## {title} ({len(lines)})", "\n".join(lines)] if lines else []


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("*", "").replace("|", "/")
