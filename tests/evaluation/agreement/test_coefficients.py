from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr
from sklearn.metrics import cohen_kappa_score

from evaluation.agreement import FEWEST, Note, Rating, Scale, alpha, bias, kappa, mean, percent_agreement, spearman
from evaluation.agreement import intervals as intervals_module


def by_rater(**rows: str) -> list[Rating]:
    """Each rater's values in a line, a dot for a missing one."""
    return [
        Rating(f"{at:03}", rater, None if value == "." else int(value) if value.isdigit() else value)
        for rater, row in rows.items()
        for at, value in enumerate(row.split())
    ]


@pytest.fixture
def few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intervals_module, "FEWEST", 2)
    monkeypatch.setattr(intervals_module, "FEWEST_EFFECTIVE", 2)


# Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), examples A to D.
BINARY = {"meg": "0 1 0 0 0 0 0 0 1 0", "owen": "1 1 1 0 0 1 0 0 0 0"}
NAMED = {"ben": "a a b b d c c c e d d a", "gerry": "b a b b b c c c e d d d"}
MISSING = {
    "a": "1 2 3 3 2 1 4 1 2 . . .",
    "b": "1 2 3 3 2 2 4 1 2 5 . 3",
    "c": ". 3 3 3 2 3 4 2 2 5 1 .",
    "d": "1 2 3 3 2 4 4 1 2 5 1 .",
}


@pytest.mark.parametrize(
    ("rows", "scale", "published", "items"),
    [
        (BINARY, Scale.NOMINAL, 0.095, 10),
        (NAMED, Scale.NOMINAL, 0.692, 12),
        (MISSING, Scale.NOMINAL, 0.743, 11),
        (MISSING, Scale.ORDINAL, 0.815, 11),
        (MISSING, Scale.INTERVAL, 0.849, 11),
    ],
)
def test_alpha_is_the_published_one(
    few_are_enough: None, rows: dict[str, str], scale: Scale, published: float, items: int
) -> None:
    found = alpha(by_rater(**rows), scale)

    assert found.point == pytest.approx(published, abs=6e-4)
    assert found.n == items


def by_definition(ratings: Sequence[Rating], scale: Scale) -> float:
    """Alpha from the coincidence matrix, value by value, as the paper writes it."""
    given_: dict[str, list[Any]] = {}
    for one in ratings:
        if one.value is not None:
            given_.setdefault(one.item, []).append(one.value)
    units = [values for values in given_.values() if len(values) > 1]
    values = sorted({value for unit in units for value in unit})
    met = {value: sum(unit.count(value) for unit in units) for value in values}
    n = sum(met.values())

    def delta(c: Any, k: Any) -> float:
        if scale is Scale.NOMINAL:
            return float(c != k)
        if scale is Scale.INTERVAL:
            return float((c - k) ** 2)
        low, high = sorted((c, k))
        return float(sum(met[g] for g in values if low <= g <= high) - (met[c] + met[k]) / 2) ** 2

    observed = sum(
        delta(unit[i], unit[j]) / (len(unit) - 1)
        for unit in units
        for i in range(len(unit))
        for j in range(len(unit))
        if i != j
    )
    expected = sum(met[c] * met[k] * delta(c, k) for c in values for k in values) / (n - 1)
    return 1.0 - observed / expected


VALUES = st.one_of(st.none(), st.integers(1, 4))


@settings(max_examples=40)
@given(st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=FEWEST, max_size=50), st.sampled_from(Scale))
def test_alpha_is_its_definition(rows: list[tuple[int | None, ...]], scale: Scale) -> None:
    ratings = [Rating(f"{at:03}", str(rater), value) for at, row in enumerate(rows) for rater, value in enumerate(row)]

    found = alpha(ratings, scale)

    if found.point is not None:
        assert found.point == pytest.approx(by_definition(ratings, scale), abs=6e-5)
    else:
        assert found.note is not None


def levels(n: int, noise: float) -> tuple[dict[str, Any], dict[str, Any]]:
    rng = np.random.default_rng(n)
    first = rng.integers(1, 5, n)
    second = np.where(rng.random(n) < noise, rng.integers(1, 5, n), first)
    one, two = ({f"{at:04}": int(value) for at, value in enumerate(side)} for side in (first, second))
    return one, two


@pytest.mark.parametrize(("quadratic", "name"), [(False, None), (True, "quadratic")])
def test_kappa_equals_the_library_with_weights(quadratic: bool, name: str | None) -> None:
    first, second = levels(200, 0.4)
    weights = {item: 1.0 + at % 9 for at, item in enumerate(first)}

    found = kappa(first, second, quadratic=quadratic, weights=weights)

    known = cohen_kappa_score(
        list(first.values()), list(second.values()), weights=name, sample_weight=list(weights.values())
    )
    assert found.point == pytest.approx(known, abs=6e-5)
    assert found.low is not None
    assert found.high is not None
    assert found.low < known < found.high


def test_quadratic_kappa_keeps_the_distance_over_a_level_that_nobody_gave(few_are_enough: None) -> None:
    first = {str(at): value for at, value in enumerate((1, 1, 3, 3, 4, 4))}
    second = {str(at): value for at, value in enumerate((1, 3, 3, 3, 4, 1))}

    found = kappa(first, second, quadratic=True)

    squares = np.mean([(first[item] - second[item]) ** 2 for item in first])
    chance = np.mean([(one - two) ** 2 for one in first.values() for two in second.values()])
    assert found.point == pytest.approx(1 - squares / chance, abs=6e-5)


def test_spearman_equals_the_library_with_ties() -> None:
    first, second = levels(120, 0.5)

    found = spearman(first, second)

    assert found.point == pytest.approx(spearmanr(list(first.values()), list(second.values())).statistic, abs=6e-5)


def test_a_weight_counts_as_that_many_items() -> None:
    first, second = levels(60, 0.5)
    weights = {item: 1.0 + at % 3 for at, item in enumerate(first)}
    copies = [(item, copy) for item in first for copy in range(int(weights[item]))]
    more, most = ({f"{item}/{copy}": side[item] for item, copy in copies} for side in (first, second))

    for measure in (kappa, spearman, bias):
        assert measure(first, second, weights=weights).point == measure(more, most).point
    both = [Rating(item, rater, side[item]) for rater, side in (("a", first), ("b", second)) for item in first]
    repeated = [Rating(item, rater, side[item]) for rater, side in (("a", more), ("b", most)) for item in more]
    assert percent_agreement(both, weights=weights).point == percent_agreement(repeated).point


def test_agreement_counts_pairs_of_raters(few_are_enough: None) -> None:
    ratings = by_rater(a="1 1 2", b="1 2 .", c="2 2 .")

    assert percent_agreement(ratings).point == pytest.approx((1 / 3 + 1 / 3) / 2, abs=1e-4)
    assert percent_agreement(ratings).n == 2


def test_a_later_answer_takes_the_place_of_an_earlier() -> None:
    first = by_rater(a="1 2 " * 20, b="1 2 " * 20)

    corrected = [*(Rating(one.item, one.rater, 4) for one in first if one.rater == "a"), *first]

    assert alpha(corrected, Scale.ORDINAL) == alpha(first, Scale.ORDINAL)


def test_under_thirty_items_there_is_no_number() -> None:
    ratings = by_rater(a="1 2 3 4 " * 7 + "1", b="1 2 3 3 " * 7 + "1")

    assert alpha(ratings, Scale.ORDINAL) == percent_agreement(ratings).model_copy(update={"n": 29})
    assert alpha(ratings, Scale.ORDINAL).note is Note.TOO_FEW
    assert alpha(ratings, Scale.ORDINAL).point is None


def test_few_heavy_items_are_too_few() -> None:
    first, second = levels(100, 0.3)

    assert kappa(first, second, weights=dict.fromkeys(list(first)[:5], 1000.0)).note is Note.TOO_FEW


def test_one_value_throughout_says_nothing_of_agreement() -> None:
    ratings = by_rater(a="3 " * 40, b="3 " * 40)

    assert alpha(ratings, Scale.ORDINAL).note is Note.NO_VARIATION
    assert percent_agreement(ratings).point == 1.0


def test_agreement_on_every_item_is_not_certainty() -> None:
    ratings = by_rater(a="1 2 3 4 " * 10, b="1 2 3 4 " * 10)
    first = {one.item: one.value for one in ratings if one.rater == "a"}

    share, together, pair = percent_agreement(ratings), alpha(ratings, Scale.ORDINAL), kappa(first, first)

    assert (share.point, together.point, pair.point) == (1.0, 1.0, 1.0)
    assert share.low == pytest.approx(0.025 ** (1 / 40), abs=1e-4)
    assert together.low == pytest.approx(1 - (1 - 0.025 ** (1 / 40)) / 0.75, abs=2e-4)
    assert pair.low == together.low


@pytest.mark.parametrize("scale", Scale)
def test_chance_is_nought_and_most_intervals_say_so(scale: Scale) -> None:
    held = 0
    for seed in range(20):
        values = np.random.default_rng(seed).integers(1, 5, (100, 3)).tolist()
        ratings = [
            Rating(str(at), str(rater), value) for at, row in enumerate(values) for rater, value in enumerate(row)
        ]
        found = alpha(ratings, scale)
        held += found.low is not None and found.high is not None and found.low < 0 < found.high

    assert held >= 17


def test_the_same_seed_gives_the_same_interval() -> None:
    first, second = levels(80, 0.5)

    assert kappa(first, second, seed=4) == kappa(first, second, seed=4)
    assert kappa(first, second, seed=4) != kappa(first, second, seed=5)


def test_names_have_no_order() -> None:
    ratings = by_rater(a="draft sent " * 20, b="draft sent " * 20)

    with pytest.raises(ValueError, match="no number"):
        alpha(ratings, Scale.ORDINAL)


def test_intervals_cover_the_truth() -> None:
    """Two raters who each err on 30% of items: alpha's truth is known, and 93 to 97% of intervals hold it."""
    rng, chance, runs, n = np.random.default_rng(5), 0.3, 400, FEWEST
    same = (1 - chance) ** 2 + chance**2 / 3
    truth = 1 - (1 - same) / 0.75
    held = 0
    for run in range(runs):
        right = rng.integers(4, size=n)
        ratings = [
            Rating(f"{at:03}", rater, int((right[at] + rng.integers(1, 4) * (rng.random() < chance)) % 4))
            for at in range(n)
            for rater in ("a", "b")
        ]
        found = alpha(ratings, Scale.NOMINAL, seed=run)
        held += found.low is not None and found.high is not None and found.low <= truth <= found.high

    assert 0.92 <= held / runs <= 0.98


def test_items_without_a_fault_say_as_much_as_they_weigh() -> None:
    """Of 30 certain items and 30 that stand for 20 each none has a fault: of the 630 up to a tenth may."""
    names = [f"{at:02}" for at in range(60)]
    found = mean(dict.fromkeys(names, 0.0), bounds=(0.0, 1.0), weights=dict.fromkeys(names[30:], 20.0))
    assert (found.point, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(0.106, abs=0.002)
