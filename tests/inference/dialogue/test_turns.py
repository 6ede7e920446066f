"""Turns within a conversation: which kind, what we asked, whether it worked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.dialogue import ConversationTurn, TurnKind, turn_of
from inference.dialogue.turns import last_question, outcome
from tests.inference.dialogue.conftest import talk

STEPS = "أهلًا بكم، نأسف لما واجهتموه. أغلقوا التطبيق وافتحوه من جديد."
WORKED = "Please restart the app. Did that work?"
ELSE = "Please restart the app. Is there anything else I can help you with?"


def after(reply: str, text: str) -> ConversationTurn:
    return turn_of(talk(text, ("customer", "it hangs"), ("agent", reply)))


def test_without_a_reply_of_ours_it_is_the_first_turn() -> None:
    assert turn_of(talk("وين بطاقتي؟")) == ConversationTurn(kind=TurnKind.FIRST)
    assert turn_of(talk("hello?", ("customer", "where is my card"))).kind is TurnKind.FIRST


@pytest.mark.parametrize(
    ("reply", "text", "kind", "solved"),
    [
        (STEPS, "جربت وما زبط", TurnKind.FOLLOW_UP, False),
        (STEPS, "لسا نفس المشكلة", TurnKind.FOLLOW_UP, False),
        (STEPS, "ما اشتغلش", TurnKind.FOLLOW_UP, False),
        (STEPS, "لم تنحل المشكلة", TurnKind.FOLLOW_UP, False),
        (STEPS, "bardo msh sha8al", TurnKind.FOLLOW_UP, False),
        (STEPS, "والو ما تبدل", TurnKind.FOLLOW_UP, False),
        (STEPS, "متى رح تنحل المشكلة", TurnKind.FOLLOW_UP, None),
        (STEPS, "تمام اشتغل الحمد لله", TurnKind.CLOSING, True),
        (STEPS, "خلاص اتحلت متشكر", TurnKind.CLOSING, True),
        (STEPS, "شكرا لكم", TurnKind.CLOSING, None),
        (WORKED, "no still the same error", TurnKind.ANSWER, False),
        (WORKED, "No", TurnKind.ANSWER, False),
        (WORKED, "yes", TurnKind.ANSWER, True),
        (ELSE, "Great, it worked!", TurnKind.CLOSING, True),
        (ELSE, "no that's all, thanks", TurnKind.CLOSING, None),
        (ELSE, "nothing works", TurnKind.FOLLOW_UP, False),
        (ELSE, "hope it works now", TurnKind.FOLLOW_UP, None),
        (ELSE, "will it work if I restart twice?", TurnKind.FOLLOW_UP, None),
        (ELSE, "it worked for an hour and now it's broken again", TurnKind.FOLLOW_UP, False),
        ("هل يمكنكم إرسال رقم الطلب؟", "59321", TurnKind.ANSWER, None),
        ("هل يمكنكم إرسال رقم الطلب؟", "ليش تبون رقم الطلب؟", TurnKind.FOLLOW_UP, None),
    ],
)
def test_kinds_and_outcomes(reply: str, text: str, kind: TurnKind, solved: bool | None) -> None:
    turn = after(reply, text)
    assert (turn.kind, turn.solved) == (kind, solved)


def test_what_our_side_has_said_already() -> None:
    turn = after(STEPS, "جربت وما زبط")
    assert (turn.greeted, turn.apologised) == (True, True)
    turn = after(WORKED, "no")
    assert (turn.greeted, turn.apologised, turn.asked) == (False, False, "Did that work?")
    apology = turn_of(talk("so?", ("customer", "Hello, sorry to bother you"), ("agent", "Please wait a moment.")))
    assert (apology.greeted, apology.apologised) == (False, False)


def test_a_question_of_courtesy_asks_nothing() -> None:
    assert last_question("Tap Freeze. Is there anything else I can help you with?") == ""
    assert last_question("هل أعدتم المحاولة؟ وهل من خدمة أخرى؟") == "هل أعدتم المحاولة؟"
    assert last_question("Which phone do you use? We will look.") == "Which phone do you use?"


def test_only_the_last_reply_asks() -> None:
    message = talk("ok", ("agent", "Which phone?"), ("customer", "iPhone"), ("agent", "Please update the app."))
    assert turn_of(message).asked == ""


def test_the_later_word_counts() -> None:
    assert outcome("It didn't help at first, but now it works") is True
    assert outcome("زبط شوي وبعدين رجع نفس المشكلة") is False
    assert outcome("When will it be fixed") is None


@pytest.mark.parametrize(
    "text",
    ["قلتوا انحلت", "متى نتيجة التحليل", "صلحوها انتوا", "you said it was fixed", "it's not fine with me", "هل انحلت؟"],
)
def test_what_others_say_or_ask_is_no_outcome(text: str) -> None:
    assert outcome(text) is None


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_conversation_is_read(text: str, reply: str) -> None:
    turn = turn_of(talk(text, ("agent", reply)))
    assert (turn.kind is TurnKind.FIRST) == (not reply.strip())
    assert turn.asked in reply
