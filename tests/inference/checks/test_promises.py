from datetime import UTC, datetime

import pytest
from hypothesis import given as arbitrary
from hypothesis import strategies as st

from inference.calendar import WorkCalendar
from inference.checks import CheckInput
from inference.checks.promises import check_promises, commitments
from inference.checks.repair import repaired
from inference.types import CommitmentKind, Fact, Finding, Message, Source, SourceKind
from tests.inference.builders import ARABIC, ENGLISH, POLICY

QUOTES = {
    language: "\n".join([base["answer"], base["short"], *base["steps"], base["if_unsolved"]])
    for language, base in (("ar", ARABIC), ("en", ENGLISH))
}
MONDAY = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
CALENDAR = WorkCalendar.model_validate({"timezone": "Asia/Riyadh", "hours": ["08:00-16:00"]})


def _given(text: str, language: str, *facts: Fact) -> CheckInput:
    source = Source(id="s", kind=SourceKind.RESOLUTION, quote=QUOTES[language])
    message = Message(text="?", facts=facts, received_at=MONDAY)
    return CheckInput(text, language, (source,), POLICY.model_copy(update={"calendar": CALENDAR}), message)


def _found(text: str, language: str, *facts: Fact) -> list[Finding]:
    return list(check_promises(_given(text, language, *facts)))


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("en", "We'll refund you today.", "unsupported_promise"),
        ("en", "Your card will be with you by Thursday at the latest.", "unsupported_promise"),
        ("en", "You can expect it on Monday.", "unsupported_promise"),
        ("en", "It should be there by tomorrow afternoon.", "unsupported_promise"),
        ("en", "Once that is done you'll be approved straight away.", "unsupported_promise"),
        ("en", "We'll look into it and get back to you.", "unowned_action"),
        ("en", "Somebody from our side will ring you.", "unowned_action"),
        ("en", "I'll chase this up.", "unowned_action"),
        ("en", "A colleague will be in touch with you about this.", "unowned_action"),
        ("en", "Leave it with me.", "unowned_action"),
        ("en", "I guarantee it.", "guarantee"),
        ("en", "This won't happen again.", "guarantee"),
        ("en", "You have my word that it arrives.", "guarantee"),
        ("en", "I have escalated this to my manager.", "false_handoff"),
        ("en", "Your complaint has been forwarded to the delivery department.", "false_handoff"),
        ("en", "Your request is now with our senior team.", "false_handoff"),
        ("en", "Your card will hopefully arrive soon.", "softened_deadline"),
        ("en", "Please complain to the consumer protection authority.", "external_direction"),
        ("en", "Go to your nearest post office.", "external_direction"),
        ("ar", "سنعيد إليكم المبلغ اليوم.", "unsupported_promise"),
        ("ar", "سيتم رد المبلغ غدًا.", "unsupported_promise"),
        ("ar", "من المتوقع أن تصل البطاقة مساء اليوم.", "unsupported_promise"),
        ("ar", "بطاقتكم عندكم غدًا.", "unsupported_promise"),
        ("ar", "وسنرد عليكم قريبًا.", "unowned_action"),
        ("ar", "سيتصل بكم أحد زملائنا.", "unowned_action"),
        ("ar", "راح نتواصل معكم.", "unowned_action"),
        ("ar", "هنتواصل مع حضراتكم.", "unowned_action"),
        ("ar", "غادي نتصلو بيكم.", "unowned_action"),
        ("ar", "سيتم التواصل معكم.", "unowned_action"),
        ("ar", "نضمن لكم وصول البطاقة.", "guarantee"),
        ("ar", "أعدكم بذلك.", "guarantee"),
        ("ar", "لن يتكرر هذا معكم.", "guarantee"),
        ("ar", "أبشروا.", "guarantee"),
        ("ar", "تم رفع طلبكم إلى الفريق المختص.", "false_handoff"),
        ("ar", "أحلنا موضوعكم إلى قسم التوصيل.", "false_handoff"),
        ("ar", "حُوّلت شكواكم إلى المشرف.", "false_handoff"),
        ("ar", "تصل البطاقة إليكم إن شاء الله.", "softened_deadline"),
        ("ar", "توجهوا إلى مركز الشرطة.", "external_direction"),
        ("ar", "يمكنكم تقديم شكوى إلى البنك المركزي.", "external_direction"),
        ("en", "You'll see the money before the weekend.", "unsupported_promise"),
        ("en", "Your complaint went up to management this morning.", "false_handoff"),
        ("en", "The records will be checked and that will be it.", "unowned_action"),
        ("en", "You can rely on having it in hand.", "guarantee"),
        ("en", "Please hand in a report at your local police station.", "external_direction"),
        ("en", "The regional office handles such complaints.", "external_direction"),
        ("en", "You'll have it as soon as one can be had.", "softened_deadline"),
        ("ar", "سترون المبلغ في حسابكم مع نهاية الأسبوع.", "unsupported_promise"),
        ("ar", "تصل البطاقة إليكم حالما يتيسر.", "softened_deadline"),
        ("ar", "لن تخسروا منها شيئًا.", "guarantee"),
    ],
)
def test_a_commitment_that_nothing_backs_is_found(language: str, text: str, code: str) -> None:
    assert code in {finding.code for finding in _found(text, language)}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I can't promise you a date."),
        ("en", "We don't guarantee delivery dates."),
        ("en", "You'll see where it's got to under Track Card."),
        ("en", "Omar from the delivery team will call you by Tuesday at 3 pm."),
        ("en", "You'll hear from Mona in the cards team before noon tomorrow."),
        ("en", "You mention that the courier will come on Monday."),
        ("en", "Will the card come this week? I can't say."),
        ("en", "I'll keep this short."),
        ("en", "You wrote “we'll call you tomorrow”."),
        ("en", "If it hasn't come, message us under Help and we'll look into it with you."),
        ("ar", "لا نستطيع أن نعدكم بموعد محدد."),
        ("ar", "ستجدون مكانها في «تتبع البطاقة»."),
        ("ar", "سيتصل بكم عمر من فريق التوصيل قبل الثلاثاء الساعة الثالثة عصرًا."),
        ("ar", "ستكتب لكم منى من فريق البطاقات غدًا قبل الظهر."),
        ("ar", "ذكرتم أن المندوب سيأتي يوم الاثنين."),
        ("ar", "مضت سنوات وأنتم معنا، وسيارتكم مذكورة، وسياستنا واضحة."),
        ("ar", "هل ستصل البطاقة اليوم؟"),
        ("en", "Nine days is longer than it should be."),
        ("en", "I can't rule out that it happens again."),
        ("en", "The screen will ask you to confirm with your face."),
        ("en", "Nobody from the bank will ever ask for your code."),
        ("en", "Nine days of opening the app to find nothing is wearing."),
        ("en", "How that will turn out isn't something I can tell you today."),
        ("en", "You may use any machine that shows the Visa logo."),
        ("en", "As it comes from abroad, a fee applies."),
        ("ar", "نعرف أن الإيجار لا ينتظر، فلنبدأ بالعنوان."),
        ("ar", "وقواعدنا ليست مما نعرضه هنا."),
    ],
)
def test_what_binds_nobody_or_is_owned_is_left(language: str, text: str) -> None:
    assert _found(text, language) == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_source_backs_its_own_words(language: str) -> None:
    assert _found(QUOTES[language], language) == []


def test_a_fact_backs_a_handoff() -> None:
    fact = Fact(name="ticket", value="escalated to cards", source="crm")
    assert _found("I have escalated this to my manager.", "en", fact) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Here is how it works. We'll get back to you soon."),
        ("ar", "هذه طريقة عملها. سنعود إليكم قريبًا."),
    ],
)
def test_dropping_the_sentence_mends_it(language: str, text: str) -> None:
    found = _found(text, language)
    assert found
    mended = repaired(text, found)
    assert mended != text
    assert _found(mended, language) == []


@arbitrary(st.text(max_size=200))
def test_any_text_is_read_and_spans_lie_in_it(text: str) -> None:
    for finding in _found(text, "en"):
        assert finding.span is not None
        assert text[finding.span.start : finding.span.end] == finding.span.text


@pytest.mark.parametrize(
    ("language", "text", "kind", "owner", "due"),
    [
        (
            "en",
            "Huda from the cards team will write to you by Tuesday at 5 pm.",
            CommitmentKind.NOTIFICATION,
            "Huda from the cards team",
            "2026-11-03T17:00:00+03:00",
        ),
        (
            "ar",
            "ستتصل بكم هدى من فريق البطاقات قبل نهاية دوام الأربعاء.",
            CommitmentKind.CALLBACK,
            "هدى من فريق البطاقات",
            "2026-11-04T16:00:00+03:00",
        ),
        ("en", "We'll check it within two working days.", CommitmentKind.ACTION, None, "2026-11-04T16:00:00+03:00"),
        ("ar", "سنفحص البطاقة غدًا.", CommitmentKind.ACTION, None, "2026-11-03T16:00:00+03:00"),
        ("en", "I have escalated this to my manager.", CommitmentKind.HANDOFF, None, None),
        ("en", "Please complain to the central bank.", CommitmentKind.DIRECTION, None, None),
    ],
)
def test_a_commitment_has_kind_owner_and_due_time(
    language: str, text: str, kind: CommitmentKind, owner: str | None, due: str | None
) -> None:
    (found,) = commitments(_given(text, language))
    assert (found.kind, found.owner) == (kind, owner)
    assert (found.due.isoformat() if found.due else None) == due
    assert found.text in text


def test_without_a_time_of_receipt_no_due_time_is_known() -> None:
    given = _given("Huda from the cards team will write to you by Tuesday.", "en")
    unknown = CheckInput(given.text, "en", given.sources, given.policy, Message(text="?"))
    assert [item.due for item in commitments(unknown)] == [None]


def test_a_lone_letter_that_a_plural_would_end_in_is_no_word() -> None:
    assert not _found("Please keep the card s safe.", "en")
