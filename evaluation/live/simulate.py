"""What the methods of live quality do where the truth is known: recovery, false alarms, power, delay."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from pydantic import Field

from evaluation.bootstrap import Floats
from evaluation.live.casemix import gaps_of, shrink
from evaluation.live.control import Alarm, threshold, watch
from evaluation.live.difficulty import Expected, expect
from evaluation.live.drift import DAYS_NOISE, arcsine, counting
from evaluation.live.figures import LiveFigure, Z, mean, share
from evaluation.live.picking import picking
from evaluation.live.worlds import Team, rota, shares, team
from inference.types import Record

SEED = 20_261_122
AGENTS = 20
SERIES = 15
YEARS = 3
PICKERS = 12
_TEAMS = (
    ("agents differ", 0.15, 0.0),
    ("agents are equal", 0.0, 0.0),
    ("agents are equal, a difficulty that nothing shows", 0.0, 0.2),
)
"""What a team is called, with ``spread`` and ``hidden`` of ``worlds.team``."""
_PICKING: tuple[tuple[str, dict[str, Any]], ...] = (
    ("days are independent", {}),
    ("half of an agent's day lasts until the next", {"own": 0.2, "carry": 0.5}),
    ("four fifths of it last", {"own": 0.2, "carry": 0.8}),
    ("levels last for weeks", {"own": 0.2, "carry": 0.95}),
    ("levels last for weeks and differ much", {"own": 0.5, "carry": 0.95}),
    ("every agent has weekdays of their own", {"rhythm": 0.3}),
    ("4 cases a day", {"a_day": 4}),
    ("everybody's cases become more and easier", {"drift": 0.5}),
)
"""How agents' days are while nobody picks, with what it is for ``worlds.rota``."""
_PICKED: tuple[tuple[float, dict[str, Any], str], ...] = (
    (0.3, {}, ""),
    (0.5, {}, ""),
    (0.8, {}, ""),
    (0.8, {"own": 0.2, "carry": 0.5}, ", half of a day lasts"),
    (0.8, {"a_day": 4}, ", 4 cases a day"),
)
"""How strongly the first agent picks, on what days, and what these are called."""
_DAYS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("days alike", {}),
    ("days differ a little", {"noise": 0.1}),
    ("days differ much", {"noise": 0.3}),
    ("weekdays differ", {"noise": 0.1, "rhythm": 0.3}),
    ("about 24 drafts a day", {"noise": 0.1, "a_day": 24}),
    ("rare events of 1 to 4%", {"noise": 0.1, "levels": (0.01, 0.04)}),
    ("days differ a little and half of it lasts until the next day", {"noise": 0.1, "carry": 0.5}),
    ("days differ much and half of it lasts until the next day", {"noise": 0.3, "carry": 0.5}),
)
"""What days of a chart are called, with what they are for ``worlds.shares``."""
_SHIFTS = ((0.03, 0), (0.05, 0), (0.1, 0), (0.05, 90), (0.1, 90))
"""By how much a share rises, and within how many days."""


class Simulated(Record):
    """One simulated situation with its figures."""

    about: str
    situation: str
    repeats: int
    figures: tuple[LiveFigure, ...]


class Simulation(Record):
    """All of them; the same seed gives the same figures."""

    seed: int = SEED
    results: tuple[Simulated, ...] = Field(default=())


def simulate(*, teams: int, reports: int, charts: int) -> Simulation:
    """Run every simulation.

    Args:
        teams: repeats of the difficulty adjustment.
        reports: repeats of the warning of picked cases.
        charts: repeats of drift charts of 15 series.
    """
    rng = np.random.default_rng(SEED)
    return Simulation(results=(*_difficulty(rng, teams), *_picking(rng, reports), *_drift(rng, charts)))


def _difficulty(rng: np.random.Generator, repeats: int) -> Iterator[Simulated]:
    for situation, spread, hidden in _TEAMS:
        rows: dict[str, list[dict[str, Floats]]] = {"handling time": [], "reopened": []}
        for _ in range(repeats):
            made = team(rng, agents=AGENTS, spread=spread, hidden=hidden)
            rows["handling time"].append(_recovered(made, made.seconds, made.effects))
            rows["reopened"].append(_recovered(made, made.reopened, _planted(made)))
        for outcome, found in rows.items():
            figures = tuple(_recovery(found))
            yield Simulated(about="difficulty", situation=f"{outcome}: {situation}", repeats=repeats, figures=figures)


def _planted(made: Team) -> Floats:
    """Return by how much each agent changes the share of reopened conversations, 0 on average over cases."""
    sizes = np.bincount(made.agents, minlength=AGENTS)
    gaps = np.bincount(made.agents, weights=made.chances[:, 0] - made.chances[:, 1], minlength=AGENTS) / sizes
    return np.asarray(gaps - np.average(gaps, weights=sizes))


def _recovered(made: Team, outcomes: Floats, truth: Floats) -> dict[str, Floats]:
    """Return the true, raw, adjusted and shrunk differences of agents, with their errors [agents]."""
    binary = bool(np.isin(outcomes, (0.0, 1.0)).all())
    means = expect(outcomes, made.table, made.agents, binary=binary)
    gaps, errors = gaps_of(Expected(np.arange(len(outcomes)), outcomes, means, made.agents, made.table), AGENTS)
    shrunk, spread = shrink(gaps, errors)
    sizes = np.bincount(made.agents, minlength=AGENTS)
    raw = np.bincount(made.agents, weights=outcomes, minlength=AGENTS) / sizes - outcomes.mean()
    error = outcomes.std() / np.sqrt(sizes)
    hard = np.bincount(made.agents, weights=means, minlength=AGENTS) / sizes
    return {
        "truth": truth, "raw": raw, "raw_error": error, "adjusted": gaps, "adjusted_error": errors, "shrunk": shrunk,
        "shrunk_error": spread, "hardest": np.arange(AGENTS) == hard.argmax(),
    }  # fmt: skip


def _recovery(found: Sequence[Mapping[str, Floats]]) -> Iterator[LiveFigure]:
    units = [str(number) for number in range(len(found)) for _ in range(AGENTS)]
    rows = {name: np.concatenate([item[name] for item in found]) for name in found[0]}
    hardest, truth = rows["hardest"] > 0, rows["truth"]
    for kind in ("raw", "adjusted", "shrunk"):
        gaps, errors = rows[kind] - truth, rows[f"{kind}_error"]
        each = [float(np.sqrt(np.mean((item[kind] - item["truth"]) ** 2))) for item in found]
        yield mean(f"{kind}: root mean squared error", each, unit="score")
        yield mean(f"{kind}: error of the agent with the hardest cases", list(gaps[hardest]), unit="score")
        if truth.any():
            each = [float(np.corrcoef(item[kind], item["truth"])[0, 1]) for item in found]
            yield mean(f"{kind}: correlation with the truth", each, unit="score")
            yield share(f"{kind}: 95% interval holds the truth", list(np.abs(gaps) <= Z * errors), units)
        else:
            apart = np.abs(rows[kind]) > Z * errors
            yield share(f"{kind}: an agent like all others is told apart", list(apart), units)
            yield share(f"{kind}: the one with the hardest cases is told apart", list(apart[hardest]))


def _picking(rng: np.random.Generator, repeats: int) -> Iterator[Simulated]:
    names = [f"{number:02}" for number in range(PICKERS)]

    def warned(strength: float, days: Mapping[str, Any]) -> list[set[str]]:
        made = (rota(rng, strength=strength, agents=PICKERS, **days) for _ in range(repeats))
        return [{item.agent for item in picking(one.days, one.agents, one.difficulty, names)} for one in made]

    for label, days in _PICKING:
        found = share("a report warns of anybody", [bool(one) for one in warned(0.0, days)])
        situation = f"none of {PICKERS} agents picks, 60 days, {label}"
        yield Simulated(about="picking", situation=situation, repeats=repeats, figures=(found,))
    for strength, days, label in _PICKED:
        sets = warned(strength, days)
        figures = (
            share("a report warns of somebody who does not pick", [bool(one - {names[0]}) for one in sets]),
            share("a report warns of the one who picks", [names[0] in one for one in sets]),
        )
        situation = f"one of {PICKERS} agents, 60 days, cases up to {strength} SD easier and {strength:.0%} more{label}"
        yield Simulated(about="picking", situation=situation, repeats=repeats, figures=figures)


def _drift(rng: np.random.Generator, repeats: int) -> Iterator[Simulated]:
    limit = threshold(365.0 * SERIES)
    for label, days in _DAYS:
        values, sizes = shares(rng, series=repeats * SERIES, days=365 * YEARS, **days)
        counts = np.bincount([item.series // SERIES for item in _watch(values, sizes, limit)], minlength=repeats)
        figures = (mean("false alarms of a chart in a year", list(counts / YEARS), unit="count"),)
        yield Simulated(about="drift", situation=f"{SERIES} series, {label}", repeats=repeats, figures=figures)
    for shift, over in _SHIFTS:
        values, sizes = shares(rng, series=repeats, days=240, noise=0.1, shift=shift, at=120, over=over)
        first: dict[int, tuple[int, int]] = {}
        for item in _watch(values, sizes, limit):
            if item.rose and item.at >= 120:
                first.setdefault(item.series, (item.at, item.since))
        delays, dated = [at - 119 for at, _ in first.values()], [since - 120 for _, since in first.values()]
        figures_ = [share("found within 120 days", [number in first for number in range(repeats)])]
        figures_ += [mean("days until it is found", delays, unit="count")]
        figures_ += [mean("days by which the begin is dated too late", dated, unit="count")]
        slowly = f", over {over} days," if over else ""
        situation = f"a share of 10 to 50% rises by {shift:.0%}{slowly} after 120 days of about 120 drafts"
        yield Simulated(about="drift", situation=situation, repeats=repeats, figures=tuple(figures_))


def _watch(values: Floats, sizes: Floats, limit: float) -> list[Alarm]:
    weights = 1 / (1 / sizes + 1 / DAYS_NOISE)
    return list(watch(arcsine(values, sizes), weights, np.arange(values.shape[1]) % 7, limit, counting(weights)))
