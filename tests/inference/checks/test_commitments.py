"""What a reply commits us to, each once: words of promising are no second commitment beside what they promise."""

import pytest

from inference.checks import CheckInput
from inference.checks.promises import commitments
from inference.types import CommitmentKind, Message
from tests.inference.builders import POLICY


def committed(text: str, language: str) -> list[str]:
    given = CheckInput(text, language, (), POLICY, Message(text="?"))
    return [item.text for item in commitments(given) if item.kind is not CommitmentKind.DIRECTION]


@pytest.mark.parametrize(
    ("language", "text", "promise"),
    [
        ("ar", "نعدكم. سنعيد المبلغ خلال ثلاثة أيام.", "سنعيد المبلغ خلال ثلاثة أيام."),
        ("ar", "نعدكم، سنعيد لكم المبلغ غدًا.", "سنعيد لكم المبلغ غدًا."),
        ("ar", "سنعيد المبلغ خلال ٣ أيام، ونعدكم بذلك.", "سنعيد المبلغ خلال ٣ أيام"),
        ("ar", "سنعيد المبلغ خلال ثلاثة أيام. هذا وعد منا.", "سنعيد المبلغ خلال ثلاثة أيام."),
        ("ar", "والله نوعدك بنرجع لك المبلغ بكرة", "بنرجع لك المبلغ بكرة"),
        ("ar", "أوعدك رح نتصل فيك بكرا", "رح نتصل فيك بكرا"),
        ("ar", "وعد منا: غادي نرجعو ليك الفلوس غدا", "غادي نرجعو ليك الفلوس غدا"),
        ("ar", "نضمن لكم ذلك. سيصلكم المبلغ غدًا.", "سيصلكم المبلغ غدًا."),
        ("ar", "أعدكم أن المشكلة ستُحل غدًا.", "أعدكم أن المشكلة ستُحل غدًا."),
        ("ar", "نعدكم بأن نعيد المبلغ خلال ثلاثة أيام.", "نعدكم بأن نعيد المبلغ خلال ثلاثة أيام."),
        ("ar", "نعدكم بحل المشكلة غدًا.", "نعدكم بحل المشكلة غدًا."),
        ("en", "We promise. We will refund you within 3 days.", "We will refund you within 3 days."),
        ("en", "We promise: we'll call you tomorrow.", "we'll call you tomorrow."),
        ("en", "We'll call you tomorrow, we promise.", "We'll call you tomorrow"),
        ("en", "I promise you that your refund will arrive by Monday.", "your refund will arrive by Monday."),
        ("en", "We promise to call you tomorrow.", "We promise to call you tomorrow."),
    ],
)
def test_a_promise_and_the_word_for_it_are_one(language: str, text: str, promise: str) -> None:
    (only,) = committed(text, language)
    assert promise in only


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", "نعدكم بتحسين الخدمة، وسنتصل بكم غدًا."),
        ("ar", "نعدكم ألا يتكرر هذا. سنتصل بكم غدًا."),
        ("en", "We promise to improve, and we will call you tomorrow."),
        ("en", "It won't ever happen again, we guarantee it. We will call you tomorrow."),
    ],
)
def test_a_promise_of_its_own_stays_one_beside_another(language: str, text: str) -> None:
    assert len(committed(text, language)) == 2


@pytest.mark.parametrize(("language", "text"), [("ar", "نعدكم بذلك."), ("en", "We promise.")])
def test_alone_it_stands_for_what_was_asked(language: str, text: str) -> None:
    assert committed(text, language) == [text]


def test_a_word_of_promise_far_from_any_promise_stays() -> None:
    text = "We promise. Your account is open. Please check the app. We will call you tomorrow."
    assert len(committed(text, "en")) == 2
