import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.normalise import LONGEST_RUN, normalise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("وَيْنَ البِطاقة؟", "وين البطاقة؟"),
        ("مـــرحبا", "مرحبا"),
        ("\u202bأين\u202c طلبي\u200f", "أين طلبي"),
        ("ليييييييش", "لييييش"[:1] + "ييي" + "ش"),
        ("sooooooo angry!!!!!!", "sooo angry!!!!!!"),
        ("100000000", "100000000"),
        ("لا أريد ٣ بطاقات 😡😡😡😡😡", "لا أريد ٣ بطاقات 😡😡😡😡😡"),
        ("👨‍👩‍👧 family", "👨‍👩‍👧 family"),
        ("cafe\u0301", "café"),
        ("a\u200db", "ab"),
        ("bad \ud800 half", "bad \ufffd half"),
        ("a\x00b", "ab"),
        ("tab\tand\nline", "tab\tand\nline"),
    ],
)
def test_text(text: str, expected: str) -> None:
    assert normalise(text).text == expected


def test_span_points_into_the_original() -> None:
    text = "\u202bوَيْنَ بطاقـــتي سووووووري\u202c"
    clean = normalise(text)
    start = clean.text.index("بطاقتي")
    first, last = clean.span(start, start + len("بطاقتي"))
    assert text[first:last] == "بطاقـــتي"
    start = clean.text.index("وين")
    first, last = clean.span(start, start + 3)
    assert text[first:last] == "وَيْنَ"


@given(st.text(max_size=80))
def test_offsets_cut_the_original_into_consecutive_parts(text: str) -> None:
    clean = normalise(text)
    assert clean.original == text
    assert len(clean.offsets) == len(clean.text) + 1
    assert clean.offsets[-1] == len(text)
    assert list(clean.offsets) == sorted(clean.offsets)


@given(st.text(alphabet="ابتوليشس يه", max_size=60))
def test_letter_runs_are_capped(text: str) -> None:
    clean = normalise(text).text
    assert all(letter.isspace() or letter * (LONGEST_RUN + 1) not in clean for letter in set(clean))


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once
