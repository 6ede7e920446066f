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


def rota(
    rng: np.random.Generator,
    *,
    strength: float,
    agents: int = 12,
    days: int = 60,
    a_day: int = 15,
    own: float = 0.0,
    carry: float = 0.0,
    rhythm: float = 0.0,
    drift: float = 0.0,
) -> Rota:
    """Return the cases of a team, in which the first agent comes to pick easy ones.

    Args:
        rng: draws it.
        strength: by how many standard deviations their cases are easier on the last day, and by what share more they
            are; growing from the first day on. 0: nobody picks.
        agents: how many; each has a level of difficulty and of volume of their own.
        days: how many; busy ones have easier and more cases for everybody.
        a_day: cases of an agent.
        own: standard deviation of an agent's day beyond that, of volume (its logarithm) and of difficulty.
        carry: the share of it that lasts until the agent's next day.
        rhythm: standard deviation of an agent's weekdays, of both.
        drift: by how many standard deviations everybody's cases become easier, and by what share they become more.
    """
    start, busy = date(2026, 1, 1), rng.normal(scale=0.2, size=days)
    grown = np.arange(days) / (days - 1)
    weekdays = rhythm * rng.normal(size=(2, agents, 7))[:, :, np.arange(days) % 7] if rhythm else 0.0
    more, harder = (
        np.zeros((2, agents, days)) + weekdays + (own * lasting(rng, (2, agents, days), carry) if own else 0.0)
    )
    harder = harder - drift * grown
    volumes = a_day * np.exp(busy + more + np.log1p(drift * grown)) * np.exp(0.3 * rng.normal(size=agents))[:, None]
    volumes[0] *= 1 + strength * grown
    counts = rng.poisson(volumes)
    cells = np.repeat(np.arange(counts.size), counts.ravel())
    whose, on = np.divmod(cells, days)
    levels = 0.3 * rng.normal(size=agents)[whose] - busy[on] - np.where(whose == 0, strength * grown[on], 0.0)
    return Rota(
        days=[start + timedelta(days=int(day)) for day in on],
        agents=whose.astype(np.intp),
        difficulty=levels + harder[whose, on] + rng.normal(size=len(whose)),
    )


def lasting(rng: np.random.Generator, shape: tuple[int, ...], carry: float) -> Floats:
    """Return standard normal days [..., days] of which the share ``carry`` lasts until the next one."""
    found = rng.normal(size=shape)
    for day in range(1, shape[-1] if carry else 0):
        found[..., day] = carry * found[..., day - 1] + np.sqrt(1 - carry**2) * found[..., day]
    return found


def shares(
    rng: np.random.Generator,
    *,
    series: int,
    days: int,
    a_day: int = 120,
    levels: tuple[float, float] = (0.1, 0.5),
    noise: float = 0.0,
    carry: float = 0.0,
    rhythm: float = 0.0,
    shift: float = 0.0,
    at: int = 0,
    over: int = 0,
) -> tuple[Floats, Floats]:
    """Return daily shares of something and the number of cases behind them, both [series, days].

    Weekends have a third of the cases and another share.

    Args:
        rng: draws them.
        series: how many.
        days: how many, the first a Monday.
        a_day: cases of a working day.
        levels: between which the shares lie.
        noise: standard deviation of a day's own level, on the logit's scale.
        carry: the share of it that lasts until the next day.
        rhythm: standard deviation of the weekdays' levels, on the logit's scale.
        shift: by how much the share is higher from day ``at`` on.
        at: the day of the change.
        over: days that the change takes.
    """
    level, weekend = rng.uniform(*levels, size=(series, 1)), (np.arange(days) % 7) >= 5
    sizes = rng.poisson(np.where(weekend, a_day / 3, a_day), size=(series, days)).clip(20)
    risen = np.clip((np.arange(days) - at + 1) / max(over, 1), 0.0, 1.0)
    truth = level + np.where(weekend, 0.05, 0.0) + shift * risen
    weekdays = rhythm * rng.normal(size=(series, 7))[:, np.arange(days) % 7] if rhythm else 0.0
    logits = np.log(truth) - np.log1p(-truth) + noise * lasting(rng, (series, days), carry) + weekdays
    return rng.binomial(sizes, 1 / (1 + np.exp(-logits))) / sizes, sizes.astype(np.float64)
