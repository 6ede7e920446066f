from hypothesis import given
from hypothesis import strategies as st

from inference.text import fold, fold_pattern


def test_spelling_variants_fold_to_one() -> None:
    assert fold("أُريدُ بطاقةً إلى القاهرة").text == fold("اريد بطاقه الي القاهره").text
    assert fold("٣٥٠ ريال").text == fold("350 ريال").text
    assert fold("REFUND").text == "refund"
    assert fold("مكتبـــة ﺑﻄﺎﻗﺔ").text == fold("مكتبه بطاقه").text


def test_a_match_maps_back_to_the_customer_s_own_letters() -> None:
    text = "طيّب… وعدتُـــموني بأسبوع"
    folded = fold(text)
    start = folded.text.index("وعدتموني")
    span = folded.span(start, start + len("وعدتموني"))
    assert span.text == "وعدتُـــموني"
    assert text[span.start : span.end] == span.text


@given(st.text())
def test_offsets_point_into_the_original_whatever_is_typed(text: str) -> None:
    folded = fold(text)
    assert len(folded.offsets) == len(folded.text)
    assert all(0 <= offset < len(text) for offset in folded.offsets)
    assert list(folded.offsets) == sorted(folded.offsets)


def test_patterns_are_folded_like_texts() -> None:
    assert fold_pattern("إلغاء|شكوى؟") == "الغاء|شكوي\\?"
