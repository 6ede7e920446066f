"""Steps that customers say they have done: labelled cases, negations, and what an agent told them before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.dialogue import said_tried, tried
from inference.dialogue.lexicon import Action
from inference.dialogue.steps import asked, is_done
from inference.types import Channel
from tests.inference.dialogue.conftest import labelled, talk

ENGLISH = ("Close the app and open it again.", "Restart your phone.", "Delete the app and install it again.")
ARABIC = ("أغلقوا التطبيق وافتحوه من جديد.", "أعيدوا تشغيل الجوال.", "احذفوا التطبيق ثم ثبتوه من جديد.")


@pytest.mark.parametrize("half", ["dev", "test"])
def test_labelled_cases_are_told_precisely(half: str) -> None:
    right = wrong = missed = 0
    for case in labelled(half):
        got = tried(case.message, case.steps, case.language)
        right += len(got & case.done)
        wrong += len(got - case.done)
        missed += len(case.done - got)
    assert right / (right + wrong) >= 0.97
    assert right / (right + missed) >= 0.95


def test_the_labelled_cases_are_enough_and_half_say_nothing_was_done() -> None:
    cases = [case for half in ("dev", "test") for case in labelled(half)]
    assert min(sum(case.language == language for case in cases) for language in ("ar", "en")) >= 40
    assert sum(not case.done for case in cases) >= 25


@pytest.mark.parametrize(
    "text",
    [
        "Should I restart my phone?",
        "I can't restart my phone",
        "I haven't restarted my phone yet",
        "I never restarted my phone",
        "If I restarted my phone, would that help?",
        "I would have restarted my phone",
        "your app restarted my phone",
        "I don't want to restart my phone",
        "how do I restart my phone",
        "the phone restarted",
    ],
)
def test_what_was_not_done_is_told(text: str) -> None:
    assert tried(talk(text), ENGLISH, "en") == frozenset()
    assert said_tried(talk(text), "en") == ()


@pytest.mark.parametrize(
    "text",
    [
        "هل أعيد تشغيل الجوال؟",
        "ما عملت ريستارت للجوال",
        "لم أعد تشغيل الجوال",
        "مش عارف اعمل ريستارت للموبايل",
        "لو عملت ريستارت للجوال يشتغل؟",
        "ابي اعيد تشغيل الجوال بس معلق",
        "ما قدرت أمسح التطبيق",
        "بدي امسح التطبيق ونزله من جديد",
        "كيفاش ندير ريستارت للتيليفون",
        "mish 3aref a3mel restart lel mobile",
    ],
)
def test_what_was_not_done_is_told_in_arabic(text: str) -> None:
    assert tried(talk(text), ARABIC, "ar") == frozenset()


@pytest.mark.parametrize(
    "text",
    ["سويت ريستارت للجوال", "طفيت الموبايل وشغلته", "رستت الجوال", "I rebooted my phone", "درت ريستارت للتيليفون"],
)
def test_the_same_action_is_found_across_dialects_and_languages(text: str) -> None:
    assert tried(talk(text), ARABIC, "ar") == tried(talk(text), ENGLISH, "en") == {1}


def test_a_restart_of_something_unnamed_counts_only_where_one_thing_can_be_meant() -> None:
    message = talk("عملت ريستارت وما صار شي")
    assert tried(message, ARABIC[:1], "ar") == tried(message, ARABIC[1:2], "ar") == {0}
    assert tried(message, ARABIC, "ar") == frozenset()


def test_a_step_of_two_actions_needs_both() -> None:
    steps = ("Try another ATM, and ask for a smaller amount.",)
    assert tried(talk("I tried two ATMs"), steps, "en") == frozenset()
    assert tried(talk("I tried two ATMs and asked for a smaller amount"), steps, "en") == {0}


def test_a_step_that_is_not_wholly_understood_is_never_left_out() -> None:
    assert asked("Restart your phone, then polish the screen and press firmly.")
    assert asked("Restart your phone, then wait two hours.") == ()
    assert asked("أعيدوا تشغيل الجوال ثم انتظروا ساعتين.") == ()
    assert tried(talk("I restarted my phone"), ("Restart your phone, then wait two hours.",), "en") == frozenset()


def test_either_of_two_alternatives_is_enough() -> None:
    step = "Freeze the card, or call the bank."
    assert is_done(step, frozenset({Action("freeze", "card")}))
    assert is_done(step, frozenset({Action("contact", "bank")}))
    assert not is_done(step, frozenset({Action("contact", "shop")}))


def test_what_the_customer_did_earlier_in_the_conversation_counts() -> None:
    message = talk("So what now?", ("customer", "I restarted my phone already"), ("agent", "Let me look."))
    assert tried(message, ENGLISH, "en") == {1}


def test_an_agents_words_alone_do_not_count_as_done() -> None:
    message = talk("Will do.", ("customer", "it hangs"), ("agent", "I restarted my phone and it helped. Try it."))
    assert tried(message, ENGLISH, "en") == frozenset()


@pytest.mark.parametrize(
    "text", ["I did that and nothing changed", "tried that already, still broken", "It didn't help"]
)
def test_steps_an_agent_told_count_once_the_customer_did_them(text: str) -> None:
    told = ("agent", f"Please do this:\n1. {ENGLISH[0]}\n2. {ENGLISH[1]}")
    assert tried(talk(text, ("customer", "it hangs"), told), ENGLISH, "en") == {0, 1}
    assert tried(talk(text, ("customer", "it hangs"), ("agent", "Please wait.")), ENGLISH, "en") == frozenset()


@pytest.mark.parametrize(
    "text", ["I did the first step", "still not working", "I'll try that later", "I tried that one but couldn't do it"]
)
def test_part_of_the_steps_or_none_counts_for_none(text: str) -> None:
    told = ("agent", f"{ENGLISH[0]} {ENGLISH[1]}")
    assert tried(talk(text, ("customer", "it hangs"), told), ENGLISH, "en") == frozenset()


def test_evidence_points_into_the_message_past_what_was_quoted() -> None:
    text = "> Please restart your phone\n> and write again\nHi, عملت ريستارت للجوال and nothing"
    spans = said_tried(talk(text, channel=Channel.EMAIL), "ar")
    assert [span.text for span in spans] == ["عملت ريستارت للجوال"]
    assert all(text[span.start : span.end] == span.text for span in spans)


def test_a_language_without_a_lexicon_finds_nothing() -> None:
    assert tried(talk("J'ai redémarré"), ("Redémarrez le téléphone.",), "fr") == frozenset()
    assert said_tried(talk("I restarted my phone"), "fr") == ()


@given(st.text(max_size=300), st.lists(st.text(max_size=80), max_size=3))
def test_any_text_is_read(text: str, steps: list[str]) -> None:
    message = talk(text, ("agent", text))
    assert all(0 <= index < len(steps) for index in tried(message, steps, "ar"))
    assert all(text[span.start : span.end] == span.text for span in said_tried(message, "en"))
