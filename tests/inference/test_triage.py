import pytest

from inference.triage import Kind, classify, greets_with_salam
from inference.types import AngerLevel, SentimentLabel, Signal, SignalName
from tests.inference.builders import analysis


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", Kind.EMPTY),
        (" \n ", Kind.EMPTY),
        ("😡😡", Kind.WORDLESS),
        ("؟؟؟", Kind.WORDLESS),
        ("❤️", Kind.THANKS),
        ("thanks a lot!", Kind.THANKS),
        ("thank you so much for your help", Kind.THANKS),
        ("شكرا جزيلا لكم", Kind.THANKS),
        ("السلام عليكم", Kind.GREETING),
        ("hello", Kind.GREETING),
        ("help", Kind.VAGUE),
        ("ساعدوني", Kind.VAGUE),
        ("السلام عليكم عندي مشكلة", Kind.VAGUE),
        ("I have a problem please", Kind.VAGUE),
        ("وين بطاقتي", Kind.PROBLEM),
        ("Thanks, but how do I change my PIN?", Kind.PROBLEM),
        ("شكرا بس كيف اغير الرقم السري؟", Kind.PROBLEM),
    ],
)
def test_kinds(text: str, kind: Kind) -> None:
    assert classify(text, analysis(text)) is kind


def test_thanks_that_no_rule_hears_are_thanks() -> None:
    text = "يعطيكم العافية وصلت البطاقة"
    heard = analysis(text, signals=(Signal(name=SignalName.THANKS, confidence=0.7),))
    assert classify(text, heard) is Kind.THANKS


def test_thanks_from_an_angry_customer_is_a_problem() -> None:
    text = "thank you so much, still nothing"
    angry = analysis(text, AngerLevel.ANGRY, SentimentLabel.NEGATIVE)
    assert classify(text, angry) is not Kind.THANKS


@pytest.mark.parametrize(
    "text", ["السلام عليكم", "سلام عليكم كيف الحال", "Salam alaikum, my card", "السَّلامُ عليكم ورحمة الله"]
)
def test_salam_is_recognised(text: str) -> None:
    assert greets_with_salam(text)


@pytest.mark.parametrize("text", ["سلامتكم", "الحمد لله", "hello", "تحويل سلام"])
def test_other_openings_are_not_salam(text: str) -> None:
    assert not greets_with_salam(text)
