import numpy as np
import pytest

from evaluation.agreement import Question, Rating, Reliance, Scale, agreement, alpha, between_people


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(12)


def two(first: list[int | None], second: list[int | None]) -> list[Rating]:
    return [
        Rating(f"{at:03}", rater, value)
        for rater, side in (("amal", first), ("badr", second))
        for at, value in enumerate(side)
    ]


def test_severe_and_generous_raters_are_told_apart(rng: np.random.Generator) -> None:
    first: list[int | None] = [int(value) for value in rng.integers(2, 5, 60)]

    found = between_people(two(first, [value - 1 if value else None for value in first]), Scale.ORDINAL)

    (pair,) = found.pairs
    assert (pair.first, pair.second) == ("amal", "badr")
    assert pair.difference is not None
    assert pair.difference.point == 1.0
    assert pair.agreement.point == 0.0


def test_what_does_not_apply_is_missing_and_counted_as_split() -> None:
    found = between_people(two([1, 2, None, None], [1, None, 3, None]), Scale.ORDINAL)

    assert (found.items, found.shared, found.split, found.ratings, found.raters) == (3, 1, 2, 4, 2)
    assert found.reliance is Reliance.TOO_FEW


def test_reliance_follows_the_interval_and_not_the_point(rng: np.random.Generator) -> None:
    truth = rng.integers(1, 5, 400)
    near = np.clip(truth + rng.choice([-1, 0, 1], 400, p=[0.1, 0.8, 0.1]), 1, 4)
    noise = rng.integers(1, 5, 400)
    half = np.where(rng.random(400) < 0.45, noise, truth)

    def reliance(second: np.ndarray, n: int) -> Reliance:
        sides = [[int(value) for value in side[:n]] for side in (truth, second)]
        return between_people(two(*sides), Scale.ORDINAL).reliance  # type: ignore[arg-type]

    assert reliance(near, 400) is Reliance.RELIABLE
    assert reliance(noise, 400) is Reliance.UNRELIABLE
    assert reliance(half, 40) in {Reliance.UNDECIDED, Reliance.UNRELIABLE}


def test_questions_stay_apart_and_in_order() -> None:
    ratings = two([1, 2, 3, 4] * 10, [1, 2, 3, 3] * 10)
    machine = {rating.item: 4 for rating in ratings}

    tone, fault = agreement(
        [
            Question("tone", Scale.ORDINAL, ratings, machine),
            Question("wrong_fact", Scale.NOMINAL, [Rating(r.item, r.rater, r.value == 4) for r in ratings]),
        ]
    )

    assert (tone.name, fault.name) == ("tone", "wrong_fact")
    assert tone.people.alpha == alpha(ratings, Scale.ORDINAL)
    assert tone.machine is not None
    assert tone.machine.items == 40
    assert fault.machine is None
    assert tone.model_validate_json(tone.model_dump_json()) == tone
