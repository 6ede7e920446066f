import pytest
from hypothesis import given as arbitrary
from hypothesis import strategies as st

from inference.checks import CheckInput
from inference.checks.authority import check_authority
from inference.policy.checking import Grant
from inference.types import Fact, Message, Source, SourceKind
from tests.inference.builders import POLICY

GRANTS = (
    Grant.model_validate(
        {"kind": "goodwill", "roles": ["agent"], "reasons": ["delay", "repeat_contact"], "most": {"SAR": 50, "JOD": 10}}
    ),
    Grant.model_validate(
        {"kind": "fee_reversal", "roles": ["agent"], "reasons": ["wrong_charge", "our_error"], "most": {"SAR": 30}}
    ),
    Grant.model_validate({"kind": "refund", "roles": ["supervisor"], "most": {"SAR": 1000}}),
)
QUOTE = (
    "If the card was stolen, message us and we'll send a free replacement.\n"
    "إن سُرقت البطاقة فراسلونا لنرسل إليكم بديلة مجانًا."
)


def _codes(text: str, language: str, *facts: Fact, role: str = "agent") -> list[str]:
    source = Source(id="s", kind=SourceKind.RESOLUTION, quote=QUOTE)
    policy = POLICY.model_copy(update={"authority": GRANTS})
    given = CheckInput(text, language, (source,), policy, Message(text="?", facts=facts), role=role)
    return [finding.code.removeprefix("unauthorised_") for finding in check_authority(given)]


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("en", "I've refunded the payment.", "refund"),
        ("en", "We'll give you your money back.", "refund"),
        ("en", "Your refund has been approved.", "refund"),
        ("en", "You'll be refunded in full.", "refund"),
        ("en", "I've put the 1,140 back in your balance.", "refund"),
        ("en", "I have waived the transfer fee.", "fee_reversal"),
        ("en", "The fee has been removed from your account.", "fee_reversal"),
        ("en", "You paid a fee for it, and I've taken it off for you this once.", "fee_reversal"),
        ("en", "I can offer you a 100 riyal voucher.", "goodwill"),
        ("en", "We'll compensate you for the stress.", "goodwill"),
        ("en", "Dinner is on us.", "goodwill"),
        ("en", "I've raised a chargeback and it has been accepted.", "chargeback"),
        ("en", "We'll reverse the transaction with the shop.", "chargeback"),
        ("en", "I've raised your limit to 50,000.", "exception"),
        ("en", "I've skipped the waiting period for you.", "exception"),
        ("en", "I'll give you a 50% discount on the card.", "exception"),
        ("en", "As a small courtesy, the commission is on its way to you.", "goodwill"),
        ("en", "Whatever the late penalties come to, we'll cover.", "goodwill"),
        ("en", "I've had both of them taken off.", "fee_reversal"),
        ("en", "The dispute with the gym has been settled in your favour.", "chargeback"),
        ("en", "One pass a year is the rule, but I can bend that for your sister.", "exception"),
        ("ar", "أعدنا إليكم المبلغ كاملًا.", "refund"),
        ("ar", "والمبلغ مردود إليكم الليلة.", "refund"),
        ("ar", "فاتورة الورشة نتحملها عنكم.", "goodwill"),
        ("ar", "سيتكفل البنك بخسارتكم كلها.", "goodwill"),
        ("ar", "ألزمنا النادي بإعادة ما سحبه.", "chargeback"),
        ("ar", "جعلنا حدكم اليوم ثمانية آلاف.", "exception"),
        ("ar", "سيتم إيداع 1,200 ريال في حسابكم.", "refund"),
        ("ar", "تمت الموافقة على استرداد أموالكم.", "refund"),
        ("ar", "راح نرجع لكم فلوسكم.", "refund"),
        ("ar", "هنرجعلكم المبلغ كله.", "refund"),
        ("ar", "ألغينا رسوم التحويل لكم.", "fee_reversal"),
        ("ar", "دفعتم رسمًا، وقد ألغيته لكم.", "fee_reversal"),
        ("ar", "لكم منا قسيمة بقيمة 100 ريال.", "goodwill"),
        ("ar", "نهديكم شهرًا مجانيًا.", "goodwill"),
        ("ar", "عكسنا العملية على المتجر.", "chargeback"),
        ("ar", "رفعنا اعتراضًا على المتجر وكسبناه.", "chargeback"),
        ("ar", "رفعنا لكم الحد إلى 20 ألفًا.", "exception"),
        ("ar", "سأتجاوز مدة الانتظار من أجلكم.", "exception"),
    ],
)
def test_what_is_not_the_agent_s_to_give_is_found(language: str, text: str, code: str) -> None:
    assert code in _codes(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I can't refund the payment myself."),
        ("en", "To ask for your money back, choose Report a Problem."),
        ("en", "You've asked us for compensation of 1,000 riyals."),
        ("en", "A refund depends on the review."),
        ("en", "The fee isn't something I can take off."),
        ("en", "The limit can't be raised."),
        ("en", "Was the fee removed?"),
        ("en", "If the dispute is decided in your favour, the money comes back to your card."),
        ("en", "We can't cover late fees that another company charges."),
        ("ar", "البنك المرسل يدفع الرسوم من جهته."),
        ("ar", "خُصم 500 من حسابكم ولم تخرج النقود."),
        ("en", "Message us and we'll send a free replacement."),
        ("ar", "لا أستطيع رد المبلغ بنفسي."),
        ("ar", "لطلب استرداد المبلغ اختاروا «الإبلاغ عن مشكلة»."),
        ("ar", "تطلبون تعويضًا قدره ألف ريال."),
        ("ar", "رد المبلغ ليس من صلاحيتي."),
        ("ar", "راسلونا لنرسل إليكم بديلة مجانًا."),
        ("ar", "المتجر هو من يعيد المبلغ."),
    ],
)
def test_a_refusal_a_way_to_ask_and_what_anybody_gets_are_no_grants(language: str, text: str) -> None:
    assert _codes(text, language) == []


@pytest.mark.parametrize(
    ("language", "text", "allowed"),
    [
        ("en", "For the delay I've added a goodwill credit of 50 riyals.", True),
        ("en", "For the delay I've added a goodwill credit of 51 riyals.", False),
        ("en", "For the delay I've added a goodwill credit of 50 dollars.", False),
        ("en", "For the delay I've added a goodwill credit of 10 Kuwaiti dinars.", False),
        ("en", "I've added a goodwill credit of 20 riyals because you like blue.", False),
        ("en", "For the delay I've added a goodwill credit of 20 riyals every month.", False),
        ("en", "For the delay I've added a goodwill credit.", False),
        ("ar", "وتقديرًا لانتظاركم أضفنا إلى رصيدكم ٥٠ ريالًا.", True),
        ("ar", "وتقديرًا لانتظاركم أضفنا إلى رصيدكم ٥١ ريالًا.", False),
        ("ar", "وتقديرًا لانتظاركم أضفنا إلى رصيدكم 10 دنانير كويتية.", False),
    ],
)
def test_a_grant_within_the_policy_is_the_agent_s(language: str, text: str, allowed: bool) -> None:
    assert (_codes(text, language) == []) is allowed


def test_a_role_grants_what_is_its_own() -> None:
    assert _codes("We'll refund you 900 riyals.", "en") == ["refund"]
    assert _codes("We'll refund you 900 riyals.", "en", role="supervisor") == []
    assert _codes("We'll refund you 1,100 riyals.", "en", role="supervisor") == ["refund"]


def test_what_a_fact_says_happened_is_announced_freely() -> None:
    fact = Fact(name="refund_status", value="paid, 88 SAR", source="crm")
    assert _codes("The refund was paid: we've returned the 88 riyals.", "en", fact) == []
    assert _codes("We've returned the 99 riyals.", "en", fact) == ["refund"]
    assert _codes("I'm refunding the first one as well.", "en", fact) == ["refund"]


@arbitrary(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert isinstance(_codes(text, "ar"), list)
