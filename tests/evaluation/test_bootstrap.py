import numpy as np
import pytest
from scipy.stats import permutation_test

from evaluation import metrics
from evaluation.bootstrap import draw, estimate, sign_flip_p, unanimous_bound


def test_every_resample_draws_n_rows() -> None:
    weights = draw(17, 40, np.random.default_rng(3))

    assert weights.shape == (40, 17)
    assert (weights.sum(axis=1) == 17).all()


def test_interval_covers_the_true_mean_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(11)
    covered = 0
    for trial in range(400):
        measure = metrics.mean(rng.random(80) < 0.3)
        found = estimate(measure.statistic, measure.n, seed=trial, resamples=400)
        covered += found.low <= 0.3 <= found.high

    assert 0.92 <= covered / 400 <= 0.97


def test_interval_of_a_mean_agrees_with_the_normal_one_on_many_rows() -> None:
    values = np.random.default_rng(5).normal(2.0, 1.0, 3000)
    measure = metrics.mean(values)
    found = estimate(measure.statistic, measure.n, seed=1, resamples=1000)
    half = 1.96 * values.std(ddof=1) / np.sqrt(3000)

    assert found.point == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - half, abs=0.006)
    assert found.high == pytest.approx(values.mean() + half, abs=0.006)


def test_same_seed_same_interval_and_another_seed_another() -> None:
    measure = metrics.mean(np.random.default_rng(2).random(90))

    first, again, other = (estimate(measure.statistic, 90, seed=seed, resamples=200) for seed in (7, 7, 8))

    assert first == again
    assert first.low != other.low


def test_chunking_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    measure = metrics.mean(np.random.default_rng(2).random(90))
    whole = estimate(measure.statistic, 90, seed=7, resamples=200)
    monkeypatch.setattr("evaluation.bootstrap._CELLS", 90 * 7)

    parts = estimate(measure.statistic, 90, seed=7, resamples=200)

    assert (parts.point, parts.low, parts.high) == pytest.approx((whole.point, whole.low, whole.high), rel=1e-12)


def test_few_rows_get_wider_intervals_than_plain_percentiles() -> None:
    values = np.random.default_rng(3).random(12)
    weights = draw(12, 1_000, np.random.default_rng(5))
    plain = np.quantile(weights @ values / 12, [0.025, 0.975])
    found = estimate(metrics.mean(values).statistic, 12, seed=5)

    half = 2.201 * values.std(ddof=1) / np.sqrt(12)  # Student's t with 11 degrees of freedom
    assert found.low < plain[0]
    assert found.high > plain[1]
    assert found.high - found.low == pytest.approx(2 * half, rel=0.1)


def test_a_statistic_that_most_resamples_leave_undefined_has_no_interval() -> None:
    truth = np.array([True] + [False] * 40)
    measure = metrics.auroc(truth, np.arange(41.0))
    found = estimate(measure.statistic, measure.n, seed=1, resamples=200)

    assert found.point == 0.0
    assert np.isnan(found.low)


def test_unanimous_bound_is_the_exact_binomial_one() -> None:
    assert unanimous_bound(100) == pytest.approx(0.0362, abs=1e-4)


def test_copies_of_rows_drawn_as_units_add_no_certainty() -> None:
    values = np.random.default_rng(2).random(90)
    once, copied = metrics.mean(values), metrics.mean(np.repeat(values, 7))

    plain = estimate(once.statistic, 90, seed=7, resamples=200)
    units = estimate(copied.statistic, 630, seed=7, units=np.repeat(np.arange(90), 7), resamples=200)

    assert (units.low, units.high) == pytest.approx((plain.low, plain.high))


def test_the_p_of_paired_differences_is_that_of_all_sign_flips() -> None:
    gaps = np.array([1.0, 1.0, 0.5, 1.0, -0.5, 1.0, 0.25, -0.25, 1.0, 0.0])
    exact = permutation_test((gaps,), np.mean, permutation_type="samples", n_resamples=np.inf)

    assert sign_flip_p(gaps, seed=1) == pytest.approx(float(exact.pvalue), abs=0.01)
    assert sign_flip_p(-gaps, seed=1) == sign_flip_p(gaps, seed=1)


def test_p_is_level_where_nothing_parts_the_two_and_small_where_something_does() -> None:
    rng = np.random.default_rng(4)
    same = [sign_flip_p(rng.normal(size=60), seed=trial) for trial in range(100)]

    assert np.mean(np.array(same) < 0.2) == pytest.approx(0.2, abs=0.1)
    assert sign_flip_p(rng.normal(1.0, size=60), seed=1) < 0.001
    assert sign_flip_p(np.zeros(9), seed=1) == 1.0


def test_copies_of_a_unit_do_not_lower_p() -> None:
    gaps = np.array([1.0, 1.0, 1.0, -1.0])
    units = np.repeat(np.arange(4), 50)

    assert sign_flip_p(np.repeat(gaps, 50), seed=1, units=units) == pytest.approx(sign_flip_p(gaps, seed=1))
    assert sign_flip_p(np.repeat(gaps, 50), seed=1) < 0.01
