"""Explanations are compared with the resolutions that they explain."""

from evaluation.drafting.plainer import explanations, measure_plainness
from inference.types import Channel, Resolution
from tests.evaluation.drafting.cases import answered
from tests.inference.builders import ENGLISH, POLICY, TODAY, resolution


def figures(source: Resolution) -> dict[str, float]:
    items = explanations(answered(), [source], Channel.EMAIL, POLICY, today=TODAY)
    assert len(items) == 1
    return {figure.name: figure.point for figure in measure_plainness(items, "x", "en", seed=1)}


def test_a_plain_answer_is_left_as_it_is() -> None:
    found = figures(resolution(ENGLISH, short=None))
    assert found["x: explanation less the source's"] == 0
    assert found["x: no number that the source lacks"] == 1
    assert found["x: every number of the source's answer and steps"] == 1


def test_jargon_goes_down_where_a_term_is_explained() -> None:
    found = figures(resolution(ENGLISH, short=None, answer="Your IBAN stands in the app."))
    assert found["x: unexplained jargon, per 100 words, less the source's"] < 0


def test_a_source_that_is_not_reliable_explains_nothing() -> None:
    old = resolution(ENGLISH, verified_by=None, verified_at=None)
    assert explanations(answered(), [old], Channel.EMAIL, POLICY, today=TODAY) == []
