import pytest

from inference.checks import CheckInput, run_checks
from inference.checks.figures import check_numbers
from inference.types import Message, Source, SourceKind
from tests.inference.builders import ARABIC, ENGLISH, POLICY

QUOTES = {
    language: "\n".join([base["answer"], base["short"], *base["steps"], base["if_unsolved"]])
    for language, base in (("ar", ARABIC), ("en", ENGLISH))
}


def _codes(text: str, language: str, customer: str = "وين بطاقتي") -> set[str]:
    source = Source(id="s", kind=SourceKind.RESOLUTION, quote=QUOTES[language])
    given = CheckInput(text, language, (source,), POLICY, Message(text=customer))
    return {finding.code for finding in run_checks(given)}


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("ar", "Your card is on its way to you now.", "wrong_language"),
        ("en", "البطاقة في الطريق إليكم الآن.", "wrong_language"),
        ("ar", "تصل البطاقة خلال 3 أيام.", "unsupported_number"),
        ("ar", "تصل البطاقة خلال ٣ أيام.", "unsupported_number"),
        ("en", "Your card arrives within 3 working days.", "unsupported_number"),
        ("ar", "سنعيد إليكم المبلغ اليوم.", "unsupported_promise"),
        ("ar", "نضمن لكم وصول البطاقة.", "unsupported_promise"),
        ("ar", "سيتم رد المبلغ غدًا.", "unsupported_promise"),
        ("ar", "وسنرد عليكم قريبًا.", "unsupported_promise"),
        ("en", "We'll refund you today.", "unsupported_promise"),
        ("en", "I guarantee it.", "unsupported_promise"),
        ("ar", "نأسف لما حدث. ونعتذر مرة أخرى.", "repeated_apology"),
        ("en", "I'm sorry about this. We apologise again.", "repeated_apology"),
        ("ar", "نعتذر عن أي إزعاج.", "forbidden_phrase"),
        ("en", "We are sorry for any inconvenience.", "forbidden_phrase"),
        ("ar", "أرسلوا لنا رمز التحقق.", "asks_for_secret"),
        ("en", "Please send us your PIN.", "asks_for_secret"),
        ("en", "Open the app\u202e and tap Track Card.", "control_character"),
    ],
)
def test_a_fault_is_found(language: str, text: str, code: str) -> None:
    assert code in _codes(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", "تصل البطاقة خلال 7 أيام عمل."),
        ("ar", "تصل البطاقة خلال ٧ أيام عمل."),
        ("ar", "لا ترسلوا لنا الرقم السري أبدًا."),
        ("ar", "البطاقة سارية منذ سنوات، والسياسة واضحة، ويستغرق ذلك ساعات."),
        ("ar", "1. افتحوا التطبيق.\n2. راجعوا عنوانكم المسجل."),
        ("en", "Cards arrive within 7 working days."),
        ("en", "Never send us your PIN."),
        ("en", "If it still isn't there, message us under Help and we'll send a replacement."),
        ("en", "I'm sorry this happened."),
    ],
)
def test_clean_text_passes(language: str, text: str) -> None:
    assert _codes(text, language) == set()


def test_the_customer_s_own_number_may_be_repeated() -> None:
    assert _codes("فهمنا أنكم دفعتم 450 ريالًا.", "ar", customer="دفعت ٤٥٠ ريال") == set()


def test_findings_point_at_the_fault() -> None:
    text = "تصل البطاقة خلال 3 أيام."
    source = Source(id="s", kind=SourceKind.RESOLUTION, quote=QUOTES["ar"])
    (finding,) = run_checks(CheckInput(text, "ar", (source,), POLICY, Message(text="؟")))
    assert finding.span is not None
    assert finding.span.text == "3"


@pytest.mark.parametrize("written", ["١٬٢٥٠", "٢٫٥٪", "1,250", "2.5%"])
def test_a_number_of_a_source_is_known_in_either_digit_system(written: str) -> None:
    source = Source(id="a", kind=SourceKind.RESOLUTION, quote="The fee is 2.5% of 1,250 riyals.")
    given = CheckInput(f"الرسوم {written} فقط.", "ar", (source,), POLICY, Message(text="كم الرسوم؟"))
    assert not list(check_numbers(given))
    wrong = CheckInput(
        f"الرسوم {written.replace('٥', '٦').replace('5', '6')} فقط.", "ar", (source,), POLICY, Message(text="؟")
    )
    assert list(check_numbers(wrong))
