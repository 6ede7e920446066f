import numpy as np
import pytest

from evaluation.live.figures import mean, quantile, share


def test_too_few_rows_or_units_give_no_number() -> None:
    assert (share("x", [True] * 29).note, share("x", [True] * 29).point) == ("too few", None)
    few_units = share("x", [True, False] * 40, ["a", "b"] * 40)
    assert (few_units.n, few_units.note) == (80, "too few")
    assert mean("x", []).n == 0
    assert quantile("x", [1.0] * 5, 0.5, unit="seconds").note == "too few"


def test_a_share_that_never_varied_is_no_certainty() -> None:
    found = share("x", [False] * 100)
    assert found.point == 0.0
    assert found.high == pytest.approx(0.037, abs=0.001)


def test_rows_of_one_conversation_widen_the_interval() -> None:
    rows = [number % 4 < 2 for number in range(400)]
    alone = share("x", rows)
    together = share("x", rows, [str(number // 2) for number in range(400)])
    assert alone.point == together.point == 0.5
    widths = [found.high - found.low for found in (alone, together) if found.high is not None and found.low is not None]
    assert widths[1] == pytest.approx(2**0.5 * widths[0], rel=0.02)


@pytest.mark.parametrize("kind", ["share", "clustered", "mean", "median"])
def test_intervals_hold_the_truth_as_often_as_they_say(kind: str) -> None:
    rng, held, repeats = np.random.default_rng(7), 0, 1_000
    for _ in range(repeats):
        if kind == "share":
            found, truth = share("x", list(rng.random(120) < 0.2)), 0.2
        elif kind == "clustered":
            chances = np.repeat(rng.beta(2, 6, size=60), 4)
            found, truth = share("x", list(rng.random(240) < chances), [str(row // 4) for row in range(240)]), 0.25
        elif kind == "mean":
            found, truth = mean("x", list(rng.normal(3.0, 2.0, size=60)), unit="score"), 3.0
        else:
            found, truth = quantile("x", list(rng.exponential(size=80)), 0.5, unit="seconds"), np.log(2)
        assert found.low is not None
        assert found.high is not None
        held += found.low <= truth <= found.high
    assert 0.93 <= held / repeats <= 0.98


def test_a_median_of_few_conversations_is_wider_or_missing() -> None:
    one = quantile("x", [1.0, 2.0] * 20, 0.5, ["a"] * 40, unit="seconds")
    assert (one.point, one.note) == (None, "too few")
    rng, held = np.random.default_rng(9), 0
    for _ in range(400):
        rows = np.repeat(rng.normal(size=40), 4) * 0.8 + 0.6 * rng.normal(size=160)
        found = quantile("x", list(rows), 0.5, [str(row // 4) for row in range(160)], unit="seconds")
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 0.0 <= found.high
    assert held / 400 >= 0.92
