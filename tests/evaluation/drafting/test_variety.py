"""Sentences are counted once a draft, and told apart by who supplies them."""

from evaluation.drafting.variety import is_supplied, measure_variety, of_one_intent, sentences
from inference.types import AngerLevel
from tests.evaluation.drafting.cases import answered
from tests.inference.builders import ENGLISH, POLICY, resolution


def test_every_sentence_of_the_composer_is_somebody_s() -> None:
    explained = resolution(ENGLISH, short="Send us your IBAN.", steps=("Open your IBAN.", "Tap 2.5 times."))
    texts = [f"Where is my card, take {number}?" for number in range(40)]
    items = of_one_intent(answered("Where is my card?", explained), texts, POLICY)
    assert len(items) == 40
    lines = {(line, place) for place, item in enumerate(items) for line in sentences(item.draft.text)}
    assert [line for line, place in lines if not is_supplied(line, items[place], POLICY)] == []
    assert not is_supplied("we love our customers", items[0], POLICY)


def test_the_commonest_sentence_of_a_step_is_counted_by_level() -> None:
    items = of_one_intent(answered(), [f"Where is my card, take {number}?" for number in range(40)], POLICY)
    figures = {figure.name: figure for figure in measure_variety(items, POLICY, "en", seed=1)}
    assert figures["en: the commonest sentence that nobody supplies"].count == 0
    listen = figures[f"en: the commonest listen to the {AngerLevel.FURIOUS}"]
    assert listen.n == 10
    assert 0.5 <= listen.point < 1
    assert figures[f"en: the commonest empathise to the {AngerLevel.ANGRY}"].point <= 1
    assert f"en: the commonest apologise to the {AngerLevel.CALM}" not in figures


def test_sentences_keep_decimals_and_lose_list_numbers() -> None:
    assert sentences("1. Pay 2.5 riyals. Now!\n٢. انتظروا.") == ["pay 2.5 riyals", "now", "انتظروا"]
