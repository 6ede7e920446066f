"""Tone and steps: what an agent's own wording does wrong, and what only looks like it."""

import pytest
from hypothesis import given as generated
from hypothesis import settings
from hypothesis import strategies as st

from inference.checks import CheckInput, run_checks
from inference.checks.drop import dropped
from inference.checks.planned import check_steps
from inference.checks.repair import repaired
from inference.checks.steps import read_steps
from inference.checks.tone import (
    check_apologies,
    check_blame,
    check_forbidden,
    check_ownership,
    check_warmth,
)
from inference.lexicons import load_lexicon
from inference.types import AngerLevel, DraftStep, Fact, Message, Source, SourceKind, StepName, TonePlan
from tests.inference.builders import ARABIC, ENGLISH, POLICY

QUOTES = {
    language: "\n".join(
        [base["problem"], base["restatement"], base["empathy"], base["short"], *base["steps"], base["if_unsolved"]]
    )
    for language, base in (("ar", ARABIC), ("en", ENGLISH))
}
ASKED = {"ar": "بطاقتي ما وصلت من تسعة أيام!", "en": "My card still hasn't come after nine working days, where is it?"}
TONE = (check_apologies, check_ownership, check_blame, check_warmth, check_forbidden)


def checked(
    text: str,
    language: str,
    *,
    level: AngerLevel = AngerLevel.ANGRY,
    steps: tuple[StepName, ...] = (),
    message: Message | None = None,
) -> CheckInput:
    """Return what the checks are given of an agent's own text."""
    source = Source(id="late", kind=SourceKind.RESOLUTION, quote=QUOTES[language])
    plan = TonePlan(steps=steps, language=language, level=level, max_characters=1400, numbered=True)
    return CheckInput(text, language, (source,), POLICY, message or Message(text=ASKED[language]), plan)


def codes(given: CheckInput) -> list[str]:
    """Return the codes that the tone checks find, steps aside."""
    return [finding.code for check in TONE for finding in check(given)]


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("en", "I'm sorry for the wait. Once again, our sincere apologies.", "repeated_apology"),
        ("en", "Sorry to hear that. We do apologise for the delay.", "repeated_apology"),
        ("ar", "نأسف لتأخر البطاقة. ونكرر اعتذارنا لكم.", "repeated_apology"),
        ("ar", "نعتذر عن التأخير. آسفون مرة أخرى على ما حدث.", "repeated_apology"),
        ("en", "We're sorry if you felt let down.", "conditional_apology"),
        ("en", "I apologise for any trouble this may have caused.", "conditional_apology"),
        ("en", "If you were offended, I apologise.", "conditional_apology"),
        ("ar", "نأسف إن كنتم قد انزعجتم.", "conditional_apology"),
        ("ar", "نعتذر في حال سبّب لكم ذلك ضيقًا.", "conditional_apology"),
        ("ar", "نأسف عما قد يكون بدر منا.", "conditional_apology"),
        ("en", "We got this wrong and sent it late.", "undue_ownership"),
        ("en", "The mistake is ours.", "undue_ownership"),
        ("en", "We should have told you earlier.", "undue_ownership"),
        ("ar", "هذا خطأ منا بلا شك.", "undue_ownership"),
        ("ar", "لقد قصّرنا في حقكم.", "undue_ownership"),
        ("ar", "ومن حقكم تفسير لخطأ وقعنا فيه.", "undue_ownership"),
        ("en", "You should have checked the address first.", "blame"),
        ("en", "It is late because you didn't read the message.", "blame"),
        ("en", "You failed to answer the courier.", "blame"),
        ("ar", "كان عليكم أن تراجعوا العنوان.", "blame"),
        ("ar", "تأخرت البطاقة بسبب إهمالكم.", "blame"),
        ("ar", "لو أنكم دققتم لوصلت البطاقة.", "blame"),
        ("en", "No worries, these things happen.", "unfitting_warmth"),
        ("en", "Noted.", "unfitting_warmth"),
        ("en", "Your card is on its way 😊", "unfitting_warmth"),
        ("ar", "البطاقة لم تصل. عُلم.", "unfitting_warmth"),
        ("ar", "كما هو معلوم، التوصيل يستغرق أيامًا.", "unfitting_warmth"),
        ("ar", "بطاقتكم في الطريق 🎉", "unfitting_warmth"),
        ("en", "I apologise if my colleague's tone came across badly.", "conditional_apology"),
        ("ar", "نعتذر إن كان في كلامنا ما أزعجكم.", "conditional_apology"),
        ("en", "This hold-up began on our premises.", "undue_ownership"),
        ("en", "It was careless of us to leave you without an answer.", "undue_ownership"),
        ("ar", "نحن من أضاع طلبكم بين الأقسام.", "undue_ownership"),
        ("en", "Most of our clients have the sense to double-check the digits.", "blame"),
        ("en", "None of this would have happened if you had read the note.", "blame"),
        ("ar", "لو تحققتم من الرقم لما ذهب المال إلى غيركم.", "blame"),
        ("ar", "كان الأجدر قراءة الشروط قبل الضغط على زر الموافقة.", "blame"),
        ("en", "Noted regarding your card.", "unfitting_warmth"),
        ("ar", "تم العلم بما ورد في رسالتكم.", "unfitting_warmth"),
    ],
)
def test_a_fault_of_tone_is_found(language: str, text: str, code: str) -> None:
    assert code in codes(checked(text, language))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I'm sorry for the wait. An apology won't bring the card, so here is what will."),
        ("en", "I'm sorry the card hasn't come; if it isn't there by then, message us."),
        ("en", "The shop has apologised for that, as you write. I'm sorry it took so long."),
        ("en", "Sorry for your loss. I'm sorry that the letter came so late."),
        ("en", "You should have it within 7 working days."),
        ("en", "You should have a straight answer, and here it is."),
        ("en", "We can't tell yet whether it's our mistake."),
        ("en", "If you forgot your passcode, tap Forgot Passcode."),
        ("en", "You write “this is your fault”, and I understand why."),
        ("ar", "نأسف لتأخر البطاقة، وإن لم تصل فراسلونا."),
        ("ar", "نأسف لأن الأمر أوصلكم إلى هذا الضيق."),
        ("ar", "لا داعي للاعتذار، ونأسف لما مررتم به."),
        ("ar", "لا نعرف بعد إن كان الخطأ من عندنا."),
        ("ar", "إن لم تكونوا أنتم من أخطأ في الرقم فجمدوا البطاقة."),
        ("ar", "ضاعت البطاقة ولم تنتبهوا إلا الآن."),
        ("ar", "كتبتم «هذا خطأ منكم»، ونتفهم ذلك."),
        ("en", "You could have been charged twice if the machine stalled, so let's look."),
        ("en", "It was not careless of you; such pages are built to deceive."),
        ("ar", "لو رأيتم عملية أخرى لا تعرفونها فأبلغونا عنها."),
        ("ar", "لم يكن في وسعكم أن تعرفوا أن الصفحة مزيفة."),
    ],
)
def test_what_only_looks_like_a_fault_passes(language: str, text: str) -> None:
    assert codes(checked(text, language)) == []


@pytest.mark.parametrize(("language", "text"), [("en", "This was our mistake."), ("ar", "هذا خطأ منا.")])
def test_a_fault_may_be_owned_where_a_fact_says_so(language: str, text: str) -> None:
    fact = Fact(name="our_error", value="yes", source="crm")
    message = Message(text=ASKED[language], facts=(fact,))
    assert codes(checked(text, language, message=message)) == []


def test_cheer_fits_the_calm_and_not_the_bereaved() -> None:
    text = "Have a lovely day."
    assert codes(checked(text, "en", level=AngerLevel.CALM)) == []
    grieving = Message(text="My husband passed away last week, how do I close his account?")
    assert codes(checked(text, "en", level=AngerLevel.CALM, message=grieving)) == ["unfitting_warmth"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "We are so sorry for the inconvenience."),
        ("en", "Apologies: as we have already told you, wait."),
        ("en", "We apologize for all inconvenience."),
        ("ar", "أعتذر لكم عن أي إزعاج."),
    ],
)
def test_forbidden_phrases_are_found_in_other_forms(language: str, text: str) -> None:
    source = Source(id="late", kind=SourceKind.RESOLUTION, quote=QUOTES[language])
    given = CheckInput(text, language, (source,), POLICY, Message(text=ASKED[language]))
    found = "forbidden_phrase" in {finding.code for finding in check_forbidden(given)}
    assert found is ("told you, wait" not in text)  # "have already told" is another phrase than the policy's


def test_a_second_apology_may_be_dropped() -> None:
    text = "I'm sorry for the wait.\n\nOpen the app. We do apologise once more. Tap Track Card."
    given = checked(text, "en")
    mended = repaired(text, check_apologies(given))
    assert mended == "I'm sorry for the wait.\n\nOpen the app. Tap Track Card."
    assert not list(check_apologies(checked(mended, "en")))


def test_a_sentence_that_says_more_is_not_dropped() -> None:
    text = "We're sorry. We apologise, and the fee of 30 riyals is back."
    start = text.index("We apologise")
    assert dropped(checked(text, "en"), start, len(text)) is None
    assert dropped(checked("We apologise.", "en"), 0, 13) is None


PLANNED = (
    StepName.LISTEN,
    StepName.EMPATHISE,
    StepName.EXPLAIN,
    StepName.SOLVE,
    StepName.FOLLOW_UP,
)
PARTS = {
    "en": (
        "You've been waiting nine working days for your card.",
        "That's tiring.",
        "Cards arrive within 7 working days.",
        "Open the app and tap Track Card, then check the address on your account.",
        "If it still isn't there, message us under Help and we'll send a replacement.",
    ),
    "ar": (
        "تنتظرون بطاقتكم منذ تسعة أيام.",
        "هذا أمر متعب فعلًا.",
        "تصل البطاقة عادة خلال 7 أيام عمل.",
        "افتحوا التطبيق واختاروا «تتبع البطاقة»، ثم راجعوا عنوانكم المسجل.",
        "إذا لم تصل بعد ذلك فراسلونا من «المساعدة» لنصدر لكم بديلة.",
    ),
}


@pytest.mark.parametrize("language", ["ar", "en"])
def test_free_wording_shows_its_steps(language: str) -> None:
    given = checked("\n".join(PARTS[language]), language, steps=PLANNED)
    taken = {step.name: step.span.text.strip() for step in reversed(read_steps(given))}
    assert [taken[name] for name in PLANNED] == list(PARTS[language])
    assert not list(check_steps(given))


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("absent", range(4))
def test_a_step_that_no_sentence_takes_is_missing(language: str, absent: int) -> None:
    parts = [part for index, part in enumerate(PARTS[language]) if index != absent]
    found = list(check_steps(checked("\n".join(parts), language, steps=PLANNED)))
    assert [finding.code for finding in found] == ["step_not_seen"]
    assert load_lexicon("step_names")["en"][PLANNED[absent].value] in found[0].message


@pytest.mark.parametrize(
    ("language", "opening"),
    [
        ("en", "Nine working days with an empty letter box is no way to run a household."),
        ("en", "Your card hasn't come in nine days, and that must have stung."),
        ("ar", "تسعة أيام بلا بطاقة موقف لا يُحسد عليه."),
        ("ar", "بطاقتكم لم تصل منذ تسعة أيام، ونعرف أن كل يوم يعنيكم."),
    ],
)
def test_sympathy_in_nobodys_words_is_seen_and_its_absence_too(language: str, opening: str) -> None:
    steps = (StepName.LISTEN, StepName.EMPATHISE, StepName.SOLVE)
    advice = PARTS[language][3]
    assert not list(check_steps(checked(f"{opening} {advice}", language, steps=steps)))
    without = f"{PARTS[language][0]} {advice}"
    assert [item.code for item in check_steps(checked(without, language, steps=steps))] == ["step_not_seen"]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_listening_after_the_advice_comes_too_late(language: str) -> None:
    parts = PARTS[language]
    text = "\n".join((parts[2], parts[3], parts[4], parts[0], parts[1]))
    found = list(check_steps(checked(text, language, steps=PLANNED)))
    assert found
    assert {finding.code for finding in found} <= {"steps_out_of_order", "step_not_seen"}


def test_regret_after_the_advice_is_in_order_where_it_is_planned_so() -> None:
    text = "Open the app and tap Freeze.\nI'm truly sorry for what this has put you through."
    planned = (StepName.SOLVE, StepName.APOLOGISE)
    assert not list(check_steps(checked(text, "en", steps=planned)))
    late = [finding.code for finding in check_steps(checked(text, "en", steps=planned[::-1]))]
    assert late == ["steps_out_of_order"]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_follow_up_at_the_head_comes_too_early(language: str) -> None:
    parts = PARTS[language]
    given = checked("\n".join((parts[4], *parts[:4])), language, steps=PLANNED)
    late = [finding for finding in check_steps(given) if finding.code == "steps_out_of_order"]
    assert [finding.span.text.strip() for finding in late if finding.span] == [parts[4]]


def test_a_composed_draft_names_its_steps_and_shows_where_they_stand() -> None:
    steps = (
        DraftStep(name=StepName.SOLVE, text="Open the app."),
        DraftStep(name=StepName.LISTEN, text="You wrote about your card."),
    )
    text = "Open the app.\n\nYou wrote about your card."
    plan = TonePlan(
        steps=(StepName.LISTEN, StepName.SOLVE), language="en", level=AngerLevel.CALM, max_characters=99, numbered=True
    )
    given = CheckInput(text, "en", (), POLICY, Message(text="card?"), plan, steps)
    assert [text[step.span.start : step.span.end] for step in read_steps(given)] == [step.text for step in steps]
    (finding,) = check_steps(given)
    assert (finding.code, finding.span and finding.span.text) == ("steps_out_of_order", "Open the app.")


@settings(max_examples=60)
@generated(st.text(max_size=200), st.sampled_from(["ar", "en"]))
def test_any_text_is_read_and_spans_lie_in_it(text: str, language: str) -> None:
    given = checked(text, language, steps=tuple(StepName))
    for finding in (*check_steps(given), *(item for check in TONE for item in check(given))):
        if finding.span:
            assert text[finding.span.start : finding.span.end] == finding.span.text
        if finding.suggestion:
            assert 0 <= finding.suggestion.start <= finding.suggestion.end <= len(text)


def test_the_tone_checks_run_with_the_others() -> None:
    found = {finding.code for finding in run_checks(checked("You failed to reply, and the mistake is ours.", "en"))}
    assert {"blame", "undue_ownership"} <= found
