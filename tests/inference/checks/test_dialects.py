"""What agents write to one man or woman, in dialects, and without apostrophes, is read as the plural and MSA are."""

import pytest

from inference.checks import CheckInput, run_checks
from inference.types import Message, Source, SourceKind
from tests.inference.builders import ARABIC, ENGLISH, POLICY


def _codes(language: str, text: str) -> set[str]:
    base = ARABIC if language == "ar" else ENGLISH
    source = Source(id="late", kind=SourceKind.RESOLUTION, quote=" ".join([base["answer"], *base["steps"]]))
    found = run_checks(CheckInput(text, language, (source,), POLICY, Message(text="?", language=language)))
    return {finding.code for finding in found if finding.severity.value == "block"}


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("ar", "راح نرجع لك الرسوم.", "unauthorised_fee_reversal"),
        ("ar", "لا تشيل هم نرجع لك الرسوم.", "unauthorised_fee_reversal"),
        ("ar", "الرسوم رجعت لك.", "unauthorised_fee_reversal"),
        ("ar", "اعتبر الرسوم ملغية.", "unauthorised_fee_reversal"),
        ("ar", "شلنا الرسوم عنك.", "unauthorised_fee_reversal"),
        ("ar", "المبلغ في الطريق إليك.", "unauthorised_refund"),
        ("en", "Fee's been knocked off.", "unauthorised_fee_reversal"),
        ("ar", "بيتصل عليك واحد من الشباب.", "unowned_action"),
        ("ar", "هيكلمك حد من الفريق.", "unowned_action"),
        ("ar", "رح يحكي معك حدا.", "unowned_action"),
        ("ar", "أوعدك إنه ما يتكرر.", "guarantee"),
        ("en", "Trust me, it's coming tomorrow.", "guarantee"),
        ("en", "Your card's being couriered to you as we speak.", "false_handoff"),
        ("ar", "أرسلي لي رمز التحقق.", "asks_for_secret"),
        ("ar", "ابعتلي الرقم السري", "asks_for_secret"),
        ("ar", "عطني الرقم السري وأحلها لك.", "asks_for_secret"),
        ("ar", "صور البطاقة من الوجهين وأرسلها", "asks_for_secret"),
        ("en", "Pop your PIN in here.", "asks_for_secret"),
        ("ar", "هذا خطؤك.", "blame"),
        ("ar", "انت اللي غلطت.", "blame"),
        ("ar", "لو قريت الشروط كان عرفت.", "blame"),
        ("ar", "كان عليك أن تتأكد أولًا.", "blame"),
        ("ar", "كنموذج لغوي لا أستطيع.", "internal_text"),
        ("ar", "اشتكِ عند البنك المركزي.", "external_direction"),
        ("ar", "عزيزي [الاسم]،", "unfilled_placeholder"),
        ("en", "[Customer name], thanks.", "unfilled_placeholder"),
        ("ar", "رصيدك 5200 ريال.", "discloses_unidentified"),
        ("ar", "حسابكم المنتهي بـ4412.", "discloses_unidentified"),
        ("en", "I'll look into this and get back to you soon.", "unsupported_promise"),
        ("ar", "البطاقة توصلك بعد دقيقتين.", "unsupported_period"),
    ],
)
def test_a_fault_is_found_however_it_is_addressed(language: str, text: str, code: str) -> None:
    assert code in _codes(language, text)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", "للأسف ما نقدر نرجع الرسوم."),
        ("ar", "مش هينفع نرجع الرسوم."),
        ("ar", "مو بيدنا نرجع الرسوم."),
        ("ar", "ماراح نرجع الرسوم"),
        ("ar", "ما فينا نرجعلك الرسوم."),
        ("ar", "ماقدرناش نرجع الرسوم."),
        ("ar", "ما راح نعوضك"),
        ("ar", "الرسوم ما رجعت لأنها رسوم تحويل دولي."),
        ("en", "I cant refund the fee, sorry."),
        ("en", "I wish I could refund it, but I can't."),
        ("en", "Let me check."),
        ("en", "I'll check this for you now."),
        ("en", "One moment, I'm checking."),
        ("en", "Give me two minutes."),
        ("ar", "عطني دقيقتين أتأكد."),
        ("ar", "انتظرني دقيقتين بس."),
        ("ar", "لا تعطي الرقم السري لأي أحد، حتى لو قال إنه من البنك."),
        ("ar", "أرسلنا رمز التحقق إلى جوالك."),
        ("ar", "ما راح يتصل عليك أحد من البنك."),
        ("ar", "هذا ليس خطأك."),
        ("ar", "لو راجعت التطبيق تلاقي حالة البطاقة."),
        ("ar", "إذا عندك سؤال ثاني فاكتب لنا."),
    ],
)
def test_what_looks_like_a_fault_is_left_alone(language: str, text: str) -> None:
    assert _codes(language, text) == set()
