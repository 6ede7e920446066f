from datetime import date
from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.plain import explain, unexplained
from inference.plain.glossary import LANGUAGES, glossary
from inference.text import fold
from inference.types import Resolution, TechnicalLevel
from retrieval.sample import load

LAYMAN, COMFORTABLE, EXPERT = TechnicalLevel
IBAN_AR = "رقم الحساب الدولي الكامل"
IBAN_EN = "the full international account number"
SAMPLE = tuple(load(date(2026, 1, 15)))


def _text(item: Resolution) -> str:
    return "\n".join([item.short or "", item.answer, *item.steps, item.if_unsolved or ""])


def _explained(text: str, language: str = "ar", **options: object) -> str:
    return explain(text, language, level=LAYMAN, **options).text  # type: ignore[arg-type]


def test_a_term_is_explained_once_at_its_first_use() -> None:
    text = "انسخوا رقم الآيبان من التطبيق. ثم ألصقوا رقم الآيبان في الصفحة."
    found = explain(text, "ar", level=LAYMAN)
    assert found.text == f"انسخوا رقم الآيبان ({IBAN_AR}) من التطبيق. ثم ألصقوا رقم الآيبان في الصفحة."
    (term,) = found.terms
    assert (term.id, term.term, term.way) == ("iban", "رقم الآيبان", "explained")
    assert found.text[term.span.start : term.span.end] == term.span.text == f"رقم الآيبان ({IBAN_AR})"


def test_brackets_stand_after_the_whole_noun_phrase() -> None:
    assert "الرقم المرجعي للحوالة (" in _explained("اسألوا عن الرقم المرجعي للحوالة واطلبوا تتبعها.")
    assert f"رقم آيبان حسابكم ({IBAN_AR})." in _explained("حولوا المبلغ إلى رقم آيبان حسابكم.")
    assert "بطاقة افتراضية مجانية (" in _explained("أنشئوا بطاقة افتراضية مجانية من التطبيق.")
    assert f"رقم الآيبان ({IBAN_AR}) الظاهر في" in _explained("حولوا إلى رقم الآيبان الظاهر في التطبيق.")
    assert "قد يعود إلى آمر الدفع (من أرسل المال) مبلغ" in _explained("قد يعود إلى آمر الدفع مبلغ أقل.")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The IBAN field is empty.", "en"),
        ("Check the beneficiary's name.", "en"),
        ("Keep a certified copy of the deed.", "en"),
        ("أنشأتم بطاقة افتراضية جديدٌ شكلها.", "ar"),
    ],
)
def test_without_a_place_for_brackets_the_text_stays(text: str, language: str) -> None:
    assert _explained(text, language) == text
    assert unexplained(text, language, level=LAYMAN)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("اختاروا «رقم الآيبان» من القائمة.", "ar"),
        ("الآيبان، أي رقم الحساب الدولي، مطلوب.", "ar"),
        ("رقم حسابه الدولي (الآيبان) مطلوب.", "ar"),
        ("رقم الآيبان (رقم الحساب الدولي) مطلوب.", "ar"),
        ("رقم الآيبان هو عنوان حسابكم.", "ar"),
        ("الخصم المباشر إذن لجهة ما بأن تسحب ما يستحق لها.", "ar"),
        ("Tap IBAN to copy it.", "en"),
        ("Go to Cards, then Virtual Card.", "en"),
        ("See https://example.com/IBAN for more.", "en"),
        ("The “virtual card” page is new.", "en"),
        ("An IBAN is a number that identifies an account.", "en"),
        ("Your IBAN, that is, your international number, is here.", "en"),
        ("ادفعوا عبر مدى أو سداد أو Apple Pay.", "ar"),
    ],
)
def test_what_is_quoted_named_or_explained_is_left_alone(text: str, language: str) -> None:
    assert _explained(text, language) == text
    assert unexplained(text, language, level=LAYMAN) == ()


def test_terms_that_the_customer_used_are_not_explained() -> None:
    text = "انسخوا رقم الآيبان من التطبيق."
    for known in ("وش رقم الايبان؟", "what is my iban"):
        assert _explained(text, known=known) == text
        assert unexplained(text, "ar", level=LAYMAN, known=known) == ()
    assert _explained(text, known="وين بطاقتي") != text


def test_levels_decide_who_gets_what() -> None:
    text = "Turn off roaming. Then check the APN on your phone."
    assert [item.id for item in explain(text, "en", level=LAYMAN).terms] == ["roaming", "apn"]
    assert [item.id for item in explain(text, "en", level=COMFORTABLE).terms] == ["apn"]
    assert explain(text, "en", level=EXPERT).text == text


def test_everyday_twins_replace_every_use_and_keep_the_capital() -> None:
    text = "Reboot the phone prior to the call. A reboot takes a minute."
    assert _explained(text, "en") == "Restart the phone before the call. A restart takes a minute."
    assert "رفع البلاغ" in _explained("تم تصعيد البلاغ إلى الفريق المختص.")


def test_no_more_than_asked_and_the_hardest_first() -> None:
    text = "Turn off roaming. Check the APN on your phone. Restart the router at home."
    assert [item.id for item in explain(text, "en", level=LAYMAN, most=1).terms] == ["apn"]
    assert explain(text, "en", level=LAYMAN, most=0).text == text
    assert len(explain(text, "en", level=LAYMAN).terms) == 2


def test_plurals_get_the_plural_explanation() -> None:
    assert "(the people the money goes to)" in _explained("Wait for new beneficiaries, please.", "en")
    assert "(بطاقات في التطبيق" in _explained("البطاقات الافتراضية متاحة من التطبيق.")


def test_other_languages_are_returned_as_they_are() -> None:
    assert explain("Votre IBAN est prêt", "fr", level=LAYMAN).text == "Votre IBAN est prêt"
    assert unexplained("Votre IBAN", "fr", level=LAYMAN) == ()


@pytest.mark.parametrize("item", SAMPLE, ids=lambda item: item.id)
def test_the_sample_loses_nothing_and_is_explained_once(item: Resolution) -> None:
    text = _text(item)
    found = explain(text, item.language, level=LAYMAN)
    explanations = [term for term in found.terms if term.way == "explained"]
    bare = found.text
    for term in sorted(explanations, key=lambda term: -term.span.start):
        kept = term.span.text.rsplit(" (", 1)[0]
        bare = bare[: term.span.start] + kept + bare[term.span.end :]
    replaced = [glossary()[term.id].wording(item.language).instead for term in found.terms if term.way == "replaced"]
    allowed = {word for twins in replaced for old in twins for word in fold(old).text.split()}
    before, after = text.split(), bare.split()
    for kind, first, last, _, _ in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            assert {fold(word).text.strip(" .,؛:«»") for word in before[first:last]} <= allowed
    assert len(explanations) <= 2
    assert explain(found.text, item.language, level=LAYMAN, most=0).text == found.text
    explained = {term.id for term in found.terms}
    assert explained.isdisjoint({term.id for term in explain(found.text, item.language, level=LAYMAN).terms})


def test_the_sample_has_next_to_no_jargon_left() -> None:
    left = [
        span.text
        for item in SAMPLE
        for span in unexplained(explain(_text(item), item.language, level=LAYMAN).text, item.language, level=LAYMAN)
    ]
    assert len(left) <= 3


@given(text=st.text(max_size=200), known=st.text(max_size=40), language=st.sampled_from(LANGUAGES))
def test_any_text_is_taken(text: str, known: str, language: str) -> None:
    found = explain(text, language, level=LAYMAN, known=known)
    assert (found.text == text) == (not found.terms)
    for span in unexplained(text, language, level=LAYMAN):
        assert text[span.start : span.end] == span.text
