import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.text import fold
from retrieval.words.analysis import Family, Term, index_terms, query_terms, word_terms, words
from retrieval.words.arabic import readings, skeleton, stem
from retrieval.words.matched import asked_signs, spelt


def stem_of(word: str) -> str:
    return stem(fold(word).text)


def terms_of(text: str) -> frozenset[Term]:
    return frozenset((family, term) for family, found in index_terms(text).items() for term in found)


def terms(text: str, family: Family) -> list[str]:
    return index_terms(text)[family]


@pytest.mark.parametrize(
    ("forms", "expected"),
    [
        ("بطاقة بطاقتي بطاقاتي البطاقات وبطاقتي بالبطاقة هالبطاقة للبطاقة بطاقتكم", "بطاق"),
        ("حساب حسابي حساباتي الحساب حسابنا حسابها والحساب", "حساب"),
        ("بنك بنكي البنك عالبنك للبنك بالبنك", "بنك"),
        ("وصلت وصل ماوصلتش موصلش يوصل بيوصل هيوصل حيوصل بتوصل وصلتني وصلو", "وصل"),
        ("تحويل تحويلات التحويلات تحويلي وتحويل", "تحويل"),
        ("إلغاء الغاء الإلغاء", "الغاء"),
        ("مرة مرتين", "مر"),
        ("عنوان عنواني عنوانكم", "عنو"),
    ],
)
def test_forms_of_a_word_share_a_stem(forms: str, expected: str) -> None:
    assert {stem_of(form) for form in forms.split()} == {expected}


@pytest.mark.parametrize("word", ["وقت", "فيزا", "بنك", "هنا", "يوم", "فلوس", "وين", "سنة", "ليش", "كم"])
def test_first_letters_that_are_no_clitic_stay(word: str) -> None:
    assert stem_of(word)[0] == fold(word).text[0]


@pytest.mark.parametrize(
    ("arabic", "arabizi"),
    [
        ("بطاقتي", "bta2ty bita2ti bitaqti betaqti"),
        ("فلوسي", "floosi flousi flosy"),
        ("حسابي", "7esabi hesabi el7sab"),
        ("تحويل", "ta7wil tahweel"),
        ("مشكلة", "moshkela mouchkil mushkila"),
        ("المبلغ", "elmablagh mablagh mabla3'"),
        ("وصلتني", "wasaletni weslet"),
        ("شغالة", "sha3'ala shaghala"),
    ],
)
def test_arabizi_reads_as_arabic(arabic: str, arabizi: str) -> None:
    wanted = skeleton(stem_of(arabic))
    for word in arabizi.split():
        assert wanted in readings(word), word


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("بِطَاقَة", "بطاقه"),
        ("بطـــاقة", "بطاقة"),
        ("إلى الأهل", "الى الاهل"),
        ("جدااااا", "جدا"),
        ("٢٥٠", "250"),
        ("۲۵۰", "250"),
        ("REFUND", "refund"),
        ("١٢٫٥", "12.5"),
        ("١٬٢٠٠", "1,200"),
        ("1,200", "1200"),
    ],
)
def test_spellings_of_one_word_share_all_terms(one: str, other: str) -> None:
    assert index_terms(one) == index_terms(other)


def test_a_broken_plural_shares_the_skeleton() -> None:
    assert terms("حساب", Family.SKELETON) == terms("حسابات", Family.SKELETON)
    assert terms("بطايق", Family.SKELETON) == terms("بطاقة", Family.SKELETON)


def test_english_stems() -> None:
    assert set(terms("charge charged charging charges", Family.STEM)) == {"charg"}
    assert terms("the card's", Family.STEM)[-1] == "card"


def test_codes_and_numbers_stay_whole() -> None:
    assert terms("order GX-200 of 12.50, iphone15", Family.WORD) == ["order", "gx-200", "of", "12.50", "iphone15"]


def test_english_is_not_read_as_arabizi() -> None:
    assert terms("my card was charged twice", Family.SKELETON) == []
    assert terms("el card lesa mawsaletsh, feen flosi?", Family.SKELETON) != []


def test_each_line_is_read_by_itself() -> None:
    assert terms("my card was charged twice\nbta2ty mesh sha3'ala", Family.SKELETON) == terms(
        "bta2ty mesh sha3'ala", Family.SKELETON
    )


def test_stop_words_weigh_less_but_stay() -> None:
    weights = query_terms("where is my card")
    assert weights[Family.WORD, "my"] < weights[Family.WORD, "card"]
    assert weights[Family.WORD, "where"] == weights[Family.WORD, "card"]
    assert query_terms("is it")


def shared(asked: str, text: str) -> tuple[str, ...]:
    """Return the words of ``asked`` that a text has too."""
    known = terms_of(text)
    return spelt(asked, [{signs for signs in asked_signs(asked) if not known.isdisjoint(signs)}])[0]


def test_shared_words_keep_their_spelling() -> None:
    assert shared("وين بِطاقتي الجديدة؟", "البطاقات لم تصل") == ("بِطاقتي",)
    assert shared("Where is my CARD, card?", "cards") == ("CARD", "card")
    assert shared("bta2ty mesh sha3'ala ya gama3a", "بطاقة معطلة") == ("bta2ty",)
    assert shared("is it", "it is") == ()


def test_what_says_little_is_not_asked_for() -> None:
    assert asked_signs("is it my card, card?") == asked_signs("card")
    assert ((Family.SKELETON, "btk"),) in asked_signs("وين بِطاقتي؟")


@given(st.text(st.characters() | st.sampled_from("ابتوهينمش'2357 \nelbsk-."), max_size=60), st.booleans())
def test_a_word_is_shared_with_itself_wherever_it_stands(text: str, arabizi: bool) -> None:
    around = "bta2ty mesh sha3'ala " if arabizi else "my card was charged twice "
    for word in (word for word in text.split() if asked_signs(word)):
        assert shared(word, f"{around}{word}") == spelt(word, [asked_signs(word)])[0]


@settings(max_examples=200)
@given(st.text(st.characters() | st.sampled_from("ابتوهينمش'2357 \nelbsk-."), max_size=60))
def test_analysis_never_fails_and_is_repeatable(text: str) -> None:
    first = index_terms(text)
    found = list(words(text))
    word_terms.cache_clear()
    stem.cache_clear()
    assert index_terms(text) == first
    assert all(term and not any(char.isspace() for char in term) for group in first.values() for term in group)
    assert set(query_terms(text)) == {(family, term) for family, group in first.items() for term in group}
    assert all(word.start < word.end for word in found)


def test_a_code_has_its_digit_near_its_beginning() -> None:
    assert [word.text for word in words("gx-200")] == ["gx-200"]
    assert len(words("ab-" * 30 + "1")) > 1  # who looks further, looks to the end from every letter
    assert len(words("ab-" * 6_000)) == 6_000
