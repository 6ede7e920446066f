"""The labelled pairs of drafts and sent replies, and how they are counted."""

from evaluation.sent.measure import judge, measure, page
from evaluation.sent.pairs import Pair, pairs
from inference.types import Verdict


def test_the_halves_share_no_draft_and_no_edit() -> None:
    dev, test = pairs("dev"), pairs("test")
    assert min(len(dev), len(test)) >= 120
    assert not {pair.draft.text for pair in dev} & {pair.draft.text for pair in test}
    assert not {pair.sent for pair in dev} & {pair.sent for pair in test}


def test_each_half_has_every_verdict_in_both_languages() -> None:
    for half in ("dev", "test"):
        found = {(pair.verdict, pair.language) for pair in pairs(half)}
        assert len(found) == 6


def test_pairs_are_the_same_each_time() -> None:
    assert pairs("dev") == pairs("dev")


def test_without_an_encoder_translations_alone_are_missed() -> None:
    wrong = {pair.kind for pair in pairs("dev") if judge(pair, None) is not pair.verdict}
    assert wrong == {"translated"}


def test_what_is_wrong_is_counted() -> None:
    right = next(pair for pair in pairs("dev") if pair.kind == "untouched")
    wrong = Pair("made_up", right.language, right.draft, right.sent, Verdict.UNUSED)
    figures = measure([right, right, right, wrong], None)
    assert figures.precision["accepted"].value == 0.75
    assert figures.precision["accepted"].low < 0.75 < figures.precision["accepted"].high
    assert (figures.recall["accepted"].value, figures.recall["unused"].value) == (1.0, 0.0)
    assert "made_up: unused taken for accepted (1)" in page({"dev": figures}, "a machine")
