"""Recognising values as people spell them, and nobody else's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from api.access.keyring import KeyedHash
from api.privacy.masking import BLOT, blotted, mask_row
from api.privacy.matching import Kind, hashed_matcher, marks_of, plain_matcher
from api.privacy.subject import Subject

KEYED = KeyedHash(b"k" * 32)
SUBJECT = Subject(
    customers=("c-77", "Sara.H@Example.com"),
    names=("عبد الله الحربي", "Sara Al-Harbi"),
    phones=("+966501234567", "0100 123 4567"),
    emails=("Sara.h@Example.com",),
    texts=("SA0380000000608010167519", "RX-88213", "شارع الأمير سلطان 14"),
)
PLAIN, HASHED = plain_matcher(SUBJECT), hashed_matcher(marks_of(SUBJECT, KEYED), KEYED)
SPELT = {
    "انا عبدالله الحربى": "عبدالله الحربى",  # Gulf keyboards
    "لعبدِالله الحربيّ": "عبدِالله الحربيّ",
    "وعبد الله الحربي قال": "عبد الله الحربي",
    "يا عبدالله الحربي وينك": "عبدالله الحربي",
    "كلموا عبـــد الله  الحربي": "عبـــد الله  الحربي",
    "جوالي ٠٥٠١٢٣٤٥٦٧ يا جماعة": "٠٥٠١٢٣٤٥٦٧",
    "رقمي0501234567 كلموني": "0501234567",
    "شماره ۰۵۰۱۲۳۴۵۶۷": "۰۵۰۱۲۳۴۵۶۷",
    "call 050 123 4567": "050 123 4567",
    "‎+966 (0) 50-123-4567‎": "+966 (0) 50-123-4567",
    "00966501234567": "00966501234567",
    "966501234567": "966501234567",
    "tel:0501234567 pls": "0501234567",
    "رقمي المصري ٠١٠٠١٢٣٤٥٦٧ كلموني ع الواتس": "٠١٠٠١٢٣٤٥٦٧",
    "nemra dyali +20 100 123 4567": "+20 100 123 4567",
    "ايميلي SARA.H@example.com": "SARA.H@example.com",
    "sara.h @ example.com": "sara.h @ example.com",
    "ana sara al harbi w el card": "sara al harbi",
    "SARA ALHARBI's card": "SARA ALHARBI",
    "IBAN SA03 8000 0000 6080 1016 7519": "SA03 8000 0000 6080 1016 7519",
    "طلب RX88213": "RX88213",
    "rx 88213": "rx 88213",
    "ساكن في شارع الامير سلطان ١٤": "شارع الامير سلطان ١٤",
}
OTHERS = (
    "+971501234567",
    "+971 50 123 4567",
    "عبدالله حربي",
    "الحربي",
    "sara",
    "0501234568",
    "050123456789",
    "SRX88213",
    "RX882134",
    "sara.h@example.org",
    "sarah@example.com",
    "sara.h@example.com.sa",
    "x-sara.h@example.com",
    "شارع الأمير سلطان 141",
    "+20 100 123 4568",
)


@pytest.mark.parametrize("text", SPELT)
def test_spellings_of_one_value_are_found(text: str) -> None:
    for matcher in (PLAIN, HASHED):
        assert [text[start:end] for start, end in matcher.spans(text)] == [SPELT[text]]


@pytest.mark.parametrize("text", OTHERS)
def test_values_of_others_are_not(text: str) -> None:
    assert PLAIN.spans(text) == []
    assert HASHED.spans(text) == []


def test_ids_are_compared_as_they_are() -> None:
    for matcher in (PLAIN, HASHED):
        assert matcher.has(Kind.CUSTOMER, "c-77")
        assert matcher.has(Kind.CUSTOMER, "sara.h@example.com")
        assert not matcher.has(Kind.CUSTOMER, "C-77")
        assert not matcher.has(Kind.CONVERSATION, "c-77")
        assert not matcher.has(Kind.CUSTOMER, "c-7")


@given(
    st.lists(st.one_of(st.text(max_size=12), st.sampled_from([*SPELT, *OTHERS])), max_size=6).map(" ; ".join),
)
def test_masking_keeps_length_and_offsets_and_leaves_nothing(text: str) -> None:
    masked = blotted(text, PLAIN)
    assert len(masked) == len(text)
    assert all(new in {old, BLOT} for new, old in zip(masked, text, strict=True))
    assert PLAIN.spans(masked) == []
    assert PLAIN.spans(text) == HASHED.spans(text)


@given(st.text(max_size=60))
def test_the_rough_look_misses_nothing_that_the_careful_one_finds(text: str) -> None:
    for value in SPELT:
        whole = f"{text} {value} {text}"
        if HASHED.spans(whole):  # hashes are always looked for with care
            assert PLAIN.spans(whole) == HASHED.spans(whole)


def test_evidence_that_cuts_through_a_value_is_masked_too() -> None:
    text = "I am Sara Al-Harbi and angry"
    row = {"message": {"text": text}, "analysis": {"evidence": [{"start": 0, "end": 9, "text": "I am Sara"}]}}
    masked = mask_row(row, PLAIN)
    assert masked["message"]["text"] == f"I am {BLOT * 13} and angry"
    assert masked["analysis"]["evidence"][0]["text"] == f"I am {BLOT * 4}"


@pytest.mark.parametrize(
    "given",
    [{}, {"names": ("محمد",)}, {"texts": ("1234",)}, {"texts": ("؟؟؟؟؟",)}, {"phones": ("12",)}, {"emails": ("sara",)}],
)
def test_what_stands_in_everybodys_messages_is_refused(given: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(ValidationError):
        Subject.model_validate(given)
