"""Shares and means with intervals that hold their point."""

import pytest

from evaluation.drafting.shares import average, share, shares


def test_a_share_has_its_count_and_an_interval_around_it() -> None:
    found = share("some", [True] * 30 + [False] * 70, seed=1)
    assert (found.n, found.count, found.point) == (100, 30, 0.3)
    assert found.low < 0.3 < found.high
    assert found.cells[2] == "30 = 30.0%"


@pytest.mark.parametrize("value", [True, False])
def test_a_unanimous_share_claims_no_certainty(value: bool) -> None:
    found = share("all", [value] * 50, seed=1)
    assert found.high - found.low == pytest.approx(0.0711, abs=0.001)
    assert 0.0 <= found.low <= found.point <= found.high <= 1.0


def test_a_mean_may_fall_below_zero() -> None:
    found = average("change", [-2.0, -1.0, -3.0, -2.0], seed=1)
    assert (found.point, found.count) == (-2.0, None)
    assert found.low < -2.0 < found.high
    assert found.cells[2] == "-2.00"


def test_a_share_of_nothing_is_left_out() -> None:
    assert [figure.name for figure in shares({"none": [], "one": [True]}, seed=1)] == ["one"]
