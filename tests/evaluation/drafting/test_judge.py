"""Every fault is seen where it is, and none where it is not."""

import pytest

from evaluation.drafting.judge import judge, steps_in_order, written_in
from inference.types import AngerLevel, Channel
from tests.evaluation.drafting.cases import answered, with_text
from tests.inference.builders import ARABIC, ENGLISH, POLICY, resolution


@pytest.mark.parametrize("level", list(AngerLevel))
def test_composed_drafts_have_no_fault(level: AngerLevel) -> None:
    english = judge(answered(level=level), POLICY, language="en")
    arabic = judge(answered("وين بطاقتي؟", resolution(ARABIC), level=level), POLICY, language="ar")
    assert not any(english.faults.values())
    assert not any(arabic.faults.values())
    assert english.apologies == (level is not AngerLevel.CALM)


@pytest.mark.parametrize(
    ("added", "fault"),
    [
        ("I'm sorry. We apologise.", "more than one apology"),
        ("Thank you for your patience", "a forbidden phrase"),
        ("It costs 99 riyals.", "a number, date or id without a source"),
        ("Check your IBAN.", "jargon that nobody explains"),
        ("x" * 1500, "longer than the channel allows"),
    ],
)
def test_a_fault_is_named(added: str, fault: str) -> None:
    item = answered(level=AngerLevel.FURIOUS)
    found = judge(with_text(item, f"{item.draft.text} {added}"), POLICY, language="en")
    assert {name for name, present in found.faults.items() if present} == {fault}


def test_the_wrong_language_is_seen_by_letters_and_by_words() -> None:
    assert judge(answered(), POLICY, language="ar").wrong_language
    assert written_in("Votre carte est en route, merci de patienter encore un peu.") == "?"


def test_steps_out_of_order_or_missing_are_seen() -> None:
    draft = answered(level=AngerLevel.ANGRY).draft
    assert steps_in_order(draft)
    turned = draft.model_copy(update={"text": "\n\n".join(step.text for step in reversed(draft.steps))})
    assert not steps_in_order(turned)
    assert not steps_in_order(draft.model_copy(update={"steps": draft.steps[1:]}))


def test_a_text_message_of_too_many_parts_is_too_long() -> None:
    item = answered("وين بطاقتي؟", resolution(ARABIC), channel=Channel.SMS)
    assert not judge(item, POLICY, language="ar").too_long
    assert judge(with_text(item, "ب" * 300), POLICY, language="ar").too_long


def test_a_term_explained_twice_is_seen() -> None:
    item = answered("Where is it?", resolution(ENGLISH, short="Your IBAN is in the app.", answer="See the app."))
    explanation = item.draft.text[item.draft.text.index("(") : item.draft.text.index(")") + 1]
    assert judge(item, POLICY, language="en").explained_twice == ()
    twice = judge(with_text(item, f"{item.draft.text} IBAN {explanation}"), POLICY, language="en")
    assert twice.explained_twice == (explanation.strip("()"),)
