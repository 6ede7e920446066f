import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr
from sklearn.metrics import cohen_kappa_score, roc_auc_score

from evaluation.people.agreement import HumanAgreement, Kind, Use, agree, best_simple, compare

LEVELS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=4, max_size=40)


def point(kind: Kind, said: list[float], score: list[float]) -> float:
    values = agree(kind, np.array(said, dtype=float), np.array(score, dtype=float))(np.ones((1, len(said))))
    return float(values[0])


@given(LEVELS)
@settings(max_examples=60)
def test_figures_are_those_of_the_libraries(rows: list[tuple[int, int]]) -> None:
    said, score = ([float(row[side]) for row in rows] for side in (0, 1))
    if len(set(said)) > 1 and len(set(score)) > 1:
        assert point(Kind.SPEARMAN, said, score) == pytest.approx(spearmanr(said, score).statistic)
        # A level that nobody gave in between would close the ranks up: the costs are those of places in the list.
        met = sorted(set(said) | set(score))
        ranks = [[met.index(value) for value in side] for side in (said, score)]
        wanted = cohen_kappa_score(*ranks, weights="quadratic", labels=range(len(met)))
        assert point(Kind.WEIGHTED_KAPPA, said, score) == pytest.approx(wanted)
    present = [float(value > 1) for value in said]
    if len(set(present)) > 1:
        assert point(Kind.AUROC, present, score) == pytest.approx(roc_auc_score(present, score))
        called = [float(value > 1) for value in score]
        if len(set(called)) > 1:
            assert point(Kind.KAPPA, present, called) == pytest.approx(cohen_kappa_score(present, called))


def agreement(
    low: float | None, gain_low: float | None, point: float = 0.5, kind: Kind = Kind.SPEARMAN
) -> HumanAgreement:
    return HumanAgreement(
        of="x", ours="y", kind=kind, n=100, point=point, low=low, high=0.9, beside="more words", beside_point=0.1,
        gain=0.2, gain_low=gain_low, gain_high=0.4,
    )  # fmt: skip


def test_what_is_not_shown_must_not_judge_people() -> None:
    assert agreement(0.0, 0.2).use is Use.NONE
    assert agreement(None, 0.2).use is Use.NONE
    assert agreement(0.45, 0.2, point=0.8, kind=Kind.AUROC).use is Use.NONE
    assert agreement(0.2, 0.0).use is Use.NO_GAIN
    assert agreement(0.2, None).use is Use.NO_GAIN
    assert agreement(0.1, 0.1, point=0.2).use is Use.WEAK
    assert agreement(0.3, 0.1).use is Use.FAIR
    assert all("do not use this to judge people" in use for use in (Use.NONE, Use.NO_GAIN))


def test_the_best_count_is_chosen_where_it_may_be_and_read_elsewhere() -> None:
    rng = np.random.default_rng(3)
    said = rng.normal(size=80)
    there = {"noise": rng.normal(size=80), "telling": said + rng.normal(size=80) * 0.1}
    name, read = best_simple(Kind.SPEARMAN, said, there)
    assert name == "telling"
    assert read({"noise": np.zeros(3), "telling": np.array([1.0, 2.0, 3.0])}).tolist() == [1.0, 2.0, 3.0]


def test_a_count_becomes_labels_by_the_cut_of_the_other_half() -> None:
    said = np.array([0.0] * 10 + [1.0] * 10)
    _, read = best_simple(Kind.KAPPA, said, {"length": np.arange(20.0)})
    assert read({"length": np.array([3.0, 9.0, 10.0, 300.0])}).tolist() == [0.0, 0.0, 1.0, 1.0]
    levels = np.repeat([0.0, 1.0, 2.0, 3.0], 5)
    _, graded = best_simple(Kind.WEIGHTED_KAPPA, levels, {"length": np.arange(20.0)})
    assert graded({"length": np.array([0.0, 7.0, 12.0, 19.0])}).tolist() == [0.0, 1.0, 2.0, 3.0]


def test_a_measure_that_knows_is_told_from_one_that_guesses() -> None:
    rng = np.random.default_rng(4)
    said, length = rng.normal(size=300), rng.normal(size=300)
    units = [str(at) for at in range(300)]
    results = [
        compare(of="o", ours="m", kind=Kind.SPEARMAN, said=said, score=score, beside=("l", length), units=units, seed=1)
        for score in (said + rng.normal(size=300), rng.normal(size=300))
    ]
    assert [result.use for result in results] == [Use.FAIR, Use.NONE]
    for result in results:
        assert result.point is not None
        assert result.beside_point is not None
        assert (result.low or 1) <= result.point <= (result.high or -1)
        assert result.gain == pytest.approx(result.point - result.beside_point, abs=1e-3)


def test_a_measure_that_always_says_the_same_has_no_agreement() -> None:
    said, units = np.arange(50.0), [str(at) for at in range(50)]
    found = compare(
        of="o", ours="m", kind=Kind.SPEARMAN, said=said, score=np.zeros(50), beside=("l", said), units=units, seed=1
    )
    assert (found.point, found.low, found.gain) == (None, None, None)
    assert found.use is Use.NONE


def test_rows_of_one_unit_widen_the_interval() -> None:
    rng = np.random.default_rng(5)
    said = np.repeat(rng.normal(size=30), 10)
    score, length = said + np.repeat(rng.normal(size=30), 10), rng.normal(size=300)
    widths = []
    for units in ([str(at) for at in range(300)], [str(at // 10) for at in range(300)]):
        found = compare(
            of="o", ours="m", kind=Kind.SPEARMAN, said=said, score=score, beside=("l", length), units=units, seed=1
        )
        assert found.low is not None
        assert found.high is not None
        widths.append(found.high - found.low)
    assert widths[1] > 1.5 * widths[0]
