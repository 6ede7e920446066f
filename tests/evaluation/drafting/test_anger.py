from collections import Counter

from evaluation.drafting.anger import load_anger
from inference.types import AngerLevel
from retrieval import sample


def test_every_problem_is_worded_in_every_temper_and_half_is_held_back() -> None:
    said, known = load_anger(), set(sample.intents())
    assert len(said.problems) >= 25
    for wordings in said.problems:
        assert {wordings.intent, *wordings.also} <= known
        assert set(wordings.texts) == set(AngerLevel)
        assert len(set(wordings.texts.values())) == len(AngerLevel)
    for part in (said.problems, said.elsewhere, said.closing):
        held = Counter(item.held for item in part)
        assert abs(held[True] - held[False]) <= 2
