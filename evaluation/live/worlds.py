"""Simulated teams: cases of known difficulty, agents of known effects, and days on which something changes."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from evaluation.bootstrap import Floats

FEATURES = 12


@dataclass(frozen=True)
class Team:
    """One simulated team.

    Attributes:
        agents: whose each case was [n].
        table: what the models see of the cases [n, features].
        effects: of the agents: added to the outcome's scale [agents].
        seconds: logarithms of handling times [n].
        reopened: 0 or 1 [n].
        chances: of being reopened, and what it would be in the average agent's hands [n, 2].
    """

    agents: NDArray[np.intp]
    table: Floats
    effects: Floats
    seconds: Floats
    reopened: Floats
    chances: Floats


def team(
    rng: np.random.Generator,
    *,
    agents: int = 20,
    cases: int = 6_000,
    spread: float = 0.15,
    mix: float = 0.6,
    hidden: float = 0.0,
) -> Team:
    """Return a team whose agents get unequal cases.

    Args:
        rng: draws it.
        agents: how many.
        cases: of all of them; agents have unequal numbers.
        spread: standard deviation of agents' effects, on the scale of the outcome (logarithm of seconds, logit).
        mix: standard deviation of agents' mean features: how unequal their cases are, by what the models see.
        hidden: the same of a difficulty that no feature shows.
    """
    weights = rng.dirichlet(np.full(agents, 6.0))
    own = rng.choice(agents, size=cases, p=weights).astype(np.intp)
    table = rng.normal(size=(cases, FEATURES)) + mix * rng.normal(size=(agents, FEATURES))[own]
    table[:, FEATURES // 2 :] = table[:, FEATURES // 2 :] > 0.8  # half of them are flags
    slopes = rng.normal(scale=0.25, size=FEATURES)
    hard = (table - table.mean(axis=0)) @ slopes + hidden * rng.normal(size=agents)[own]
    effects = spread * rng.normal(size=agents)
    effects -= np.average(effects, weights=np.bincount(own, minlength=agents))
    chances = 1 / (1 + np.exp(2.0 - np.stack([hard + effects[own], hard], axis=1)))
    return Team(
        agents=own,
        table=(table - table.mean(axis=0)) / table.std(axis=0),
        effects=effects,
        seconds=6.0 + hard + effects[own] + rng.normal(scale=0.8, size=cases),
        reopened=(rng.random(cases) < chances[:, 0]).astype(np.float64),
        chances=chances,
    )


@dataclass(frozen=True)
class Rota:
    """Days of a team: what ``picking`` reads."""

    days: list[date]
    agents: NDArray[np.intp]
    difficulty: Floats


def rota(rng: np.random.Generator, *, strength: float, agents: int = 12, days: int = 60, a_day: int = 15) -> Rota:
    """Return the cases of a team, in which the first agent comes to pick easy ones.

    Args:
        rng: draws it.
        strength: by how many standard deviations their cases are easier on the last day, and by what share more they
            are; growing from the first day on. 0: nobody picks.
        agents: how many; each has a level of difficulty and of volume of their own.
        days: how many; busy ones have easier and more cases for everybody.
        a_day: cases of an agent.
    """
    start, busy = date(2026, 1, 1), rng.normal(scale=0.2, size=days)
    rise = strength * np.arange(days) / (days - 1)
    volumes = a_day * np.exp(busy)[None, :] * np.exp(0.3 * rng.normal(size=agents))[:, None]
    volumes[0] *= 1 + rise
    counts = rng.poisson(volumes)
    cells = np.repeat(np.arange(counts.size), counts.ravel())
    own, on = np.divmod(cells, days)
    levels = 0.3 * rng.normal(size=agents)[own] - busy[on] - np.where(own == 0, rise[on], 0.0)
    return Rota(
        days=[start + timedelta(days=int(day)) for day in on],
        agents=own.astype(np.intp),
        difficulty=levels + rng.normal(size=len(own)),
    )


def shares(
    rng: np.random.Generator,
    *,
    series: int,
    days: int,
    a_day: int = 120,
    noise: float = 0.0,
    carry: float = 0.0,
    shift: float = 0.0,
    at: int = 0,
) -> tuple[Floats, Floats]:
    """Return daily shares of something and the number of cases behind them, both [series, days].

    Weekends have a third of the cases and another share. ``noise`` is the standard deviation of a day's own level, on
    the logit's scale, of which the share ``carry`` lasts until the next one; from day ``at`` on the share is ``shift``
    higher.
    """
    level, weekend = rng.uniform(0.1, 0.5, size=(series, 1)), (np.arange(days) % 7) >= 5
    sizes = rng.poisson(np.where(weekend, a_day / 3, a_day), size=(series, days)).clip(20)
    truth = level + np.where(weekend, 0.05, 0.0) + np.where(np.arange(days) >= at, shift, 0.0)
    own = rng.normal(size=(series, days))
    for day in range(1, days if carry else 0):
        own[:, day] = carry * own[:, day - 1] + np.sqrt(1 - carry**2) * own[:, day]
    logits = np.log(truth) - np.log1p(-truth) + noise * own
    return rng.binomial(sizes, 1 / (1 + np.exp(-logits))) / sizes, sizes.astype(np.float64)
