"""What a reply changed of what its source says: turned round, less a condition, reordered, surer or wider."""

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from inference.checks import CheckInput
from inference.checks.fidelity import check_fidelity
from inference.checks.repair import repaired
from inference.types import Message, Source, SourceKind
from tests.inference.builders import POLICY

ENGLISH = """How do I return an order?
You can return most orders within 30 days.
Open the shop's app, tap Orders, then Return.
Print the label and put it on the parcel.
Hand the parcel to the courier and keep the receipt.
If nothing happens after that, message us under Help.
What does a return cost?
It's free if the parcel was damaged and 15 riyals if it was lost.
Can I still change the pickup address?
Yes, as long as the courier hasn't set out. You can change it on the Orders page.
Can I return food?
No, food can't be returned for safety reasons.
When do I get my money?
The refund usually arrives in 5 to 7 working days. The card's bank may deduct a small handling fee.
Which price counts?
We use the price on the day the shop packs the parcel, not the day you ordered.
Local delivery is free, except for furniture, which costs 40 riyals. You can have up to 3 open returns.
Gift cards never expire. A voucher doesn't suit subscriptions."""
ARABIC = """كيف أعيد طلبًا؟
يمكنكم إعادة معظم الطلبات خلال 30 يومًا.
افتحوا التطبيق واختاروا «الطلبات» ثم «إرجاع».
اطبعوا الملصق وضعوه على الطرد.
سلموا الطرد إلى المندوب واحتفظوا بالإيصال.
إذا لم يحدث شيء بعد ذلك فراسلونا من «المساعدة».
كم تكلف الإعادة؟
الإعادة مجانية إن كان الطرد تالفًا، و15 ريالًا إن كان ضائعًا.
هل أستطيع تغيير عنوان الاستلام؟
نعم، ما دام المندوب لم ينطلق بعد.
هل أستطيع إعادة الأطعمة؟
لا، الأطعمة لا تُعاد لأسباب صحية.
متى يصل المبلغ؟
يصل المبلغ عادة خلال 5 إلى 7 أيام عمل. وقد يخصم بنك البطاقة رسومًا صغيرة.
أي سعر يُحسب؟
نعتمد السعر في اليوم الذي يغلف فيه المتجر الطرد، لا في يوم الطلب.
التوصيل المحلي مجاني، إلا الأثاث فرسومه 40 ريالًا. والقسيمة لا تناسب الاشتراكات."""
QUOTES = {"en": ENGLISH, "ar": ARABIC}


def checked(reply: str, language: str, message: str = "...") -> CheckInput:
    source = Source(id="s", kind=SourceKind.RESOLUTION, quote=QUOTES[language])
    return CheckInput(reply, language, (source,), POLICY, Message(text=message))


def codes(reply: str, language: str, message: str = "...") -> list[str]:
    return [finding.code for finding in check_fidelity(checked(reply, language, message))]


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("en", "We use the price on the day you ordered, not the day the shop packs the parcel.", "contradicts_source"),
        ("en", "A voucher suits subscriptions.", "contradicts_source"),
        ("en", "It's 15 riyals if the parcel was damaged and free if it was lost.", "contradicts_source"),
        ("en", "Yes, food can be returned.", "contradicts_source"),
        ("en", "Local delivery costs 40 riyals.", "contradicts_source"),
        ("en", "You can change the pickup address on the Orders page.", "dropped_condition"),
        ("en", "The refund always arrives in 5 to 7 working days.", "strengthened"),
        ("en", "The refund arrives in 5 to 7 working days.", "strengthened"),
        ("en", "Your card's bank deducts a small handling fee.", "strengthened"),
        ("en", "A return is free, whether the parcel was damaged or lost.", "widened_scope"),
        ("ar", "الإعادة مجانية، سواء كان الطرد تالفًا أو ضائعًا.", "widened_scope"),
        ("ar", "القسيمة تناسب الاشتراكات.", "contradicts_source"),
        ("ar", "نعم، تستطيعون إعادة الأطعمة.", "contradicts_source"),
        ("ar", "الإعادة 15 ريالًا إن كان الطرد تالفًا، ومجانية إن كان ضائعًا.", "contradicts_source"),
        ("ar", "تستطيعون تغيير عنوان الاستلام.", "dropped_condition"),
        ("ar", "يصل المبلغ دائمًا خلال 5 إلى 7 أيام عمل.", "strengthened"),
        ("ar", "يصل المبلغ خلال ٥ إلى ٧ أيام عمل.", "strengthened"),
        ("ar", "بنك البطاقة يخصم رسومًا صغيرة.", "strengthened"),
    ],
)
def test_what_was_changed_is_found(language: str, text: str, code: str) -> None:
    assert codes(text, language) == [code]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "First, hand the parcel to the courier. After that, print the label and put it on the parcel."),
        ("en", "1. Hand the parcel to the courier.\n2. Open the app, tap Orders, then Return."),
        ("en", "Tap Return, then Orders."),
        ("ar", "أولًا، سلموا الطرد إلى المندوب.\nثم اطبعوا الملصق وضعوه على الطرد."),
    ],
)
def test_steps_in_another_order_are_found(language: str, text: str) -> None:
    assert codes(text, language) == ["reordered_steps"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The refund should be with you in 5 to 7 working days."),
        ("en", "In most cases the refund takes 5 to 7 working days."),
        ("en", "A damaged parcel goes back free; a lost one is 15 riyals."),
        ("en", "You can change the pickup address as long as the courier hasn't left yet."),
        ("en", "The courier hasn't set out? Then you can still change the pickup address on the Orders page."),
        ("en", "No, I'm afraid food can't be returned."),
        ("en", "The bank that issued your card might take a small handling fee."),
        ("en", "It is the price of the day the shop packs the parcel that counts, not that of the day you ordered."),
        ("en", "1. Open the app, tap Orders, then Return.\n2. Print the label.\n3. Hand the parcel to the courier."),
        ("en", "Would you like to return food?"),
        ("en", "Don't hand the parcel over before you've printed the label and put it on."),
        ("ar", "لا تسلموا الطرد قبل أن تطبعوا الملصق وتضعوه عليه."),
        ("ar", "يصل المبلغ في الغالب خلال خمسة إلى سبعة أيام عمل."),
        ("ar", "تستطيعون تغيير عنوان الاستلام ما لم ينطلق المندوب."),
        ("ar", "للأسف لا تُعاد الأطعمة."),
        ("ar", "قد يخصم بنك بطاقتكم رسومًا صغيرة."),
        ("ar", "الإعادة مجانية للطرد التالف، و15 ريالًا للضائع."),
        ("ar", "أولًا اطبعوا الملصق وضعوه على الطرد، ثم سلموا الطرد إلى المندوب."),
        ("en", "A return for a lost parcel is 15 riyals (nothing if it was damaged)."),
        ("en", "As the parcel is on its way back, you needn't print a label any more."),
        ("ar", "السعر المعتمد هو سعر يوم تغليف الطرد في المتجر، لا سعر يوم الطلب."),
    ],
)
def test_the_same_in_other_words_passes(language: str, text: str) -> None:
    assert codes(text, language) == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_source_itself_passes(language: str) -> None:
    assert codes(QUOTES[language], language) == []


def test_a_condition_that_the_customer_meets_may_be_left_out() -> None:
    text = "You can change the pickup address on the Orders page."
    assert codes(text, "en", "the courier hasn't set out yet. can i change the address?") == []


def test_what_the_customer_said_is_no_claim_of_ours() -> None:
    message = "you told me a voucher suits subscriptions"
    assert codes("You were told that a voucher suits subscriptions.", "en", message) == []


def test_the_source_is_quoted_and_offered() -> None:
    given = checked("Hello. The refund always arrives in 5 to 7 working days. Bye.", "en")
    (finding,) = check_fidelity(given)
    assert "The refund usually arrives in 5 to 7 working days." in finding.message
    assert finding.span is not None
    assert finding.span.text.strip() == "The refund always arrives in 5 to 7 working days."
    mended = repaired(given.text, [finding])
    assert codes(mended, "en") == []


def test_nothing_is_compared_without_a_resolution() -> None:
    fact = Source(id="fact:fee", kind=SourceKind.FACT, quote="fee: 15 SAR")
    given = CheckInput("It is always free.", "en", (fact,), POLICY, Message(text="..."))
    assert list(check_fidelity(given)) == []


@over(st.text(max_size=200))
def test_any_text_can_be_checked(text: str) -> None:
    for finding in check_fidelity(checked(text, "ar", text)):
        assert finding.span is not None
        assert text[finding.span.start : finding.span.end] == finding.span.text


@over(st.lists(st.sampled_from([*ENGLISH.split(), "not", "never", "always", "all", "."]), max_size=40))
def test_spans_and_suggestions_lie_in_the_text(words: list[str]) -> None:
    text = " ".join(words)
    for finding in check_fidelity(checked(text, "en")):
        assert finding.span is not None
        assert text[finding.span.start : finding.span.end] == finding.span.text
        if finding.suggestion is not None:
            assert 0 <= finding.suggestion.start < finding.suggestion.end <= len(text)
