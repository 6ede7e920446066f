from pathlib import Path

import pytest

from evaluation.data import HELD_OUT, Example, intent_name, is_near, is_right, load_data
from evaluation.suite import Data
from models.errors import ConfigurationError, NotFoundError
from models.sets.folder import sets_folder
from retrieval import sample

ROWS = [Example(f"where is card number {place}", {"language": "en", "place": place % 2}) for place in range(50)]


def _sets_are_there() -> bool:
    try:
        return sets_folder().is_dir()
    except ConfigurationError:
        return False


needs_sets = pytest.mark.skipif(not _sets_are_there(), reason="the public data sets are not here: set RIFQ_SETS")


def _texts(count: int, seed: int = 1) -> list[str]:
    found = load_data(Data(set=HELD_OUT, sample=count), seed=seed, held_out=ROWS)
    return [row.text for row in found.examples]


def test_a_smaller_sample_is_part_of_a_larger_one_and_seeds_differ() -> None:
    assert set(_texts(5)) < set(_texts(20))
    assert _texts(20) == _texts(20)
    assert _texts(20) != _texts(20, seed=2)


def test_a_limit_cuts_the_sample() -> None:
    assert len(load_data(Data(set=HELD_OUT, sample=20), seed=1, limit=3, held_out=ROWS).examples) == 3


def test_filters_added_columns_and_what_the_text_shows() -> None:
    data = Data(set=HELD_OUT, where={"place": (1,)}, columns={"trade": "bank"})
    found = load_data(data, seed=1, held_out=ROWS)

    assert len(found.examples) == 25
    assert found.available == 50
    assert found.examples[0].columns == {
        "language": "en",
        "script": "latin",
        "dialect": None,
        "clear": True,
        "length": "1-5 words",
        "place": 1,
        "trade": "bank",
    }


def test_the_digest_follows_texts_and_labels() -> None:
    def digest(rows: list[Example]) -> str:
        return load_data(Data(set=HELD_OUT), seed=1, held_out=rows).sha256

    assert digest(ROWS) == digest(list(ROWS))
    assert digest(ROWS) != digest(ROWS[:-1])
    assert digest(ROWS) != digest([*ROWS[:-1], Example(ROWS[-1].text, {"true_intent": "x"})])


def test_what_is_not_there_is_said_clearly() -> None:
    with pytest.raises(NotFoundError, match="no data set 'nothing'"):
        load_data(Data(set="nothing"), seed=1)
    with pytest.raises(ConfigurationError, match="passes the suite's filter"):
        load_data(Data(set=HELD_OUT, where={"place": (7,)}), seed=1, held_out=ROWS)


@pytest.mark.parametrize("name", ["arbanking77", "arsarcasm_v2"])
def test_an_absent_set_says_how_to_name_its_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="RIFQ_SETS"):
        load_data(Data(set=name), seed=1, folder=tmp_path)


def test_our_own_corpus_has_levels_and_groups() -> None:
    rows = load_data(Data(set="support_messages"), seed=1).examples

    assert {row.columns["true_level"] for row in rows} == {"calm", "irritated", "angry", "furious"}
    assert all(row.columns["group"] for row in rows)


def test_our_own_sets_name_their_files_and_labels() -> None:
    messages = load_data(Data(set="support_messages"), seed=1)
    signals = load_data(Data(set="support_signals", split="dev"), seed=1)

    assert all(len(digest) == 64 for digest in messages.files.values())
    assert messages.files.keys() == signals.files.keys() == {"messages.jsonl.bz2"}
    assert {"problem", "group", "true_sentiment", "writing"} <= messages.examples[0].columns.keys()
    marked = [row for row in signals.examples if row.columns["block_present"]]
    assert marked
    assert all(str(row.columns["block"]) in str(row.columns["true_signals"]).split() for row in marked)
    assert all(0 <= int(row.columns["span_start"] or 0) < int(row.columns["span_end"] or 0) for row in marked)


@pytest.mark.parametrize(
    ("label", "name"),
    [("Refund_not_showing_up", "refund_not_showing_up"), ("reverted card payment?", "reverted_card_payment")],
)
def test_intents_are_spelt_as_the_sample_spells_them(label: str, name: str) -> None:
    assert intent_name(label) == name
    assert name in sample.intents()


@pytest.mark.sets
@needs_sets
def test_banking_intents_of_both_languages_are_those_of_the_sample() -> None:
    for name in ("arbanking77", "banking77_en"):
        rows = load_data(Data(set=name), seed=1, limit=2000).examples
        assert {row.columns["true_intent"] for row in rows} <= set(sample.intents())


@pytest.mark.sets
@needs_sets
def test_varieties_can_be_chosen() -> None:
    found = load_data(Data(set="arbanking77", where={"variety": ("saudi",)}, sample=10), seed=1)

    assert {row.columns["set"] for row in found.examples} == {"arbanking77/saudi"}


@pytest.mark.sets
@needs_sets
def test_only_test_rows_are_loaded() -> None:
    assert load_data(Data(set="arsarcasm_v2"), seed=1, limit=1).available == 3000
    assert load_data(Data(set="hint3"), seed=1, limit=1).available == 991


def test_several_intents_can_be_right_and_others_near() -> None:
    row = Example("x", {"true_intent": "card_arrival|card_delivery_estimate", "near_intent": "order_physical_card"})
    nothing = Example("x", {"true_intent": None})

    assert [is_right(row, name) for name in ("card_arrival", "card_delivery_estimate", "card", None)] == [
        True,
        True,
        False,
        False,
    ]
    assert is_near(row, "order_physical_card")
    assert not is_near(row, "card_arrival")
    assert not is_right(nothing, "card_arrival")
    assert not is_near(nothing, "card_arrival")


def test_bank_messages_load_with_what_answers_them() -> None:
    examples = load_data(Data(set="bank_messages"), seed=0).examples
    answered = [row for row in examples if row.columns["in_scope"]]

    assert len(examples) == 460
    assert len(answered) == 79
    assert all(row.columns["told"] for row in answered)
