import numpy as np
import pytest

from models.outputs import ANGER, COLUMNS, LEVEL, SENTIMENT, SIGNAL_NAMES, SIGNALS
from models.sets.rows import Row
from models.training.recipe import OWN, OWN_SIGNALS
from models.training.scores import (
    BENCHMARKS,
    best_cut,
    dev_scores,
    levels_of,
    macro_f1,
    quadratic_kappa,
    ranked_right,
    score_benchmark,
)

THRESHOLDS = np.array([-1.0, 0.0, 1.0], np.float32)


def test_macro_f1_by_hand() -> None:
    truth, guess = np.array([0, 0, 1, 2]), np.array([0, 1, 1, 1])
    assert macro_f1(truth, guess, [0, 1, 2]) == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)
    assert macro_f1(truth, guess, [0]) == pytest.approx(2 / 3)


def test_the_best_cut_parts_what_can_be_parted() -> None:
    truth = np.array([0] * 60 + [1] * 40, np.float32)
    logits = np.linspace(-3, 2, 100).astype(np.float32)
    assert -0.1 < best_cut(truth, logits) < 0.1


def test_levels_lie_between_their_thresholds() -> None:
    assert levels_of(np.array([-9.0, -0.5, 0.5, 9.0]), THRESHOLDS).tolist() == [0, 1, 2, 3]


def test_kappa_weighs_a_far_miss_more() -> None:
    truth = np.array([0, 1, 2, 3] * 5)
    near, far = np.minimum(truth + 1, 3), np.where(truth == 0, 3, truth)
    assert quadratic_kappa(truth, truth) == 1
    assert quadratic_kappa(truth, far) < quadratic_kappa(truth, np.where(truth == 0, 1, truth)) < 1
    assert quadratic_kappa(truth, near) < 1


def test_pairs_are_ranked_within_a_group_alone() -> None:
    group, level = np.array([0, 0, 0, 1, 1, -1, -1]), np.array([0, 1, 2, 0, 3, 0, 3])
    scores = np.array([0.0, 1.0, 0.5, 9.0, 9.0, 5.0, 1.0])
    # Of the first group's three pairs two are right; the second group's one is a tie; the last two have no group.
    assert ranked_right(group, level, scores) == pytest.approx(2.5 / 4)
    assert np.isnan(ranked_right(group[5:], level[5:], scores[5:]))


def test_dev_scores_are_perfect_for_logits_that_are() -> None:
    own = [Row(f"{level}", OWN, "dev", "en", level=level, group="g") for level in range(4)]
    signals = [Row(name, OWN_SIGNALS, "dev", "en", signals=frozenset({name})) for name in SIGNAL_NAMES]
    posts = [Row(f"{value}", "semeval2018/E-c/Arabic", "dev", "ar", anger=value) for value in (0, 1)]
    tweets = [Row(f"{value}", "xlmt_umsab/english", "dev", "en", sentiment=value) for value in (0, 1, 2)]
    parts = {OWN: own, OWN_SIGNALS: signals, "semeval2018/E-c/Arabic": posts, "xlmt_umsab/english": tweets}
    logits = {source: np.zeros((len(rows), COLUMNS), np.float32) for source, rows in parts.items()}
    logits[OWN][:, LEVEL] = [-2, -0.5, 0.5, 2]
    logits[OWN_SIGNALS][:, SIGNALS] = np.eye(len(SIGNAL_NAMES))
    logits["semeval2018/E-c/Arabic"][:, ANGER] = [-1, 1]
    logits["xlmt_umsab/english"][:, SENTIMENT] = np.eye(3)
    found = dev_scores(parts, logits, THRESHOLDS)
    assert set(found) == {"level", "pairs", "signals", "E-c/Arabic", "xlmt-english"}
    assert all(value == pytest.approx(1) for value in found.values())


def test_a_benchmark_s_cut_comes_from_its_dev_part() -> None:
    benchmark = next(each for each in BENCHMARKS if each.task == "anger")
    dev = [Row("d", benchmark.source, "dev", "ar", anger=value) for value in [0] * 60 + [1] * 40]
    test = [Row("t", benchmark.source, "test", "ar", anger=value) for value in (0, 1, 1)]
    dev_guess = np.linspace(0.2, 0.4, 100).astype(np.float32)
    assert score_benchmark(benchmark, np.array([0.3, 0.33, 0.35], np.float32), test, dev, dev_guess) == 1
