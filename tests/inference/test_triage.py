import pytest

from inference.triage import Kind, classify, greets_with_salam
from inference.types import Analysis, AngerLevel, SentimentLabel, Signal, SignalName
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


PLEASED = {SentimentLabel.POSITIVE: 0.6, SentimentLabel.NEUTRAL: 0.3, SentimentLabel.NEGATIVE: 0.1}


def _thankful(text: str, *others: SignalName) -> Analysis:
    signals = tuple(Signal(name=name, confidence=0.8) for name in (SignalName.THANKS, *others))
    read = analysis(text, signals=signals)
    return read.model_copy(update={"sentiment": read.sentiment.model_copy(update={"probabilities": PLEASED})})


@pytest.mark.parametrize(
    "text", ["الله يرضى عليكن، رجّعتو الضحكة لوج إمي", "Bless you all, I never thought anyone would ring"]
)
def test_sure_thanks_in_any_words_are_thanks(text: str) -> None:
    assert classify(text, _thankful(text)) is Kind.THANKS


@pytest.mark.parametrize(
    "text",
    [
        "ممنون منكم بس التحويل ما وصل",
        "Bless you, but the refund never came",
        "merci, kif bghayer el pin",
        "يسلمو! وين بطاقتي؟",
    ],
)
def test_thanks_that_go_on_with_a_matter_are_none(text: str) -> None:
    assert classify(text, _thankful(text)) is Kind.PROBLEM


def test_thanks_beside_another_signal_are_none() -> None:
    text = "Bless you all, I never thought anyone would ring"
    assert classify(text, _thankful(text, SignalName.CHURN_RISK)) is Kind.PROBLEM


@pytest.mark.parametrize("text", ["شكرا على لا شيء", "thanks for nothing", "شكرا على التأخير"])
def test_ironic_thanks_are_not_answered_with_you_are_welcome(text: str) -> None:
    assert classify(text, _thankful(text)) not in {Kind.THANKS, Kind.GREETING}


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
