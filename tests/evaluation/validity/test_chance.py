"""Every metric at chance on labels that say nothing, and perfect on an oracle's answers."""

import numpy as np
import pytest

from evaluation.bootstrap import estimate
from evaluation.measures import Row
from evaluation.suite import MetricKind
from evaluation.validity.chance import TRIED, chance_figures
from evaluation.validity.coverage import World, coverage, worlds

LEVELS = ("calm", "irritated", "angry", "furious")


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """Answers of a reader that is right more often than not."""
    rng = np.random.default_rng(4)
    found: list[Row] = []
    for number in range(400):
        true = int(rng.integers(4))
        said = int(np.clip(true + rng.integers(-1, 2), 0, 3))
        chance = float(np.clip(0.12 + 0.25 * said + rng.normal(0, 0.08), 0.02, 0.98))
        found.append({
            "true_level": LEVELS[true], "true_rank": float(true), "true_anger": true > 0, "problem": f"p{number // 8}",
            "level": LEVELS[said], "intensity": chance, "anger": chance, "called_angry": said > 0,
            "confidence": abs(chance - 0.5),
        })  # fmt: skip
    return found


def test_shuffled_labels_score_at_chance_and_the_oracle_perfectly(rows: list[Row]) -> None:
    found = chance_figures(rows, shuffles=12, resamples=200, seed=2)

    assert {figure.kind for figure in found} == {tried.metric.kind for tried in TRIED}
    for figure in found:
        assert figure.oracle_perfect, figure
        assert figure.held >= 0.7, figure  # of 12 shuffles: fewer than 9 would happen once in ten thousand runs
        assert abs(figure.mean - figure.chance) < abs(figure.real - figure.chance) or "calibration" in figure.metric


def test_every_kind_that_judges_against_labels_is_tried() -> None:
    untried = set(MetricKind) - {tried.metric.kind for tried in TRIED}
    of_no_label = {
        MetricKind.SHARE, MetricKind.MEAN, MetricKind.MAXIMUM, MetricKind.QUANTILE, MetricKind.DIFFERENCE,
        MetricKind.RELIABILITY,
    }  # fmt: skip

    assert untried - of_no_label == {MetricKind.COVERAGE_AT_RISK}


def test_an_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    share = worlds()[0]

    assert 0.88 <= coverage(share, 60, runs=120, seed=3) <= 1.0


def test_a_world_with_a_wrong_truth_is_not_held() -> None:
    share = worlds()[0]
    wrong = World(share.name, 0.5, share.draw)

    assert coverage(wrong, 200, runs=30, seed=3) == 0.0


@pytest.mark.parametrize("world", worlds(), ids=[world.name for world in worlds()])
def test_the_true_figure_is_what_large_runs_come_to(world: World) -> None:
    drawn = world.draw(np.random.default_rng(0), 40_000)
    found = float(drawn.measure.statistic(np.ones((1, drawn.measure.n)))[0])

    assert found == pytest.approx(world.truth, abs=0.012)


def test_units_widen_the_interval_of_rows_that_depend_on_each_other() -> None:
    world = worlds()[-1]
    drawn = world.draw(np.random.default_rng(1), 400)
    assert drawn.units is not None
    alone = estimate(drawn.measure.statistic, drawn.measure.n, seed=1)
    together = estimate(drawn.measure.statistic, drawn.measure.n, seed=1, units=drawn.units)

    assert together.high - together.low > 1.3 * (alone.high - alone.low)
