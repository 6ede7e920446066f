import pytest

from inference.plain.match import find_terms, ids_in
from inference.plain.words import bare_forms, words_of


def _found(text: str, language: str) -> list[tuple[str, str]]:
    return [(found.entry.id, text[found.start : found.end]) for found in find_terms(text, words_of(text), language)]


@pytest.mark.parametrize(
    ("text", "term", "written"),
    [
        ("انسخوا رقم الآيبان", "iban", "رقم الآيبان"),
        ("وآيبانكم الجديد", "iban", "وآيبانكم"),
        ("احتفظوا بالرقم المرجعي", "reference_number", "بالرقم المرجعي"),
        ("أرسلوا رقمًا مرجعيًا", "reference_number", "رقمًا مرجعيًا"),
        ("جمّدوا بطاقتكم الافتراضية", "virtual_card", "بطاقتكم الافتراضية"),
        ("للمستفيدين الجدد", "beneficiary", "للمستفيدين"),
        ("البطاقات الافتراضية لمرة واحدة", "disposable_card", "البطاقات الافتراضية لمرة واحدة"),
        ("طلبنا كشوف الحسابات", "statement", "كشوف الحسابات"),
    ],
)
def test_arabic_forms_are_found_behind_clitics(text: str, term: str, written: str) -> None:
    assert (term, written) in _found(text, "ar")


@pytest.mark.parametrize(
    ("text", "term", "written"),
    [
        ("Two IBANs were sent", "iban", "IBANs"),
        ("new beneficiaries wait", "beneficiary", "beneficiaries"),
        ("a pay-as-you-go plan", "prepaid_line", "pay-as-you-go"),
        ("turn on Two-factor authentication", "two_factor", "Two-factor authentication"),
    ],
)
def test_english_forms_are_found_in_the_plural_and_across_hyphens(text: str, term: str, written: str) -> None:
    assert (term, written) in _found(text, "en")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("سنعيد المحاولة مجددًا", "ar"),
        ("حولوا إلى البنك التجاري", "ar"),
        ("أما بقية رصيدكم فمتاحة لكم", "ar"),
        ("ويبقى مبلغها محجوزًا أيامًا", "ar"),
        ("طلبكم مع شركة الشحن", "ar"),
        ("تؤكدون كل بطاقة مرة واحدة فقط", "ar"),
        ("your home insurance is cash on delivery of the pac", "en"),
        ("please pin the note and pod the peas", "en"),
        ("the aircraft carrier sailed", "en"),
        ("فترة انتظار مدتها 30 دقيقة", "ar"),
    ],
)
def test_words_that_only_look_like_terms_are_not_found(text: str, language: str) -> None:
    assert {term for term, _ in _found(text, language)} <= {"cod"}


def test_a_word_of_two_meanings_needs_its_company() -> None:
    assert _found("The carrier lost the parcel", "en") == [("carrier", "carrier")]
    assert _found("The carrier lost the signal", "en") == []


def test_the_longest_term_wins_and_product_names_hold_none() -> None:
    assert _found("disposable virtual card", "en") == [("disposable_card", "disposable virtual card")]
    assert _found("ادفعوا بـ Google Pay أو سداد", "ar") == []


def test_customers_words_are_known_in_any_language_and_case() -> None:
    assert "iban" in ids_in("وين القى الايبان حقي")
    assert "iban" in ids_in("my iban is wrong")
    assert "otp" in ids_in("الـ otp ما وصل")
    assert ids_in("وين بطاقتي؟") == frozenset()


def test_bare_forms_hold_the_word_itself_first() -> None:
    assert bare_forms("وبطاقتكم")[0] == "وبطاقتكم"
    assert "بطاقه" in bare_forms("وبطاقتكم")
    assert bare_forms("fees") == ("fees", "fee")
    assert "branch" in bare_forms("branches")
