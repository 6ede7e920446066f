from dataclasses import replace

import numpy as np
import pytest

from evaluation.live.picking import picking, rising
from evaluation.live.worlds import rota

NAMES = [f"{number:02}" for number in range(12)]


def test_nobody_is_warned_of_while_nobody_picks() -> None:
    rng, warned = np.random.default_rng(1), 0
    for _ in range(40):
        made = rota(rng, strength=0.0)
        warned += bool(picking(made.days, made.agents, made.difficulty, NAMES))
    assert warned <= 4


def test_days_that_resemble_the_day_before_are_no_trend() -> None:
    rng, warned = np.random.default_rng(7), 0
    for _ in range(40):
        made = rota(rng, strength=0.0, own=0.5, carry=0.8)
        warned += bool(picking(made.days, made.agents, made.difficulty, NAMES))
    assert warned <= 3, "days taken for independent ones give 7 in 40"


def test_a_trend_is_told_by_ranks_alone() -> None:
    rising_days = np.exp(np.arange(30.0))
    assert rising(rising_days) < 1e-6
    assert rising(-rising_days) > 0.99
    assert rising(np.ones(30)) == 1.0
    rng = np.random.default_rng(5)
    ps = [rising(rng.normal(size=60)) for _ in range(400)]
    assert 0.02 <= np.mean(np.asarray(ps) <= 0.05) <= 0.08


def test_who_picks_is_warned_of_with_both_trends() -> None:
    made = rota(np.random.default_rng(2), strength=1.0)
    (found,) = picking(made.days, made.agents, made.difficulty, NAMES)
    assert found.agent == "00"
    assert found.share_after > found.share_before
    assert found.difficulty_after < found.difficulty_before - 0.3
    assert found.p <= 0.05


@pytest.mark.parametrize("kind", ["volume", "difficulty"])
def test_one_trend_alone_is_no_warning(kind: str) -> None:
    rng = np.random.default_rng(3)
    made = rota(rng, strength=1.0)
    if kind == "volume":
        made = replace(made, difficulty=rng.normal(size=len(made.days)))
    else:
        even = rota(rng, strength=0.0)
        ages = np.asarray([day.toordinal() for day in even.days], np.float64)
        fall = np.where(even.agents == 0, (ages - ages.min()) / (ages.max() - ages.min()), 0.0)
        made = replace(even, difficulty=even.difficulty - fall)
    assert picking(made.days, made.agents, made.difficulty, NAMES) == []


def test_few_days_say_nothing() -> None:
    made = rota(np.random.default_rng(4), strength=1.0, days=19)
    assert picking(made.days, made.agents, made.difficulty, NAMES) == []
    assert picking([], np.empty(0, np.intp), np.empty(0), []) == []
