from collections import Counter
from dataclasses import replace

import pytest

from models.sets.rows import Row

stages = pytest.importorskip("models.training.stages", reason="needs the train extra")


def test_an_intent_keeps_few_questions_in_each_language_and_messages_stay() -> None:
    from models.training.search_adapter import AdapterRecipe  # noqa: PLC0415 - needs the train extra

    rows = [
        Row(f"{intent} {language} {place}", "banking77_en", "train", language, intent=intent)
        for intent in ("a", "b")
        for language in ("ar", "en")
        for place in range(9)
    ]
    rows += [Row(f"m {place}", "support_messages", "train", "ar", problem="p") for place in range(40)]
    kept = stages._few_questions(rows, replace(AdapterRecipe(), questions=4))

    assert Counter((row.intent, row.language) for row in kept if row.intent) == dict.fromkeys(
        [("a", "ar"), ("a", "en"), ("b", "ar"), ("b", "en")], 4
    )
    assert sum(row.intent is None for row in kept) == 40
    assert kept == stages._few_questions(rows, replace(AdapterRecipe(), questions=4))
