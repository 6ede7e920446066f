"""``python -m evaluation.live``: simulate what live quality's methods do where the truth is known."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from evaluation.live.figures import LiveFigure
from evaluation.live.simulate import AGENTS, PICKERS, SEED, SERIES, Simulated, Simulation, simulate
from evaluation.publish import publish, run_info
from evaluation.result import RunInfo
from inference.types import Record

_ABOUT = {
    "difficulty": f"""## Difficulty adjustment
{AGENTS} agents, 6,000 cases, unequal numbers and unequal cases. Raw: the agent's mean less the team's. Adjusted: less
what the model expects of such cases in other hands. Shrunk: as `rifq quality agents` shows it. Handling time is in
logarithms (0.1 is about 10%), reopenings in shares. An agent is told apart where their 95% interval leaves 0 out.""",
    "picking": f"""## Picking easy cases
Stated: at most one report in twenty warns of anybody of {PICKERS} agents while nobody picks.
Days of an agent may resemble the day before; levels that last for weeks cannot be told from picking within 60 days.""",
    "drift": f"""## Drift
Stated: one false alarm a year, of {SERIES} series together, at daily looks; days are independent beyond their weekday.
Where they are not (a campaign that lasts a week), more alarms come, and tell of the campaign.""",
}


class LiveReport(Record):
    """The figures and the run that made them."""

    result: Simulation
    run: RunInfo


def main(
    out: Annotated[Path | None, typer.Option(help="Folder for live.json.gz and live.md; printed if left out.")] = None,
    teams: Annotated[int, typer.Option(min=30, help="Repeats of the difficulty adjustment.")] = 200,
    reports: Annotated[int, typer.Option(min=30, help="Repeats of the warning of picked cases.")] = 400,
    charts: Annotated[int, typer.Option(min=30, help="Repeats of drift charts.")] = 400,
) -> None:
    """Simulate and write the report."""
    started, clock = datetime.now(UTC), time.perf_counter()
    found = simulate(teams=teams, reports=reports, charts=charts)
    run = run_info(("python", "-m", "evaluation.live"), started, clock)
    publish("live", LiveReport(result=found, run=run), _page(found, run), out)


def _page(found: Simulation, run: RunInfo) -> str:
    lines = [
        "# Live quality: what the methods do where the truth is known",
        "",
        f"Made by `{run.command}`, seed {SEED}.",
    ]
    for about, results in groupby(found.results, key=lambda item: item.about):
        lines += ["", _ABOUT[about], ""]
        shown = _compared if about == "difficulty" else _listed
        lines += shown(list(results))
    return "\n".join(lines) + "\n"


def _listed(results: Sequence[Simulated]) -> list[str]:
    rows = [
        f"| {item.situation} | {one.name} | {_value(one)} | {one.n:,} |" for item in results for one in item.figures
    ]
    return ["| situation | figure | value (95% interval) | n |", "|---|---|---|---|", *rows]


def _compared(results: Sequence[Simulated]) -> list[str]:
    """Return one row a situation and figure, with a column for each way to take the difference."""
    lines = ["| situation | figure | raw | adjusted | shrunk | n |", "|---|---|---|---|---|---|"]
    for item in results:
        rows: dict[str, list[LiveFigure]] = {}
        for one in item.figures:
            rows.setdefault(one.name.partition(": ")[2], []).append(one)
        for name, ways in rows.items():
            lines.append(f"| {item.situation} | {name} | {' | '.join(map(_value, ways))} | {ways[0].n:,} |")
    return lines


def _value(item: LiveFigure) -> str:
    if item.point is None or item.low is None or item.high is None:
        return item.note or "-"
    if item.unit == "share":
        return f"{item.point:.1%} ({item.low:.1%} to {item.high:.1%})"
    return f"{item.point:.4g} ({item.low:.4g} to {item.high:.4g})"


typer.run(main)
