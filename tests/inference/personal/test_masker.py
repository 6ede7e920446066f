"""Placeholders: stable within a ticket, left alone by a second masking, and nothing of the value survives."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evaluation.masking.generate import Sentence, generate
from inference.personal import IdPattern, Masker, Settings, find

_IDS = Settings(ids=(IdPattern(name="order", pattern=r"ORD-\d{6}"), IdPattern(name="account", pattern=r"AC\d{8}")))
_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_SENTENCES = [sentence for seed in range(3) for sentence in generate("dev", copies=2, seed=seed)]
_PIECES = st.sampled_from(
    [
        "أنا ", "اسمي ", "my name is ", "Ahmed", "طلال ", "الدوسري", " 0555123456", "+966 55 512 3456", " ", "\n", ",",
        "رقمي ", "a@b.com", "[PHONE_1]", "[NAME_2] ", "OTP ", "4821", "password: ", "Zz@123", "شارع ", "12", "/",
        "Regards,\n", "SA03 8000 0000 6080 1016 7519", "\u200f", "ـ", "ّ", "بن ", "card ",
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    "spellings",
    [
        ("0555123456", "+966555123456", "00966 55 512 3456", "٠٥٥٥-١٢٣-٤٥٦", "+966 (0)555 123 456"),
        ("01012345678", "+20 10 1234 5678", "0020 101 234 5678"),
        ("SA03 8000 0000 6080 1016 7519", "sa0380000000608010167519"),
        ("4111 1111 1111 1111", "4111-1111-1111-1111", "٤١١١١١١١١١١١١١١١"),
        ("Sara@Mail.com", "sara@mail.com"),
    ],
)
def test_one_value_has_one_placeholder(spellings: tuple[str, ...]) -> None:
    masker = Masker()
    assert len({masker.mask(f"x {spelling} y").text for spelling in spellings}) == 1


def test_two_values_have_two_placeholders() -> None:
    masker = Masker()
    assert masker.mask("+966555123456 +971555123456").text == "[PHONE_1] [PHONE_2]"
    assert masker.mask("0555999999").text == "[PHONE_3]"


def test_a_ticket_starts_anew() -> None:
    assert Masker().mask("0555123456").text == Masker().mask("0555999999").text == "[PHONE_1]"


def test_a_configured_id_has_its_own_name() -> None:
    assert Masker(_IDS).mask("order ORD-123456, account AC12345678").text == "order [ORDER_1], account [ACCOUNT_1]"


def test_what_is_found_does_not_hold_the_value() -> None:
    masked = Masker().mask("رقمي 0555123456")
    assert "0555123456" not in masked.model_dump_json()
    assert "0555123456" not in repr(masked)


@given(st.sampled_from(_SENTENCES), st.booleans())
@settings(max_examples=150)
def test_masking_a_sentence_twice_changes_nothing_more(sentence: Sentence, other_digits: bool) -> None:
    text = sentence.text.translate(_ARABIC) if other_digits else sentence.text
    once = Masker(_IDS).mask(text).text
    assert Masker(_IDS).mask(once).text == once


def test_a_placeholder_brings_words_no_nearer_than_its_value() -> None:
    once = Masker().mask("رقمي SA03 8000 0000 6080 1016 7519SA03 8000 0000 6080 1016 7519").text
    assert Masker().mask(once).text == once


@given(st.lists(_PIECES, max_size=12).map("".join))
@settings(max_examples=300)
def test_masking_anything_twice_changes_nothing_more(text: str) -> None:
    once = Masker().mask(text).text
    assert Masker().mask(once).text == once


@given(st.lists(_PIECES, max_size=12).map("".join))
@settings(max_examples=200)
@example("شارع ,طلال 4821 0555123456Regards,\n")
@example("أنا بن بن بن اسمي ")
@example("Regards,\nبن بن بن اسمي ")
def test_spans_are_in_order_and_apart(text: str) -> None:
    last = 0
    for item in find(text):
        assert last <= item.start < item.end <= len(text)
        last = item.end


@given(
    st.from_regex(r"05[0-9]{8}", fullmatch=True),
    st.lists(st.sampled_from(["", " ", "-", ".", "\u200f", "ـ", "\u200b"]), min_size=9, max_size=9),
)
@settings(max_examples=200)
def test_no_digit_of_a_phone_survives_invisible_marks(phone: str, marks: list[str]) -> None:
    invisible = [mark if mark in {"\u200f", "ـ", "\u200b"} else "" for mark in marks]
    spelt = phone[0] + "".join(mark + digit for mark, digit in zip(invisible, phone[1:], strict=True))
    assert not re.search(r"[0-9]{2}", Masker().mask(f"رقمي {spelt} شكرا").text)


@given(st.text(max_size=200))
@settings(max_examples=200)
def test_any_text_is_masked_without_error(text: str) -> None:
    masked = Masker().mask(text)
    kept = re.sub(r"\[[A-Z_]+_[0-9]+\]", "", masked.text)
    assert len(kept) <= len(text)
