import numpy as np
import pytest

from evaluation.agreement import (
    Level,
    MachineAgreement,
    Note,
    Question,
    Rating,
    Scale,
    Value,
    Verdict,
    machine_against_people,
)

N = 400


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(12)


def people(rng: np.random.Generator, truth: np.ndarray, raters: int = 2, slips: float = 0.2) -> list[Rating]:
    """Raters who see the truth, and now and then are a level off."""
    return [
        Rating(f"{at:04}", str(rater), int(np.clip(value + rng.choice([-1, 1]) * (rng.random() < slips), 1, 4)))
        for at, value in enumerate(truth)
        for rater in range(raters)
    ]


def against(
    machine: np.ndarray, ratings: list[Rating], scale: Scale = Scale.ORDINAL, *, same: bool = True
) -> MachineAgreement:
    said = {f"{at:04}": value.item() for at, value in enumerate(machine)}
    return machine_against_people(Question("clarity", scale, ratings, said, same_scale=same))


def level(found: MachineAgreement, name: str) -> Level:
    return next(one for one in found.levels if one.machine == name)


def test_a_machine_that_flatters_is_not_believed_where_it_flatters(rng: np.random.Generator) -> None:
    truth = rng.integers(1, 5, N)
    flattering = np.where(truth == 2, 4, truth)

    found = against(flattering, people(rng, truth))

    assert level(found, "4").verdict is Verdict.DISBELIEVE
    assert level(found, "3").verdict is Verdict.BELIEVE
    assert level(found, "1").verdict is Verdict.BELIEVE
    assert found.verdict is Verdict.DISBELIEVE
    assert found.bias is not None
    assert found.bias.low is not None
    assert found.bias.low > 0


def test_a_machine_that_sees_what_people_see_is_believed(rng: np.random.Generator) -> None:
    truth = rng.integers(1, 5, N)

    found = against(truth, people(rng, truth))

    assert {one.verdict for one in found.levels} == {Verdict.BELIEVE}
    assert found.verdict is Verdict.BELIEVE
    assert found.quadratic_kappa is not None
    assert (found.quadratic_kappa.point or 0) > 0.8


def test_a_machine_that_guesses_is_not_believed(rng: np.random.Generator) -> None:
    truth = rng.integers(1, 5, N)

    found = against(rng.integers(1, 5, N), people(rng, truth))

    assert found.verdict is Verdict.DISBELIEVE
    assert level(found, "4").verdict is Verdict.DISBELIEVE
    assert level(found, "1").verdict is Verdict.DISBELIEVE


def test_a_level_that_is_right_on_the_whole_but_not_in_the_single_case_is_not_believed() -> None:
    """The machine says 3; people say 2 and 4 in equal part: the mean fits, and no single score does."""
    found = against(np.full(N, 3), [Rating(f"{at:04}", "a", 2 + 2 * (at % 2)) for at in range(N)])

    (three,) = found.levels
    assert three.mean is not None
    assert three.mean.point == 3.0
    assert three.right is not None
    assert three.right.point == 0.0
    assert three.verdict is Verdict.DISBELIEVE


def test_one_answer_throughout_is_not_certainty() -> None:
    said = np.arange(40) % 2 == 0

    found = against(said, [Rating(f"{at:04}", "a", False) for at in range(40)], Scale.NOMINAL)

    assert found.kappa is not None
    assert found.kappa.note is Note.NO_VARIATION
    few, agreed = against(said[:20], [], Scale.NOMINAL), against(np.full(40, 3), [*people_of(3, 40)])
    assert few.levels == ()
    assert agreed.levels[0].mean is not None
    assert agreed.levels[0].mean.high == pytest.approx(3 + (1 - 0.025 ** (1 / 40)), abs=1e-4)
    assert agreed.bias is not None
    assert agreed.bias.high == pytest.approx(1 - 0.025 ** (1 / 40), abs=1e-4)


def people_of(level: int, n: int) -> list[Rating]:
    return [Rating(f"{at:04}", "a", level) for at in range(n)]


def test_a_machine_that_always_says_the_same_is_not_judged(rng: np.random.Generator) -> None:
    found = against(np.full(N, 3), people(rng, rng.integers(1, 5, N)))

    assert found.verdict is Verdict.UNDECIDED
    assert found.spearman is not None
    assert found.spearman.point is None


def test_few_items_are_too_few_to_judge(rng: np.random.Generator) -> None:
    truth = rng.integers(1, 5, 29)

    found = against(truth, people(rng, truth))

    assert found.verdict is Verdict.TOO_FEW
    assert {one.verdict for one in found.levels} == {Verdict.TOO_FEW}
    assert sum(sum(one.counts.values()) for one in found.levels) == found.ratings == 58


@pytest.mark.parametrize(
    ("missed", "alarms", "no", "yes"),
    [
        (0.0, 0.0, Verdict.BELIEVE, Verdict.BELIEVE),
        (0.3, 0.0, Verdict.DISBELIEVE, Verdict.BELIEVE),
        (0.0, 0.8, Verdict.BELIEVE, Verdict.DISBELIEVE),
    ],
)
def test_faults_missed_and_false_alarms(
    rng: np.random.Generator, missed: float, alarms: float, no: Verdict, yes: Verdict
) -> None:
    said = np.arange(N) % 2 == 0
    fault = np.where(said, rng.random(N) >= alarms, rng.random(N) < missed)
    ratings = [Rating(f"{at:04}", "a", bool(value)) for at, value in enumerate(fault)]

    found = against(said, ratings, Scale.NOMINAL)

    assert level(found, "no").verdict is no
    assert level(found, "yes").verdict is yes
    assert found.kappa is not None
    assert found.spearman is None


def test_a_measurement_is_set_beside_levels_by_its_order_alone(rng: np.random.Generator) -> None:
    truth = rng.integers(1, 5, N)

    found = against(truth / 4 + rng.normal(0, 0.1, N), people(rng, truth), same=False)

    assert found.kappa is None
    assert found.quadratic_kappa is None
    assert found.bias is None
    assert [one.verdict for one in found.levels] == [None] * 4
    means = [one.mean.point for one in found.levels if one.mean and one.mean.point is not None]
    assert means == sorted(means)
    assert len(means) == 4
    assert found.verdict is Verdict.BELIEVE


def test_choices_are_told_apart_only(rng: np.random.Generator) -> None:
    chosen: list[Value] = [str(name) for name in rng.choice(["draft", "sent", "equal"], N)]
    ratings = [Rating(f"{at:04}", "a", value) for at, value in enumerate(chosen)]

    found = machine_against_people(
        Question("choice", Scale.NOMINAL, ratings, {f"{at:04}": value for at, value in enumerate(chosen)})
    )

    assert found.kappa is not None
    assert found.kappa.point == 1.0
    assert {one.mean for one in found.levels} == {None}


def test_an_item_counts_once_however_many_read_it() -> None:
    """One item in two is read by nine people who all contradict the machine; the other half by one who agrees."""
    truth = np.array([1, 4] * (N // 2))
    ratings = [
        Rating(f"{at:04}", str(rater), int(value if at % 4 < 2 else 5 - value))
        for at, value in enumerate(truth)
        for rater in range(1 if at % 4 < 2 else 9)
    ]

    found = against(truth, ratings)

    assert found.kappa is not None
    assert found.kappa.point == pytest.approx(0.0, abs=1e-6)


def test_weights_speak_for_what_was_left_out(rng: np.random.Generator) -> None:
    """A risk-weighted sample holds all the hard items, on which the machine errs, and a tenth of the easy ones."""
    truth = rng.integers(1, 5, N)
    hard = np.arange(N) % 2 == 0
    machine = np.where(hard, 5 - truth, truth)
    question = Question("tone", Scale.ORDINAL, people(rng, truth), {f"{at:04}": int(v) for at, v in enumerate(machine)})
    weights = {f"{at:04}": 1.0 if hard[at] else 10.0 for at in range(N)}

    plain, weighted = machine_against_people(question), machine_against_people(question, weights=weights)

    assert plain.kappa is not None
    assert weighted.kappa is not None
    assert (weighted.kappa.point or 0) > (plain.kappa.point or 0) + 0.3
