"""Whether a reply is the draft, comes from it, or has nothing of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.matching import compare, foreign, plain
from inference.types import ChangeKind, Draft, DraftStep, Status, StepName, Verdict

AR = (
    "نفهم من رسالتكم أن بطاقتكم الجديدة لم تصل إليكم بعد.\n\n"
    "تصل البطاقة عادة خلال 5 إلى 7 أيام عمل من تاريخ إصدارها، ورسوم البديلة 1,000 ريال.\n\n"
    "ما يمكنكم فعله الآن:\n1. افتحوا التطبيق واختاروا «تتبع البطاقة».\n2. راجعوا عنوانكم وعدّلوا ما تغير منه."
)
EN = (
    "I understand that your new card hasn't reached you yet.\n\n"
    "Cards usually arrive within 5 to 7 working days, and a replacement costs 1,000 riyals.\n\n"
    "Here's what you can do now:\n1. Open the app and tap Track Card.\n2. Check your address and correct what changed."
)
TEXTS = {"ar": AR, "en": EN}


def draft(text: str, language: str = "ar") -> Draft:
    first, second, last = (*text.split("\n\n"), "", "")[:3]
    steps = ((StepName.LISTEN, first), (StepName.EXPLAIN, second), (StepName.SOLVE, last))
    return Draft(
        status=Status.READY,
        text=text,
        language=language,
        direction="rtl" if language == "ar" else "ltr",
        steps=tuple(DraftStep(name=name, text=said) for name, said in steps if said),
        model="m",
        model_revision="m",
        index_generation="g",
        policy_revision="p",
    )


@pytest.mark.parametrize(
    "sent",
    [
        AR,
        f"السلام عليكم ورحمة الله وبركاته\n\n{AR}",
        f"مساء النور أستاذة ليلى،\nشكرًا لتواصلكم معنا.\n{AR}\n\nمع خالص التحية\nخالد، فريق الدعم",
        f"{AR}\n\nنحن في خدمتكم دائمًا.\nهل هناك شيء آخر يمكننا مساعدتكم به؟",
        AR.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
        AR.replace("1. ", "• ").replace("2. ", "- ").replace("1,000", "1000").replace("،", ",").replace("«", '"'),
        AR.replace("نفهم", "نفـــهم").replace("الجديدة", "الجَدِيدَة") + " 🙏",
        f"\u202b{AR}\u202c",
        "<p>" + AR.replace("\n", "<br>") + "</p><blockquote>أين بطاقتي؟</blockquote>",
        f"{AR}\n\nفي الأحد، 14 يونيو 2026 الساعة 10:15 ص كتب أحمد <a@example.com>:\n> أين بطاقتي؟\n> أنتظر",
    ],
)
def test_what_says_the_same_is_accepted(sent: str) -> None:
    told = compare(draft(AR), plain(sent))
    assert (told.verdict, told.changes) == (Verdict.ACCEPTED, ())


@pytest.mark.parametrize(
    "sent",
    [
        f"Hi Omar, thanks for your patience.\n\n{EN}\n\nBest regards,\nSara\nNaseem Support",
        f"Dear Mr. Khan,\n{EN}\nPlease let us know if you have any other questions.",
        EN.replace("'", "’").replace("1. ", "1) "),
        EN.upper(),
    ],
)
def test_english_that_says_the_same_is_accepted(sent: str) -> None:
    assert compare(draft(EN, "en"), sent).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("language", "before", "after", "kind"),
    [
        ("ar", "5 إلى 7 أيام", "8 إلى 10 أيام", ChangeKind.FACT),
        ("ar", "1,000 ريال", "1,500 ريال", ChangeKind.FACT),
        ("ar", "«تتبع البطاقة»", "«متابعة البطاقة»", ChangeKind.FACT),
        ("ar", "افتحوا التطبيق واختاروا", "افتح التطبيق واختر", ChangeKind.TONE),
        ("ar", "نفهم من رسالتكم أن", "نعتذر لكم لأن", ChangeKind.TONE),
        ("ar", "\n2. راجعوا عنوانكم وعدّلوا ما تغير منه.", "", ChangeKind.STEP),
        ("ar", "منه.", "منه.\n3. أعيدوا تشغيل الجوال ثم افتحوا التطبيق من جديد.", ChangeKind.STEP),
        ("ar", "منه.", "منه.\nسنتصل بكم غدًا الساعة العاشرة.", ChangeKind.PROMISE),
        ("en", "5 to 7 working days", "two weeks", ChangeKind.FACT),
        ("en", "tap Track Card", "tap Where Is My Card", ChangeKind.FACT),
        ("en", "what changed.", "what changed.\nI will call you tomorrow at ten.", ChangeKind.PROMISE),
        ("en", "I understand that your", "I'm so sorry that your", ChangeKind.TONE),
        ("en", "usually arrive", "tend to arrive", ChangeKind.WORDING),
    ],
)
def test_what_was_changed_is_named_and_shown(language: str, before: str, after: str, kind: ChangeKind) -> None:
    text = TEXTS[language]
    sent = text.replace(before, after)
    assert sent != text
    told = compare(draft(text, language), sent)
    assert told.verdict is Verdict.EDITED
    assert kind in {item.kind for item in told.changes}
    for item in told.changes:
        if item.span is not None:
            assert sent[item.span.start : item.span.end] == item.span.text == item.after


def test_the_same_steps_in_another_order_are_moved() -> None:
    first, second = "1. افتحوا التطبيق واختاروا «تتبع البطاقة».", "2. راجعوا عنوانكم وعدّلوا ما تغير منه."
    told = compare(draft(AR), AR.replace(f"{first}\n{second}", f"{second}\n{first}"))
    assert [(item.kind, item.moved) for item in told.changes] == [(ChangeKind.STEP, True)]


def test_half_a_draft_is_shorter() -> None:
    told = compare(draft(EN, "en"), EN.split("\n\n")[1])
    assert told.verdict is Verdict.EDITED
    assert ChangeKind.LENGTH in {item.kind for item in told.changes}


@pytest.mark.parametrize(
    "sent",
    [
        "لحظة من فضلكم، أتحقق من الأمر.",
        "شيّكت على طلبك والبطاقة طلعت مع شركة الشحن يوم الأحد، المفروض المندوب يتواصل معك بكرة.",
        "تم استلام طلبكم برقم 48213 وسيتم الرد خلال 24 ساعة.",
        "تم.",
        "👍",
        "",
        "Your card is with the courier and will be delivered on Sunday.",
        "bta2tak ma3 el mandoob w hayewsal bokra",
    ],
)
def test_words_of_ones_own_leave_the_draft_unused(sent: str) -> None:
    told = compare(draft(AR), sent)
    assert (told.verdict, told.changes) == (Verdict.UNUSED, ())


def test_a_translation_is_known_by_its_meaning_only() -> None:
    assert foreign(AR, EN)
    assert compare(draft(AR), EN).verdict is Verdict.UNUSED
    assert compare(draft(AR), EN, near=0.4).verdict is Verdict.UNUSED
    told = compare(draft(AR), EN, near=0.8)
    assert told.verdict is Verdict.EDITED
    assert (told.changes[0].kind, told.changes[0].before, told.changes[0].after) == (ChangeKind.LANGUAGE, "ar", "en")


def test_nearness_counts_between_languages_alone() -> None:
    assert compare(draft(AR), "كلام آخر تمامًا. لا علاقة له بما سبق.", near=0.99).verdict is Verdict.UNUSED


def test_gaps_of_a_draft_may_be_filled() -> None:
    text = "مرحبًا [الاسم]، بطاقتكم رقم {number} في الطريق إليكم وتصل خلال ثلاثة أيام عمل بإذن الله."
    filled = "مرحبًا نورة، بطاقتكم رقم 4481 في الطريق إليكم وتصل خلال ثلاثة أيام عمل بإذن الله."
    assert compare(draft(text), filled).verdict is Verdict.ACCEPTED
    assert compare(draft(text), filled.replace("ثلاثة", "أربعة")).verdict is Verdict.EDITED


def test_two_drafts_worth_of_text_come_from_the_draft() -> None:
    told = compare(draft(EN, "en"), f"{EN}\n\n" + "Refunds show up ten days after the shop has confirmed them. " * 6)
    assert told.verdict is Verdict.EDITED
    assert told.kept > 0.95
    assert told.own < 0.8


@settings(max_examples=60)
@given(st.text(max_size=400), st.text(max_size=400))
def test_any_texts_can_be_compared(first: str, second: str) -> None:
    told = compare(draft(first), plain(second))
    assert 0 <= told.kept <= 1
    assert (told.verdict is Verdict.EDITED) or not told.changes


@settings(max_examples=40)
@given(st.permutations(AR.split("\n")), st.sampled_from(["", "\n", "  "]))
def test_a_draft_in_any_order_is_never_unused(lines: list[str], gap: str) -> None:
    told = compare(draft(AR), f"\n{gap}".join(lines))
    assert told.verdict is not Verdict.UNUSED
    assert told.kept > 0.6


def test_long_texts_without_full_stops_are_bounded() -> None:
    text = "كلمة أخرى هنا " * 1_400
    assert compare(draft(text), text.replace("أخرى", "ثانية", 3)).verdict is Verdict.EDITED
