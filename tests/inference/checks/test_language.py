"""Language: the whole and each sentence, words, letters and names."""

import pytest
from hypothesis import given as generated
from hypothesis import settings
from hypothesis import strategies as st

from inference.checks import CheckInput
from inference.checks.language import (
    check_altered_names,
    check_controls,
    check_homoglyphs,
    check_jargon,
    check_language,
    check_mojibake,
    check_register,
)
from inference.checks.repair import repaired
from inference.types import Finding, Message, Source, SourceKind
from tests.inference.builders import POLICY

CHECKS = (
    check_language,
    check_controls,
    check_homoglyphs,
    check_mojibake,
    check_altered_names,
    check_register,
    check_jargon,
)
NASEEM = POLICY.model_copy(update={"names": ("Naseem",), "brand": {"ar": "بنك نسيم", "en": "Naseem Bank"}})
QUOTE = "Open Cards, then Track Card. Visa and Apple Pay work. افتحوا «البطاقات» ثم «تتبع البطاقة»."


def checked(text: str, language: str, message: str = "hello") -> CheckInput:
    """Return what the checks are given of an agent's own text."""
    source = Source(id="s", kind=SourceKind.RESOLUTION, quote=QUOTE)
    return CheckInput(text, language, (source,), NASEEM, Message(text=message))


def found(text: str, language: str, message: str = "hello") -> list[Finding]:
    """Return what the language checks find."""
    given = checked(text, language, message)
    return [finding for check in CHECKS for finding in check(given)]


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("en", "Hello.\n\nYour card is on its way.\n\nيصل التحويل المحلي خلال يوم عمل واحد.", "wrong_language"),
        (
            "ar",
            "أهلًا بكم، وشكرًا لكم.\n\nTo order it, go to Cards and add the card.\n\nتابعوا البطاقة بعد ذلك من التطبيق.",
            "wrong_language",
        ),
        ("en", "Your card is here. Veuillez ouvrir votre application bancaire maintenant, merci.", "wrong_language"),
        ("en", "Msg us and we'll take u thru it, np.", "unfitting_register"),
        ("en", "We're gonna send it asap.", "unfitting_register"),
        ("ar", "البطاقة بتوصل بكرة، بس انتظروا.", "unfitting_register"),
        ("ar", "وش تبون نسوي لكم الحين؟", "unfitting_register"),
        ("ar", "هلق منبعتلكن الكارت، ما تقلقوا شو ما صار.", "unfitting_register"),
        ("ar", "دابا غادي نرسلوا ليكم البطاقة ديالكم.", "unfitting_register"),
        ("en", "It passes a correspondent in the nostro chain.", "unexplained_jargon"),
        ("en", "This needs a CDD refresh.", "unexplained_jargon"),
        ("ar", "تمر الحوالة بحساب نوسترو.", "unexplained_jargon"),
        ("ar", "المبلغ بانتظار الـ clearing لدى البنك.", "unexplained_jargon"),
        ("ar", "نحتاج إلى إجراءات KYC لحسابكم.", "unexplained_jargon"),
        ("en", "Open the app\u202e now.", "control_character"),
        ("ar", "افتحوا\u061c التطبيق.", "control_character"),
        ("en", "Open\U000e0041 the app.", "control_character"),
        ("ar", "افتحوا التط\u200cبيق.", "control_character"),
        ("en", "Open the Nаsеem app.", "homoglyph"),
        ("en", "Tap Τrαck Card.", "homoglyph"),
        ("en", "Ｏｐｅｎ the app.", "homoglyph"),
        ("ar", "السعر یتحرک مع السوق.", "homoglyph"),
        ("en", "It isnâ€™t here.", "mojibake"),
        ("ar", "افتحوا Ø§Ù„ØªØ·Ø¨ÙŠÙ‚ الآن.", "mojibake"),
        ("ar", "فاطلبوا من أحد ????? ذلك.", "mojibake"),
        ("en", "Open the \ufffd\ufffdapp.", "mojibake"),
        ("en", "Add it to Google Pays.", "altered_name"),
        ("en", "Add it to Aple Pay.", "altered_name"),
        ("en", "Open the naseem app.", "altered_name"),
        ("en", "Open the Nasem app.", "altered_name"),
        ("en", "Add it to apple pay.", "altered_name"),
        ("ar", "أضيفوها إلى دفع التفاحة.", "altered_name"),
        ("ar", "شكرًا لثقتكم في بنك نسيمة.", "altered_name"),
        ("ar", "أضيفوها إلى آبل باي المطور.", "altered_name"),
        (
            "en",
            "Your card is here. Die Karte funktioniert dann auch in Deutschland, überall wo Geld genommen wird.",
            "wrong_language",
        ),
        ("en", "Khalas, you choose the number yourself habibi.", "unfitting_register"),
        ("ar", "ثم اجتياز فحص Liveness ضمن إجراءات eKYC.", "unexplained_jargon"),
        ("ar", "اربطوها بـ «دفع التفاحة» من المحفظة.", "altered_name"),
    ],
)
def test_a_fault_of_language_is_found(language: str, text: str, code: str) -> None:
    assert code in {finding.code for finding in found(text, language)}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Open Cards, then Track Card, and add it to Apple Pay."),
        ("en", "You write «وين بطاقتي»، and it's on its way to you now."),
        ("en", "Pay with your Naseem Bank Visa card at any ATM; never share your PIN."),
        ("en", "The IBAN (the international account number) stands under My Details."),
        ("en", "We're in the U.S. and the UAE, and accept USD."),
        ("en", "A member of staff, please: it's 2 checks, 4 at most."),
        ("ar", "أضيفوا البطاقة إلى Apple Pay أو Google Pay من «البطاقات»."),
        ("ar", "حتى ذلك الحين راجعوا التطبيق ليلًا أو نهارًا، وما فيه من تفاصيل."),
        ("ar", "العائلة 👨\u200d👩\u200d👧 بخير، ووجهكم إلى الضوء."),
        ("ar", "رقم الآيبان (رقم حسابكم الدولي) في «بيانات حسابي»."),
        ("ar", "بنك نسيم في خدمتكم عبر www.naseem.example في أي وقت."),
        ("ar", "سوى ذلك لا شيء عليكم، ولبس الأمر زال."),
        ("ar", "بعدها تكفي لمسة واحدة للدفع."),
        ("en", "Four loads of 2,500 in one day would pass."),
    ],
)
def test_sound_language_passes(language: str, text: str) -> None:
    assert [finding.code for finding in found(text, language)] == []


def test_words_of_the_customer_are_no_jargon() -> None:
    assert not found("You ask about the CDD form.", "en", message="what is this CDD form")
    assert found("You ask about the CDD form.", "en")


@pytest.mark.parametrize(
    ("language", "text", "mended"),
    [
        ("en", "Open\u200b the\u200b app.", "Open the app."),
        ("en", "Open the Nаsеem app.", "Open the Naseem app."),
        ("ar", "السعر یتحرک مع السوق.", "السعر يتحرك مع السوق."),
        ("en", "It isnâ€™t here.", "It isn’t here."),
        ("ar", "افتحوا Ø§Ù„ØªØ·Ø¨ÙŠÙ‚ الآن.", "افتحوا التطبيق الآن."),
        ("en", "Add it to Google Pays.", "Add it to Google Pay."),
        ("ar", "شكرًا لبنك نسيمة.", "شكرًا لبنك نسيم."),
    ],
)
def test_a_repair_mends_the_fault_and_is_final(language: str, text: str, mended: str) -> None:
    assert repaired(text, found(text, language)) == mended
    assert not [finding for finding in found(mended, language) if finding.suggestion]


@settings(max_examples=80)
@generated(st.text(max_size=160), st.sampled_from(["ar", "en"]))
def test_any_text_is_read_and_spans_lie_in_it(text: str, language: str) -> None:
    for finding in found(text, language):
        if finding.span:
            assert text[finding.span.start : finding.span.end] == finding.span.text
        if finding.suggestion:
            assert 0 <= finding.suggestion.start <= finding.suggestion.end <= len(text)


@settings(max_examples=40)
@generated(st.text(alphabet="abc \u200b\u202e\u061c\u2066\ufeff", max_size=60))
def test_without_its_controls_a_text_has_none(text: str) -> None:
    mended = repaired(text, check_controls(checked(text, "en")))
    assert not list(check_controls(checked(mended, "en")))
