import numpy as np
import pytest

from evaluation.bootstrap import Floats
from evaluation.live.control import Alarm, threshold, watch


def watched(values: Floats, limit: float) -> list[Alarm]:
    return list(watch(values, np.ones_like(values), np.arange(values.shape[1]) % 7, limit))


@pytest.mark.parametrize("run_length", [100.0, 500.0])
def test_false_alarms_are_as_rare_as_stated(run_length: float) -> None:
    values = np.random.default_rng(1).normal(3.0, 0.2, size=(150, 3_000))
    found = 150 * 3_000 / len(watched(values, threshold(run_length)))
    assert 0.85 * run_length <= found <= 1.25 * run_length


def test_weekdays_have_levels_of_their_own() -> None:
    values = np.random.default_rng(2).normal(size=(50, 700)) + np.where(np.arange(700) % 7 >= 5, 8.0, 0.0)
    assert len(watched(values, threshold(5_000))) <= 20


def test_looks_of_many_cases_count_more() -> None:
    rng, sizes = np.random.default_rng(3), np.tile(np.repeat([400.0, 25.0], 100), 10)[None, :].repeat(60, axis=0)
    values = rng.normal(size=sizes.shape) / np.sqrt(sizes)
    groups = np.zeros(sizes.shape[1], np.intp)
    weighted = len(list(watch(values, sizes, groups, threshold(1_000))))
    alike = len(list(watch(values, np.ones_like(sizes), groups, threshold(1_000))))
    assert 0.7 <= weighted / 120 <= 1.2
    assert alike > 2 * weighted, "where all looks count alike, quiet times of few cases look like change"


@pytest.mark.parametrize("sign", [1, -1])
def test_a_shift_is_found_dated_and_told_once(sign: int) -> None:
    values = np.random.default_rng(4).normal(size=(1, 300))
    values[0, 150:] += sign * 2.0
    found = [item for item in watched(values, threshold(3_000)) if item.at >= 150]
    assert [item.rose for item in found] == [sign > 0]
    assert found[0].at <= 165
    assert abs(found[0].since - 150) <= 3


def test_gaps_are_passed_over() -> None:
    values = np.random.default_rng(5).normal(size=(1, 300))
    values[0, ::3] = np.nan
    values[0, 200:] += 3.0
    assert [item.at >= 200 for item in watched(values, threshold(2_000))] == [True]


def test_one_odd_look_raises_no_alarm() -> None:
    values = np.random.default_rng(6).normal(size=(40, 200))
    values[:, 120] = 500.0
    assert [item.at for item in watched(values, threshold(20_000)) if item.at >= 120] == []


def test_an_odd_look_hides_no_shift() -> None:
    values = np.random.default_rng(7).normal(size=(40, 200))
    values[:, 100] = 500.0
    values[:, 120:] -= 2.0
    found = {item.series for item in watched(values, threshold(2_000)) if 120 <= item.at < 150}
    assert len(found) >= 39


def test_the_first_rare_event_is_no_change() -> None:
    """One in 200 of 25 cases a day: most days have none, and none for long is not none for ever."""
    sizes = np.full((300, 365), 25.0)
    values = np.arcsin(np.sqrt(np.random.default_rng(8).binomial(25, 0.005, size=sizes.shape) / sizes))
    groups, limit = np.arange(365) % 7, threshold(365.0 * 15)
    alone = len(list(watch(values, sizes, groups, limit)))
    floored = len(list(watch(values, sizes, groups, limit, 0.25 / sizes)))
    assert floored <= 300 / 15 < 3 * 300 / 15 < alone
