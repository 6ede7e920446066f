import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_curve

from evaluation import calibration
from evaluation.bootstrap import draw, estimate
from evaluation.metrics import Measure

RNG = np.random.default_rng(3)
N = 4000
P = RNG.beta(0.8, 1.2, N)
YES = RNG.random(N) < P
LOGIT = np.log(P.clip(5e-5, 1 - 5e-5)) - np.log1p(-P.clip(5e-5, 1 - 5e-5))
SHARP = 1 / (1 + np.exp(-2 * LOGIT))


def at_ones(measure: Measure) -> float:
    return float(measure.statistic(np.ones((1, measure.n)))[0])


def test_brier_equals_the_library_with_weights() -> None:
    weights = draw(N, 2, np.random.default_rng(1))

    for row in weights:
        known = float(brier_score_loss(YES, P, sample_weight=row))
        assert calibration.brier(YES, P).statistic(row[None])[0] == pytest.approx(known)


def test_brier_of_classes_sums_over_them() -> None:
    yes = np.array([[1, 0, 0], [0, 1, 0]])
    p = np.array([[1.0, 0.0, 0.0], [0.5, 0.0, 0.5]])

    assert at_ones(calibration.brier(yes, p)) == pytest.approx(0.75)


def test_recalibration_equals_the_library_with_weights() -> None:
    for row in [np.ones(N), *draw(N, 2, np.random.default_rng(2))]:
        model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=500)
        model.fit(LOGIT[:, None], YES, sample_weight=row)
        slope, intercept = (
            calibration.recalibration(YES, P, slope=both).statistic(row[None])[0] for both in (True, False)
        )
        assert slope == pytest.approx(model.coef_[0, 0], abs=1e-4)
        assert intercept == pytest.approx(model.intercept_[0], abs=1e-4)


def test_overconfidence_has_half_the_slope() -> None:
    honest = at_ones(calibration.recalibration(YES, P, slope=True))

    assert at_ones(calibration.recalibration(YES, SHARP, slope=True)) == pytest.approx(honest / 2, abs=0.05)


def test_separable_or_one_sided_rows_have_no_slope() -> None:
    assert np.isnan(
        at_ones(calibration.recalibration(np.array([0, 0, 1, 1]), np.array([0.1, 0.2, 0.8, 0.9]), slope=True))
    )
    assert np.isnan(at_ones(calibration.recalibration(np.ones(5), np.linspace(0.1, 0.9, 5), slope=True)))


def test_calibration_error_is_the_plug_in_less_its_noise() -> None:
    yes, p = np.array([1, 0, 0, 0, 1, 1, 1, 0]), np.array([0.1] * 4 + [0.9] * 4)
    gaps = (0.25 - 0.1) ** 2 - 0.25 * 0.75 / 3, (0.75 - 0.9) ** 2 - 0.25 * 0.75 / 3

    assert at_ones(calibration.calibration_error(yes, p)) == pytest.approx(max(0.0, sum(gaps) / 2) ** 0.5)


def test_honest_probabilities_have_almost_no_error_and_shifted_ones_have_theirs() -> None:
    honest = [at_ones(calibration.calibration_error(np.random.default_rng(k).random(N) < P, P)) for k in range(20)]
    rng = np.random.default_rng(5)
    told = rng.uniform(0.2, 0.8, N)
    shifted = calibration.calibration_error(rng.random(N) < told - 0.1, told)
    found = estimate(shifted.statistic, N, seed=1, resamples=300)

    assert np.median(honest) < 0.012
    assert found.point == pytest.approx(0.1, abs=0.02)
    assert found.low < found.point < found.high
    assert (found.low + found.high) / 2 == pytest.approx(found.point, abs=0.005)


def test_bins_of_equal_mass_never_part_equal_values() -> None:
    bins = calibration.mass_bins(np.array([0.0] * 50 + list(np.linspace(0.1, 1, 50))))

    assert len(set(bins[:50])) == 1
    assert set(bins) == set(range(bins.max() + 1))
    assert np.bincount(calibration.mass_bins(RNG.random(1000))).tolist() == [100] * 10


def test_selective_error_answers_the_surest_first() -> None:
    right = np.array([1, 1, 1, 0, 0])
    confidence = np.array([0.9, 0.8, 0.7, 0.6, 0.5])

    assert at_ones(calibration.selective_error(right, confidence, 1.0)) == pytest.approx(0.4)
    assert at_ones(calibration.selective_error(right, confidence, 0.8)) == pytest.approx(0.25)
    assert at_ones(calibration.selective_error(right, confidence, 0.6)) == 0.0


def test_ties_are_answered_in_equal_part_whatever_their_order() -> None:
    right = np.array([1, 0, 1, 0])
    for order in ([0, 1, 2, 3], [3, 1, 0, 2]):
        assert at_ones(calibration.selective_error(right[order], np.ones(4), 0.5)) == pytest.approx(0.5)


def test_a_useful_confidence_has_a_smaller_area_than_a_useless_one() -> None:
    right = RNG.random(2000) < 0.7
    useless, useful = RNG.random(2000), RNG.random(2000) + right

    assert at_ones(calibration.risk_coverage_area(right, useless)) == pytest.approx(0.3, abs=0.05)
    assert at_ones(calibration.risk_coverage_area(right, useful)) < 0.12


def test_coverage_is_the_most_that_can_be_answered_within_the_risk() -> None:
    right, confidence = np.array([1, 0, 1, 1, 1, 0]), np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4])

    assert at_ones(calibration.coverage_at_risk(right, confidence, 0.2)) == pytest.approx(5 / 6)
    assert at_ones(calibration.coverage_at_risk(right, confidence, 0.1)) == pytest.approx(1 / 6)
    assert at_ones(calibration.coverage_at_risk(right, np.ones(6), 0.2)) == 0.0
    assert at_ones(calibration.coverage_at_risk(right, np.ones(6), 0.34)) == 1.0


def test_recall_at_a_share_of_false_positives_is_on_the_roc_curve() -> None:
    for row in [np.ones(N), *draw(N, 2, np.random.default_rng(4))]:
        false, true, _ = roc_curve(YES, P, sample_weight=row, drop_intermediate=False)
        found = calibration.recall_at_false_positives(YES, P, 0.05).statistic(row[None])[0]
        assert found == pytest.approx(true[false <= 0.05].max())

    assert np.isnan(at_ones(calibration.recall_at_false_positives(np.ones(5), np.arange(5.0), 0.05)))
    assert np.isnan(at_ones(calibration.recall_at_false_positives(np.zeros(5), np.arange(5.0), 0.05)))
