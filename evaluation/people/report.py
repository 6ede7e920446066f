"""The comparisons as a page for people."""

from collections.abc import Mapping, Sequence

from evaluation.bootstrap import METHOD
from evaluation.drafting.shares import Figure
from evaluation.people.agreement import HumanAgreement
from evaluation.people.measure import Found
from evaluation.report import table
from evaluation.result import RunInfo

_READING = (
    "Each line compares a measure of ours with people's judgement of the same texts. None of the texts is a reply of a "
    "support agent: what holds here need not hold there. “Beside it” is the best of seven counts (words, letters a "
    "word, question and exclamation marks, words of courtesy or sympathy), chosen on texts that are not measured here; "
    "the gain over it is taken on the same resamples. In brackets the 95% interval "
    f"({METHOD}). A set without "
    "parts of its own was halved by the digest of its texts: failures may be read in the other half only. Nothing was "
    "fitted on politeness, empathy or complaints; the level of anger was trained on other parts of the same sets, the "
    "Arabic plainness weights on other novels' chapters."
)
_BETWEEN = "How far people agree with each other: no measure can be asked for much more."
_NOT_YET = (
    "Not yet measured: politeness, empathy and tone of Arabic replies (no public set with human labels was found), and "
    "every measure on support agents' own replies. The review page is where such labels come from."
)


def to_markdown(found: Found, run: RunInfo, facts: Mapping[str, str]) -> str:
    """Return the report."""
    machine = run.machine
    about = {
        **facts,
        "run": f"{run.started_at}, {run.seconds:.0f} s: `{run.command}`",
        "machine": f"{machine.processor}, {machine.cores} cores, {machine.system}, Python {machine.python}",
    }
    lines = [*(f"- {name}: {value}" for name, value in about.items()), *(f"- skipped: {why}" for why in found.skipped)]
    parts = ["# Agreement with people", "\n".join(lines), _READING, _agreements(found.agreements)]
    if found.between:
        parts += ["## People among themselves", _BETWEEN, _agreements(found.between, use=False)]
    if found.shares:
        parts += ["## What stands behind the figures", _shares(found.shares)]
    return "\n\n".join([*parts, _NOT_YET]) + "\n"


def _agreements(rows: Sequence[HumanAgreement], *, use: bool = True) -> str:
    head = ["judged by people", "ours", "agreement", "n", "value", "beside it", "gain", *(["so"] if use else [])]
    return table(head, (_cells(row, use=use) for row in rows))


def _cells(row: HumanAgreement, *, use: bool) -> list[str]:
    return [
        row.of,
        row.ours,
        row.kind.value,
        str(row.n),
        _value(row.point, row.low, row.high, ".2f"),
        f"{_number(row.beside_point, '.2f')} ({row.beside})",
        _value(row.gain, row.gain_low, row.gain_high, "+.2f"),
        *([row.use.value] if use else []),
    ]


def _value(point: float | None, low: float | None, high: float | None, form: str) -> str:
    if point is None:
        return "undefined"
    bounds = "(no interval)" if low is None or high is None else f"[{low:{form}}, {high:{form}}]"
    return f"{point:{form}} {bounds}"


def _number(value: float | None, form: str) -> str:
    return "undefined" if value is None else f"{value:{form}}"


def _shares(rows: Sequence[Figure]) -> str:
    return table(["share of texts", "n", "value", "95% interval"], (row.cells for row in rows))
