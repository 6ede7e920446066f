from collections import Counter

import numpy as np
import pytest

from models.sets.rows import Row
from models.training.plan import plan_round
from models.training.recipe import OWN, Phase

BUDGET = 96
GROUPED = [
    Row(f"{place} {level}", OWN, "train", "en", level=level, group=f"g{place}", problem=f"p{place}")
    for place in range(12)
    for level in range(4)
]
SINGLE = [Row(f"s{place}", "xed", "train", "en") for place in range(40)]
LEFT_OUT = [Row("out", "goemotions", "train", "en")]
ROWS = [*GROUPED, *SINGLE, *LEFT_OUT]
LENGTHS = np.random.default_rng(0).integers(4, 20, len(ROWS))


def phase(passes: dict[str, float]) -> Phase:
    return Phase("tiny", passes, rounds=2, run=2, rate=1e-3, warm=0)


def plan(seed: int = 0, passes: dict[str, float] | None = None) -> list[list[int]]:
    chosen = phase(passes or {OWN: 2.0, "xed": 2.0})
    return plan_round(ROWS, LENGTHS, chosen, np.random.default_rng(seed), BUDGET)


@pytest.mark.parametrize("seed", range(5))
def test_every_row_stands_in_one_step_of_a_full_round(seed: int) -> None:
    counts = Counter(index for step in plan(seed) for index in step)
    assert counts == Counter(range(len(ROWS) - len(LEFT_OUT)))


@pytest.mark.parametrize("seed", range(5))
def test_wordings_of_a_group_stay_together(seed: int) -> None:
    for step in plan(seed, {OWN: 5.0, "xed": 1.0}):
        seen = Counter((ROWS[index].group, ROWS[index].level) for index in step if ROWS[index].group)
        for group in {group for group, _ in seen}:
            assert len({seen[group, level] for level in range(4)}) == 1


@pytest.mark.parametrize("seed", range(5))
def test_a_step_stays_within_its_budget(seed: int) -> None:
    for step in plan(seed):
        assert max(LENGTHS[index] for index in step) * len(step) <= BUDGET


def test_a_group_that_alone_exceeds_the_budget_is_kept_whole() -> None:
    rows = GROUPED[:4]
    steps = plan_round(rows, np.full(4, 60), phase({OWN: 2.0}), np.random.default_rng(0), BUDGET)
    assert [sorted(step) for step in steps] == [[0, 1, 2, 3]]


def test_the_seed_decides_and_nothing_else() -> None:
    assert plan(3) == plan(3)
    assert plan(3) != plan(4)


def test_passes_are_dealt_out_over_the_rounds() -> None:
    counts = Counter(index for step in plan(passes={"xed": 3.0}) for index in step)
    assert set(counts) == set(range(len(GROUPED), len(GROUPED) + len(SINGLE)))
    assert Counter(counts.values()) == {1: 20, 2: 20}
    few = Counter(index for step in plan(passes={"xed": 0.5}) for index in step)
    assert len(few) == few.total() == 10


def test_a_step_holds_texts_of_about_one_length() -> None:
    spreads = [np.ptp(LENGTHS[step]) for step in plan(passes={"xed": 2.0})]
    assert np.mean(spreads) < 0.6 * np.ptp(LENGTHS)
