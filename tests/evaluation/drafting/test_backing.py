"""A value that nobody told the reply is found, however it is written; one that somebody told is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.drafting.backing import unbacked, values_of
from inference.types import Customer, Fact
from tests.evaluation.drafting.cases import answered, with_text
from tests.inference.builders import ARABIC, ENGLISH, POLICY, resolution


def test_a_composed_draft_has_a_source_for_every_value() -> None:
    assert unbacked(answered(), POLICY) == ()
    assert unbacked(answered("وين بطاقتي؟ صارلي ثلاث أسابيع أنتظر", resolution(ARABIC)), POLICY) == ()


@given(st.integers(min_value=11, max_value=10**9).filter(lambda number: number != 2026))
def test_an_invented_number_is_found_in_either_digits(number: int) -> None:
    item = answered()
    eastern = str(number).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert str(number) in unbacked(with_text(item, f"{item.draft.text} It costs {number} riyals."), POLICY)
    assert str(number) in unbacked(with_text(item, f"{item.draft.text} {eastern}"), POLICY)


@pytest.mark.parametrize(
    "said",
    ["Write to help@bank.example.", "See https://bank.example/x.", "Send us {order_id}.", "It takes three weeks."],
)
def test_addresses_places_and_worded_numbers_count_too(said: str) -> None:
    item = answered()
    assert unbacked(with_text(item, f"{item.draft.text} {said}"), POLICY)


def test_thousands_are_the_same_however_they_are_grouped() -> None:
    item = answered("Where is my card? I paid 1,250 riyals.")
    assert unbacked(with_text(item, f"{item.draft.text} 1250"), POLICY) == ()
    assert values_of("1. Pay ١٬٢٥٠ now\n2. Wait") == {"1250"}


def test_a_date_of_a_fact_may_be_written_out() -> None:
    item = answered(facts=(Fact(name="expected_delivery", value="2026-01-09", source="orders"),), customer=Customer())
    assert unbacked(with_text(item, f"{item.draft.text} Friday 9 January 2026"), POLICY) == ()


def test_lists_count_from_one() -> None:
    item = answered()
    assert unbacked(with_text(item, "1. Open the app.\n2. Wait."), POLICY) == ()
    assert unbacked(with_text(item, "1. Open the app.\n3. Wait."), POLICY) == ("numbering",)


def test_a_source_that_was_never_found_is_named() -> None:
    item = answered()
    other = answered("Where is my card?", resolution(ENGLISH, id="other.en"))
    assert unbacked(type(item)(item.message, item.analysis, item.found, other.draft), POLICY)[-1] == "other.en"
