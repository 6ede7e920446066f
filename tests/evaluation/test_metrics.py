from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics as reference

from evaluation import metrics
from evaluation.bootstrap import Floats, draw
from evaluation.metrics import Measure

LABELS = ("negative", "neutral", "positive")
RNG = np.random.default_rng(4)
N = 120
TRUTH = RNG.choice(LABELS, N).astype(object)
GUESS = np.where(RNG.random(N) < 0.6, TRUTH, RNG.choice(LABELS, N)).astype(object)
YES = RNG.random(N) < 0.4
SCORE = np.round(YES * 0.3 + RNG.random(N), 1)  # rounded, so that scores tie
WEIGHTS = draw(N, 5, np.random.default_rng(9))

CASES: dict[str, tuple[Measure, Callable[[Floats], float]]] = {
    "f1 over two of three labels": (
        metrics.macro_f1(TRUTH, GUESS, LABELS[::2]),
        lambda w: float(
            reference.f1_score(
                TRUTH.astype(str), GUESS.astype(str), labels=list(LABELS[::2]), average="macro", sample_weight=w
            )
        ),
    ),
    "average precision": (
        metrics.average_precision(YES, SCORE),
        lambda w: float(reference.average_precision_score(YES, SCORE, sample_weight=w)),
    ),
    "quantile": (
        metrics.quantile(SCORE, 0.9),
        lambda w: float(np.quantile(np.repeat(SCORE, w.astype(int)), 0.9, method="inverted_cdf")),
    ),
    "auroc": (metrics.auroc(YES, SCORE), lambda w: float(reference.roc_auc_score(YES, SCORE, sample_weight=w))),
    "quadratic kappa": (
        metrics.quadratic_kappa(TRUTH, GUESS, LABELS),
        lambda w: float(
            reference.cohen_kappa_score(
                TRUTH.astype(str), GUESS.astype(str), labels=list(LABELS), weights="quadratic", sample_weight=w
            )
        ),
    ),
    "pearson": (
        metrics.pearson(YES.astype(float), SCORE),
        lambda w: float(stats.pearsonr(np.repeat(YES, w.astype(int)), np.repeat(SCORE, w.astype(int)))[0]),
    ),
    "mean": (metrics.mean(SCORE), lambda w: float(np.average(SCORE, weights=w))),
}


@pytest.mark.parametrize("name", CASES)
def test_weighted_metric_equals_the_library(name: str) -> None:
    measure, known = CASES[name]

    for weights in [np.ones(N), *WEIGHTS]:
        assert measure.statistic(weights[None, :])[0] == pytest.approx(known(weights), abs=1e-12)


def test_hand_made_f1() -> None:
    truth = np.array(["a", "a", "b", "c"], dtype=object)
    guess = np.array(["a", "b", "b", "c"], dtype=object)

    assert metrics.macro_f1(truth, guess, ["a", "b"]).statistic(np.ones((1, 4)))[0] == pytest.approx(2 / 3)


def test_concordance_compares_within_groups_only_and_counts_ties_half() -> None:
    truth = np.array([0, 1, 2, 0, 1])
    score = np.array([0.1, 0.2, 0.2, 0.9, 0.8])
    group = np.array(["x", "x", "x", "y", "y"], dtype=object)
    measure = metrics.concordance(truth, score, group)

    assert measure.n == 2
    assert measure.first is not None
    assert measure.first.tolist() == [0, 3]
    assert measure.statistic(np.ones((1, 2)))[0] == pytest.approx(2.5 / 4)


def test_a_perfect_oracle_scores_one_everywhere() -> None:
    ones = np.ones((1, N))
    ranks = np.array([LABELS.index(str(label)) for label in TRUTH])

    assert metrics.macro_f1(TRUTH, TRUTH, LABELS).statistic(ones)[0] == 1.0
    assert metrics.quadratic_kappa(TRUTH, TRUTH, LABELS).statistic(ones)[0] == 1.0
    assert metrics.auroc(YES, YES.astype(float)).statistic(ones)[0] == 1.0
    assert metrics.average_precision(YES, YES.astype(float)).statistic(ones)[0] == 1.0
    assert metrics.pearson(SCORE, SCORE).statistic(ones)[0] == pytest.approx(1.0)
    assert metrics.concordance(ranks, ranks, np.full(N, "x")).statistic(np.ones((1, 1)))[0] == 1.0


def test_shuffled_labels_score_at_chance() -> None:
    rng = np.random.default_rng(1)
    truth = rng.choice(LABELS, 6000).astype(object)
    guess, score = rng.permutation(truth), rng.random(6000)
    yes, ones = truth == "positive", np.ones((1, 6000))

    assert metrics.macro_f1(truth, guess, LABELS).statistic(ones)[0] == pytest.approx(1 / 3, abs=0.03)
    assert metrics.quadratic_kappa(truth, guess, LABELS).statistic(ones)[0] == pytest.approx(0, abs=0.04)
    assert metrics.auroc(yes, score).statistic(ones)[0] == pytest.approx(0.5, abs=0.03)
    assert metrics.average_precision(yes, score).statistic(ones)[0] == pytest.approx(yes.mean(), abs=0.03)
    assert metrics.pearson(yes, score).statistic(ones)[0] == pytest.approx(0, abs=0.04)


def test_a_maximum_is_of_the_rows_drawn() -> None:
    measure = metrics.maximum(np.array([0.1, 0.7, 0.3]))

    assert measure.statistic(np.array([[1.0, 1.0, 1.0], [2.0, 0.0, 1.0]])).tolist() == [0.7, 0.3]


def test_a_difference_forgets_what_its_rows_have_in_common() -> None:
    rng = np.random.default_rng(8)
    hard = rng.normal(0, 5, 400)
    found = metrics.difference(hard + 1 + rng.normal(0, 0.1, 400), hard)
    values = found.statistic(draw(400, 200, rng))

    assert found.paired is not None
    assert values.mean() == pytest.approx(1.0, abs=0.02)
    assert values.std() < 0.02
