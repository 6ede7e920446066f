import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.slots import fill, placeholders


def test_placeholders_are_filled() -> None:
    filled = fill("الطلب {order_id} بتاريخ {date}، والطلب {order_id}.", {"order_id": "48213", "date": "أمس"})
    assert filled.text == "الطلب 48213 بتاريخ أمس، والطلب 48213."
    assert filled.missing == ()


def test_what_is_missing_is_named_and_no_text_is_given() -> None:
    filled = fill("{amount} on {date}, {amount}", {"date": " "})
    assert (filled.text, filled.missing) == (None, ("amount", "date"))


@pytest.mark.parametrize(
    "text", ['{"a": 1}', "{}", "f(){return}", "${path}", "{{name}}", "{ spaced }", "{1}", "a {b", "css{color}"]
)
def test_other_braces_stay(text: str) -> None:
    assert placeholders(text) == ()
    assert fill(text, {}).text == text


def test_braces_in_a_value_are_not_read_again() -> None:
    assert fill("{name}", {"name": "{date}", "date": "x"}).text == "{date}"


def test_names_of_facts_may_be_arabic() -> None:
    assert placeholders("حالة الطلب: {حالة_الطلب}") == ("حالة_الطلب",)


@given(st.text(), st.dictionaries(st.text(min_size=1), st.text()))
def test_a_text_without_missing_values_keeps_no_placeholder_of_its_own(text: str, values: dict[str, str]) -> None:
    filled = fill(text, values)
    assert (filled.text is None) == bool(filled.missing)
    if not placeholders(text):
        assert filled.text == text
