"""Next questions: the resolution's own before its neighbours', nothing asked or answered already."""

from datetime import date

from inference.dialogue import next_questions
from inference.types import FollowUp
from retrieval.sample import load
from tests.inference.builders import ARABIC, ENGLISH, resolution
from tests.inference.dialogue.conftest import talk

OWN = (
    FollowUp(question="Can I shop before the card arrives?", answer="Yes, with a free virtual card."),
    FollowUp(question="Can I change the delivery address?", answer="Yes, until the courier has picked it up."),
)
LATE = resolution(ENGLISH, follow_ups=OWN)
PIN = resolution(ENGLISH, id="pin.en", problem="How do I see a forgotten PIN?", short="See it under Cards, then PIN.")
FEES = resolution(ENGLISH, id="fees.en", problem="What does a replacement cost?", short="30 riyals.")


def test_own_questions_come_first_in_their_order_then_neighbours() -> None:
    found = next_questions(talk("where is it"), LATE, (PIN, FEES), "en")
    assert found[:2] == OWN
    assert found[2] == FollowUp(question="How do I see a forgotten PIN?", answer="See it under Cards, then PIN.")
    assert next_questions(talk("where is it"), LATE, (PIN, FEES), "en", count=1) == OWN[:1]
    assert next_questions(talk("where is it"), LATE, (PIN, FEES), "en", count=0) == ()


def test_what_the_message_asks_already_is_left_out() -> None:
    found = next_questions(talk("Where is it, and can I change my delivery address?"), LATE, (), "en")
    assert found == OWN[:1]
    assert PIN.problem not in {
        item.question for item in next_questions(talk("how do I see the PIN I have forgotten"), LATE, (PIN,), "en")
    }


def test_what_the_draft_answers_is_left_out() -> None:
    draft = "Until it comes you can pay with a free virtual card."
    assert next_questions(talk("where is it"), LATE, (), "en", draft=draft) == OWN[1:]


def test_a_neighbour_in_another_language_or_given_twice_is_passed_over() -> None:
    other = resolution(ARABIC, id="pin.ar", problem="كيف أرى الرقم السري؟")
    found = next_questions(talk("where is it"), LATE, (other, LATE, PIN, PIN), "en", count=9)
    assert [item.question for item in found] == [*(item.question for item in OWN), PIN.problem]


def test_a_neighbour_with_the_same_problem_asks_nothing_new() -> None:
    twin = resolution(ENGLISH, id="twin.en", problem="My card has not arrived", short="Look in the app.")
    assert next_questions(talk("where is it"), LATE, (twin,), "en") == OWN


def test_arabic_spelling_variants_ask_the_same() -> None:
    own = FollowUp(question="هل يمكن تغيير عنوان التوصيل؟", answer="نعم، ما دامت البطاقة لم تخرج.")
    late = resolution(ARABIC, follow_ups=(own,))
    assert next_questions(talk("وين بطاقتي؟"), late, (), "ar") == (own,)
    assert next_questions(talk("وين بطاقتي وابي تغيير العنوان للتوصيل"), late, (), "ar") == ()


def test_the_sample_helpdesk_offers_three_for_most_of_its_cases() -> None:
    known = list(load(date(2026, 11, 22)))
    offers = [len(next_questions(talk(case), item, (), item.language)) for item in known for case in item.cases]
    own = [len(item.follow_ups) for item in known for _ in item.cases]
    assert sum(offers) >= 0.9 * sum(own)
    assert sum(offers) < sum(own)


def test_a_neighbour_s_statement_is_no_question_to_offer() -> None:
    stated = resolution(ENGLISH, id="back.en", problem="My card payment came back", short="It was cancelled.")
    assert next_questions(talk("where is it"), LATE, (stated,), "en") == OWN
