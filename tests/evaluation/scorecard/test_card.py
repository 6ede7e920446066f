"""Totals: only what was scored counts, a failed item stands beside them, and no card is read by another rubric."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.scorecard import LEVELS, CriterionScore, Level, Proof, Scorecard, Scorer, load_rubric, total
from inference.types import Channel
from models.errors import InputError

RUBRIC = load_rubric()


def card(levels: dict[str, Level | None], *failed: str) -> Scorecard:
    return Scorecard(
        rubric=RUBRIC.id,
        scorer=Scorer.PERSON,
        scores={name: CriterionScore(score=level) for name, level in levels.items()},
        failures={name: (Proof(note="seen"),) for name in failed},
    )


@pytest.mark.parametrize(("level", "points"), [(1, 0.0), (2, 33.3), (3, 66.7), (4, 100.0)])
def test_one_level_throughout_is_a_share_of_the_reachable_points(level: Level, points: float) -> None:
    found = total(card({item.id: level for item in RUBRIC.criteria}), RUBRIC, Channel.CHAT)

    assert (found.points, found.scored, found.of) == (points, 9, 9)


def test_an_empty_score_is_no_zero_and_what_weighs_more_counts_more() -> None:
    found = total(card({"correctness": 4, "tone": 1, "apology": None}), RUBRIC, Channel.CHAT)

    assert found.points == 66.7  # twice the weight
    assert (found.scored, found.of) == (2, 9)


def test_a_criterion_without_weight_on_the_channel_is_left_out() -> None:
    found = total(card({"listening": 1, "tone": 4}), RUBRIC, Channel.SMS)

    assert (found.points, found.scored, found.of) == (100.0, 1, 7)


def test_nothing_scored_has_no_points() -> None:
    assert total(card({}), RUBRIC, Channel.CHAT).points is None


def test_a_failed_item_is_stated_and_takes_no_points() -> None:
    found = total(card({"tone": 4}, "wrong_fact"), RUBRIC, Channel.CHAT)

    assert found.failed == ("wrong_fact",)
    assert found.points == 100.0


@pytest.mark.parametrize(
    ("given_card", "field"),
    [
        (card({}).model_copy(update={"rubric": "ours@2"}), "rubric"),
        (card({"speed": 3}), "scores.speed"),
        (card({}, "slow"), "failures.slow"),
    ],
)
def test_what_the_rubric_does_not_have_is_refused(given_card: Scorecard, field: str) -> None:
    with pytest.raises(InputError) as caught:
        total(given_card, RUBRIC, Channel.CHAT)
    assert caught.value.field == field


@given(st.dictionaries(st.sampled_from([item.id for item in RUBRIC.criteria]), st.sampled_from(LEVELS), min_size=1))
def test_raising_any_score_never_lowers_the_total(levels: dict[str, Level]) -> None:
    before = total(card(dict(levels)), RUBRIC, Channel.EMAIL).points
    for name, level in levels.items():
        raised: dict[str, Level | None] = {**levels, name: LEVELS[min(level, 3)]}
        after = total(card(raised), RUBRIC, Channel.EMAIL).points
        assert before is not None
        assert after is not None
        assert after >= before
