"""The draw is fixed by its seed, and spans what the portions name."""

import pytest

from evaluation.drafting.messages import PORTIONS, draw, of_intent
from models.errors import ConfigurationError
from models.sets.folder import sets_folder


def _has_sets() -> bool:
    try:
        return (sets_folder() / "banking77_en").is_dir()
    except ConfigurationError:
        return False


pytestmark = [pytest.mark.sets, pytest.mark.skipif(not _has_sets(), reason="the public sets are not there")]


def test_a_thousand_messages_are_drawn() -> None:
    assert sum(portion.count for portion in PORTIONS) == 1000


def test_the_draw_is_the_same_each_time_and_another_by_another_seed() -> None:
    first = draw(seed=1, limit=5)
    assert first == draw(seed=1, limit=5)
    assert first != draw(seed=2, limit=5)
    assert {row.source for row in first} == {portion.name for portion in PORTIONS}
    assert {row.language for row in first} == {"ar", "en"}


def test_questions_of_one_intent_are_different() -> None:
    texts = of_intent("banking77_en", "transaction_charged_twice", 30, seed=1)
    assert len(set(texts)) == 30
