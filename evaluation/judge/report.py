"""A judge's biases as a page, and what planted judges were found to have."""

from collections.abc import Iterator, Sequence

from evaluation.judge.biases import Bias, Biases
from evaluation.report import table
from evaluation.result import RunInfo
from inference.types import Record

FIGURES = {
    "unparsable_choices": "choices that could not be read",
    "first": "chooses the reply shown first (no bias: 0.5)",
    "same_again": "chooses the same when asked again",
    "same_swapped": "chooses the same reply when the order is swapped",
    "longer": "chooses the longer reply, of all pairs",
    "longer_of_equal": "chooses the longer of two equally good replies (no bias: 0.5)",
    "length": "rank correlation of choice and length, of these pairs (no bias: 0)",
    "right": "chooses the better reply, where it is known (a coin: 0.5)",
    "unparsable_scores": "scorings that could not be read",
    "score_again": "scores a criterion the same when asked again",
    "score_swapped": "scores it the same with the criteria in the other order",
    "score_length": "rank correlation of mean score and length",
}
"""What each figure of ``Biases`` is called."""


class JudgeReport(Record):
    """What one judge was found to be like."""

    run: RunInfo
    judge: str
    rubric: str
    pairs: int
    replies: int
    repeats: int
    tokens_allowed: int
    found: Biases


class PlantedRow(Record):
    """One planted judge: what was planted, and what was found of it."""

    judge: str
    planted: dict[str, float]
    found: Biases


class PlantedReport(Record):
    """What planted judges were found to have."""

    run: RunInfo
    pairs: int
    replies: int
    ordering: int
    repeats: int
    seed: int
    rows: tuple[PlantedRow, ...]

    @property
    def covered(self) -> tuple[int, int]:
        """How many intervals hold what was planted, of how many."""
        held = [within(getattr(row.found, name), value) for row in self.rows for name, value in row.planted.items()]
        return sum(held), len(held)


def within(found: Bias | None, value: float) -> bool:
    """Tell whether an interval holds a value, to the four places of the figures."""
    return (
        found is not None
        and found.low is not None
        and found.high is not None
        and (found.low - 1e-4 <= value <= found.high + 1e-4)
    )


def judge_page(report: JudgeReport) -> str:
    """Return the page of one judge."""
    found = report.found
    facts = {
        "rubric": report.rubric,
        "asked": f"{report.pairs} pairs and {report.replies} replies, each {report.repeats} times in both orders",
        "tokens": f"{found.tokens_read:,} read, {found.tokens_written:,} written, {report.tokens_allowed} allowed",
        "run": f"{report.run.started_at}, {report.run.seconds:.0f} s: `{report.run.command}`",
    }
    head = (f"# judge: {report.judge}", "\n".join(f"- {name}: {value}" for name, value in facts.items()))
    faults = ", ".join(f"{name} {count}" for name, count in found.faults.items()) or "none"
    tail = f"Faults: {faults}. Withheld, because a reply speaks to its judge: {found.addressed}."
    return "\n\n".join([*head, table(["figure", "n", "value", "95% interval"], _lines(found)), tail]) + "\n"


def planted_page(report: PlantedReport) -> str:
    """Return the page of the planted judges."""
    held, of = report.covered
    head = (
        "# Judges with planted habits\n\n"
        f"{report.pairs} pairs and {report.replies} replies of known quality, and {report.ordering} more of each with "
        "a text that gives its judge an order, judged over HTTP by a server with a known habit; every question in both "
        f"orders, {report.repeats} times; seed {report.seed}. *Planted* follows from the habit, *found* is what the "
        f"report says of the judge. {held} of {of} intervals hold what was planted."
    )
    run = f"{report.run.started_at}, {report.run.seconds:.0f} s: `{report.run.command}`"
    lines = [line for row in report.rows for line in _planted_lines(row)]
    counts = [
        [row.judge, ", ".join(f"{name} {count}" for name, count in row.found.faults.items()), str(row.found.addressed)]
        for row in report.rows
    ]
    parts = (
        head,
        run,
        table(["judge", "figure", "n", "planted", "found", "95% interval", "holds"], lines),
        "Answers that could not be used, by fault, and verdicts withheld because a reply speaks to its judge:",
        table(["judge", "faults", "withheld"], counts),
    )
    return "\n\n".join(parts) + "\n"


def _planted_lines(row: PlantedRow) -> Iterator[Sequence[str]]:
    for name, value in row.planted.items():
        found: Bias | None = getattr(row.found, name)
        if found is not None:
            holds = "yes" if within(found, value) else "no"
            yield row.judge, FIGURES[name], str(found.n), f"{value:.3f}", _point(found), _interval(found), holds


def _lines(found: Biases) -> Iterator[Sequence[str]]:
    for name, title in FIGURES.items():
        figure: Bias | None = getattr(found, name)
        if figure is not None:
            yield title, str(figure.n), _point(figure), _interval(figure)


def _point(found: Bias) -> str:
    return "" if found.point is None else f"{found.point:.3f}"


def _interval(found: Bias) -> str:
    return "" if found.low is None or found.high is None else f"[{found.low:.3f}, {found.high:.3f}]"
